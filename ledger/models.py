"""The ledger's tables: the head, the entries, the full tiles of their Merkle tree.

Entries are guarded by the database itself, not by our code: triggers refuse UPDATE, DELETE and
TRUNCATE and compare each entry's `prev` with the leaf of the one before it (migration 0001).
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, Table, Text

from database import metadata

head = Table(
    "head",
    metadata,
    Column("ledger_id", BigInteger, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("suite", Text, nullable=False),
    Column("origin", Text, nullable=False),
    # Room for the row's new versions on its own page: it changes with every batch.
    postgresql_with={"fillfactor": 10},
)
"""One row a ledger: how many entries it has and the leaf hash of the last. Writers lock it."""

entry = Table(
    "entry",
    metadata,
    Column("ledger_id", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
)
"""The entries: `body` is the canonical envelope, `leaf` its RFC 6962 leaf hash."""

tile = Table(
    "tile",
    metadata,
    Column("ledger_id", BigInteger, primary_key=True, autoincrement=False),
    Column("level", BigInteger, primary_key=True, autoincrement=False),
    Column("tile_index", BigInteger, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)
"""The full tiles of C2SP tlog-tiles: 256 hashes each, written when the last one is known."""

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("ledger_id", BigInteger, primary_key=True, autoincrement=False),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", LargeBinary, nullable=False),
    Column("made", Text, nullable=False),
)
"""Every checkpoint that was signed: `note` is C2SP tlog-checkpoint, cosignatures included."""

ledger_key = Table(
    "ledger_key",
    metadata,
    Column("ledger_id", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("vkey", Text, nullable=False),
)
"""The log's keys, each with the entry that names it; the one named last signs."""

witnessed = Table(
    "witnessed",
    metadata,
    Column("ledger_id", BigInteger, primary_key=True, autoincrement=False),
    Column("origin", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", LargeBinary, nullable=False),
)
"""The latest checkpoint that this hospital cosigned for each other log (C2SP tlog-witness)."""

evidence = Table(
    "evidence",
    metadata,
    Column("ledger_id", BigInteger, primary_key=True, autoincrement=False),
    Column("origin", Text, primary_key=True),
    Column("claimed", LargeBinary, primary_key=True),
    Column("known", LargeBinary, nullable=False),
    Column("problem", Text, nullable=False),
    Column("seen", Text, nullable=False),
)
"""Checkpoints that a log signed and that contradict one it had signed before, both as notes."""

audit = Table(
    "audit",
    metadata,
    Column("ledger_id", BigInteger, primary_key=True, autoincrement=False),
    Column("started", Text, primary_key=True),
    Column("finished", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("problem", Text, nullable=True),
)
"""What each audit found: `scope` is full, since or tail; `problem` is null where all was well."""
