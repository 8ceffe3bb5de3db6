"""What happens here is asked by the thousand: the disk need not be waited for each time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from database import Database
from ledger import SHA256, Ledger, encode
from tests.inventory.house import Hospital
from tests.support import ORIGIN, Clock
from tests.trace.rows import hurry


@pytest.fixture
def database(database: Database) -> Database:
    """A fresh database, on each engine in turn, that commits without waiting for the disk."""
    hurry(database)
    return database


@pytest.fixture
def hospital(request: pytest.FixtureRequest, clock: Clock) -> Iterator[Hospital]:
    """The small hospital, open: on SQLite, and where a test is `on_both_engines` on each."""
    engine = getattr(request, "param", "sqlite")
    opened = Database(request.getfixturevalue(f"{engine}_url"))
    hurry(opened)
    ledger = Ledger(opened, 1, clock)
    ledger.found(ORIGIN, SHA256, encode({"origin": ORIGIN, "type": "medtrace:Ledger"}))
    yield Hospital(ledger)
    opened.close()
