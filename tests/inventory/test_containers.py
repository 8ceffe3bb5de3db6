"""Containers: one scan for all that is in them, and all that is in them goes along."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from inventory import Status
from tests.inventory.house import Hospital, ampoule, on_both_engines, pallet
from tests.support import ANTIBODY, SYRINGE, box, event, syringes
from trace import EventKind, Reason, Refused, Thing

PALLET, CASE_1, CASE_2 = pallet(1), pallet(2), pallet(3)
EXPIRY = date(2028, 1, 1)
BOXES = [box(f"A{number}", lot="B1", expiry=EXPIRY) for number in range(6)]
LOOSE = syringes(50)
K = EventKind


@pytest.fixture
def delivery(hospital: Hospital) -> Hospital:
    """A pallet of two cases with three boxes each; 50 syringes lie in the second."""
    hospital.declares(PALLET, CASE_1, CASE_2)
    hospital.declares(CASE_1, *BOXES[:3])
    hospital.declares(CASE_2, *BOXES[3:], LOOSE)
    return hospital


def _inside(hospital: Hospital) -> set[int | None]:
    return {hospital.unit(each).parent for each in BOXES}


# At the door


@on_both_engines
@pytest.mark.parametrize(
    ("kind", "state"), [(K.RECEIVED, Status.AVAILABLE), (K.ARRIVED, Status.TO_INSPECT)]
)
def test_one_scan_receives_a_pallet(delivery: Hospital, kind: EventKind, state: Status) -> None:
    assert delivery.does(kind, PALLET, party="SUPPLIER") is None
    assert delivery.stock("B1") == {state: 6}
    assert delivery.stock("L1") == {state: 50}
    cases = [delivery.unit(each) for each in (CASE_1, CASE_2)]
    assert _inside(delivery) == {case.unit_id for case in cases}
    assert {case.parent for case in cases} == {delivery.unit(PALLET).unit_id}
    assert {each.status for each in cases} == {state}
    delivery.rebuilt()


def test_what_came_with_its_pallet_is_received_already(delivery: Hospital) -> None:
    delivery.did(K.RECEIVED, PALLET)
    for thing in (BOXES[0], CASE_1, PALLET):
        assert delivery.does(K.RECEIVED, thing) is Reason.ALREADY_RECEIVED


@pytest.mark.parametrize("things", [(CASE_1, PALLET), (PALLET, CASE_1), (PALLET, BOXES[0])])
def test_one_event_may_name_a_pallet_and_what_is_on_it_once(
    delivery: Hospital, things: tuple[Thing, ...]
) -> None:
    """In whatever order they were scanned, nothing is there twice."""
    outcome = delivery.tries(event(K.RECEIVED, *things))
    if isinstance(outcome, Refused):
        assert outcome.reason is Reason.LISTED_TWICE
        assert delivery.stock("B1") == {}
    else:
        assert delivery.stock("B1") == {Status.AVAILABLE: 6}
        assert delivery.stock("L1") == {Status.AVAILABLE: 50}


def test_what_was_here_before_its_pallet_stays_as_it_was_said_first(delivery: Hospital) -> None:
    delivery.did(K.RECEIVED, BOXES[0], to="PHARM")
    delivery.did(K.DISPENSED, BOXES[0], at="PHARM")
    assert delivery.does(K.RECEIVED, PALLET) is None
    assert delivery.status(BOXES[0]) is Status.DISPENSED
    assert delivery.place(BOXES[0]) == "PHARM"
    assert delivery.unit(BOXES[0]).parent is None
    assert delivery.stock("B1") == {Status.AVAILABLE: 5, Status.DISPENSED: 1}


def test_a_case_that_was_here_before_stays_out_of_the_pallet(delivery: Hospital) -> None:
    delivery.did(K.RECEIVED, CASE_1)
    delivery.did(K.RECEIVED, PALLET)
    assert delivery.unit(CASE_1).parent is None
    assert delivery.stock("B1") == {Status.AVAILABLE: 6}


def test_a_count_finds_a_pallet_that_was_declared(delivery: Hospital) -> None:
    """Whatever else is recorded with it: a rebuild reads a thousand entries at once."""
    assert delivery.does(K.RECEIVED, CASE_1) is None
    assert delivery.does(K.FOUND, CASE_2) is None
    assert delivery.stock("B1") == {Status.AVAILABLE: 6}
    delivery.rebuilt()


def test_a_pallet_that_never_was_arrives_again_with_all_that_is_on_it(
    delivery: Hospital,
) -> None:
    wrong = delivery.did(K.RECEIVED, PALLET)
    assert delivery.corrects(wrong) is None
    assert delivery.does(K.RECEIVED, PALLET) is None
    assert delivery.stock("B1") == {Status.AVAILABLE: 6}
    delivery.rebuilt()


def test_an_empty_pallet_of_unknown_code_is_no_goods(hospital: Hospital) -> None:
    """Nobody declared what it holds: its code waits on the work-list."""
    outcome = hospital.must(event(K.RECEIVED, PALLET))
    assert [each.reason for each in outcome.exceptions] == [Reason.UNKNOWN_CODE]


def test_an_unknown_box_in_a_case_waits_on_the_work_list(hospital: Hospital) -> None:
    stranger = Thing("https://id.gs1.org/01/04006381333931/21/X")
    hospital.declares(CASE_1, BOXES[0], stranger)
    outcome = hospital.must(event(K.RECEIVED, CASE_1))
    assert [each.reason for each in outcome.exceptions] == [Reason.UNKNOWN_CODE]
    assert hospital.broken()[0].key == stranger.key
    assert hospital.stock("B1") == {Status.AVAILABLE: 1}


def test_one_recalled_box_holds_the_whole_pallet_at_the_door(delivery: Hospital) -> None:
    delivery.recall(ANTIBODY.code, "B1")
    assert delivery.does(K.RECEIVED, PALLET) is None
    assert delivery.stock("B1") == {Status.QUARANTINED: 6}
    assert delivery.stock("L1") == {Status.QUARANTINED: 50}


def test_one_expired_box_keeps_the_pallet_out(hospital: Hospital) -> None:
    hospital.declares(PALLET, BOXES[0], box("OLD", lot="B0", expiry=date(2026, 11, 21)))
    assert hospital.does(K.RECEIVED, PALLET) is Reason.EXPIRED
    assert hospital.stock("B1") == {}


def test_a_pallet_with_narcotics_is_received_by_two(hospital: Hospital) -> None:
    hospital.declares(PALLET, BOXES[0], ampoule("M1"))
    assert hospital.does(K.RECEIVED, PALLET) is Reason.SECOND_PERSON_MISSING
    assert hospital.does(K.RECEIVED, PALLET, second_person="1104") is None


# On the way


@on_both_engines
def test_all_that_is_in_it_goes_along(delivery: Hospital) -> None:
    delivery.did(K.RECEIVED, PALLET)
    delivery.did(K.MOVED, PALLET, to="PHARM")
    assert {delivery.place(each) for each in (*BOXES, CASE_1, CASE_2, PALLET)} == {"PHARM"}
    delivery.did(K.SENT, PALLET, at="PHARM", to="W07")
    assert delivery.stock("B1") == {Status.IN_TRANSIT: 6}
    delivery.did(K.ACCEPTED, PALLET, at="W07")
    delivery.did(K.DISPENSED, PALLET, at="W07", to="W08")
    assert delivery.stock("B1") == {Status.DISPENSED: 6}
    assert delivery.stock("L1") == {Status.DISPENSED: 50}
    assert len(_inside(delivery)) == 2
    assert None not in _inside(delivery)
    delivery.rebuilt()


@pytest.mark.parametrize("kind", [K.RECEIVED, K.MOVED, K.QUARANTINED])
def test_the_entry_says_how_much_went_along(delivery: Hospital, kind: EventKind) -> None:
    delivery.did(K.RECEIVED, PALLET)
    if kind is not K.RECEIVED:
        delivery.did(kind, PALLET)
    entry = delivery.ledger.entries(0, delivery.ledger.head().size)[-1]
    (told,) = entry.context["things"]
    said = {
        group["lot"]: (len(group.get("keys", ())), group.get("quantity"))
        for group in told["contents"]
    }
    assert said == {"B1": (6, None), "L1": (0, 50)}


def test_a_box_that_acts_alone_leaves_its_case(delivery: Hospital) -> None:
    delivery.did(K.RECEIVED, PALLET)
    delivery.did(K.DISPENSED, BOXES[0])
    assert delivery.unit(BOXES[0]).parent is None
    delivery.did(K.MOVED, PALLET, to="PHARM")
    assert delivery.place(BOXES[0]) == "STORE"
    assert delivery.stock("B1") == {Status.AVAILABLE: 5, Status.DISPENSED: 1}


def test_a_case_that_acts_alone_leaves_its_pallet_with_all_it_holds(delivery: Hospital) -> None:
    delivery.did(K.RECEIVED, PALLET)
    delivery.did(K.MOVED, CASE_1, to="PHARM")
    assert delivery.unit(CASE_1).parent is None
    assert {delivery.place(each) for each in BOXES[:3]} == {"PHARM"}
    assert {delivery.place(each) for each in BOXES[3:]} == {"STORE"}


def test_one_recalled_box_stops_the_whole_container(delivery: Hospital) -> None:
    delivery.did(K.RECEIVED, PALLET)
    delivery.recall(SYRINGE.code, "L1")
    for kind in (K.MOVED, K.SENT, K.DISPENSED):
        assert delivery.does(kind, PALLET, to="PHARM") is Reason.RECALLED
        assert delivery.does(kind, CASE_2, to="PHARM") is Reason.RECALLED
    assert delivery.does(K.QUARANTINED, CASE_2) is None
    assert delivery.stock("L1") == {Status.QUARANTINED: 50}
    assert delivery.does(K.DISPENSED, PALLET) is None, "what is left on it is in order"
    assert delivery.stock("B1") == {Status.DISPENSED: 3, Status.QUARANTINED: 3}


@pytest.mark.parametrize("kind", [K.ADMINISTERED, K.IMPLANTED])
def test_nobody_is_given_a_container(delivery: Hospital, kind: EventKind) -> None:
    delivery.did(K.RECEIVED, PALLET)
    assert delivery.does(kind, CASE_1, patient=uuid4()) is Reason.IS_CONTAINER


def test_a_patient_who_takes_a_case_home_has_all_that_is_in_it(delivery: Hospital) -> None:
    alice = uuid4()
    delivery.did(K.RECEIVED, PALLET)
    delivery.did(K.DISPENSED, CASE_2, patient=alice)
    assert delivery.patients("B1")[alice].holding == 3
    assert delivery.patients("L1")[alice].holding == 50
    assert delivery.does(K.RETURNED, CASE_2, patient=alice) is None
    assert delivery.patients("B1") == delivery.patients("L1") == {}


@pytest.mark.parametrize("things", [(PALLET, BOXES[0]), (BOXES[0], PALLET), (PALLET, CASE_1)])
def test_a_thing_and_its_container_are_not_named_together(
    delivery: Hospital, things: tuple[Thing, ...]
) -> None:
    delivery.did(K.RECEIVED, PALLET)
    assert delivery.does(K.DISPENSED, *things) is Reason.LISTED_TWICE


def test_amounts_in_a_container_cannot_be_drawn_loose(delivery: Hospital) -> None:
    delivery.did(K.RECEIVED, PALLET)
    assert delivery.does(K.DISPENSED, syringes(1)) is Reason.NOT_ENOUGH
    delivery.did(K.UNPACKED, syringes(20), parent=CASE_2.key)
    assert delivery.does(K.DISPENSED, syringes(21)) is Reason.NOT_ENOUGH
    assert delivery.does(K.DISPENSED, syringes(20)) is None
    assert delivery.does(K.UNPACKED, syringes(31), parent=CASE_2.key) is Reason.NOT_ENOUGH
    delivery.did(K.DISPENSED, CASE_2)
    assert delivery.stock("L1") == {Status.DISPENSED: 50}


# Packing


@on_both_engines
def test_things_are_packed_and_taken_out_again(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, *BOXES[:3], syringes(10))
    before = hospital.stock("B1")
    hospital.did(K.PACKED, *BOXES[:3], syringes(4), parent=CASE_1.key)
    assert {hospital.unit(each).parent for each in BOXES[:3]} == {hospital.unit(CASE_1).unit_id}
    assert hospital.stock("B1") == before
    assert hospital.does(K.DISPENSED, syringes(7)) is Reason.NOT_ENOUGH
    hospital.did(K.UNPACKED, BOXES[0], syringes(3), parent=CASE_1.key)
    assert hospital.unit(BOXES[0]).parent is None
    hospital.did(K.UNPACKED, CASE_1, parent=CASE_1.key)
    assert {hospital.unit(each).parent for each in BOXES[:3]} == {None}
    assert hospital.does(K.DISPENSED, *BOXES[:3], syringes(10)) is None
    hospital.rebuilt()


@pytest.mark.parametrize(
    ("kind", "thing", "why"),
    [
        (K.PACKED, BOXES[5], Reason.NOT_RECEIVED),
        (K.PACKED, BOXES[0], Reason.ALREADY_PACKED),
        (K.PACKED, BOXES[2], Reason.NOT_HERE),
        (K.PACKED, syringes(11), Reason.NOT_ENOUGH),
        (K.PACKED, syringes(1, lot="L9"), Reason.NOT_RECEIVED),
        (K.UNPACKED, BOXES[1], Reason.NOT_INSIDE),
        (K.UNPACKED, BOXES[5], Reason.NOT_INSIDE),
        (K.UNPACKED, syringes(1), Reason.NOT_ENOUGH),
    ],
)
def test_what_cannot_be_packed_or_taken_out(
    hospital: Hospital, kind: EventKind, thing: Thing, why: Reason
) -> None:
    hospital.did(K.RECEIVED, *BOXES[:2], syringes(10))
    hospital.did(K.RECEIVED, BOXES[2], at="PHARM")
    hospital.did(K.PACKED, BOXES[0], parent=CASE_1.key)
    assert hospital.does(kind, thing, parent=CASE_1.key) is why


def test_only_containers_hold_things(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, *BOXES[:2])
    assert hospital.does(K.PACKED, BOXES[0], parent=BOXES[1].key) is Reason.NOT_A_CONTAINER
    assert hospital.does(K.UNPACKED, BOXES[0], parent=BOXES[1].key) is Reason.NOT_A_CONTAINER
    assert hospital.does(K.UNPACKED, BOXES[0], parent=CASE_1.key) is Reason.NOT_RECEIVED


def test_a_thing_is_packed_over_from_one_case_into_another(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, BOXES[0])
    hospital.did(K.PACKED, BOXES[0], parent=CASE_1.key)
    hospital.did(K.PACKED, BOXES[0], parent=CASE_2.key)
    assert hospital.unit(BOXES[0]).parent == hospital.unit(CASE_2).unit_id
    hospital.did(K.DISPENSED, CASE_1)
    assert hospital.status(BOXES[0]) is Status.AVAILABLE


def test_containers_go_into_containers_but_never_into_themselves(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, BOXES[0])
    hospital.did(K.PACKED, BOXES[0], parent=CASE_1.key)
    hospital.did(K.PACKED, CASE_1, parent=CASE_2.key)
    hospital.did(K.PACKED, CASE_2, parent=PALLET.key)
    for inner, outer in ((PALLET, CASE_1), (CASE_2, CASE_1), (PALLET, CASE_2)):
        assert hospital.does(K.PACKED, inner, parent=outer.key) is Reason.ALREADY_PACKED
    hospital.did(K.MOVED, PALLET, to="PHARM")
    assert hospital.place(BOXES[0]) == "PHARM"
    hospital.did(K.UNPACKED, CASE_2, at="PHARM", parent=PALLET.key)
    assert hospital.does(K.PACKED, PALLET, at="PHARM", parent=CASE_1.key) is None
    assert hospital.does(K.PACKED, CASE_2, at="PHARM", parent=PALLET.key) is Reason.ALREADY_PACKED


def test_one_event_does_not_make_a_circle(hospital: Hospital) -> None:
    """Two calls of one batch see what the first did."""
    hospital.did(K.RECEIVED, BOXES[0], BOXES[1])
    hospital.did(K.PACKED, BOXES[0], parent=CASE_1.key)
    hospital.did(K.PACKED, BOXES[1], parent=CASE_2.key)
    outcomes = hospital.record(
        [
            event(K.PACKED, CASE_1, parent=CASE_2.key),
            event(K.PACKED, CASE_2, parent=CASE_1.key),
        ]
    )
    assert [isinstance(each, Refused) for each in outcomes] == [False, True]


def test_recalled_things_are_not_packed_but_taken_out(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, BOXES[0], BOXES[1])
    hospital.did(K.PACKED, BOXES[0], parent=CASE_1.key)
    hospital.recall(ANTIBODY.code, "B1")
    assert hospital.does(K.PACKED, BOXES[1], parent=CASE_1.key) is Reason.RECALLED
    assert hospital.does(K.UNPACKED, BOXES[0], parent=CASE_1.key) is None


@on_both_engines
def test_what_is_packed_elsewhere_in_the_batch_goes_along(hospital: Hospital) -> None:
    outcomes = hospital.record(
        [
            event(K.RECEIVED, *BOXES[:2], syringes(5)),
            event(K.PACKED, BOXES[0], syringes(2), parent=CASE_1.key),
            event(K.MOVED, CASE_1, to="PHARM"),
            event(K.DISPENSED, BOXES[0], at="PHARM"),
            event(K.DISPENSED, syringes(2), at="PHARM"),
            event(K.UNPACKED, CASE_1, at="PHARM", parent=CASE_1.key),
            event(K.DISPENSED, syringes(2), at="PHARM"),
        ]
    )
    refused = [each.reason for each in outcomes if isinstance(each, Refused)]
    assert refused == [Reason.NOT_ENOUGH]
    assert hospital.stock("L1") == {Status.AVAILABLE: 3, Status.DISPENSED: 2}
    hospital.rebuilt()


@on_both_engines
def test_one_lot_in_two_cases_of_a_pallet_is_counted_together(hospital: Hospital) -> None:
    alice = uuid4()
    hospital.did(K.RECEIVED, syringes(9))
    hospital.did(K.PACKED, syringes(4), parent=CASE_1.key)
    hospital.did(K.PACKED, syringes(3), parent=CASE_2.key)
    hospital.did(K.PACKED, CASE_1, CASE_2, parent=PALLET.key)
    wrong = hospital.did(K.DISPENSED, PALLET, patient=alice)
    assert hospital.patients("L1")[alice].holding == 7
    assert hospital.corrects(wrong) is None
    assert hospital.patients("L1") == {}
    hospital.rebuilt()
