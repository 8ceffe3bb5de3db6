"""Corrections: what was wrong is undone, row by row, and both stay on record."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from uuid6 import uuid7

from database import metadata
from inventory import Status
from tests.inventory.house import (
    Hospital,
    ampoule,
    ampoules,
    for_document,
    on_both_engines,
    pallet,
    valve,
)
from tests.inventory.sums import rows
from tests.support import ANTIBODY, NOON, box, event, stent, syringes
from trace import (
    CAUSE_REQUIRED,
    TRANSFORMATIONS,
    Correction,
    Error,
    EventKind,
    Reason,
    Refused,
    Thing,
    models,
)

K = EventKind
ALICE = UUID(int=7)
RX = for_document("RX-1")
A1, A2 = box("A1", lot="B1"), box("A2", lot="B1")
PALLET, CASE = pallet(1), pallet(2)

# What leads there, and the kind of event that is then declared wrong.
WRONG: list[tuple[list[EventKind], EventKind]] = [
    ([], K.ARRIVED),
    ([], K.RECEIVED),
    ([K.ARRIVED], K.INSPECTED),
    ([K.ARRIVED], K.REJECTED),
    ([K.RECEIVED], K.MOVED),
    ([K.RECEIVED], K.SENT),
    ([K.RECEIVED, K.RESERVED], K.SENT),
    ([K.RECEIVED, K.SENT], K.ACCEPTED),
    ([K.RECEIVED], K.RESERVED),
    ([K.RECEIVED, K.RESERVED], K.FREED),
    ([K.RECEIVED], K.DISPENSED),
    ([K.RECEIVED, K.RESERVED], K.DISPENSED),
    ([K.RECEIVED], K.ADMINISTERED),
    ([K.RECEIVED, K.DISPENSED], K.ADMINISTERED),
    ([K.RECEIVED, K.DISPENSED], K.RETURNED),
    ([K.RECEIVED], K.OPENED),
    ([], K.EXPLANTED),
    ([], K.BROUGHT),
    ([K.BROUGHT], K.ADMINISTERED),
    ([K.BROUGHT], K.HANDED_BACK),
    ([K.BROUGHT], K.DESTROYED),
    ([K.RECEIVED, K.DISPENSED], K.MOVED),
    ([K.RECEIVED], K.QUARANTINED),
    ([K.RECEIVED, K.RESERVED], K.QUARANTINED),
    ([K.RECEIVED, K.DISPENSED], K.QUARANTINED),
    ([K.RECEIVED, K.QUARANTINED], K.RELEASED),
    ([K.RECEIVED], K.LOST),
    ([K.RECEIVED, K.LOST], K.FOUND),
    ([], K.FOUND),
    ([K.RECEIVED], K.WASTED),
    ([K.RECEIVED, K.DISPENSED], K.WASTED),
    ([K.RECEIVED], K.DESTROYED),
]
BEDSIDE = {K.ADMINISTERED, K.IMPLANTED, K.EXPLANTED, K.BROUGHT, K.HANDED_BACK}
FOR_SOMEBODY = BEDSIDE | {K.DISPENSED, K.ADMINISTERED, K.RETURNED, K.WASTED, K.QUARANTINED}


def _more(kind: EventKind) -> dict[str, Any]:
    patient = ALICE if kind in FOR_SOMEBODY else None
    return {"patient": patient, "second_person": "1104", **RX}


def _leads_to(hospital: Hospital, before: list[EventKind], *things: Thing) -> None:
    for kind in before:
        hospital.did(kind, *things, **_more(kind))


def test_every_kind_is_corrected() -> None:
    elsewhere = CAUSE_REQUIRED | TRANSFORMATIONS  # test_doses.py, test_parts.py, test_mixing.py
    tested = {kind for _, kind in WRONG} | {K.PACKED, K.UNPACKED, K.IMPLANTED, K.USED}
    assert tested | elsewhere == set(EventKind)


@pytest.mark.parametrize("thing", [A1, syringes(3)], ids=["unit", "amount"])
@pytest.mark.parametrize(("before", "kind"), WRONG)
def test_a_wrong_event_is_undone(
    hospital: Hospital, before: list[EventKind], kind: EventKind, thing: Thing
) -> None:
    _leads_to(hospital, before, thing)
    books = hospital.books()
    wrong = hospital.did(kind, thing, **_more(kind))
    assert hospital.corrects(wrong, second_person="1104") is None
    assert hospital.books() == books
    again = event(kind, thing, **_more(kind))
    hospital.must(again)
    hospital.rebuilt()


@pytest.mark.parametrize(
    ("before", "kind"), [x for x in WRONG if BEDSIDE.isdisjoint((*x[0], x[1]))]
)
def test_a_wrong_event_of_a_container_is_undone(
    hospital: Hospital, before: list[EventKind], kind: EventKind
) -> None:
    """A pallet of a case with two boxes and three syringes."""
    hospital.declares(PALLET, CASE, syringes(3))
    hospital.declares(CASE, A1, A2)
    _leads_to(hospital, before, PALLET)
    books = hospital.books()
    wrong = hospital.did(kind, PALLET, **_more(kind))
    assert hospital.corrects(wrong, second_person="1104") is None
    assert hospital.books() == books
    hospital.must(event(kind, PALLET, **_more(kind)))
    hospital.rebuilt()


@on_both_engines
def test_a_whole_life_is_undone_step_by_step(hospital: Hospital) -> None:
    steps: list[tuple[EventKind, dict[str, Any]]] = [
        (K.ARRIVED, {}),
        (K.INSPECTED, {}),
        (K.MOVED, {"to": "PHARM"}),
        (K.RESERVED, {"at": "PHARM", **RX}),
        (K.SENT, {"at": "PHARM", "to": "W07", **RX}),
        (K.ACCEPTED, {"at": "W07"}),
        (K.DISPENSED, {"at": "W07", "patient": ALICE}),
        (K.MOVED, {"at": "W07", "to": "W08"}),
        (K.ADMINISTERED, {"at": "W08", "patient": ALICE}),
    ]
    pages, done = [], []
    for kind, more in steps:
        pages.append(hospital.books())
        done.append(hospital.did(kind, A1, stent("S1", lot="S"), syringes(4), **more))
    for wrong, page in zip(reversed(done), reversed(pages), strict=True):
        assert hospital.corrects(wrong) is None
        assert hospital.books() == page
    assert hospital.status(A1) is Status.VOID
    hospital.rebuilt()


def test_an_implantation_is_undone(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, valve("1"), party="SUPPLIER")
    books = hospital.books()
    wrong = hospital.did(K.IMPLANTED, valve("1"), patient=ALICE)
    assert hospital.patients("V1")[ALICE].used == 1
    assert hospital.corrects(wrong) is None
    assert hospital.books() == books
    assert hospital.patients("V1") == {}


@on_both_engines
@pytest.mark.parametrize(
    ("kind", "things"),
    [
        (K.PACKED, (A2, syringes(2))),
        (K.PACKED, (CASE,)),
        (K.UNPACKED, (A1, syringes(1))),
        (K.UNPACKED, (PALLET,)),
    ],
)
def test_packing_and_unpacking_are_undone(
    hospital: Hospital, kind: EventKind, things: tuple[Thing, ...]
) -> None:
    hospital.did(K.RECEIVED, A1, A2, box("A3", lot="B1"), syringes(9))
    hospital.did(K.PACKED, A1, syringes(3), parent=PALLET.key)
    hospital.did(K.PACKED, box("A3"), parent=CASE.key)
    books = hospital.books()
    wrong = hospital.did(kind, *things, parent=PALLET.key)
    assert hospital.corrects(wrong) is None
    assert hospital.books() == books
    hospital.rebuilt()


def test_a_box_that_left_its_case_lies_in_it_again(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, A1, A2)
    hospital.did(K.PACKED, A1, A2, parent=CASE.key)
    hospital.did(K.PACKED, CASE, parent=PALLET.key)
    books = hospital.books()
    for thing in (A1, CASE):
        wrong = hospital.did(K.MOVED, thing, to="PHARM")
        assert hospital.corrects(wrong) is None
        assert hospital.books() == books


@pytest.mark.parametrize("since", [K.MOVED, K.QUARANTINED, K.DISPENSED])
def test_nothing_goes_back_into_a_case_that_is_elsewhere(
    hospital: Hospital, since: EventKind
) -> None:
    hospital.did(K.RECEIVED, A1, A2, syringes(5))
    packed = hospital.did(K.PACKED, syringes(2), parent=CASE.key)
    hospital.did(K.PACKED, A1, A2, parent=CASE.key)
    used = hospital.did(K.DISPENSED, A1)
    taken = hospital.did(K.UNPACKED, A2, syringes(1), parent=CASE.key)
    later = hospital.did(since, CASE, to="PHARM")
    for wrong in (used, taken, packed):
        assert hospital.corrects(wrong) is Reason.CORRECTED_LATER
    for wrong in (later, used, taken):
        assert hospital.corrects(wrong) is None
    case = hospital.unit(CASE).unit_id
    assert {hospital.unit(each).parent for each in (A1, A2)} == {case}


def test_no_case_goes_back_into_what_lies_in_it_by_now(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, A1)
    hospital.did(K.PACKED, A1, parent=CASE.key)
    hospital.did(K.PACKED, CASE, parent=PALLET.key)
    wrong = hospital.did(K.UNPACKED, CASE, parent=PALLET.key)
    around = hospital.did(K.PACKED, PALLET, parent=CASE.key)
    assert hospital.corrects(wrong) is Reason.CORRECTED_LATER
    assert hospital.corrects(around) is None
    assert hospital.corrects(wrong) is None
    assert hospital.unit(CASE).parent == hospital.unit(PALLET).unit_id


def test_what_was_packed_over_lies_where_it_was(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, A1, A2)
    hospital.did(K.PACKED, A1, parent=CASE.key)
    books = hospital.books()
    hospital.did(K.PACKED, A2, parent=PALLET.key)
    wrong = hospital.did(K.PACKED, A1, parent=PALLET.key)
    assert hospital.corrects(wrong) is None
    assert hospital.unit(A1).parent == hospital.unit(CASE).unit_id
    assert hospital.stock("B1") == {Status.AVAILABLE: 2}
    assert books["balance"] == hospital.books()["balance"]


def test_a_patient_keeps_what_was_not_wrong(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, A1, A2, syringes(9))
    hospital.did(K.DISPENSED, A1, syringes(4), patient=ALICE)
    wrong = hospital.did(K.DISPENSED, A2, syringes(3), patient=ALICE)
    hospital.corrects(wrong)
    assert hospital.patients("B1")[ALICE].holding == 1
    assert hospital.patients("L1")[ALICE].holding == 4


# What may not be corrected


def test_a_correction_is_made_once_and_not_itself_corrected(hospital: Hospital) -> None:
    wrong = hospital.did(K.RECEIVED, A1)
    correction = Correction(id=uuid7(), time=NOON, corrects=wrong.id, error=Error.INCORRECT_DATA)
    hospital.must(correction)
    assert hospital.corrects(wrong) is Reason.ALREADY_CORRECTED
    assert hospital.corrects(correction) is Reason.NOTHING_TO_CORRECT


def test_two_corrections_of_one_batch_are_one(hospital: Hospital) -> None:
    wrong = hospital.did(K.RECEIVED, A1, syringes(3))
    outcomes = hospital.record(
        [
            Correction(id=uuid7(), time=NOON, corrects=wrong.id, error=Error.DID_NOT_OCCUR)
            for _ in range(2)
        ]
    )
    reasons = [each.reason for each in outcomes if isinstance(each, Refused)]
    assert reasons == [Reason.ALREADY_CORRECTED]


def test_what_is_not_on_record_is_not_corrected(hospital: Hospital) -> None:
    refused = event(K.DISPENSED, A1)
    hospital.tries(refused)
    for wrong in (refused, event(K.RECEIVED, A2)):
        assert hospital.corrects(wrong) is Reason.NOTHING_TO_CORRECT


@pytest.mark.parametrize("thing", [A1, syringes(3), PALLET], ids=["unit", "amount", "pallet"])
@pytest.mark.parametrize("kind", [K.MOVED, K.DISPENSED, K.QUARANTINED])
def test_what_happened_since_is_corrected_first(
    hospital: Hospital, thing: Thing, kind: EventKind
) -> None:
    hospital.declares(PALLET, A2, syringes(4, lot="L2"))
    first = hospital.did(K.RECEIVED, thing)
    books = hospital.books()
    second = hospital.did(kind, thing, to="PHARM")
    assert hospital.corrects(first) is Reason.CORRECTED_LATER
    assert hospital.corrects(second) is None
    assert hospital.books() == books
    assert hospital.corrects(first) is None


def test_a_move_that_was_followed_by_another_is_not_corrected(hospital: Hospital) -> None:
    """Though nothing but the place changed."""
    hospital.did(K.RECEIVED, A1)
    first = hospital.did(K.MOVED, A1, to="PHARM")
    second = hospital.did(K.MOVED, A1, at="PHARM", to="W07")
    assert hospital.corrects(first) is Reason.CORRECTED_LATER
    assert hospital.corrects(second) is None
    assert hospital.corrects(first) is None
    assert hospital.place(A1) == "STORE"


def test_nobody_gets_what_a_ward_gave_back(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, A1)
    hospital.did(K.DISPENSED, A1)
    wrong = hospital.did(K.RETURNED, A1, patient=ALICE)
    assert hospital.corrects(wrong) is None
    assert hospital.patients("B1") == {}
    assert hospital.unit(A1).patient is None


def test_a_pallet_of_which_a_box_went_is_not_corrected(hospital: Hospital) -> None:
    hospital.declares(PALLET, A1, A2)
    received = hospital.did(K.RECEIVED, PALLET)
    moved = hospital.did(K.MOVED, PALLET, to="PHARM")
    left = hospital.did(K.DISPENSED, A1, at="PHARM")
    for each in (moved, received):
        assert hospital.corrects(each) is Reason.CORRECTED_LATER
    for each in (left, moved, received):
        assert hospital.corrects(each) is None
    assert hospital.stock("B1") == {}


@pytest.mark.parametrize(
    ("kind", "thing"),
    [(K.PACKED, A2), (K.PACKED, syringes(4)), (K.UNPACKED, syringes(2)), (K.UNPACKED, A1)],
)
@pytest.mark.parametrize("moves", [False, True])
def test_a_pallet_into_which_something_was_packed_is_not_corrected(
    hospital: Hospital, kind: EventKind, thing: Thing, *, moves: bool
) -> None:
    """Else what was packed would go with it to where it never was."""
    hospital.declares(PALLET, A1, syringes(3))
    wrong = hospital.did(K.RECEIVED, PALLET)
    if moves:
        wrong = hospital.did(K.MOVED, PALLET, to="PHARM")
    place = "PHARM" if moves else "STORE"
    hospital.did(K.RECEIVED, A2, syringes(5), at=place)
    books = hospital.books()
    packed = hospital.did(kind, thing, at=place, parent=PALLET.key)
    assert hospital.corrects(wrong) is Reason.CORRECTED_LATER
    assert hospital.corrects(packed) is None
    assert hospital.books() == books
    assert hospital.corrects(wrong) is None


def test_a_use_that_was_not_leaves_what_was_handed_over_later(hospital: Hospital) -> None:
    """Two of the ward's stock were said to be used; then two were handed over, and used."""
    hospital.did(K.RECEIVED, syringes(9))
    wrong = hospital.did(K.ADMINISTERED, syringes(2), patient=ALICE)
    hospital.did(K.DISPENSED, syringes(2), patient=ALICE)
    hospital.did(K.ADMINISTERED, syringes(2), patient=ALICE)
    assert hospital.corrects(wrong) is None
    had = hospital.patients("L1")[ALICE]
    assert (had.used, had.holding) == (2, 0)


def test_an_event_of_which_one_thing_went_on_is_corrected_whole_or_not(
    hospital: Hospital,
) -> None:
    wrong = hospital.did(K.RECEIVED, A1, A2)
    hospital.did(K.DISPENSED, A2)
    assert hospital.corrects(wrong) is Reason.CORRECTED_LATER
    assert hospital.status(A1) is Status.AVAILABLE


def test_what_never_was_may_arrive_again(hospital: Hospital) -> None:
    """Under another lot: that was what was wrong."""
    wrong = hospital.did(K.RECEIVED, A1)
    number = hospital.unit(A1).unit_id
    hospital.corrects(wrong, error=Error.INCORRECT_DATA)
    assert hospital.does(K.DISPENSED, A1) is Reason.NOT_RECEIVED
    hospital.did(K.RECEIVED, box("A1", lot="B2"))
    assert hospital.unit(A1).unit_id == number
    assert hospital.stock("B1") == {}
    assert hospital.stock("B2") == {Status.AVAILABLE: 1}


def test_a_correction_under_a_recall_puts_back_what_was(hospital: Hospital) -> None:
    """It says how it was; the recall goes on holding it."""
    hospital.did(K.RECEIVED, A1)
    wrong = hospital.did(K.DISPENSED, A1, patient=ALICE)
    hospital.recall(ANTIBODY.code, "B1")
    assert hospital.corrects(wrong) is None
    assert hospital.patients("B1") == {}
    assert hospital.does(K.DISPENSED, A1) is Reason.RECALLED


# Two persons


@pytest.mark.parametrize("thing", [ampoule("M1"), ampoules(2)], ids=["unit", "amount"])
@pytest.mark.parametrize("kind", [K.RECEIVED, K.DISPENSED, K.WASTED, K.MOVED])
def test_narcotics_are_corrected_by_two(hospital: Hospital, kind: EventKind, thing: Thing) -> None:
    wrong = hospital.did(K.RECEIVED, thing, second_person="1104")
    if kind is not K.RECEIVED:
        wrong = hospital.did(kind, thing, second_person="1104")
    for second in (None, "2307"):
        expected = None if kind is K.MOVED else Reason.SECOND_PERSON_MISSING
        assert hospital.corrects(wrong, second_person=second) is expected
        if expected is None:
            return
    assert hospital.corrects(wrong, second_person="1104") is None


def test_a_narcotic_in_a_pallet_is_corrected_by_two(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, ampoule("M1"), second_person="1104")
    hospital.did(K.PACKED, ampoule("M1"), parent=PALLET.key)
    wrong = hospital.did(K.DISPENSED, PALLET, second_person="1104")
    assert hospital.corrects(wrong) is Reason.SECOND_PERSON_MISSING
    assert hospital.corrects(wrong, second_person="1104") is None


def test_amounts_of_narcotics_in_a_pallet_are_corrected_by_two(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, ampoules(3), second_person="1104")
    hospital.did(K.PACKED, ampoules(2), parent=PALLET.key)
    wrong = hospital.did(K.DISPENSED, PALLET, second_person="1104")
    assert hospital.corrects(wrong) is Reason.SECOND_PERSON_MISSING
    assert hospital.corrects(wrong, second_person="1104") is None


# The work-list and the history


@on_both_engines
@pytest.mark.parametrize("thing", [A1, syringes(3)], ids=["unit", "amount"])
def test_what_happened_out_of_reach_is_corrected_too(hospital: Hospital, thing: Thing) -> None:
    """It brought goods that the books did not have: they go again."""
    books = hospital.books()
    wrong = event(K.ADMINISTERED, thing, patient=ALICE, after_the_fact=True)
    hospital.must(wrong)
    assert hospital.corrects(wrong) is None
    assert hospital.books() == books
    hospital.rebuilt()


def test_a_double_use_is_undone_without_undoing_the_first(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, A1)
    hospital.did(K.ADMINISTERED, A1, patient=ALICE)
    books, bob = hospital.books(), uuid4()
    wrong = event(K.ADMINISTERED, A1, patient=bob, after_the_fact=True)
    hospital.must(wrong)
    assert hospital.patients("B1")[bob].used == 1
    assert hospital.corrects(wrong) is None
    assert hospital.books() == books
    assert set(hospital.patients("B1")) == {ALICE}


def test_both_stand_in_the_history_of_the_thing(hospital: Hospital) -> None:
    wrong = hospital.did(K.RECEIVED, A1)
    hospital.corrects(wrong)
    unit = hospital.unit(A1).unit_id
    seqs = {row.seq for row in rows(hospital.ledger, models.event_unit) if row.unit_id == unit}
    (row,) = rows(hospital.ledger, metadata.tables["correction"])
    assert seqs == {row.corrected, row.seq}
