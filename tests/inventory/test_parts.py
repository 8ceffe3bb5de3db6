"""Packs are divided (拆零): never more than they hold, back again, each range where it is."""

from __future__ import annotations

from typing import Any

import pytest

from inventory import Status
from tests.inventory.house import Hospital, for_document, on_both_engines, pallet
from tests.inventory.pharmacy import LI, WANG, ZHAO, label, pack, part, piece, stock_up
from trace import Event, EventKind, Reason, Thing

K = EventKind
CHECKED: dict[str, Any] = {"second_person": "1104"}


@pytest.fixture
def pharmacy(hospital: Hospital) -> Hospital:
    stock_up(hospital)
    hospital.did(K.RECEIVED, pack(), at="PHARM")
    return hospital


def dispense(pharmacy: Hospital, count: int, patient: Any = None, **more: Any) -> Event:  # noqa: ANN401 -- fields
    return pharmacy.did(K.DISPENSED, part(count), at="PHARM", to="W07", patient=patient, **more)


@on_both_engines
def test_a_pack_is_given_out_range_by_range_and_never_more_than_it_holds(
    pharmacy: Hospital,
) -> None:
    dispense(pharmacy, 6, WANG)
    dispense(pharmacy, 6, LI)
    assert pharmacy.unit(pack()).quantity == 12
    assert pharmacy.unit(piece(6, 12)).patient == LI.bytes
    refused = pharmacy.tries(
        Event(
            id=WANG,
            kind=K.DISPENSED,
            time=dispense(pharmacy, 9, ZHAO).time,
            things=(part(4),),
            location="PHARM",
            destination="W07",
            patient=WANG,
        )
    )
    assert (refused.reason, refused.values) == (  # type: ignore[union-attr]
        Reason.PACK_EXHAUSTED,
        {"wanted": 4, "present": 3},
    )
    dispense(pharmacy, 3, WANG)
    again = {"at": "PHARM", "to": "W07", "patient": LI}
    assert pharmacy.does(K.DISPENSED, part(1), **again) is Reason.PACK_EXHAUSTED
    assert pharmacy.does(K.DISPENSED, pack(), **again) is Reason.PACK_EXHAUSTED
    assert pharmacy.stock("T24") == {Status.DISPENSED: 24}
    assert {who: each.holding for who, each in pharmacy.patients("T24").items()} == {
        WANG: 9,
        LI: 6,
        ZHAO: 9,
    }
    pharmacy.rebuilt()


def test_what_comes_back_goes_out_again_before_the_packs_own(pharmacy: Hospital) -> None:
    dispense(pharmacy, 6, WANG)
    dispense(pharmacy, 6, LI)
    back = {"at": "W07", "to": "PHARM"}
    assert pharmacy.does(K.RETURNED, part(2), **back) is Reason.PATIENT_MISSING
    pharmacy.did(K.RETURNED, part(2), patient=LI, **back)
    assert pharmacy.stock("T24") == {Status.AVAILABLE: 14, Status.DISPENSED: 10}
    assert pharmacy.patients("T24")[LI].holding == 4
    dispense(pharmacy, 3, ZHAO)
    assert pharmacy.unit(piece(6, 8)).patient == ZHAO.bytes, "the range goes out again"
    assert pharmacy.unit(piece(12, 13)).patient == ZHAO.bytes
    assert pharmacy.unit(pack()).quantity == 11
    pharmacy.rebuilt()


def test_a_ward_gives_what_it_has_by_the_code_on_the_pack(pharmacy: Hospital) -> None:
    dispense(pharmacy, 6, WANG)
    dispense(pharmacy, 2)
    bedside: dict[str, Any] = {"at": "W07", "patient": WANG}
    pharmacy.did(K.ADMINISTERED, part(2), **bedside)
    assert pharmacy.unit(piece(0, 2)).status is Status.ADMINISTERED, "her own part first"
    pharmacy.did(K.ADMINISTERED, part(5), **bedside)
    assert pharmacy.patients("T24")[WANG].used == 7
    assert pharmacy.patients("T24")[WANG].holding == 0
    assert pharmacy.does(K.ADMINISTERED, part(2), **bedside) is Reason.PACK_EXHAUSTED
    at_eight = {"at": "W08", "patient": LI}
    assert pharmacy.does(K.ADMINISTERED, part(1), **at_eight) is Reason.NOT_HERE
    pharmacy.did(K.ADMINISTERED, pack(lot=None), at="W07", patient=LI)
    assert pharmacy.stock("T24") == {Status.AVAILABLE: 16, Status.ADMINISTERED: 8}


def test_one_patients_part_is_not_anothers(pharmacy: Hospital) -> None:
    dispense(pharmacy, 6, WANG)
    at_bed = {"at": "W07", "patient": LI}
    assert pharmacy.does(K.ADMINISTERED, part(1), **at_bed) is Reason.WRONG_PATIENT
    assert pharmacy.does(K.RETURNED, part(1), **at_bed) is Reason.WRONG_PATIENT


def test_an_opened_pack_goes_on_as_what_is_left_in_it(pharmacy: Hospital) -> None:
    dispense(pharmacy, 6, WANG)
    dispense(pharmacy, 6, WANG)
    pharmacy.did(K.RETURNED, part(4), at="W07", to="PHARM", patient=WANG)
    for kind, more in (
        (K.RESERVED, for_document("RX-1")),
        (K.PACKED, {"parent": pallet().key}),
        (K.RETURNED, {"party": "SUPPLIER"}),
    ):
        assert pharmacy.does(kind, pack(), at="PHARM", **more) is Reason.IS_OPENED
    pharmacy.did(K.SENT, pack(), at="PHARM", to="STORE")
    assert pharmacy.stock("T24") == {Status.IN_TRANSIT: 16, Status.DISPENSED: 8}
    pharmacy.did(K.ACCEPTED, pack(), at="STORE")
    pharmacy.did(K.QUARANTINED, pack(), at="STORE")
    assert pharmacy.stock("T24") == {Status.QUARANTINED: 16, Status.DISPENSED: 8}
    assert pharmacy.does(K.ADMINISTERED, part(1), at="W07", patient=WANG) is None, (
        "what was handed out before stays as it is"
    )
    pharmacy.did(K.QUARANTINED, part(7), at="W07")
    assert pharmacy.stock("T24") == {Status.QUARANTINED: 23, Status.ADMINISTERED: 1}
    pharmacy.rebuilt()


def test_a_recall_holds_every_part_wherever_it_is(pharmacy: Hospital) -> None:
    dispense(pharmacy, 6, WANG)
    dispense(pharmacy, 2)
    pharmacy.recall("D024", "T24")
    for told in (part(1), pack(lot=None)):
        assert pharmacy.does(K.DISPENSED, told, at="PHARM") is Reason.RECALLED
        assert pharmacy.does(K.ADMINISTERED, told, at="W07", patient=WANG) is Reason.RECALLED
    pharmacy.did(K.RETURNED, part(6), at="W07", to="PHARM", patient=WANG)
    assert pharmacy.stock("T24")[Status.QUARANTINED] == 6


def test_each_dose_has_its_label_and_its_scan_finds_the_pack(pharmacy: Hospital) -> None:
    told = pharmacy.did(
        K.SPLIT, part(5), at="PHARM", outputs=(label(1, part=2), label(2, part=2), label(3))
    )
    assert pharmacy.unit(label(2)).pack == pharmacy.unit(pack()).unit_id
    assert (pharmacy.unit(label(2)).start, pharmacy.unit(label(2)).stop) == (2, 4)
    assert pharmacy.unit(pack()).quantity == 19
    assert pharmacy.stock("T24") == {Status.AVAILABLE: 24}
    taken = {"at": "PHARM", "outputs": (label(2),)}
    assert pharmacy.does(K.SPLIT, part(1), **taken) is Reason.LABEL_TAKEN
    pharmacy.did(K.DISPENSED, label(2), at="PHARM", to="W07", patient=WANG)
    half = Thing(label(2).key, part=1)
    pharmacy.did(K.ADMINISTERED, half, at="W07", patient=WANG)
    pharmacy.did(K.WASTED, label(2), at="W07")
    assert pharmacy.stock("T24") == {
        Status.AVAILABLE: 22,
        Status.ADMINISTERED: 1,
        Status.WASTED: 1,
    }
    assert pharmacy.corrects(told) is Reason.CORRECTED_LATER
    more = {"at": "PHARM", "outputs": (label(4, part=20),)}
    assert pharmacy.does(K.SPLIT, pack(lot=None), **more) is Reason.PACK_EXHAUSTED
    pharmacy.rebuilt()


def test_what_is_put_right_closes_the_pack_again(pharmacy: Hospital) -> None:
    before = pharmacy.books()
    first = dispense(pharmacy, 6, WANG)
    doses = pharmacy.did(K.SPLIT, part(3), at="PHARM", outputs=(label(1), label(2, part=2)))
    assert pharmacy.corrects(doses) is None
    assert pharmacy.corrects(first) is None
    assert pharmacy.books() == before
    assert dispense(pharmacy, 6, LI)
    pharmacy.rebuilt()


def test_an_earlier_range_is_put_right_after_a_later_one(pharmacy: Hospital) -> None:
    """It does not close the pack any more: it lies beside it, and goes out first."""
    first, _ = dispense(pharmacy, 6, WANG), dispense(pharmacy, 6, LI)
    assert pharmacy.corrects(first) is None
    assert pharmacy.unit(piece(0, 6)).status is Status.AVAILABLE
    assert pharmacy.stock("T24") == {Status.AVAILABLE: 18, Status.DISPENSED: 6}
    assert set(pharmacy.patients("T24")) == {LI}
    dispense(pharmacy, 6, ZHAO)
    assert pharmacy.unit(piece(0, 6)).patient == ZHAO.bytes
    pharmacy.rebuilt()


def test_what_has_happened_is_on_record_and_both_patients_are_on_the_list(
    pharmacy: Hospital,
) -> None:
    """回流药: more than the pack holds, given twice, and of a pack that never came here."""
    dispense(pharmacy, 23, WANG)
    late: dict[str, Any] = {"at": "PHARM", "to": "W07", "patient": LI}
    assert pharmacy.happened(K.DISPENSED, part(3), **late) == ["pack-exhausted"]
    assert pharmacy.patients("T24")[LI].holding == 3
    assert pharmacy.patients("T24")[WANG].holding == 23
    assert pharmacy.happened(K.DISPENSED, part(2, "T9"), **late) == ["not-received"]
    assert pharmacy.unit(pack("T9")).quantity == 22
    assert pharmacy.happened(K.DISPENSED, part(30, "T8"), **late) == [
        "not-received",
        "pack-exhausted",
    ]
    pharmacy.rebuilt()


def test_a_part_of_what_is_no_pack(pharmacy: Hospital) -> None:
    pharmacy.did(K.RECEIVED, pack("T2"), at="PHARM")
    pharmacy.did(K.PACKED, pack("T2"), at="PHARM", parent=pallet().key)
    case = Thing(pallet().key, part=1)
    assert pharmacy.does(K.DISPENSED, case, at="PHARM") is Reason.NOT_DIVISIBLE
    assert pharmacy.does(K.DISPENSED, part(1, "T7"), at="PHARM") is Reason.NOT_RECEIVED
    outputs = (label(1),)
    assert pharmacy.does(K.SPLIT, case, at="PHARM", outputs=outputs) is Reason.NOT_DIVISIBLE
    assert pharmacy.does(K.SPLIT, part(1, "T7"), at="PHARM", outputs=outputs) is Reason.NOT_RECEIVED
    pharmacy.did(K.DISPENSED, part(1, "T2"), at="PHARM", to="W07")
    assert pharmacy.unit(pack("T2")).parent is not None, "the pack stays in its case"
