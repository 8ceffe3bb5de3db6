"""The tables of store-keeping: what suppliers declare, who they are, counts, par levels.

Projections of the ledger like those of `inventory.models`.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table, Text

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

stock_count = Table(
    "stock_count",
    metadata,
    Column("ledger_id", BigInteger, primary_key=True, autoincrement=False),
    Column("count_id", LargeBinary, primary_key=True),
    Column("location_id", BigInteger, nullable=False),
    Column("products", Text, nullable=False),
    Column("people", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("approval", LargeBinary, nullable=True),
    Column("adjusting", BigInteger, nullable=False),
    Index("stock_count_location_idx", "ledger_id", "location_id", "state"),
    Index("stock_count_state_idx", "ledger_id", "state", "seq"),
    sqlite_with_rowid=False,
)
"""Counts (盘点); `products` and `people` are JSON lists, `seq` is the entry that opened it.

`approval` is the id of the record that approved it, `adjusting` how many events it called for."""

count_line = Table(
    "count_line",
    metadata,
    Column("ledger_id", BigInteger, primary_key=True, autoincrement=False),
    Column("count_id", LargeBinary, primary_key=True),
    Column("thing", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Column("product_id", BigInteger, nullable=False),
    Column("lot", Text, nullable=False),
    Column("expiry", Text, nullable=True),
    Column("serial", BigInteger, nullable=False),
    Column("counted", BigInteger, nullable=False),
    Column("expected", BigInteger, nullable=False),
    Column("moved", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""What was counted, and what the books said at the entry `seq` that counted it last.

`thing` is the key of a serialised thing, or product and lot of an amount; `moved` is 1 where the
books changed between two calls that counted parts of one amount."""

supplier = Table(
    "supplier",
    metadata,
    Column("ledger_id", BigInteger, primary_key=True, autoincrement=False),
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("credit_code", Text, nullable=False),
    Column("licence", Text, nullable=False),
    Column("licence_until", Text, nullable=True),
    Column("gln", Text, nullable=False),
    Column("phone", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""Companies that deliver, by the code that events name as their party."""

par_level = Table(
    "par_level",
    metadata,
    Column("ledger_id", BigInteger, primary_key=True, autoincrement=False),
    Column("location_id", BigInteger, primary_key=True, autoincrement=False),
    Column("product_id", BigInteger, primary_key=True, autoincrement=False),
    Column("least", BigInteger, nullable=False),
    Column("target", BigInteger, nullable=False),
    Column("source_id", BigInteger, nullable=True),
    Column("seq", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""How much of a product a place wants to have: below `least` it is filled up to `target`."""
