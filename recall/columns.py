"""How the tables of recalls are made: each row belongs to a case of a ledger."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Table, Text
from sqlalchemy.sql.schema import SchemaItem

from database import metadata


def table_of_cases(name: str, *columns: SchemaItem) -> Table:
    """A table whose key begins with the ledger and the case."""
    return Table(
        name,
        metadata,
        key("ledger_id"),
        Column("case_id", Text, primary_key=True),
        *columns,
        sqlite_with_rowid=False,
    )


def key(name: str) -> Column[int]:
    """A number that is part of the key."""
    return Column(name, BigInteger, primary_key=True, autoincrement=False)


def number(name: str, *, nullable: bool = False) -> Column[int]:
    """A number."""
    return Column(name, BigInteger, nullable=nullable)


def text(name: str, *, nullable: bool = False) -> Column[str]:
    """A text; moments are RFC 3339 texts as in the entry that says them."""
    return Column(name, Text, nullable=nullable)


def flag(name: str) -> Column[bool]:
    """Whether something is so."""
    return Column(name, Boolean(create_constraint=False), nullable=False)
