"""Load: as many events as asked for, none refused but those asked for, always the same."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo import LoadLot, generate, items, large_lot, small_lot
from errors import Invalid
from hospital import new_participants
from inventory import find_lot, find_unit, products_by_code, received, units_of_lots
from ledger import Ledger
from trace import Event, Outcome, Reason, Recorded, Recorder, Refused


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
    return sum(1 for batch in generate(120, 1) for record in batch if not isinstance(record, Event))


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


@pytest.mark.parametrize(("handle", "size"), [(small_lot, 20), (large_lot, 2_000)])
@pytest.mark.parametrize("count", [120, 3_000])
def test_lots_of_known_size_are_there(
    ledger: Ledger, handle: object, size: int, count: int
) -> None:
    _record(ledger, count, 9)
    known: LoadLot = handle(9)  # type: ignore[operator]
    assert known.size == size
    with ledger.database.read() as connection:
        product = products_by_code(connection, 1, [known.product])[known.product]
        lot = find_lot(connection, 1, product.product_id, known.lot)
        assert lot is not None
        assert received(connection, 1, [lot.lot_id]) == size
        assert len(units_of_lots(connection, 1, [lot.lot_id])) == size
        unit = find_unit(connection, 1, known.key)
    assert unit is not None
    assert unit.lot_id == lot.lot_id


@settings(deadline=None, max_examples=20)
@given(st.integers(120, 1_500), st.integers(0, 10**9))
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


def test_times_go_on_to_the_end() -> None:
    end = datetime(2027, 3, 1, 9, tzinfo=UTC)
    events = [r for batch in generate(900, 1, end=end) for r in batch if isinstance(r, Event)]
    times = [event.time for event in events]
    assert times == sorted(times)
    assert times[-1] == end
    assert end - times[0] < timedelta(hours=1)


def test_a_ward_round_of_load_looks_like_one() -> None:
    events = _events(20_000, 4)
    kinds = Counter(event.kind.value for event in events)
    assert set(kinds) == {"received", "moved", "dispensed", "administered", "implanted"}
    assert len({event.patient for event in events}) > 1_000
    amounts = [event for event in events if event.things[0].quantity is not None]
    assert 0.02 < len(amounts) / len(events) < 0.6
    known = {name for item in items().values() for name in item.product.identifiers}
    assert len(known) > 60


def test_memory_does_not_grow_with_the_load() -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        for _ in generate(count, 8):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(120)
    # At 4,000 events not all goods are on their way yet; from 16,000 on as many come as go.
    assert peak(32_000) < 1.25 * peak(16_000)


@pytest.mark.parametrize("count", [-1, 0, 119])
def test_too_few_is_told(count: int) -> None:
    with pytest.raises(Invalid, match="demo-too-small"):
        generate(count, 1)
