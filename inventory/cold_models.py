"""The tables of the cold chain: which products are of it, what sensors say, when it was broken."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table, Text

from database import metadata

cold_product = Table(
    "cold_product",
    metadata,
    Column("ledger_id", BigInteger, primary_key=True, autoincrement=False),
    Column("product_id", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""The products that carry the flag of the cold chain."""

sensor = Table(
    "sensor",
    metadata,
    Column("ledger_id", BigInteger, primary_key=True, autoincrement=False),
    Column("location_id", BigInteger, primary_key=True, autoincrement=False),
    Column("sensor", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("lowest", BigInteger, nullable=False),
    Column("highest", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""The last word of every sensor: when (ms since 1970), in hundredths of a °C, in which entry."""

sensor_watch = Table(
    "sensor_watch",
    metadata,
    Column("ledger_id", BigInteger, primary_key=True, autoincrement=False),
    Column("location_id", BigInteger, primary_key=True, autoincrement=False),
    Column("sensor", Text, primary_key=True),
    Column("limits", Text, primary_key=True),
    Column("since", BigInteger, nullable=False),
    Column("lowest", BigInteger, nullable=False),
    Column("highest", BigInteger, nullable=False),
    Column("number", BigInteger, nullable=True),
    sqlite_with_rowid=False,
)
"""A range that a sensor is outside of at present: since when, how far, and which excursion it is.

`limits` is JSON as the entry of the place or product says it; `number` is null within the
allowance."""

reading = Table(
    "reading",
    metadata,
    Column("ledger_id", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("sensor", Text, nullable=False),
    Column("location_id", BigInteger, nullable=False),
    Column("first_at", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Column("lowest", BigInteger, nullable=False),
    Column("highest", BigInteger, nullable=False),
    Index("reading_location_idx", "ledger_id", "location_id", "last_at"),
    sqlite_with_rowid=False,
)
"""Every reading by its entry: the span that it measured, how cold and how warm it was."""

excursion = Table(
    "excursion",
    metadata,
    Column("ledger_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("location_id", BigInteger, nullable=False),
    Column("sensor", Text, nullable=False),
    Column("limits", Text, nullable=False),
    Column("of_place", BigInteger, nullable=False),
    Column("started", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("ended", BigInteger, nullable=False),
    Column("lowest", BigInteger, nullable=False),
    Column("highest", BigInteger, nullable=False),
    Column("first_seq", BigInteger, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("person", Text, nullable=True),
    Column("decided_seq", BigInteger, nullable=True),
    Index("excursion_decided_idx", "ledger_id", "decided_seq", "number"),
    sqlite_with_rowid=False,
)
"""A range that was left for longer than it allows; `of_place` is 1 for the place's own range.

`until` is the last sample outside, or the first one inside where `ended` is 1."""
