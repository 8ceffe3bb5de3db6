"""The tables of what is meant to happen: orders, and how far their lines are fulfilled."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, Table, Text

from database import metadata

placed_order = Table(
    "placed_order",
    metadata,
    Column("ledger_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Text, primary_key=True),
    Column("type", Text, primary_key=True),
    Column("party", Text, nullable=True),
    Column("destination", Text, nullable=True),
    Column("patient", LargeBinary, nullable=True),
    Column("seq", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""Orders by number and type; `seq` is the entry that placed them."""

order_line = Table(
    "order_line",
    metadata,
    Column("ledger_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Text, primary_key=True),
    Column("type", Text, primary_key=True),
    Column("line", BigInteger, primary_key=True, autoincrement=False),
    Column("identifiers", Text, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("fulfilled", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""What an order asks for and how much of it has happened; `identifiers` is a JSON list."""
