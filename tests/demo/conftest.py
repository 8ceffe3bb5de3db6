"""The demo hospital, made once for all tests that only look at it; and empty ones."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from access import Policy
from demo import HistoryClock, seed
from hospital import Hospital, open_hospital
from settings import Settings
from tests.access.hospital import CHEAP
from tests.support import NOON

POLICY = Policy(hasher=CHEAP)
"""Argon2id at the least cost there is: the demo's people are tested here, not the memory."""

Opener = Callable[[datetime], tuple[Hospital, HistoryClock]]
"""Opens one and the same house at a time."""


def opener(folder: Path, template: Path) -> Opener:
    """Opens a house in a folder, with a migrated database from the template."""
    settings = Settings.from_environment({"MEDTRACE_DATA": str(folder)})
    folder.mkdir(exist_ok=True)
    path = folder / "medtrace.sqlite3"
    if not path.exists():
        shutil.copy(template, path)

    def open_at(now: datetime) -> tuple[Hospital, HistoryClock]:
        clock = HistoryClock(now)
        return open_hospital(settings, clock, policy=POLICY), clock

    return open_at


@pytest.fixture
def open_house(tmp_path: Path, sqlite_template: Path) -> Opener:
    """Opens a house of the test's own."""
    return opener(tmp_path / "house", sqlite_template)


@pytest.fixture(scope="session")
def demo_house(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[Hospital]:
    """The demo hospital as of noon, made by `seed`. Not to be changed."""
    open_at = opener(tmp_path_factory.mktemp("demo"), sqlite_template)
    house, clock = open_at(NOON)
    seed(house, clock)
    yield house
    house.close()
