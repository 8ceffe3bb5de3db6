"""The tables of store-keeping: what suppliers declare, counts, par levels.

Projections of the ledger like those of `inventory.models`.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table, Text

from database import metadata

declared_package = Table(
    "declared_package",
    metadata,
    Column("ledger_id", BigInteger, primary_key=True, autoincrement=False),
    Column("parent_key", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("identifier", Text, nullable=False),
    Column("lot", Text, nullable=True),
    Column("expiry", Text, nullable=True),
    Column("quantity", BigInteger, nullable=True),
    Column("document", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Index("declared_package_key_idx", "ledger_id", "key"),
    sqlite_with_rowid=False,
)
"""What lies in which container by a delivery note; `quantity` is null for a serialised thing.

An amount of one lot may lie in many containers under the same key, a serialised thing in one."""
