"""The tables of the work-list of codes: which identifiers nobody owns, or more than one claims."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table, Text

from database import metadata

code_mapping = Table(
    "code_mapping",
    metadata,
    Column("ledger_id", BigInteger, primary_key=True, autoincrement=False),
    Column("identifier", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("example", Text, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("first_seq", BigInteger, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("product_id", BigInteger, nullable=True),
    Column("person", Text, nullable=True),
    Column("decided_seq", BigInteger, nullable=True),
    Index("code_mapping_state_idx", "ledger_id", "state", "last_seq"),
    sqlite_with_rowid=False,
)
"""One row an identifier that was ever on the work-list.

`seen` counts the things that came under it while it was unmapped, `example` is the key of the
first. `product_id` owns it, by the word of `person` in the entry `decided_seq`."""

code_claim = Table(
    "code_claim",
    metadata,
    Column("ledger_id", BigInteger, primary_key=True, autoincrement=False),
    Column("identifier", Text, primary_key=True),
    Column("product_id", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("settled_seq", BigInteger, nullable=True),
    Index("code_claim_product_idx", "ledger_id", "product_id"),
    sqlite_with_rowid=False,
)
"""Products whose definition names an identifier that another product owns.

`settled_seq` is the entry that decided against the claim; saying it again opens nothing."""
