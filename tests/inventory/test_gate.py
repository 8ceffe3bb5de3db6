"""What the gate lets in and out, told through the recorder."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from uuid6 import uuid7

from inventory import (
    ALL_LOTS,
    Category,
    Definition,
    Product,
    Status,
    balances,
    find_lots,
)
from tests.inventory.house import Hospital
from tests.support import (
    ANTIBODY,
    NOON,
    SYRINGE,
    box,
    event,
    recorder,
    stent,
    syringes,
)
from trace import EventKind, Reason, Refused, Thing

NEW_YEAR = date(2028, 1, 1)
ALICE, BOB = uuid4(), uuid4()


A1 = box("A1", lot="B1", expiry=NEW_YEAR)
A2 = box("A2", lot="B1", expiry=NEW_YEAR)


# At the door


def test_goods_that_arrive_are_there(hospital: Hospital) -> None:
    assert hospital.does(EventKind.RECEIVED, A1, A2, party="SUPPLIER") is None
    assert hospital.status(A1) is Status.AVAILABLE
    assert hospital.stock("B1") == {Status.AVAILABLE: 2}
    with hospital.ledger.database.read() as connection:
        (lot,) = find_lots(connection, 1, "B1")
    assert (lot.lot, lot.expiry, lot.supplier) == ("B1", "2028-01-01", "SUPPLIER")


def test_a_thing_arrives_once(hospital: Hospital) -> None:
    assert hospital.does(EventKind.RECEIVED, A1) is None
    assert hospital.does(EventKind.RECEIVED, A1) is Reason.ALREADY_RECEIVED
    assert hospital.does(EventKind.RECEIVED, A2, A1) is Reason.ALREADY_RECEIVED
    assert hospital.stock("B1") == {Status.AVAILABLE: 1}


def test_goods_arrive_until_their_last_day(hospital: Hospital) -> None:
    today, yesterday = NOON.date(), date(2026, 11, 21)
    assert hospital.does(EventKind.RECEIVED, box("A1", lot="T", expiry=today)) is None
    late = box("A2", lot="Y", expiry=yesterday)
    assert hospital.does(EventKind.RECEIVED, late) is Reason.EXPIRED
    amount = syringes(5, lot="Y", expiry=yesterday)
    assert hospital.does(EventKind.RECEIVED, amount) is Reason.EXPIRED
    with hospital.ledger.database.read() as connection:
        assert find_lots(connection, 1, "Y") == []


def test_what_arrives_under_a_recall_is_held_at_once(hospital: Hospital) -> None:
    hospital.recall(ANTIBODY.code, "B1")
    hospital.recall(SYRINGE.code, ALL_LOTS)
    assert hospital.does(EventKind.RECEIVED, A1) is None
    assert hospital.does(EventKind.RECEIVED, syringes(7, lot="ANY")) is None
    assert hospital.status(A1) is Status.QUARANTINED
    assert hospital.stock("ANY") == {Status.QUARANTINED: 7}
    assert hospital.does(EventKind.RELEASED, A1) is Reason.RECALLED
    assert hospital.does(EventKind.RECEIVED, box("A9", lot="B9")) is None
    assert hospital.status(box("A9")) is Status.AVAILABLE


def test_a_lot_keeps_what_was_said_of_it_first(hospital: Hospital) -> None:
    assert hospital.does(EventKind.RECEIVED, A1) is None
    other = box("A2", lot="B1", expiry=date(2029, 1, 1))
    assert hospital.does(EventKind.RECEIVED, other) is Reason.EXPIRY_MISMATCH


def test_two_labels_of_one_delivery_must_agree(hospital: Hospital) -> None:
    """The lot that is refused gets no number, and no other lot inherits its history."""
    other = box("A2", lot="B1", expiry=date(2029, 1, 1))
    refused = hospital.tries(event(EventKind.RECEIVED, A1, other))
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.EXPIRY_MISMATCH
    assert refused.touch.lots == ()


STRANGER = "https://id.gs1.org/01/04006381333931"


@pytest.mark.parametrize(
    "stranger", [Thing(f"{STRANGER}/21/1"), Thing(f"{STRANGER}/10/L", 3)], ids=["unit", "amount"]
)
@pytest.mark.parametrize("kind", [EventKind.MOVED, EventKind.FOUND, EventKind.DISPENSED])
def test_what_is_not_in_the_catalogue_goes_nowhere(
    hospital: Hospital, kind: EventKind, stranger: Thing
) -> None:
    assert hospital.does(kind, stranger) is Reason.UNKNOWN_CODE


@pytest.mark.parametrize(
    "stranger", [Thing(f"{STRANGER}/21/1"), Thing(f"{STRANGER}/10/L", 3)], ids=["unit", "amount"]
)
@pytest.mark.parametrize("kind", [EventKind.RECEIVED, EventKind.ARRIVED])
def test_a_delivery_does_not_wait_for_the_catalogue(
    hospital: Hospital, kind: EventKind, stranger: Thing
) -> None:
    """What is known of it is in stock; the code that nobody knows is on the work-list."""
    outcome = hospital.must(event(kind, A1, stranger))
    assert [each.reason for each in outcome.exceptions] == [Reason.UNKNOWN_CODE]
    assert [(row.key, row.reason) for row in hospital.broken()] == [(stranger.key, "unknown-code")]
    assert sum(hospital.stock("B1").values()) == 1
    assert hospital.stock("L") == {}
    hospital.rebuilt()


@pytest.mark.parametrize("kind", [EventKind.RECEIVED, EventKind.MOVED])
def test_a_place_has_to_be_known(hospital: Hospital, kind: EventKind) -> None:
    assert hospital.does(kind, A1, at="CELLAR") is Reason.UNKNOWN_LOCATION
    assert hospital.does(kind, A1, to="CELLAR") is Reason.UNKNOWN_LOCATION


def test_a_product_is_known_as_soon_as_it_is_defined(hospital: Hospital) -> None:
    """The recorder remembers what it looked up, also that it found nothing."""
    thing = Thing(f"{STRANGER}/21/1")
    assert hospital.does(EventKind.FOUND, thing) is Reason.UNKNOWN_CODE
    product = Product(
        code="X1",
        name="新药",
        specification="1",
        category=Category.DRUG,
        unit="盒",
        holder="H",
        identifiers=(STRANGER,),
    )
    other_process = recorder(hospital.ledger)
    other_process.record([Definition(id=uuid7(), time=NOON, thing=product)])
    assert hospital.does(EventKind.FOUND, thing) is None
    assert hospital.status(thing) is Status.AVAILABLE


def test_goods_without_a_lot_are_told_apart_by_their_last_day(hospital: Hospital) -> None:
    early, late = date(2027, 1, 1), date(2028, 1, 1)
    for serial, expiry in (("A1", early), ("A2", late), ("A3", early)):
        assert hospital.does(EventKind.RECEIVED, box(serial, expiry=expiry)) is None
    lots = [hospital.unit(box(serial)).lot_id for serial in ("A1", "A2", "A3")]
    assert lots[0] == lots[2] != lots[1]
    wrong_day = hospital.does(EventKind.DISPENSED, box("A1", expiry=late))
    assert wrong_day is Reason.EXPIRY_MISMATCH
    key = f"{SYRINGE.identifiers[0]}"
    for expiry in (early, late):
        hospital.did(EventKind.RECEIVED, Thing(key, 5, expiry=expiry))
    assert hospital.does(EventKind.DISPENSED, Thing(key, 6, expiry=late)) is Reason.NOT_ENOUGH
    assert hospital.does(EventKind.DISPENSED, Thing(key, 5, expiry=late)) is None
    assert hospital.does(EventKind.DISPENSED, Thing(key, 1, expiry=late)) is Reason.NOT_ENOUGH
    assert hospital.does(EventKind.DISPENSED, Thing(key, 5, expiry=early)) is None


def test_goods_are_inspected_before_they_are_in_stock(hospital: Hospital) -> None:
    hospital.did(EventKind.ARRIVED, A1, A2, syringes(5), party="SUPPLIER")
    assert hospital.stock("B1") == {Status.TO_INSPECT: 2}
    assert hospital.does(EventKind.DISPENSED, A1) is Reason.NOT_INSPECTED
    assert hospital.does(EventKind.DISPENSED, syringes(1)) is Reason.NOT_ENOUGH
    assert hospital.does(EventKind.INSPECTED, A1, syringes(3)) is None
    assert hospital.does(EventKind.INSPECTED, A1) is Reason.ALREADY_INSPECTED
    assert hospital.does(EventKind.REJECTED, A2, syringes(2)) is None
    assert hospital.does(EventKind.DISPENSED, A2) is Reason.REJECTED
    assert hospital.does(EventKind.DISPENSED, A1, syringes(3)) is None
    assert hospital.does(EventKind.RETURNED, A2, syringes(2), party="SUPPLIER") is None
    assert hospital.stock("L1") == {Status.DISPENSED: 3, Status.SENT_BACK: 2}


def test_what_a_count_misses_may_be_found_again(hospital: Hospital) -> None:
    hospital.did(EventKind.RECEIVED, A1, syringes(5))
    assert hospital.does(EventKind.FOUND, A1) is Reason.NOT_MISSING
    assert hospital.does(EventKind.LOST, A1, syringes(2)) is None
    assert hospital.does(EventKind.DISPENSED, A1) is Reason.MISSING
    assert hospital.does(EventKind.FOUND, A1, syringes(2), at="PHARM") is Reason.NOT_HERE
    assert hospital.does(EventKind.FOUND, A1, syringes(2)) is None
    assert hospital.stock("L1") == {Status.AVAILABLE: 5}
    assert hospital.does(EventKind.FOUND, A2, syringes(3)) is None
    assert hospital.stock("L1") == {Status.AVAILABLE: 8}, "more than was ever received"
    assert hospital.status(A2) is Status.AVAILABLE


def test_waste_and_destruction_take_goods_out(hospital: Hospital) -> None:
    hospital.did(EventKind.RECEIVED, A1, A2, syringes(5))
    hospital.did(EventKind.DISPENSED, A1, syringes(2), to="W07", patient=ALICE)
    hospital.did(EventKind.WASTED, A1, syringes(2), at="W07", patient=ALICE)
    assert hospital.patients("B1") == hospital.patients("L1") == {}
    assert hospital.does(EventKind.DESTROYED, A2) is Reason.SECOND_PERSON_MISSING
    assert hospital.does(EventKind.DESTROYED, A2, syringes(3), second_person="1104") is None
    assert hospital.does(EventKind.DISPENSED, A2) is Reason.DESTROYED
    assert hospital.does(EventKind.MOVED, A1, at="W07", to="STORE") is Reason.WASTED
    assert hospital.stock("B1") == {Status.WASTED: 1, Status.DESTROYED: 1}
    assert hospital.stock("L1") == {Status.WASTED: 2, Status.DESTROYED: 3}


# On the way out


def test_only_what_arrived_can_leave(hospital: Hospital) -> None:
    assert hospital.does(EventKind.DISPENSED, A1) is Reason.NOT_RECEIVED
    assert hospital.does(EventKind.DISPENSED, syringes(1)) is Reason.NOT_RECEIVED


def test_goods_leave_from_where_they_are(hospital: Hospital) -> None:
    hospital.does(EventKind.RECEIVED, A1, syringes(5))
    assert hospital.does(EventKind.DISPENSED, A1, at="PHARM") is Reason.NOT_HERE
    assert hospital.does(EventKind.DISPENSED, syringes(1), at="PHARM") is Reason.NOT_ENOUGH
    assert hospital.does(EventKind.MOVED, A1, syringes(2), to="PHARM") is None
    assert hospital.does(EventKind.DISPENSED, A1, syringes(2), at="PHARM") is None
    assert hospital.does(EventKind.DISPENSED, syringes(4)) is Reason.NOT_ENOUGH


def test_quarantined_goods_wait_for_release(hospital: Hospital) -> None:
    hospital.does(EventKind.RECEIVED, A1)
    assert hospital.does(EventKind.QUARANTINED, A1) is None
    assert hospital.does(EventKind.DISPENSED, A1) is Reason.QUARANTINED
    assert hospital.does(EventKind.RELEASED, A1) is None
    assert hospital.does(EventKind.DISPENSED, A1) is None


def test_a_recall_stops_the_lot_and_no_other(hospital: Hospital) -> None:
    hospital.does(EventKind.RECEIVED, A1, box("A2", lot="B2"))
    hospital.recall(ANTIBODY.code, "B1")
    assert hospital.does(EventKind.DISPENSED, A1) is Reason.RECALLED
    assert hospital.does(EventKind.DISPENSED, box("A2")) is None


@pytest.mark.parametrize("kind", [EventKind.MOVED, EventKind.DISPENSED, EventKind.QUARANTINED])
def test_a_label_must_say_what_the_books_say(hospital: Hospital, kind: EventKind) -> None:
    hospital.does(EventKind.RECEIVED, A1, syringes(5, expiry=NEW_YEAR))
    wrong_day = date(2028, 1, 2)
    assert hospital.does(kind, box("A1", lot="B2")) is Reason.LOT_MISMATCH
    assert hospital.does(kind, box("A1", expiry=wrong_day)) is Reason.EXPIRY_MISMATCH
    assert hospital.does(kind, syringes(1, expiry=wrong_day)) is Reason.EXPIRY_MISMATCH
    assert hospital.does(kind, box("A1")) is None


@pytest.mark.parametrize("kind", [EventKind.RECEIVED, EventKind.DISPENSED])
def test_the_lot_in_the_code_and_on_the_label_must_be_one(
    hospital: Hospital, kind: EventKind
) -> None:
    hospital.does(EventKind.RECEIVED, syringes(5, lot="L1"), syringes(5, lot="L2"))
    key = syringes(1, lot="L1").key
    assert hospital.does(kind, Thing(key, 1, lot="L2")) is Reason.LOT_MISMATCH
    assert hospital.does(kind, Thing(key, 1)) is None


def test_a_label_that_says_expired_is_believed(hospital: Hospital) -> None:
    """Also where the lot arrived without an expiry date."""
    hospital.does(EventKind.RECEIVED, box("A1", lot="B1"), syringes(3))
    old = date(2026, 11, 21)
    assert hospital.does(EventKind.DISPENSED, box("A1", expiry=old)) is Reason.EXPIRED
    assert hospital.does(EventKind.DISPENSED, syringes(1, expiry=old)) is Reason.EXPIRED
    assert hospital.does(EventKind.RECEIVED, box("A2", lot="B1", expiry=old)) is Reason.EXPIRED


def test_a_thing_is_listed_once(hospital: Hospital) -> None:
    assert hospital.does(EventKind.RECEIVED, A1, A1) is Reason.LISTED_TWICE
    assert hospital.does(EventKind.RECEIVED, syringes(1), syringes(2)) is Reason.LISTED_TWICE


def test_a_lot_is_listed_once_whatever_code_names_it(hospital: Hospital) -> None:
    """Two packages of one product have two codes; their amounts come from one shelf."""
    first, second = "https://id.gs1.org/01/16945678901238", SYRINGE.identifiers[0]
    both = Product(
        code=SYRINGE.code,
        name=SYRINGE.name,
        specification=SYRINGE.specification,
        category=SYRINGE.category,
        unit=SYRINGE.unit,
        holder=SYRINGE.holder,
        identifiers=(first, second),
    )
    hospital.recorder.record([Definition(id=uuid7(), time=NOON, thing=both)])
    hospital.does(EventKind.RECEIVED, syringes(5))
    twice = (Thing(f"{first}/10/L1", 4), Thing(f"{second}/10/L1", 4))
    assert hospital.does(EventKind.DISPENSED, *twice, patient=ALICE) is Reason.LISTED_TWICE
    assert hospital.stock("L1") == {Status.AVAILABLE: 5}


def test_serialised_things_cannot_be_drawn_as_an_amount(hospital: Hospital) -> None:
    """Else a box could leave twice: once counted, once scanned."""
    amount = Thing("https://id.gs1.org/01/06901234567892/10/B1", 1)
    assert hospital.does(EventKind.RECEIVED, A1, A2) is None
    assert hospital.does(EventKind.DISPENSED, amount) is Reason.NOT_ENOUGH
    assert hospital.does(EventKind.RECEIVED, Thing(amount.key, 3)) is None
    assert hospital.does(EventKind.DISPENSED, Thing(amount.key, 4)) is Reason.NOT_ENOUGH
    assert hospital.does(EventKind.DISPENSED, Thing(amount.key, 3)) is None
    assert hospital.does(EventKind.DISPENSED, amount) is Reason.NOT_ENOUGH
    assert hospital.does(EventKind.DISPENSED, A1, A2) is None
    assert hospital.stock("B1") == {Status.DISPENSED: 5}


def test_serialised_things_of_one_batch_cannot_be_drawn_as_an_amount(hospital: Hospital) -> None:
    amount = Thing("https://id.gs1.org/01/06901234567892/10/B1", 1)
    outcomes = hospital.recorder.record(
        [
            event(EventKind.RECEIVED, A1),
            event(EventKind.RECEIVED, Thing(amount.key, 1)),
            event(EventKind.DISPENSED, amount),
            event(EventKind.DISPENSED, amount),
            event(EventKind.DISPENSED, A1),
        ]
    )
    refused = [outcome.reason for outcome in outcomes if isinstance(outcome, Refused)]
    assert refused == [Reason.NOT_ENOUGH]


def test_only_implants_are_implanted(hospital: Hospital) -> None:
    implant = stent("S1", lot="S", expiry=NEW_YEAR)
    hospital.does(EventKind.RECEIVED, A1, implant, to="OR1")
    drug = hospital.does(EventKind.IMPLANTED, A1, at="OR1", patient=ALICE)
    assert drug is Reason.NOT_AN_IMPLANT
    assert hospital.does(EventKind.IMPLANTED, implant, at="OR1", patient=ALICE) is None
    assert hospital.status(implant) is Status.IMPLANTED


@pytest.mark.parametrize("kind", [EventKind.ADMINISTERED, EventKind.IMPLANTED])
def test_the_bedside_names_a_patient(hospital: Hospital, kind: EventKind) -> None:
    hospital.does(EventKind.RECEIVED, A1)
    assert hospital.does(kind, A1) is Reason.PATIENT_MISSING


def test_a_drug_is_given_to_whom_it_was_dispensed(hospital: Hospital) -> None:
    hospital.does(EventKind.RECEIVED, A1)
    hospital.does(EventKind.DISPENSED, A1, to="W07", patient=ALICE)
    wrong = hospital.does(EventKind.ADMINISTERED, A1, at="W07", patient=BOB)
    assert wrong is Reason.WRONG_PATIENT
    assert hospital.does(EventKind.ADMINISTERED, A1, at="W07", patient=ALICE) is None
    again = hospital.does(EventKind.ADMINISTERED, A1, at="W07", patient=ALICE)
    assert again is Reason.ALREADY_USED


def test_an_event_happens_whole_or_not_at_all(hospital: Hospital) -> None:
    hospital.does(EventKind.RECEIVED, A1, syringes(5))
    mixed = hospital.does(EventKind.DISPENSED, A1, syringes(6))
    assert mixed is Reason.NOT_ENOUGH
    assert hospital.status(A1) is Status.AVAILABLE


# And back


def test_goods_go_back_to_the_supplier(hospital: Hospital) -> None:
    hospital.does(EventKind.RECEIVED, A1, A2, syringes(5))
    hospital.recall(ANTIBODY.code, "B1")
    hospital.does(EventKind.QUARANTINED, A2)
    back = hospital.does(EventKind.RETURNED, A1, A2, syringes(2), party="SUPPLIER")
    assert back is None
    assert hospital.stock("B1") == {Status.SENT_BACK: 2}
    assert hospital.stock("L1") == {Status.SENT_BACK: 2, Status.AVAILABLE: 3}
    assert hospital.does(EventKind.DISPENSED, A1) is Reason.SENT_BACK


def test_a_return_takes_the_patient_off_the_list(hospital: Hospital) -> None:
    hospital.does(EventKind.RECEIVED, A1, A2, syringes(5))
    hospital.does(EventKind.DISPENSED, A1, A2, syringes(4), to="W07", patient=ALICE)
    assert hospital.patients("B1")[ALICE].holding == 2
    hospital.does(EventKind.RETURNED, A1, at="W07", to="PHARM")
    hospital.does(EventKind.RETURNED, syringes(3), at="W07", to="PHARM", patient=ALICE)
    assert hospital.patients("B1")[ALICE].holding == 1
    assert hospital.patients("L1")[ALICE].holding == 1
    hospital.does(EventKind.QUARANTINED, A2, at="W07")
    assert hospital.patients("B1") == {}
    assert hospital.stock("B1") == {Status.AVAILABLE: 1, Status.QUARANTINED: 1}


def test_nobody_gives_back_what_was_handed_to_nobody(hospital: Hospital) -> None:
    hospital.does(EventKind.RECEIVED, A1)
    hospital.does(EventKind.DISPENSED, A1, to="W07")
    hospital.does(EventKind.RETURNED, A1, at="W07", patient=ALICE)
    hospital.does(EventKind.DISPENSED, A1, at="W07", patient=ALICE)
    assert hospital.patients("B1")[ALICE].holding == 1


def test_recalled_goods_that_come_back_are_held(hospital: Hospital) -> None:
    hospital.does(EventKind.RECEIVED, A1)
    hospital.does(EventKind.DISPENSED, A1, to="W07", patient=ALICE)
    hospital.recall(ANTIBODY.code, "B1")
    assert hospital.does(EventKind.ADMINISTERED, A1, at="W07", patient=ALICE) is Reason.RECALLED
    assert hospital.does(EventKind.RETURNED, A1, at="W07", to="PHARM") is None
    assert hospital.status(A1) is Status.QUARANTINED


def test_using_one_box_does_not_take_another_out_of_the_patients_hands(
    hospital: Hospital,
) -> None:
    """Alice took A1 home; on the ward she got A2 from the ward's own stock."""
    hospital.does(EventKind.RECEIVED, A1, A2, to="W07")
    hospital.does(EventKind.DISPENSED, A1, at="W07", patient=ALICE)
    hospital.does(EventKind.ADMINISTERED, A2, at="W07", patient=ALICE)
    found = hospital.patients("B1")[ALICE]
    assert (found.used, found.holding) == (1, 1)


def test_what_a_patient_got_from_the_ward_does_not_count_against_what_she_took_home(
    hospital: Hospital,
) -> None:
    """Amounts are told apart by their order only: what came later cannot have been used before."""
    hospital.does(EventKind.RECEIVED, syringes(20))
    hospital.does(EventKind.DISPENSED, syringes(6), to="W07")
    hospital.does(EventKind.ADMINISTERED, syringes(6), at="W07", patient=ALICE)
    hospital.does(EventKind.DISPENSED, syringes(4), patient=ALICE)
    found = hospital.patients("L1")[ALICE]
    assert (found.used, found.holding) == (6, 4)


def test_a_move_hands_nothing_over(hospital: Hospital) -> None:
    """Else a box could belong to a patient whom no recall finds."""
    hospital.does(EventKind.RECEIVED, A1)
    hospital.does(EventKind.DISPENSED, A1, to="W07")
    hospital.does(EventKind.MOVED, A1, at="W07", to="W08", patient=ALICE)
    assert hospital.patients("B1") == {}
    assert hospital.does(EventKind.ADMINISTERED, A1, at="W08", patient=BOB) is None


def test_a_patient_is_found_where_the_goods_were_handed_over(hospital: Hospital) -> None:
    hospital.does(EventKind.RECEIVED, syringes(5))
    hospital.does(EventKind.DISPENSED, syringes(4), to="W07", patient=ALICE)
    hospital.does(EventKind.RETURNED, syringes(1), at="W07", to="PHARM", patient=ALICE)
    with hospital.ledger.database.read() as connection:
        (lot,) = find_lots(connection, 1, "L1")
        rows = {(b.location_id, b.quantity) for b in balances(connection, 1, [lot.lot_id])}
    (ward,) = {location for location, quantity in rows if quantity == 3}
    assert hospital.patients("L1")[ALICE].location_id == ward
