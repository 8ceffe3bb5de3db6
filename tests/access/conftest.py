"""The hospital, on both engines or, where the engine makes no difference, on SQLite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from database import Database
from ledger import SHA256, Ledger, encode
from tests.access.hospital import Hospital
from tests.support import ORIGIN, Clock
from tests.trace.rows import hurry


@pytest.fixture
def database(database: Database) -> Database:
    """A fresh database, on each engine in turn, that commits without waiting for the disk."""
    hurry(database)
    return database


@pytest.fixture
def hospital(ledger: Ledger, clock: Clock) -> Hospital:
    """A hospital on each engine in turn."""
    return Hospital(ledger, clock)


@pytest.fixture
def clinic(sqlite_url: str, clock: Clock) -> Iterator[Hospital]:
    """A hospital on SQLite, for rules that no engine changes."""
    database = Database(sqlite_url)
    hurry(database)
    ledger = Ledger(database, 1, clock)
    ledger.found(ORIGIN, SHA256, encode({"origin": ORIGIN, "type": "medtrace:Ledger"}))
    yield Hospital(ledger, clock)
    database.close()
