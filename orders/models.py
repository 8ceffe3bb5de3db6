"""The tables of what is meant to happen: orders, and how far their lines are fulfilled."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table, Text

from database import metadata


def _key(name: str) -> Column[int]:
    return Column(name, BigInteger, primary_key=True, autoincrement=False)


placed_order = Table(
    "placed_order",
    metadata,
    _key("ledger_id"),
    Column("number", Text, primary_key=True),
    Column("type", Text, primary_key=True),
    Column("party", Text, nullable=True),
    Column("destination", Text, nullable=True),
    Column("patient", LargeBinary, nullable=True),
    Column("seq", BigInteger, nullable=False),
    Column("source", Text, nullable=True),
    Column("state", Text, nullable=False),
    Index("placed_order_destination_idx", "ledger_id", "destination", "state"),
    Index("placed_order_source_idx", "ledger_id", "source", "state"),
    sqlite_with_rowid=False,
)
"""Orders by number and type; `seq` is the entry that placed them, `state` an `OrderState`."""

order_line = Table(
    "order_line",
    metadata,
    _key("ledger_id"),
    Column("number", Text, primary_key=True),
    Column("type", Text, primary_key=True),
    _key("line"),
    Column("identifiers", Text, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("fulfilled", BigInteger, nullable=False),
    Column("accepted", BigInteger, nullable=False),
    Column("product", Text, nullable=True),
    Column("lot", Text, nullable=True),
    Column("expiry", Text, nullable=True),
    sqlite_with_rowid=False,
)
"""What an order asks for and how much of it has happened; `identifiers` is a JSON list.

`accepted` counts what the receiver of a transfer took over; `fulfilled` is then what was sent."""

order_step = Table(
    "order_step",
    metadata,
    _key("ledger_id"),
    Column("number", Text, primary_key=True),
    Column("type", Text, primary_key=True),
    _key("seq"),
    sqlite_with_rowid=False,
)
"""The entries of an order's life: placed, changed, fulfilled, closed."""
