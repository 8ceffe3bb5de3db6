"""A fridge that gets warm holds what was in it, wherever that is by now, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uuid6 import uuid7

from errors import Invalid
from hospital import DECODERS, new_participants
from inventory import (
    ColdKeeper,
    Definition,
    Excursion,
    ExcursionDecision,
    Flag,
    Location,
    Reading,
    Sample,
    Span,
    Status,
    Storage,
    Temperatures,
    Window,
    balances,
    find_excursion,
    find_lot,
    hold_excursions,
    open_excursions,
    sensors,
    things_there,
    units_by_key,
    warmth_in,
)
from inventory.cold_chain.watch import Outside, follow, millis, moment_of
from ledger import Ledger, encode
from tests.support import ANTIBODY, LOCATIONS, NOON, SYRINGE, Clock, box, event, syringes
from tests.trace.rows import rows_of
from tests.trace.strategies import times, words
from trace import EventKind, Outcome, Reason, Recorded, Recorder, Refused, history_of_unit, rebuild

COLD = Temperatures(Decimal(2), Decimal(8))
PATIENT = Temperatures(Decimal(2), Decimal(8), timedelta(minutes=30))
VACCINE = replace(ANTIBODY, flags=frozenset({Flag.COLD_CHAIN}), storage=Storage(PATIENT))
COLD_SYRINGE = replace(SYRINGE, flags=frozenset({Flag.COLD_CHAIN}))
FRIDGE = Location("F1", "冷柜 1", "fridge", "STORE", temperatures=PATIENT)
SHELF = Location("F1-A", "冷柜 1 上层", "shelf", "F1")
EXPIRY = date(2027, 12, 31)


class Pharmacy:
    """A store with a fridge, a ward, and goods of the cold chain."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self.ledger, self.clock = ledger, clock
        self.recorder = Recorder(ledger, new_participants())
        self.define(*LOCATIONS, FRIDGE, SHELF, VACCINE, COLD_SYRINGE)

    def define(self, *things: Any) -> None:  # noqa: ANN401 -- products and places
        self.recorder.record([Definition(id=uuid7(), time=NOON, thing=each) for each in things])

    def tell(self, kind: EventKind, *things: Any, minute: int, **more: Any) -> Outcome:  # noqa: ANN401 -- as `event`
        self.clock.now = (NOON + timedelta(minutes=minute)).astimezone(UTC)
        time = NOON + timedelta(minutes=minute)
        (outcome,) = self.recorder.record([event(kind, *things, time=time, **more)])
        assert isinstance(outcome, Recorded), outcome
        return outcome

    def measure(
        self, *values: tuple[int, str], place: str = "F1", sensor: str = "T1", hold: bool = True
    ) -> list[Outcome]:
        """A reading with (minute, °C) samples."""
        samples = tuple(sample(minute, value) for minute, value in values)
        latest = (NOON + timedelta(minutes=values[-1][0])).astimezone(UTC)
        self.clock.now = max(self.clock.now, latest)
        reading = Reading(id=uuid7(), place=place, sensor=sensor, samples=samples)
        outcomes = self.recorder.record([reading])
        if hold:
            self.hold()
        return list(outcomes)

    def hold(self) -> int:
        return hold_excursions(
            ColdKeeper(self.ledger.database, 1, self.recorder.record, self.clock, uuid7)
        )

    def excursions(self) -> list[Excursion]:
        with self.ledger.database.read() as connection:
            return open_excursions(connection, 1)

    def statuses(self, *serials: str) -> list[Status]:
        keys = [box(serial).key for serial in serials]
        with self.ledger.database.read() as connection:
            found = units_by_key(connection, 1, keys)
        return [found[key].status for key in keys]

    def amounts(self, lot: str = "L1") -> dict[tuple[str, str], int]:
        """How much of a lot of syringes is where in which state."""
        with self.ledger.database.read() as connection:
            known = find_lot(connection, 1, 2, lot)
            assert known is not None
            rows = balances(connection, 1, [known.lot_id])
            names = {place.location_id: place.code for place in _places(connection)}
        return {(names[row.location_id], row.status.value): row.quantity for row in rows}


def _places(connection: Any) -> Any:  # noqa: ANN401 -- a connection
    from inventory import locations  # noqa: PLC0415 -- this helper alone

    return locations(connection, 1).values()


def sample(minute: float, value: str) -> Sample:
    degrees = Decimal(value)
    return Sample(NOON + timedelta(minutes=minute), degrees, degrees)


@pytest.fixture
def pharmacy(ledger: Ledger, clock: Clock) -> Pharmacy:
    return Pharmacy(ledger, clock)


def receive(pharmacy: Pharmacy, *things: Any, at: str = "F1", minute: int = -60) -> None:  # noqa: ANN401 -- things
    pharmacy.tell(EventKind.RECEIVED, *things, at=at, minute=minute)


def test_a_span_is_as_warm_as_its_own_samples_were(pharmacy: Pharmacy) -> None:
    """Of a reading that a stay begins or ends in the middle of, the rest is left out."""
    pharmacy.measure((0, "5"), (10, "9.5"), (30, "3"), hold=False)
    pharmacy.measure((40, "6"), (50, "7.25"), hold=False)
    pharmacy.measure((60, "4"), (90, "12"), hold=False)
    pharmacy.measure((20, "20"), place="STORE", sensor="T9", hold=False)

    def between(first: int, last: int) -> list[tuple[str, str, int]]:
        at = [NOON + timedelta(minutes=minute) for minute in (first, last)]
        with pharmacy.ledger.database.read() as connection:
            (fridge,) = (each for each in _places(connection) if each.code == "F1")
            found = warmth_in(connection, 1, Span([fridge.location_id], *at))
        return [(str(each.lowest), str(each.highest), each.readings) for each in found]

    assert between(20, 70) == [("3", "7.25", 3)]
    assert between(0, 90) == [("3", "12", 3)]
    assert between(51, 59) == []
    assert between(5, 9) == []


def test_a_warm_fridge_holds_what_is_in_it_and_below(pharmacy: Pharmacy) -> None:
    receive(pharmacy, box("A1", lot="B1", expiry=EXPIRY), syringes(10, expiry=EXPIRY))
    receive(pharmacy, box("A2", lot="B1", expiry=EXPIRY), at="F1-A")
    receive(pharmacy, box("A3", lot="B1", expiry=EXPIRY), at="STORE")
    pharmacy.measure((0, "5"), (10, "9.5"), (30, "10.25"), (45, "9"))
    (found,) = pharmacy.excursions()
    assert (found.place.code, found.sensor, found.of_place, found.ended) == (
        "F1",
        "T1",
        True,
        False,
    )
    assert (found.lowest, found.highest) == (Decimal(9), Decimal("10.25"))
    assert found.started == NOON + timedelta(minutes=10)
    held, free = Status.QUARANTINED, Status.AVAILABLE
    assert pharmacy.statuses("A1", "A2", "A3") == [held, held, free]
    assert pharmacy.amounts() == {("F1", "quarantined"): 10}


def test_the_entry_names_the_excursion_and_the_reading(pharmacy: Pharmacy) -> None:
    receive(pharmacy, box("A1", lot="B1", expiry=EXPIRY))
    (outcome,) = pharmacy.measure((0, "9"), (45, "9"))
    assert isinstance(outcome, Recorded)
    with pharmacy.ledger.database.read() as connection:
        unit = units_by_key(connection, 1, [box("A1").key])[box("A1").key]
        last = history_of_unit(connection, 1, unit.unit_id)[-1]
    assert last.event is not None
    assert last.event.kind is EventKind.QUARANTINED
    documents = {document.type: document.id for document in last.event.documents}
    assert documents == {"excursion": "1", "reading": str(outcome.receipt.seq)}
    (entry,) = pharmacy.ledger.entries(outcome.receipt.seq, outcome.receipt.seq + 1)
    assert entry.context == {"excursions": [1]}


@pytest.mark.parametrize(
    ("values", "number"),
    [
        ([(0, "8"), (60, "2")], 0),
        ([(0, "9"), (20, "9"), (30, "9"), (31, "8")], 0),
        ([(0, "9"), (20, "7"), (40, "9"), (60, "9")], 0),
        ([(0, "9"), (31, "9")], 1),
        ([(0, "1.99"), (31, "1.99")], 1),
        ([(0, "9"), (40, "9"), (50, "5"), (60, "1"), (100, "1")], 2),
    ],
)
def test_an_excursion_lasts_longer_than_the_allowance(
    pharmacy: Pharmacy, values: list[tuple[int, str]], number: int
) -> None:
    """Told in one reading or sample by sample, it is the same."""
    pharmacy.measure(*values, hold=False)
    for value in values:
        pharmacy.measure(value, sensor="T2", hold=False)
    found = pharmacy.excursions()
    sides = [
        [(each.started, each.until, each.ended, each.lowest) for each in found if each.sensor == s]
        for s in ("T1", "T2")
    ]
    assert sides[0] == sides[1]
    assert len(sides[0]) == number


def test_what_left_the_fridge_meanwhile_is_held_where_it_is(pharmacy: Pharmacy) -> None:
    things = [box(serial, lot="B1", expiry=EXPIRY) for serial in ("A1", "A2", "A3")]
    receive(pharmacy, *things, syringes(10, expiry=EXPIRY))
    pharmacy.measure((0, "9"))
    pharmacy.tell(EventKind.MOVED, things[0], syringes(4), at="F1", to="PHARM", minute=5)
    pharmacy.tell(EventKind.DISPENSED, box("A1"), at="PHARM", to="W07", minute=6)
    pharmacy.tell(EventKind.MOVED, syringes(1), at="PHARM", to="W07", minute=7)
    pharmacy.measure((40, "9"))
    assert pharmacy.statuses("A1", "A2", "A3") == [Status.QUARANTINED] * 3
    assert pharmacy.amounts() == {
        ("F1", "quarantined"): 6,
        ("PHARM", "quarantined"): 3,
        ("W07", "quarantined"): 1,
    }


def test_what_was_there_before_or_comes_after_is_free(pharmacy: Pharmacy) -> None:
    receive(pharmacy, box("A1", lot="B1", expiry=EXPIRY), syringes(10, expiry=EXPIRY))
    pharmacy.tell(EventKind.MOVED, box("A1"), syringes(3), at="F1", to="PHARM", minute=-10)
    pharmacy.measure((0, "9"), (40, "9"), (60, "5"), hold=False)
    receive(pharmacy, box("A9", lot="B1", expiry=EXPIRY), syringes(5), minute=70)
    pharmacy.hold()
    assert pharmacy.statuses("A1", "A9") == [Status.AVAILABLE] * 2
    assert pharmacy.amounts() == {
        ("F1", "available"): 5,
        ("F1", "quarantined"): 7,
        ("PHARM", "available"): 3,
    }


def test_what_was_used_is_not_brought_back(pharmacy: Pharmacy) -> None:
    receive(pharmacy, syringes(10, expiry=EXPIRY), box("A1", lot="B1", expiry=EXPIRY))
    pharmacy.measure((0, "9"))
    patient = uuid7()
    pharmacy.tell(EventKind.MOVED, syringes(4), box("A1"), at="F1", to="W07", minute=5)
    pharmacy.tell(
        EventKind.ADMINISTERED, syringes(4), box("A1"), at="W07", patient=patient, minute=6
    )
    pharmacy.measure((40, "9"))
    assert pharmacy.statuses("A1") == [Status.ADMINISTERED]
    assert pharmacy.amounts() == {("F1", "quarantined"): 6, ("W07", "administered"): 4}


def test_what_comes_while_it_is_warm_and_moves_on_is_held(pharmacy: Pharmacy) -> None:
    pharmacy.measure((0, "9"))
    receive(pharmacy, syringes(10, expiry=EXPIRY), minute=5)
    pharmacy.tell(EventKind.MOVED, syringes(4), at="F1", to="PHARM", minute=6)
    pharmacy.measure((40, "9"), (50, "5"), hold=False)
    receive(pharmacy, syringes(7, expiry=EXPIRY), minute=60)
    pharmacy.hold()
    assert pharmacy.amounts() == {
        ("F1", "available"): 7,
        ("F1", "quarantined"): 6,
        ("PHARM", "quarantined"): 4,
    }


@pytest.mark.parametrize(("used", "held"), [(1, 4), (4, 2), (6, 0)])
def test_what_may_have_been_there_is_held(pharmacy: Pharmacy, used: int, held: int) -> None:
    """Of six in the ward four were in the warm fridge; which ones were used nobody can tell."""
    receive(pharmacy, syringes(2, expiry=EXPIRY), at="W07")
    receive(pharmacy, syringes(4, expiry=EXPIRY))
    pharmacy.measure((0, "9"))
    pharmacy.tell(EventKind.MOVED, syringes(4), at="F1", to="W07", minute=5)
    pharmacy.tell(EventKind.ADMINISTERED, syringes(used), at="W07", patient=uuid7(), minute=6)
    pharmacy.measure((40, "9"))
    assert pharmacy.amounts().get(("W07", "quarantined"), 0) == held
    pharmacy.tell(EventKind.RECEIVED, syringes(5, expiry=EXPIRY), at="W07", minute=50)
    pharmacy.measure((60, "9"))
    assert pharmacy.amounts().get(("W07", "quarantined"), 0) == held


def test_goods_of_no_cold_chain_stay(pharmacy: Pharmacy) -> None:
    pharmacy.define(replace(COLD_SYRINGE, flags=frozenset()))
    receive(pharmacy, syringes(10, expiry=EXPIRY))
    pharmacy.measure((0, "9"), (40, "9"))
    assert len(pharmacy.excursions()) == 1
    assert pharmacy.amounts() == {("F1", "available"): 10}


def test_a_product_s_own_range_holds_that_product_alone(pharmacy: Pharmacy) -> None:
    """The ward's cupboard has no range; the vaccine may be at 2–8 ℃, the other goods up to 25 ℃."""
    warm = Storage(Temperatures(Decimal(2), Decimal(25)))
    pharmacy.define(replace(COLD_SYRINGE, storage=warm), replace(VACCINE, storage=Storage(COLD)))
    receive(pharmacy, box("A1", lot="B1", expiry=EXPIRY), syringes(10, expiry=EXPIRY), at="W07")
    pharmacy.measure((0, "20"), place="W07")
    (found,) = pharmacy.excursions()
    assert (found.of_place, found.limits) == (False, COLD)
    assert pharmacy.statuses("A1") == [Status.QUARANTINED]
    assert pharmacy.amounts() == {("W07", "available"): 10}


def test_a_fridge_in_a_store_has_its_own_air(pharmacy: Pharmacy) -> None:
    receive(pharmacy, box("A1", lot="B1", expiry=EXPIRY))
    pharmacy.measure((0, "20"), (100, "20"), place="STORE")
    assert pharmacy.excursions() == []
    assert pharmacy.statuses("A1") == [Status.AVAILABLE]


def test_an_excursion_that_goes_on_holds_what_comes(pharmacy: Pharmacy) -> None:
    receive(pharmacy, box("A1", lot="B1", expiry=EXPIRY))
    pharmacy.measure((0, "9"), (40, "9"))
    receive(pharmacy, box("A2", lot="B1", expiry=EXPIRY), minute=50)
    pharmacy.measure((55, "9.75"))
    (found,) = pharmacy.excursions()
    assert (found.number, found.highest) == (1, Decimal("9.75"))
    assert pharmacy.statuses("A1", "A2") == [Status.QUARANTINED] * 2
    pharmacy.measure((60, "5"))
    (found,) = pharmacy.excursions()
    assert (found.ended, found.until) == (True, NOON + timedelta(minutes=60))


def test_holding_again_changes_nothing(pharmacy: Pharmacy) -> None:
    receive(pharmacy, box("A1", lot="B1", expiry=EXPIRY), syringes(3, expiry=EXPIRY))
    pharmacy.measure((0, "9"), (40, "9"))
    before = rows_of(pharmacy.ledger)
    assert pharmacy.hold() == 0
    assert rows_of(pharmacy.ledger) == before


def test_what_is_released_is_not_held_again_for_the_same_reason(pharmacy: Pharmacy) -> None:
    receive(pharmacy, box("A1", lot="B1", expiry=EXPIRY), syringes(10, expiry=EXPIRY))
    pharmacy.measure((0, "9"), (40, "9"))
    pharmacy.tell(EventKind.RELEASED, box("A1"), syringes(4), at="F1", minute=45)
    receive(pharmacy, syringes(2, expiry=EXPIRY), minute=46)
    pharmacy.measure((50, "9"))
    assert pharmacy.statuses("A1") == [Status.AVAILABLE]
    assert pharmacy.amounts() == {("F1", "available"): 4, ("F1", "quarantined"): 8}


def test_a_person_decides_and_what_is_released_stays_free(pharmacy: Pharmacy) -> None:
    receive(pharmacy, box("A1", lot="B1", expiry=EXPIRY))
    pharmacy.measure((0, "9"), (40, "9"), (50, "5"))
    decision = ExcursionDecision(
        id=uuid7(), time=NOON, number=1, person="0007", note="厂家同意继续使用"
    )
    again = replace(decision, id=uuid7())
    none = replace(decision, id=uuid7(), number=9)
    first, second, third = pharmacy.recorder.record([decision, again, none])
    assert isinstance(first, Recorded)
    for outcome in (second, third):
        assert isinstance(outcome, Refused)
        assert outcome.reason is Reason.UNKNOWN_EXCURSION
    pharmacy.tell(EventKind.RELEASED, box("A1"), at="F1", minute=60)
    assert (pharmacy.excursions(), pharmacy.hold()) == ([], 0)
    assert pharmacy.statuses("A1") == [Status.AVAILABLE]
    with pharmacy.ledger.database.read() as connection:
        found = find_excursion(connection, 1, 1)
        assert find_excursion(connection, 1, 2) is None
    assert found is not None
    assert found.person == "0007"


def test_samples_that_come_late_or_twice_change_nothing(pharmacy: Pharmacy) -> None:
    pharmacy.measure((0, "5"), (60, "5"))
    before = rows_of(pharmacy.ledger)
    pharmacy.measure((10, "20"), (50, "20"))
    after = rows_of(pharmacy.ledger)
    for name in ("sensor", "sensor_watch", "excursion"):
        assert after[name] == before[name]
    with pharmacy.ledger.database.read() as connection:
        (state,) = sensors(connection, 1)
    assert (state.place.code, state.sensor, state.highest) == ("F1", "T1", Decimal(5))
    assert state.time == NOON + timedelta(minutes=60)


def test_a_sensor_stands_at_a_place_that_there_is(pharmacy: Pharmacy) -> None:
    (outcome,) = pharmacy.measure((0, "5"), place="MOON")
    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.UNKNOWN_LOCATION


def test_everything_is_rebuilt_from_the_ledger(pharmacy: Pharmacy) -> None:
    pharmacy.define(replace(VACCINE, storage=Storage(COLD)))
    receive(pharmacy, box("A1", lot="B1", expiry=EXPIRY), syringes(10, expiry=EXPIRY), at="W07")
    receive(pharmacy, syringes(5, expiry=EXPIRY))
    pharmacy.measure((0, "9"), place="W07")
    pharmacy.measure((0, "9"), (40, "9"), (50, "5"), (60, "1"))
    pharmacy.tell(EventKind.RELEASED, box("A1"), at="W07", minute=70)
    pharmacy.tell(EventKind.MOVED, box("A1"), at="W07", to="F1", minute=71)
    pharmacy.measure((80, "9"), place="W07")
    before = rows_of(pharmacy.ledger)
    rebuild(pharmacy.ledger, new_participants(), DECODERS)
    assert rows_of(pharmacy.ledger) == before


def test_what_was_there_between_two_moments_is_answered_for_long_histories(
    pharmacy: Pharmacy,
) -> None:
    """A box that goes in and out 300 times was there exactly at the moments that it was."""
    receive(pharmacy, box("A1", lot="B1", expiry=EXPIRY), at="F1", minute=0)
    for minute in range(1, 301):
        at, to = ("F1", "PHARM") if minute % 2 else ("PHARM", "F1")
        pharmacy.tell(EventKind.MOVED, box("A1"), at=at, to=to, minute=minute)

    def there(start: float, end: float) -> bool:
        since, until = (NOON + timedelta(minutes=minute) for minute in (start, end))
        with pharmacy.ledger.database.read() as connection:
            lot = find_lot(connection, 1, 1, "B1")
            assert lot is not None
            found = things_there(connection, 1, [lot], Window({"F1"}, since, until))
        return bool(found.units)

    assert not there(-10, -1)
    assert there(0, 0.5)
    assert not there(1.2, 1.8)
    assert there(1.2, 2)
    assert there(250.5, 250.8)
    assert not there(251.5, 251.8)
    assert there(300, 999)


def test_a_reading_is_in_order_and_not_empty() -> None:
    def reading(*samples: Sample, place: str = "F1") -> Reading:
        return Reading(id=uuid7(), place=place, sensor="T1", samples=samples)

    cases: list[tuple[Callable[[], object], str]] = [
        (reading, "required"),
        (lambda: reading(sample(0, "5"), place=""), "required"),
        (lambda: reading(sample(0, "5"), sample(0, "5")), "samples-out-of-order"),
        (lambda: reading(*(sample(n, "5") for n in range(1_001))), "samples-too-many"),
        (lambda: sample(0, "-274"), "temperature-impossible"),
        (lambda: sample(0, "1.001"), "temperature-too-fine"),
        (lambda: Sample(NOON, Decimal(2), Decimal(1)), "temperature-upside-down"),
        (lambda: Sample(datetime(2026, 1, 1), Decimal(1), Decimal(1)), "time-without-zone"),  # noqa: DTZ001 -- the fault in question
    ]
    for made, code in cases:
        with pytest.raises(Invalid) as caught:
            made()
        assert caught.value.code == code


degrees_drawn = st.integers(-8_000, 10_000).map(lambda value: Decimal(value) / 100)
pairs = st.tuples(degrees_drawn, degrees_drawn).map(sorted)


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    moments = sorted(set(draw(st.lists(times, min_size=1, max_size=5))), key=lambda each: each)
    made = tuple(Sample(time, *draw(pairs)) for time in moments)
    name = words.filter(bool)
    return Reading(
        id=draw(st.uuids()),
        place=draw(name),
        sensor=draw(name),
        samples=made,
        device=draw(st.none() | words),
        person=draw(st.none() | words),
    )


@given(readings())
def test_a_reading_reads_back_from_its_entry(reading: Reading) -> None:
    body = reading.encode()
    assert Reading.parse(json.loads(body)) == reading
    assert encode(json.loads(body)) == body


@given(
    st.lists(st.integers(0, 12), min_size=1, max_size=30),
    st.integers(0, 5),
    st.lists(st.integers(0, 30), max_size=4),
)
def test_however_samples_are_cut_into_readings_the_stretches_are_the_same(
    values: list[int], allowance: int, cuts: list[int]
) -> None:
    limits = Temperatures(Decimal(2), Decimal(8), timedelta(minutes=allowance))
    samples = [sample(minute, str(value)) for minute, value in zip(count(), values, strict=False)]
    whole = follow(limits, None, samples)
    parts: list[Outside] = []
    going: Outside | None = None
    edges = [0, *sorted(min(cut, len(samples)) for cut in cuts), len(samples)]
    for start, end in pairwise(edges):
        found = follow(limits, going, samples[start:end])
        going = found[-1] if found and not found[-1].ended else None
        parts += [each for each in found if each.ended]
    assert [*parts, *([going] if going else [])] == whole
    outside = sum(value < 2 or value > 8 for value in values)
    assert bool(whole) == bool(outside)
    for each in whole:
        lasted = moment_of(each.until) - moment_of(each.since)
        if each.lasting and allowance:
            assert lasted > limits.allowance
        assert millis(moment_of(each.since)) == each.since
