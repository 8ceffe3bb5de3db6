"""What happens here is asked by the thousand: the disk need not be waited for each time."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from database import Database
from ledger import SHA256, Ledger, encode
from tests.support import ORIGIN, Clock, furnish, recorder
from tests.trace.rows import hurry


@pytest.fixture
def database(database: Database) -> Database:
    """A fresh database, on each engine in turn, that commits without waiting for the disk."""
    hurry(database)
    return database


@pytest.fixture(scope="session")
def founded(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A furnished small hospital on SQLite, to be copied."""
    path = tmp_path_factory.mktemp("founded") / "medtrace.sqlite3"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    ledger = Ledger(database, 1, Clock())
    ledger.found(ORIGIN, SHA256, encode({"origin": ORIGIN, "type": "medtrace:Ledger"}))
    furnish(recorder(ledger))
    database.close()
    return path
