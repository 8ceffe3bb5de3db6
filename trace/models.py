"""The tables of what happened: event ids for idempotence, and the index of histories."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, Table

from database import metadata

event_id = Table(
    "event_id",
    metadata,
    Column("ledger_id", BigInteger, primary_key=True, autoincrement=False),
    Column("id", LargeBinary, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""Which entry an event id was recorded or refused in; the id is the UUID's 16 bytes."""

event_unit = Table(
    "event_unit",
    metadata,
    Column("ledger_id", BigInteger, primary_key=True, autoincrement=False),
    Column("unit_id", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""The entries that touched a serialised thing, clustered by thing."""

event_lot = Table(
    "event_lot",
    metadata,
    Column("ledger_id", BigInteger, primary_key=True, autoincrement=False),
    Column("lot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""The entries that touched a lot, clustered by lot."""
