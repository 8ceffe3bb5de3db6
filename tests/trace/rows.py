"""Every row of a ledger's database, to be compared."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.engine.interfaces import DBAPIConnection

from database import Database, metadata
from ledger import Ledger
from tests.support import Clock

Rows = dict[str, list[tuple[Any, ...]]]


def hurry(database: Database) -> None:
    """Let a test's database take commits without waiting for the disk."""
    sqlite = database.dialect == "sqlite"
    word = "PRAGMA synchronous=OFF" if sqlite else "SET synchronous_commit=off"

    def relax(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(word)
        cursor.close()
        connection.commit()

    event.listen(database.engine, "connect", relax)
    database.engine.dispose()  # what is connected already is not asked


@contextmanager
def small_hospital(founded: Path) -> Iterator[Ledger]:
    """A copy of a furnished hospital (the fixture `founded`) to tell a history in."""
    with TemporaryDirectory() as folder:
        path = Path(shutil.copy(founded, folder))
        database = Database(f"sqlite:///{path}")
        hurry(database)
        yield Ledger(database, 1, Clock())
        database.close()


def rows_of(ledger: Ledger) -> Rows:
    """Every row of every table of the program."""
    with ledger.database.read() as connection:
        return {
            name: sorted(map(tuple, connection.exec_driver_sql(query)), key=repr)
            for name, query in _queries().items()
        }


@cache
def _queries() -> dict[str, str]:
    return {table.name: str(select(table)) for table in metadata.sorted_tables}
