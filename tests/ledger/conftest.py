"""Hospitals with a ledger, keys and checkpoints, on both engines."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings

from database import Database
from ledger import SHA256, Draft, Ledger, Suite, encode
from ledger.checkpoints import Checkpoints
from ledger.identity import open_ledger
from ledger.keys import KeySigner
from tests.trace.rows import hurry

ORIGIN = "hospital.example/log"

# Properties are about answers, not about speed: a busy machine must not make them fail.
settings.register_profile("ledger", deadline=None)
settings.load_profile("ledger")

collect_ignore = ["others"]  # they import what only other environments have


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 6, 3, tzinfo=UTC)

    def __call__(self) -> datetime:
        """What it shows."""
        return self.now

    def pass_by(self, seconds: float) -> None:
        """Move it on."""
        self.now += timedelta(seconds=seconds)


class Hospital:
    """One hospital's ledger with everything around it."""

    def __init__(
        self, url: str, keys: Path, *, suite: Suite = SHA256, origin: str = ORIGIN
    ) -> None:
        self.url = url
        self.keys = keys
        self.clock = Clock()
        self.database = Database(url)
        hurry(self.database)  # who tests that nothing is lost starts processes of their own
        self.ledger = Ledger(self.database, 1, self.clock)
        self.signer: KeySigner = open_ledger(self.ledger, origin, suite, keys, self.clock)
        self.checkpoints = Checkpoints(self.ledger, self.clock)

    def append(self, count: int, *, batch: int = 500) -> None:
        """Record `count` scans."""
        while count > 0:
            size = self.ledger.head().size
            drafts = [scan(size + i) for i in range(min(batch, count))]
            with self.ledger.transaction() as transaction:
                transaction.append(drafts)
            count -= len(drafts)

    def break_into(self, *statements: str) -> None:
        """Change the database as its owner can: guards off, statement, guards on again."""
        with self.database.write() as connection:
            if self.database.dialect == "postgresql":
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
                for statement in statements:
                    connection.exec_driver_sql(statement)
                return
            rows = connection.exec_driver_sql(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            ).all()
            for name, _ in rows:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            for statement in statements:
                connection.exec_driver_sql(statement)
            for _, sql in rows:
                connection.exec_driver_sql(sql)


def scan(number: int) -> Draft:
    """Something to put on record."""
    event = {"bizStep": "dispensing", "epc": f"urn:medtrace:demo:{number}", "药品": "注射用头孢"}
    return Draft("trace", encode(event))


@pytest.fixture
def hospital(database_url: str, tmp_path: Path) -> Iterator[Hospital]:
    """A hospital on either engine."""
    made = Hospital(database_url, tmp_path / "keys")
    yield made
    made.database.close()


@pytest.fixture
def make_hospital(sqlite_template: Path, tmp_path: Path) -> Iterator[Callable[..., Hospital]]:
    """Hospitals on SQLite, as many as a test needs."""
    made: list[Hospital] = []

    def make(origin: str = ORIGIN, suite: Suite = SHA256) -> Hospital:
        home = tmp_path / f"hospital-{len(made)}"
        home.mkdir()
        shutil.copy(sqlite_template, home / "ledger.sqlite3")
        url = f"sqlite:///{home / 'ledger.sqlite3'}"
        made.append(Hospital(url, home / "keys", suite=suite, origin=origin))
        return made[-1]

    yield make
    for each in made:
        each.database.close()
