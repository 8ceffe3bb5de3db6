"""The tables of recall cases."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Table, Text

from database import metadata

CLOSED: Final = "closed"
REOPENED: Final = "reopened"

recall_case = Table(
    "recall_case",
    metadata,
    Column("ledger_id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", Text, primary_key=True),
    Column("recall_class", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("notified", Text, nullable=False),
    Column("opened", Text, nullable=False),
    Column("person", Text, nullable=True),
    Column("seq", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""One row a case; the times are RFC 3339 texts as in the entry `seq` that opened it."""

recall_scope = Table(
    "recall_scope",
    metadata,
    Column("ledger_id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", Text, primary_key=True),
    Column("product_id", BigInteger, primary_key=True, autoincrement=False),
    Column("lot", Text, primary_key=True),
    sqlite_with_rowid=False,
)
"""What a case is about: a product and a lot a row; the lot `*` stands for all of them."""

recall_decision = Table(
    "recall_decision",
    metadata,
    Column("ledger_id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("decision", Text, nullable=False),
    Column("decided", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("second_person", Text, nullable=False),
    Column("explanation", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""Every closing and reopening of a case; the last one says whether it is open.

`decided` is an RFC 3339 text as in the entry `seq`."""
