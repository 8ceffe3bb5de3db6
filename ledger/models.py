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
