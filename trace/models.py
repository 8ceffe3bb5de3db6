"""The tables of what happened: event ids, the index of histories, and what broke a rule."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table, Text

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

exception = Table(
    "exception",
    metadata,
    Column("ledger_id", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("reason", Text, nullable=False),
    Column("key", Text, nullable=True),
    Column("resolved", BigInteger, nullable=True),
    sqlite_with_rowid=False,
)
"""What broke a rule and is on record all the same, until a named person resolves it.

`seq` is the entry, `number` which of its exceptions, `key` the thing it is about, `resolved` the
entry that resolved it. The values of its sentence stand in the entry's context."""

Index(
    "exception_open_idx",
    exception.c.ledger_id,
    exception.c.seq,
    sqlite_where=exception.c.resolved.is_(None),
    postgresql_where=exception.c.resolved.is_(None),
)
