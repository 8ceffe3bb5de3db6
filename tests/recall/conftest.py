"""What happens here is asked by the thousand: the disk need not be waited for each time."""

from __future__ import annotations

import pytest

from database import Database
from tests.trace.rows import hurry


@pytest.fixture
def database(database: Database) -> Database:
    """A fresh database, on each engine in turn, that commits without waiting for the disk."""
    hurry(database)
    return database
