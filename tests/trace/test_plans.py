"""No question of the floor reads a big table whole, on either engine, however it grows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import Connection, make_url

from database import Database
from inventory import (
    ALL_LOTS,
    balances,
    exposures,
    find_lot,
    find_lots,
    find_product,
    find_unit,
    received,
    units_of_lots,
)
from ledger import SHA256, Ledger, encode, read_entries
from recall import answer, cases_of_lot
from tests.support import GTIN, NOON, ORIGIN, Clock, box, event, furnish, recorder, syringes
from tests.trace.plans import Asked, listening, plan_of, scanned
from trace import EventKind, Recorded, Recorder, history_of_lot, history_of_unit

BIG = {"unit", "event_unit", "event_lot", "event_id", "entry", "exposure", "balance", "lot"}
"""The tables that grow with every day."""

UNITS, LOTS = 4_000, 400


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def full(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ledger]:
    """A ledger with thousands of units in hundreds of lots, and statistics about them."""
    url = _fresh(request, tmp_path_factory)
    database = Database(url)
    ledger = Ledger(database, 1, Clock())
    ledger.found(ORIGIN, SHA256, encode({"origin": ORIGIN, "type": "medtrace:Ledger"}))
    hands = recorder(ledger)
    furnish(hands)
    _fill(hands)
    with database.write() as connection:
        connection.exec_driver_sql("ANALYZE")
    yield ledger
    database.close()


def _fresh(request: pytest.FixtureRequest, paths: pytest.TempPathFactory) -> str:
    if request.param == "sqlite":
        path = paths.mktemp("plans") / "medtrace.sqlite3"
        path.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
        return f"sqlite:///{path}"
    server: str = request.getfixturevalue("postgres_server")
    template: str = request.getfixturevalue("postgres_template")
    name = f"{template}_plans"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
    url = make_url(server).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


def _fill(hands: Recorder) -> None:
    expiry = date(2028, 1, 1)
    boxes = [box(f"P{n}", lot=f"B{n % LOTS}", expiry=expiry) for n in range(UNITS)]
    events = [event(EventKind.RECEIVED, each) for each in boxes]
    events += [event(EventKind.RECEIVED, syringes(9, lot=f"L{n}")) for n in range(LOTS)]
    events += [event(EventKind.MOVED, each, to="W07") for each in boxes[: UNITS // 2]]
    events += [
        event(EventKind.ADMINISTERED, each, at="W07", patient=uuid4())
        for each in boxes[: UNITS // 2]
    ]
    for start in range(0, len(events), 1000):
        outcomes = hands.record(events[start : start + 1000])
        assert all(isinstance(outcome, Recorded) for outcome in outcomes)


def _product(connection: Connection) -> int:
    found = find_product(connection, 1, box("P0").key)
    assert found is not None
    return found.product_id


QUESTIONS: dict[str, Callable[[Connection], object]] = {
    "a unit": lambda c: find_unit(c, 1, box("P7").key),
    "a product": lambda c: find_product(c, 1, f"https://id.gs1.org/01/{GTIN}"),
    "lots of a name": lambda c: find_lots(c, 1, "B7"),
    "a lot": lambda c: find_lot(c, 1, _product(c), "B7"),
    "where a lot is": lambda c: balances(c, 1, [7]),
    "the units of a lot": lambda c: units_of_lots(c, 1, [7]),
    "who had a lot": lambda c: exposures(c, 1, [7, 8]),
    "how much arrived": lambda c: received(c, 1, [7]),
    "the life of a unit": lambda c: history_of_unit(c, 1, 7),
    "the life of a lot": lambda c: history_of_lot(c, 1, 7, before=3000, limit=50),
    "some entries": lambda c: read_entries(c, 1, 100, 120),
    "the answer for a lot": lambda c: answer(c, 1, ((_product(c), "B7"),)),
    "the cases of a lot": lambda c: cases_of_lot(c, 1, find_lots(c, 1, "B7")[0]),
}


def _no_scan(database: Database, asked: Asked) -> None:
    looked = 0
    for statement, parameters in asked:
        if not statement.lstrip().upper().startswith("SELECT"):
            continue
        plan = plan_of(database, statement, parameters)
        assert not scanned(plan) & BIG, f"{statement}\n" + "\n".join(plan)
        looked += 1
    assert looked


@pytest.mark.parametrize("name", list(QUESTIONS))
def test_a_question_is_answered_by_keys(
    full: Ledger, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    database = full.database
    with listening(database, monkeypatch) as asked, database.read() as connection:
        assert QUESTIONS[name](connection) or name == "the cases of a lot"
    _no_scan(database, asked)


def test_a_whole_products_recall_is_answered(full: Ledger) -> None:
    """Most goods of this hospital are in it: to read tables whole would be right, there."""
    database = full.database
    with database.read() as connection:
        found = answer(connection, 1, ((_product(connection), ALL_LOTS),))
    assert (found.received, found.used) == (UNITS, UNITS // 2)
    assert found.agrees


def test_recording_reads_by_keys(full: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    database = full.database
    patient = UUID(int=9)
    scans = [
        event(EventKind.RECEIVED, box("NEW", lot="B7")),
        event(EventKind.RECEIVED, box("NEWER", lot="NEW")),
        event(EventKind.DISPENSED, box(f"P{UNITS - 1}"), patient=patient),
        event(EventKind.DISPENSED, syringes(2, lot="L7"), patient=patient),
        event(EventKind.DISPENSED, box("P1"), time=NOON),
    ]
    fresh = recorder(full)  # remembers nothing yet, so it asks everything
    with listening(database, monkeypatch) as asked:
        outcomes = fresh.record(scans)
        fresh.record(scans[:1])
    assert [isinstance(outcome, Recorded) for outcome in outcomes] == [True] * 4 + [False]
    assert len(asked) > 10
    _no_scan(database, asked)


def test_a_scan_is_seen(full: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check itself: a question without a key must be caught."""
    database = full.database
    with listening(database, monkeypatch) as asked, database.read() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM unit WHERE status = 'none'")
    with pytest.raises(AssertionError):
        _no_scan(database, asked)
