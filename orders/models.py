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
    Column("care", Text, nullable=True),
    Column("given", BigInteger, nullable=True),
    Index("placed_order_destination_idx", "ledger_id", "destination", "state"),
    Index("placed_order_source_idx", "ledger_id", "source", "state"),
    Index("placed_order_seq_idx", "ledger_id", "seq"),
    Index("placed_order_type_idx", "ledger_id", "type", "state", "seq"),
    sqlite_with_rowid=False,
)
"""Orders by number and type; `seq` is the entry that placed them, `state` an `OrderState`.

`care` is what an order of care says beside its lines, canonical JSON as in its entry; `given` when
the latest dose of a medication order was given, in milliseconds since 1970 (UTC)."""

Index(
    "placed_order_patient_idx",
    placed_order.c.ledger_id,
    placed_order.c.patient,
    placed_order.c.state,
    sqlite_where=placed_order.c.patient.is_not(None),
    postgresql_where=placed_order.c.patient.is_not(None),
)

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
    Column("care", Text, nullable=True),
    sqlite_with_rowid=False,
)
"""What an order asks for and how much of it has happened; `identifiers` is a JSON list.

`care` is what a line of an order of care says beside that, canonical JSON as in its entry.

`accepted` counts what the receiver of a transfer took over; `fulfilled` is then what was sent."""

order_step = Table(
    "order_step",
    metadata,
    _key("ledger_id"),
    Column("number", Text, primary_key=True),
    Column("type", Text, primary_key=True),
    _key("seq"),
    Column("kind", Text, nullable=True),
    Column("time", BigInteger, nullable=True),
    Column("place", Text, nullable=True),
    sqlite_with_rowid=False,
)
"""The entries of an order's life: placed, changed, fulfilled, closed.

Of an order of care, `kind` is the kind of event or what was done to it, `time` when, in
milliseconds since 1970 (UTC), and `place` the code of the location where things were afterwards."""

order_dose = Table(
    "order_dose",
    metadata,
    _key("ledger_id"),
    Column("number", Text, primary_key=True),
    _key("due"),
    Column("seq", BigInteger, nullable=False),
    Column("time", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""The doses of medication orders that were settled: given, or withheld or refused with a reason.

`due` and `time` are milliseconds since 1970 (UTC), `kind` is that of the event."""

order_month = Table(
    "order_month",
    metadata,
    _key("ledger_id"),
    Column("month", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    sqlite_with_rowid=False,
)
"""The medication orders that ran in a month (`2026-11`), so that its report reads no other.

One that runs until it is stopped has the months of its start and its doses, and at its end all
between; as long as it is open it is found by its state."""
