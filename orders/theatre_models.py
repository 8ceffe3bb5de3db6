"""The tables of theatre's papers: loaner sets with how far they are, and preference lists."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table, Text

from database import metadata


def _key(name: str) -> Column[int]:
    return Column(name, BigInteger, primary_key=True, autoincrement=False)


def _number(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


loaner_set = Table(
    "loaner_set",
    metadata,
    _key("ledger_id"),
    Column("number", Text, primary_key=True),
    Column("party", Text, nullable=False),
    Column("location", Text, nullable=False),
    Column("due", Text, nullable=False),
    Column("procedure", Text, nullable=True),
    Column("state", Text, nullable=False),
    _number("told"),
    _number("seq"),
    Index("loaner_set_state_idx", "ledger_id", "state", "due"),
    sqlite_with_rowid=False,
)
"""Loaner sets; `told` is 1 once the work-list has that the set is overdue."""

loaner_line = Table(
    "loaner_line",
    metadata,
    _key("ledger_id"),
    Column("number", Text, primary_key=True),
    _key("line"),
    Column("identifiers", Text, nullable=False),
    Column("product", Text, nullable=True),
    _number("quantity"),
    _number("came"),
    _number("used"),
    _number("went_out"),
    sqlite_with_rowid=False,
)
"""What is in a set: declared, come, used and out again, in base units."""

preference_list = Table(
    "preference_list",
    metadata,
    _key("ledger_id"),
    Column("code", Text, primary_key=True),
    Column("procedure", Text, nullable=False),
    Column("surgeon", Text, nullable=True),
    Column("content", Text, nullable=False),
    _number("seq"),
    Index("preference_list_procedure_idx", "ledger_id", "procedure"),
    sqlite_with_rowid=False,
)
"""The list in force under each code; `content` is its lines as JSON, `seq` its entry."""
