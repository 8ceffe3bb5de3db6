"""The service sweeps what has expired, in every place, and says what it could not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from uuid6 import uuid7

from hospital import Hospital, open_hospital, sweep
from medtrace import main
from settings import Settings
from tests.support import NOON, ORIGIN, Clock, box, event, furnish, syringes
from trace import EventKind, Recorded

LAST = NOON.date()


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"MEDTRACE_DATA": str(tmp_path / "data"), "MEDTRACE_ORIGIN": ORIGIN}


@pytest.fixture
def hospital(
    environment: dict[str, str], sqlite_template: Path, clock: Clock
) -> Iterator[Hospital]:
    """Goods that expire today lie in the store and in a ward; others in a year."""
    settings = Settings.from_environment(environment)
    settings.data_dir.mkdir()
    shutil.copy(sqlite_template, settings.data_dir / "medtrace.sqlite3")
    opened = open_hospital(settings, clock)
    furnish(opened.recorder)  # type: ignore[arg-type]
    goods = (box("A1", lot="B1", expiry=LAST), syringes(9, expiry=LAST), box("A2", expiry=None))
    later = syringes(5, lot="L2", expiry=date(2099, 1, 1))
    outcomes = opened.recorder.record(
        [
            event(EventKind.RECEIVED, *goods, later),
            event(EventKind.MOVED, syringes(4), to="W07"),
        ]
    )
    assert all(isinstance(each, Recorded) for each in outcomes)
    yield opened
    opened.close()


def test_every_place_is_swept_the_day_after(hospital: Hospital, clock: Clock) -> None:
    since = LAST - timedelta(days=30)
    assert sweep(hospital, since, uuid7) == {}
    clock.advance(days=1)
    swept = sweep(hospital, since, uuid7)
    assert {code: [type(each) for each in outcomes] for code, outcomes in swept.items()} == {
        "STORE": [Recorded],
        "W07": [Recorded],
    }
    assert sweep(hospital, since, uuid7) == {}


def test_the_command_sweeps(hospital: Hospital, environment: dict[str, str]) -> None:
    """By the real clock, for which all of it has not expired or has, as the day may be."""
    done = CliRunner(env=environment).invoke(main, ["sweep", "--days", "36500"])
    assert done.exit_code == 0, done.output
    assert "places" in done.output
    assert hospital.ledger.head().size > 0
