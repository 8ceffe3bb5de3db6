"""The hospital of the pages' tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import Clock
from tests.web.house import House


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path, clock: Clock) -> Iterator[House]:
    """An open hospital on SQLite, empty."""
    opened = House(sqlite_url, tmp_path / "data", clock)
    yield opened
    opened.hospital.close()


@pytest.fixture
def stocked(house: House) -> House:
    """The same with goods, and two patients who had some."""
    house.furnish()
    return house
