"""What has happened is not refused: it goes on record, with what is wrong on the work-list."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from uuid6 import uuid7

from inventory import ALL_LOTS, Definition, Status
from tests.inventory.house import Hospital, ampoule, for_document, later, on_both_engines, pallet
from tests.support import ANTIBODY, CEPHALOSPORIN, NOON, SYRINGE, box, event, stent, syringes
from trace import EventKind, Reason, Recorded, Refused, Thing

K = EventKind
ALICE, BOB = UUID(int=7), UUID(int=8)
A1, A2 = box("A1", lot="B1"), box("A2", lot="B1")
STRANGER = "https://id.gs1.org/01/04006381333931"
BOTH = pytest.mark.parametrize("thing", [A1, syringes(4)], ids=["unit", "amount"])


@BOTH
def test_what_is_in_order_leaves_nothing_to_do(hospital: Hospital, thing: Thing) -> None:
    hospital.did(K.RECEIVED, thing)
    assert hospital.happened(K.ADMINISTERED, thing, patient=ALICE) == []
    assert hospital.broken() == []


@on_both_engines
@BOTH
def test_what_was_never_received_was_given_all_the_same(hospital: Hospital, thing: Thing) -> None:
    assert hospital.happened(K.ADMINISTERED, thing, patient=ALICE) == ["not-received"]
    lot = thing.lot or ""
    count = thing.quantity or 1
    assert hospital.stock(lot) == {Status.ADMINISTERED: count}
    assert hospital.patients(lot)[ALICE].used == count
    hospital.rebuilt()


@BOTH
def test_recalled_goods_were_given_all_the_same(hospital: Hospital, thing: Thing) -> None:
    """And whoever got them is on the recall's list."""
    hospital.did(K.RECEIVED, thing)
    hospital.recall(ANTIBODY.code, ALL_LOTS)
    hospital.recall(SYRINGE.code, ALL_LOTS)
    assert hospital.happened(K.ADMINISTERED, thing, patient=ALICE) == ["recalled"]
    assert hospital.patients(thing.lot or "")[ALICE].used == (thing.quantity or 1)


@BOTH
def test_expired_goods_were_given_all_the_same(hospital: Hospital, thing: Thing) -> None:
    last = date(2026, 11, 23)
    dated = Thing(thing.key, thing.quantity, thing.lot, last)
    hospital.did(K.RECEIVED, dated)
    told = hospital.happened(K.ADMINISTERED, dated, patient=ALICE, time=later(days=2))
    assert told == ["expired"]
    assert hospital.stock(thing.lot or "") == {Status.ADMINISTERED: thing.quantity or 1}


@on_both_engines
def test_one_box_given_to_two_patients_is_on_both_lists(hospital: Hospital) -> None:
    """The box stays as it was said first."""
    hospital.did(K.RECEIVED, A1)
    hospital.did(K.ADMINISTERED, A1, patient=ALICE)
    assert hospital.happened(K.ADMINISTERED, A1, patient=BOB) == ["already-used"]
    assert hospital.stock("B1") == {Status.ADMINISTERED: 1}
    assert {who: each.used for who, each in hospital.patients("B1").items()} == {ALICE: 1, BOB: 1}
    assert hospital.unit(A1).patient == ALICE.bytes
    hospital.rebuilt()


def test_more_was_given_than_the_books_have(hospital: Hospital) -> None:
    """The rest must have come in unseen: nothing is below nought."""
    hospital.did(K.RECEIVED, syringes(3))
    assert hospital.happened(K.ADMINISTERED, syringes(5), patient=ALICE) == ["not-enough"]
    assert hospital.stock("L1") == {Status.ADMINISTERED: 5}
    assert hospital.patients("L1")[ALICE].used == 5


def test_it_was_given_where_the_books_don_t_have_it(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, A1, syringes(4))
    assert hospital.happened(K.ADMINISTERED, A1, at="W07", patient=ALICE) == ["not-here"]
    assert hospital.place(A1) == "W07"
    assert hospital.happened(K.ADMINISTERED, syringes(1), at="W07", patient=ALICE) == ["not-enough"]
    assert hospital.stock("L1") == {Status.AVAILABLE: 4, Status.ADMINISTERED: 1}


def test_what_is_told_late_does_not_undo_what_happened_since(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, A1, time=later(hours=-3))
    hospital.did(K.DISPENSED, A1, patient=ALICE)
    told = hospital.happened(K.MOVED, A1, to="PHARM", time=later(hours=-2))
    assert told == ["out-of-order"]
    assert hospital.status(A1) is Status.DISPENSED
    assert hospital.place(A1) == "STORE"


def test_a_use_that_is_told_late_counts(hospital: Hospital) -> None:
    """Nothing comes after a use: what the books say since was wrong."""
    hospital.did(K.RECEIVED, A1, time=later(hours=-3))
    hospital.did(K.MOVED, A1, to="W07")
    told = hospital.happened(K.ADMINISTERED, A1, at="STORE", patient=ALICE, time=later(hours=-1))
    assert told == ["not-here", "out-of-order"]
    assert hospital.status(A1) is Status.ADMINISTERED
    assert hospital.patients("B1")[ALICE].used == 1


# What was wrong, what it is called, and what the box is afterwards.
WRONG: list[tuple[list[EventKind], EventKind, dict[str, Any], str, Status]] = [
    ([], K.MOVED, {}, "not-received", Status.AVAILABLE),
    ([], K.RETURNED, {}, "not-received", Status.AVAILABLE),
    ([K.RECEIVED], K.RECEIVED, {}, "already-received", Status.AVAILABLE),
    ([K.RECEIVED], K.RETURNED, {}, "not-dispensed", Status.AVAILABLE),
    ([K.RECEIVED], K.ADMINISTERED, {}, "patient-missing", Status.ADMINISTERED),
    ([K.RECEIVED], K.DESTROYED, {}, "second-person-missing", Status.DESTROYED),
    ([K.RECEIVED, K.QUARANTINED], K.DISPENSED, {}, "quarantined", Status.DISPENSED),
    ([K.ARRIVED], K.DISPENSED, {}, "not-inspected", Status.DISPENSED),
    ([K.ARRIVED, K.REJECTED], K.DISPENSED, {}, "rejected", Status.DISPENSED),
    ([K.RECEIVED, K.SENT], K.DISPENSED, {}, "in-transit", Status.DISPENSED),
    ([K.RECEIVED, K.LOST], K.DISPENSED, {}, "missing", Status.DISPENSED),
    ([K.RECEIVED, K.WASTED], K.DISPENSED, {}, "wasted", Status.WASTED),
    ([K.RECEIVED, K.DISPENSED], K.DISPENSED, {}, "already-dispensed", Status.DISPENSED),
    ([K.RECEIVED], K.IMPLANTED, {"patient": ALICE}, "not-an-implant", Status.IMPLANTED),
]


@pytest.mark.parametrize(("before", "kind", "more", "reason", "after"), WRONG)
def test_each_broken_rule_is_named(  # noqa: PLR0913, PLR0917 -- the columns of the table
    hospital: Hospital,
    before: list[EventKind],
    kind: EventKind,
    more: dict[str, Any],
    reason: str,
    after: Status,
) -> None:
    for each in before:
        hospital.did(each, A1)
    assert hospital.happened(kind, A1, **more) == [reason]
    assert hospital.status(A1) is after
    hospital.rebuilt()


def test_goods_kept_for_another_are_no_longer_kept(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, A1)
    hospital.did(K.RESERVED, A1, **for_document("RX-1"))
    assert hospital.happened(K.DISPENSED, A1, **for_document("RX-2")) == ["reserved"]
    assert hospital.kept() == {}


@pytest.mark.parametrize("kind", [K.RESERVED, K.FREED])
def test_what_only_stands_on_paper_changes_nothing_when_it_was_wrong(
    hospital: Hospital, kind: EventKind
) -> None:
    hospital.did(K.RECEIVED, A1)
    hospital.did(K.DISPENSED, A1)
    books = hospital.books()
    assert hospital.happened(kind, A1, **for_document("RX-1")) == ["already-dispensed"]
    assert hospital.books() == books


@pytest.mark.parametrize("kind", [K.RECEIVED, K.ADMINISTERED])
@pytest.mark.parametrize(
    "stranger", [Thing(f"{STRANGER}/21/1"), Thing(f"{STRANGER}/10/L", 3)], ids=["unit", "amount"]
)
def test_an_unknown_code_is_kept_raw(hospital: Hospital, kind: EventKind, stranger: Thing) -> None:
    hospital.did(K.RECEIVED, A1)
    books = hospital.books()
    assert hospital.happened(kind, stranger, patient=ALICE) == ["unknown-code"]
    assert hospital.broken()[0].key == stranger.key
    after = hospital.books()
    assert {name for name in books if after[name] != books[name]} == {"code_mapping"}


def test_an_unknown_place_is_on_the_work_list_and_nothing_moves(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, A1)
    books = hospital.books()
    assert hospital.happened(K.MOVED, A1, to="CELLAR") == ["unknown-location"]
    assert hospital.books() == books


def test_a_wrong_label_is_noted(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, A1)
    assert hospital.happened(K.DISPENSED, box("A1", lot="B9")) == ["lot-mismatch"]
    assert hospital.stock("B1") == {Status.DISPENSED: 1}


def test_one_thing_scanned_twice_counts_once(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, A1)
    assert hospital.happened(K.ADMINISTERED, A1, A1, patient=ALICE) == ["listed-twice"]
    assert hospital.patients("B1")[ALICE].used == 1


def test_several_rules_are_named_at_once(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, ampoule("M1"), A1, second_person="1104")
    hospital.did(K.QUARANTINED, A1)
    told = hospital.happened(K.ADMINISTERED, ampoule("M1"), A1, A2, at="W07", patient=ALICE)
    assert told == [
        "not-here",
        "not-here",
        "not-received",
        "quarantined",
        "second-person-missing",
    ]
    assert {row.key for row in hospital.broken() if row.reason == "not-here"} == {
        ampoule("M1").key,
        A1.key,
    }


def test_a_container_moved_out_of_reach_takes_all_along(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, A1, A2, syringes(4))
    hospital.did(K.PACKED, A1, A2, syringes(4), parent=pallet().key)
    hospital.did(K.QUARANTINED, pallet())
    assert hospital.happened(K.DISPENSED, pallet(), at="PHARM", to="W07") == [
        "not-here",
        "quarantined",
    ]
    assert hospital.stock("B1") == {Status.DISPENSED: 2}
    assert hospital.stock("L1") == {Status.DISPENSED: 4}
    assert hospital.place(A1) == "W07"


@pytest.mark.parametrize(
    ("kind", "thing", "reason"),
    [
        (K.PACKED, A2, "not-received"),
        (K.PACKED, syringes(9), "not-enough"),
        (K.UNPACKED, A2, "not-inside"),
        (K.UNPACKED, syringes(1), "not-enough"),
    ],
)
def test_packing_that_cannot_have_been_changes_nothing(
    hospital: Hospital, kind: EventKind, thing: Thing, reason: str
) -> None:
    hospital.did(K.RECEIVED, A1, syringes(4))
    hospital.did(K.PACKED, A1, parent=pallet().key)
    books = hospital.books()
    assert hospital.happened(kind, thing, parent=pallet().key) == [reason]
    assert hospital.books() == books


def test_neighbours_of_a_batch_see_what_was_told_late(hospital: Hospital) -> None:
    outcomes = hospital.record(
        [
            event(K.ADMINISTERED, A1, patient=ALICE, after_the_fact=True),
            event(K.RECEIVED, A1),
            event(K.IMPLANTED, stent("S1"), patient=ALICE, after_the_fact=True),
            event(K.IMPLANTED, stent("S1"), patient=BOB),
        ]
    )
    refused = [each.reason for each in outcomes if isinstance(each, Refused)]
    assert refused == [Reason.ALREADY_RECEIVED, Reason.ALREADY_USED]
    assert sum(len(each.exceptions) for each in outcomes if isinstance(each, Recorded)) == 2
    assert len(hospital.broken()) == 2


def test_one_lot_under_two_codes_is_drawn_as_far_as_it_goes(hospital: Hospital) -> None:
    """Four and four of five: three more must have been there."""
    by_gtin = Thing(f"{CEPHALOSPORIN.identifiers[1]}/10/C1", 5, lot="C1")
    by_drug_code = Thing("urn:medtrace:cn-drug:83271160045839207715", 4, lot="C1")
    hospital.did(K.RECEIVED, by_gtin)
    told = hospital.happened(K.DISPENSED, replace(by_gtin, quantity=4), by_drug_code)
    assert told == ["listed-twice", "not-enough"]
    assert hospital.stock("C1") == {Status.DISPENSED: 8}


def test_a_case_that_nobody_received_counts_what_it_holds(hospital: Hospital) -> None:
    """By the catalogue: nine boxes under one code of its own."""
    level = "https://id.gs1.org/01/16901234567899"
    names = (*ANTIBODY.identifiers, level)
    packed = replace(ANTIBODY, identifiers=names, levels={level: 9})
    hospital.must(Definition(id=uuid7(), time=NOON, thing=packed))
    case = Thing(f"{level}/21/K1", lot="B1")
    assert hospital.happened(K.DISPENSED, case, patient=ALICE) == ["not-received"]
    assert hospital.stock("B1") == {Status.DISPENSED: 9}
    assert hospital.patients("B1")[ALICE].holding == 9
    hospital.did(K.ADMINISTERED, case, patient=ALICE)
    assert hospital.patients("B1")[ALICE].used == 9
    hospital.rebuilt()
