"""Every row of a ledger's database, to be compared."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from database import metadata
from ledger import Ledger

Rows = dict[str, list[tuple[Any, ...]]]


def rows_of(ledger: Ledger) -> Rows:
    """Every row of every table of the program."""
    found: Rows = {}
    with ledger.database.read() as connection:
        for table in metadata.sorted_tables:
            rows = connection.execute(select(table))
            found[table.name] = sorted((tuple(row) for row in rows), key=repr)
    return found
