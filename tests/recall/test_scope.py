"""Recalls that reach into a lot or across lots, are widened, narrowed, or only a drill."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from uuid6 import uuid7

from errors import Invalid
from hospital import DECODERS
from inventory import Days, Extent, Range, Status
from ledger import Ledger
from recall import Answer, Case, Recall, RecallRevision, Scope, answer, find_case
from tests.recall.test_closing import BOTH, closing, reopening
from tests.recall.test_desk import opened, reason
from tests.support import ANTIBODY, NOON, STENT, SYRINGE, box, event, furnish, recorder, syringes
from tests.trace.rows import rows_of
from trace import (
    Correction,
    Error,
    EventKind,
    Outcome,
    Reason,
    Recorded,
    Recorder,
    Thing,
    rebuild,
)


@pytest.fixture
def desk(ledger: Ledger) -> Recorder:
    """A hospital on each engine in turn: ten boxes of B1 from one supplier, one of B2 later."""
    made = recorder(ledger)
    furnish(made)
    boxes = [box(f"S{number}", lot="B1", expiry=date(2027, 5, 31)) for number in range(1, 11)]
    made.record(
        [
            event(EventKind.RECEIVED, *boxes, party="华东医药"),
            event(
                EventKind.RECEIVED,
                box("S77", lot="B2", expiry=date(2027, 8, 31)),
                party="江北医药",
                time=NOON + timedelta(days=40),
            ),
            event(EventKind.RECEIVED, syringes(30), party="华东医药"),
        ]
    )
    return made


def within(**said: object) -> Scope:
    return Scope(ANTIBODY.code, (), Extent(**said))  # type: ignore[arg-type]


def dispense(desk: Recorder, serial: str) -> Outcome:
    (outcome,) = desk.record([event(EventKind.DISPENSED, box(serial), to="W07")])
    return outcome


def case_of(ledger: Ledger, case_id: str = "RC-1") -> tuple[Case, Answer]:
    with ledger.database.read() as connection:
        case = find_case(connection, 1, case_id)
        assert case is not None
        return case, answer(connection, 1, case.scope)


@pytest.mark.parametrize(
    ("scope", "held", "free"),
    [
        (within(serials=(Range("S3", "S5"),)), "S4", "S6"),
        (within(expiry=Days("2027-08-01", None)), "S77", "S1"),
        (within(supplier="华东医药"), "S1", "S77"),
        (within(received=Days((NOON + timedelta(days=30)).date().isoformat(), None)), "S77", "S1"),
        (within(patterns=("B?",), expiry=Days(None, "2027-06-30")), "S1", "S77"),
        (within(ranges=(Range("B2", "B9"),)), "S77", "S1"),
    ],
)
def test_what_is_in_the_scope_stays_and_what_is_not_leaves(
    desk: Recorder, scope: Scope, held: str, free: str
) -> None:
    desk.record([opened("RC-1", scope)])
    assert reason(dispense(desk, held)) is Reason.RECALLED
    assert isinstance(dispense(desk, free), Recorded)


def test_later_deliveries_of_the_scope_are_held_as_they_arrive(
    ledger: Ledger, desk: Recorder
) -> None:
    desk.record([opened("RC-1", within(supplier="江北医药", serials=(Range("S100", "S199"),)))])
    later = event(
        EventKind.RECEIVED, box("S150", lot="B3"), box("S200", lot="B3"), party="江北医药"
    )
    other = event(EventKind.RECEIVED, box("S151", lot="B4"), party="华东医药")
    assert all(isinstance(each, Recorded) for each in desk.record([later, other]))
    states = {row[2][-4:]: row[6] for row in rows_of(ledger)["unit"]}
    assert (states["S150"], states["S200"], states["S151"]) == (
        Status.QUARANTINED,
        Status.AVAILABLE,
        Status.AVAILABLE,
    )


@pytest.fixture
def twice(desk: Recorder) -> Recorder:
    """Boxes of B1 from a second supplier too, 40 days later; so with the syringes of L1."""
    boxes = [box(f"S{number}", lot="B1") for number in (11, 12)]
    when = NOON + timedelta(days=40)
    later = event(EventKind.RECEIVED, *boxes, syringes(20), party="江北医药", time=when)
    assert isinstance(desk.record([later])[0], Recorded)
    return desk


@pytest.mark.parametrize(
    "extent",
    [
        Extent(supplier="江北医药"),
        Extent(received=Days((NOON + timedelta(days=30)).date().isoformat(), None)),
    ],
)
def test_a_lot_that_came_twice_is_cut_between_its_deliveries(
    ledger: Ledger, twice: Recorder, extent: Extent
) -> None:
    alice = uuid7()
    twice.record([event(EventKind.DISPENSED, box("S12"), box("S2"), to="W07", patient=alice)])
    twice.record([opened("RC-1", Scope(ANTIBODY.code, ("B1",), extent))])
    assert isinstance(dispense(twice, "S1"), Recorded)
    assert reason(dispense(twice, "S11")) is Reason.RECALLED
    _, found = case_of(ledger)
    assert (found.received, found.available, found.dispensed, found.mixed) == (2, 1, 1, 0)
    assert [(each.patient, each.holding) for each in found.patients] == [(alice, 1)]


def test_a_day_between_two_deliveries_is_no_day_of_arrival(ledger: Ledger, twice: Recorder) -> None:
    day = (NOON + timedelta(days=20)).date().isoformat()
    twice.record([opened("RC-1", within(received=Days(day, day)))])
    assert isinstance(dispense(twice, "S11"), Recorded)
    assert case_of(ledger)[1].received == 0


def test_amounts_of_two_deliveries_are_held_together_and_the_answer_says_so(
    ledger: Ledger, twice: Recorder
) -> None:
    """Nobody can say which of the fifty syringes the second supplier brought."""
    twice.record([opened("RC-1", Scope(SYRINGE.code, (), Extent(supplier="江北医药")))])
    (outcome,) = twice.record([event(EventKind.DISPENSED, syringes(2), to="W07")])
    assert reason(outcome) is Reason.RECALLED
    _, found = case_of(ledger)
    assert (found.received, found.available, found.mixed) == (50, 50, 30)
    assert found.agrees


def test_amounts_of_one_delivery_are_left_alone_when_another_is_recalled(
    ledger: Ledger, desk: Recorder
) -> None:
    """What came of the lot under codes is recalled, the loose syringes came from somebody else."""
    coded = Thing(f"{SYRINGE.identifiers[0]}/21/P1", lot="L1")
    desk.record([event(EventKind.RECEIVED, coded, party="江北医药")])
    desk.record([opened("RC-1", Scope(SYRINGE.code, ("L1",), Extent(supplier="江北医药")))])
    (loose,) = desk.record([event(EventKind.DISPENSED, syringes(2), to="W07")])
    assert isinstance(loose, Recorded)
    assert reason(desk.record([event(EventKind.DISPENSED, coded, to="W07")])[0]) is Reason.RECALLED
    _, found = case_of(ledger)
    assert (found.received, found.available, found.mixed) == (1, 1, 0)


def test_a_delivery_that_was_declared_wrong_brought_nothing(ledger: Ledger, desk: Recorder) -> None:
    """The syringes were booked for the wrong supplier: corrected, they fall under no recall."""
    wrong = event(EventKind.RECEIVED, syringes(20), party="江北医药")
    undo = Correction(
        id=uuid7(), time=NOON, corrects=wrong.id, error=Error.INCORRECT_DATA, person="2307"
    )
    right = event(EventKind.RECEIVED, syringes(20), party="华东医药")
    scope = Scope(SYRINGE.code, (), Extent(supplier="江北医药"))
    outcomes = desk.record([wrong, undo, right, opened("RC-1", scope)])
    assert all(isinstance(each, Recorded) for each in outcomes)
    assert isinstance(desk.record([event(EventKind.DISPENSED, syringes(2))])[0], Recorded)
    assert case_of(ledger)[1].received == 0


def test_goods_that_nobody_received_may_be_of_every_delivery(
    ledger: Ledger, desk: Recorder
) -> None:
    unseen = event(EventKind.MOVED, box("S50", lot="B9"), to="W07", after_the_fact=True)
    assert isinstance(desk.record([unseen])[0], Recorded)
    desk.record([opened("RC-1", within(supplier="江北医药", lots=()))])
    (outcome,) = desk.record([event(EventKind.ADMINISTERED, box("S50"), at="W07", patient=uuid7())])
    assert reason(outcome) is Reason.RECALLED
    assert case_of(ledger)[1].received == 2


def test_the_answer_of_a_range_of_serials_counts_those_alone(
    ledger: Ledger, desk: Recorder
) -> None:
    alice = uuid7()
    desk.record(
        [
            event(EventKind.DISPENSED, box("S3"), box("S9"), to="W07", patient=alice),
            event(EventKind.ADMINISTERED, box("S3"), box("S9"), at="W07", patient=alice),
            event(EventKind.QUARANTINED, box("S4")),
            opened("RC-1", within(serials=(Range("S3", "S5"),))),
        ]
    )
    case, found = case_of(ledger)
    assert (found.received, found.used, found.quarantined, found.available) == (3, 1, 1, 1)
    assert found.agrees
    assert [(each.patient, each.used) for each in found.patients] == [(alice, 1)]
    assert case.deadline == case.notified + timedelta(hours=48)


def test_amounts_without_serials_may_hold_every_serial(ledger: Ledger, desk: Recorder) -> None:
    scope = Scope(SYRINGE.code, ("L1",), Extent(serials=(Range("1", "5"),)))
    desk.record([opened("RC-1", scope)])
    (outcome,) = desk.record([event(EventKind.DISPENSED, syringes(2), to="W07")])
    assert reason(outcome) is Reason.RECALLED
    assert case_of(ledger)[1].received == 30


def test_a_drill_holds_nothing_and_is_answered_all_the_same(ledger: Ledger, desk: Recorder) -> None:
    told = opened("RC-1", Scope(ANTIBODY.code, ("B1",)))
    drill = Recall.parse({**_members(told), "drill": True, "number": "演练-1"})
    desk.record([drill])
    assert isinstance(dispense(desk, "S1"), Recorded)
    case, found = case_of(ledger)
    assert (case.drill, case.number, found.received, found.dispensed) == (True, "演练-1", 10, 1)
    assert rows_of(ledger)["hold"] == []
    desk.record([closing()])
    desk.record([reopening()])
    assert rows_of(ledger)["hold"] == []


def _members(recall: Recall) -> dict[str, object]:
    from json import loads  # noqa: PLC0415 -- of this test alone

    found: dict[str, object] = loads(recall.encode())
    return found


def revision(
    *, adds: tuple[Scope, ...] = (), drops: tuple[Scope, ...] = (), signed: bool = True
) -> RecallRevision:
    return RecallRevision(
        id=uuid7(),
        case_id="RC-1",
        time=NOON + timedelta(days=1),
        person="0533",
        second_person="Q1" if signed else None,
        signatures=BOTH if signed else (),
        explanation="厂家追加批号",
        adds=adds,
        drops=drops,
    )


def test_a_scope_is_widened_by_one_and_narrowed_by_two(ledger: Ledger, desk: Recorder) -> None:
    second, lot = Scope(ANTIBODY.code, ("B2",)), Scope(ANTIBODY.code, ("B1",))
    desk.record([opened("RC-1", lot)])
    assert isinstance(desk.record([revision(adds=(second,), signed=False)])[0], Recorded)
    assert reason(dispense(desk, "S77")) is Reason.RECALLED
    (refused,) = desk.record([revision(drops=(lot,), signed=False)])
    assert reason(refused) is Reason.CASE_UNSIGNED
    assert reason(dispense(desk, "S1")) is Reason.RECALLED
    (narrowed,) = desk.record(
        [revision(drops=(lot,), adds=(within(serials=(Range("S1", "S2"),)),))]
    )
    assert isinstance(narrowed, Recorded)
    assert isinstance(dispense(desk, "S5"), Recorded)
    assert reason(dispense(desk, "S1")) is Reason.RECALLED
    case, found = case_of(ledger)
    assert found.received == 3  # S1 and S2, and the box of B2
    told = [(each.person, each.second_person, each.adds, each.drops) for each in case.revisions]
    assert told[0] == ("0533", None, (second,), ())
    assert told[1][1:] == ("Q1", (within(serials=(Range("S1", "S2"),)),), (lot,))
    assert case.seqs == tuple(sorted(case.seqs))
    before = rows_of(ledger)
    rebuild(ledger, recorder(ledger)._participants, DECODERS)
    assert rows_of(ledger) == before


def test_a_scope_is_neither_emptied_nor_narrowed_by_what_is_not_in_it(desk: Recorder) -> None:
    lot = Scope(ANTIBODY.code, ("B1",))
    assert reason(desk.record([revision(adds=(lot,))])[0]) is Reason.UNKNOWN_CASE
    desk.record([opened("RC-1", lot)])
    for drops, why in (
        ((lot,), Reason.SCOPE_EMPTY),
        ((Scope(ANTIBODY.code, ("B2",)),), Reason.NOT_IN_SCOPE),
        ((Scope(STENT.code, ("B1",)),), Reason.NOT_IN_SCOPE),
        ((Scope("NONE", ("B1",)),), Reason.UNKNOWN_PRODUCT),
    ):
        assert reason(desk.record([revision(drops=drops)])[0]) is why
    desk.record([closing()])
    assert reason(desk.record([revision(adds=(lot,))])[0]) is Reason.CASE_CLOSED
    with pytest.raises(Invalid, match="required"):
        revision()
