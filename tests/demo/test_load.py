"""Load: as many events as asked for, none refused but those asked for, always the same."""

from __future__ import annotations

import gc
import shutil
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from database import Database
from demo import Known, Progress, fill, generate, items, questions
from errors import Invalid
from hospital import new_participants
from inventory import (
    Lot,
    Status,
    exposures,
    find_lot,
    find_unit,
    products_by_code,
    received,
    units_of_lots,
)
from ledger import SHA256, Ledger, encode
from tests.support import ORIGIN, Clock
from trace import Event, Outcome, Reason, Recorded, Recorder, Refused, history_of_unit


def _events(count: int, seed: int, **more: float) -> list[Event]:
    records = [record for batch in generate(count, seed, **more) for record in batch]  # type: ignore[arg-type]
    return [record for record in records if isinstance(record, Event)]


def _record(ledger: Ledger, count: int, seed: int, **more: float) -> list[Outcome]:
    recorder = Recorder(ledger, new_participants())
    return [
        outcome
        for batch in generate(count, seed, **more)  # type: ignore[arg-type]
        for outcome in recorder.record(batch)
    ]


def test_all_of_it_is_recorded(ledger: Ledger) -> None:
    outcomes = _record(ledger, 4_000, 1)
    assert {type(outcome) for outcome in outcomes} == {Recorded}
    assert len(outcomes) == 4_000 + ledger_definitions()


def ledger_definitions() -> int:
    """How many records come before the events."""
    return sum(1 for batch in generate(1, 1) for record in batch if not isinstance(record, Event))


def test_a_second_load_of_another_seed_goes_on_top(ledger: Ledger) -> None:
    for seed in (1, 2):
        outcomes = _record(ledger, 1_500, seed)
        assert {type(outcome) for outcome in outcomes} == {Recorded}


@pytest.mark.parametrize("share", [0.05, 0.5])
def test_refusals_have_the_share_that_was_asked_for(ledger: Ledger, share: float) -> None:
    outcomes = _record(ledger, 4_000, 3, refusals=share)
    refused = [each for each in outcomes if isinstance(each, Refused)]
    assert {each.reason for each in refused} == {Reason.ALREADY_USED}
    # Before the first box is used nothing can be scanned again.
    assert share * 0.8 < len(refused) / 4_000 < share * 1.1


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Ledger]:
    """A ledger with the smallest load that holds a whole set of questions."""
    path = tmp_path_factory.mktemp("load") / "medtrace.sqlite3"
    shutil.copy(sqlite_template, path)
    ledger = Ledger(Database(f"sqlite:///{path}"), 1, Clock())
    ledger.found(ORIGIN, SHA256, encode({"origin": ORIGIN, "type": "medtrace:Ledger"}))
    fill(ledger, Recorder(ledger, new_participants()), 10_000, 9)
    yield ledger
    ledger.database.close()


def _lot(connection: Connection, known: Known) -> Lot:
    product = products_by_code(connection, 1, [known.product])[known.product]
    found = find_lot(connection, 1, product.product_id, known.lot)
    assert found is not None
    return found


def test_what_is_asked_about_is_there_whole(loaded: Ledger) -> None:
    (asked,) = questions(10_000, 9)
    assert (asked.small.size, asked.large.size) == (20, 2_000)
    assert sum(known.size for known in asked.scope) == 2_000
    with loaded.database.read() as connection:
        for known in (asked.small, asked.large, *asked.scope):
            lot = _lot(connection, known)
            assert received(connection, 1, [lot.lot_id]) == known.size
            states = Counter(u.status for u in units_of_lots(connection, 1, [lot.lot_id]))
            assert {Status.AVAILABLE, Status.ADMINISTERED} <= set(states)
            assert states.total() == known.size
            first = find_unit(connection, 1, known.key)
            assert first is not None
            assert first.lot_id == lot.lot_id
        large = _lot(connection, asked.large).lot_id
        assert len(exposures(connection, 1, [large])) > 700
        for key in asked.boxes:
            unit = find_unit(connection, 1, key)
            assert unit is not None
            assert len(history_of_unit(connection, 1, unit.unit_id)) == 20


def test_every_size_has_something_early_and_something_late() -> None:
    for events in (100_000, 1_000_000, 10_000_000):
        begins = [each.begins for each in questions(events, 1)]
        assert begins[0] == 0
        assert 0.4 < begins[-2] / events < 0.5
        assert 0.8 < begins[-1] / events < 1
    assert questions(9_999, 1) == ()
    assert questions(100_000, 1) == questions(1_000_000, 1)[:3]


def test_a_larger_load_goes_on_where_the_smaller_one_ended(ledger: Ledger) -> None:
    recorder = Recorder(ledger, new_participants())
    assert fill(ledger, recorder, 1_200, 5).added == 1_200 + ledger_definitions()
    size = ledger.head().size
    told: list[Progress] = []
    last = fill(ledger, recorder, 2_600, 5, told.append)
    assert last.done == 2_600 + ledger_definitions()
    assert ledger.head().size == size + 1_400
    assert last.added < last.done  # what was there whole was not even sent
    assert [each.done for each in told] == sorted(each.done for each in told)
    assert _events(2_600, 5)[:1_200] == _events(1_200, 5)


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 1_500), st.integers(0, 10**9))
def test_it_is_exactly_so_many_in_batches(count: int, seed: int) -> None:
    batches = list(generate(count, seed))
    assert max(map(len, batches)) <= 500
    events = [record for batch in batches for record in batch if isinstance(record, Event)]
    assert len(events) == count
    assert len({event.id for event in events}) == count


def test_the_same_arguments_give_the_same_load() -> None:
    assert _events(700, 5, refusals=0.1) == _events(700, 5, refusals=0.1)
    first, other = _events(700, 5), _events(700, 6)
    assert not {event.id for event in first} & {event.id for event in other}


def test_times_go_on_from_the_start() -> None:
    start = datetime(2027, 3, 1, 9, tzinfo=UTC)
    events = [r for batch in generate(900, 1, start=start) for r in batch if isinstance(r, Event)]
    times = [event.time for event in events]
    assert times == sorted(times)
    assert start < times[0]
    assert times[-1] - start < timedelta(hours=1)


def test_a_ward_round_of_load_looks_like_one() -> None:
    events = _events(20_000, 4)
    kinds = Counter(event.kind.value for event in events)
    assert {"received", "moved", "dispensed", "administered", "implanted"} <= set(kinds)
    assert {"packed", "unpacked", "sent", "accepted", "reserved", "returned"} <= set(kinds)
    assert len({event.patient for event in events}) > 1_000
    amounts = [event for event in events if event.things[0].quantity is not None]
    assert 0.02 < len(amounts) / len(events) < 0.6
    known = {name for item in items().values() for name in item.product.identifiers}
    assert len(known) > 60


@pytest.mark.long
def test_memory_does_not_grow_with_the_load() -> None:
    def peak(count: int) -> int:
        gc.collect()  # what tests before it left is not held against it
        tracemalloc.start()
        for _ in generate(count, 8):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(120)
    # At 4,000 events not all goods are on their way yet; from 16,000 on as many come as go.
    assert peak(32_000) < 1.5 * peak(16_000)


@pytest.mark.parametrize("count", [-1, 0])
def test_too_few_is_told(count: int) -> None:
    with pytest.raises(Invalid, match="demo-too-small"):
        generate(count, 1)
