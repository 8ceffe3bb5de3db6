"""A case that was received as one thing, and its boxes, scanned out of it one by one."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from uuid6 import uuid7

from inventory import Category, Definition, Product, Status, find_unit, history
from tests.inventory.house import Hospital, on_both_engines, pallet
from tests.support import NOON
from trace import EventKind, Reason, Thing

K = EventKind
BOX_GTIN, CASE_GTIN = (f"https://id.gs1.org/01/0690333333333{n}" for n in (6, 7))
GLOVES = Product(
    code="C777",
    name="无菌手套",
    specification="4 盒/箱",
    category=Category.CONSUMABLE,
    unit="盒",
    holder="江州卫材",
    identifiers=(BOX_GTIN, CASE_GTIN),
    levels={CASE_GTIN: 4},
)


def case(serial: str = "C1") -> Thing:
    """A case of four boxes."""
    return Thing(f"{CASE_GTIN}/21/{serial}", lot="G1")


def carton(serial: str, lot: str | None = None) -> Thing:
    """A box of gloves."""
    return Thing(f"{BOX_GTIN}/21/{serial}", lot=lot)


@pytest.fixture
def store(hospital: Hospital) -> Hospital:
    """A hospital that received one case of gloves, blind."""
    hospital.must(Definition(id=uuid7(), time=NOON, thing=GLOVES))
    hospital.did(K.RECEIVED, case(), party="江州器械配送")
    return hospital


def takes(store: Hospital, *boxes: Thing, **more: object) -> Reason | None:
    return store.does(K.UNPACKED, *boxes, parent=case().key, **more)


@on_both_engines
def test_boxes_come_out_one_by_one_and_the_sum_stays(store: Hospital) -> None:
    assert store.stock("G1") == {Status.AVAILABLE: 4}
    assert store.does(K.DISPENSED, carton("B1")) is Reason.NOT_RECEIVED
    assert takes(store, carton("B1")) is None
    assert takes(store, carton("B2"), carton("B3")) is None
    assert store.stock("G1") == {Status.AVAILABLE: 4}
    assert store.unit(case()).quantity == 1
    alice = uuid4()
    assert store.does(K.DISPENSED, carton("B1"), to="W07", patient=alice) is None
    assert store.stock("G1") == {Status.AVAILABLE: 3, Status.DISPENSED: 1}
    assert store.patients("G1")[alice].holding == 1
    assert store.does(K.PACKED, carton("B2"), parent=pallet().key) is None
    assert store.does(K.RETURNED, carton("B3"), party="江州器械配送") is None
    assert takes(store, carton("B4")) is None
    assert takes(store, carton("B5")) is Reason.PACK_EXHAUSTED
    store.rebuilt()


def test_what_is_no_box_of_the_case_does_not_come_out_of_it(store: Hospital) -> None:
    store.did(K.RECEIVED, carton("B9", "G1"))
    for thing, why in (
        (carton("B9"), Reason.ALREADY_RECEIVED),
        (Thing("https://id.gs1.org/01/04006381333931/21/X"), Reason.NOT_INSIDE),
        (case("C2"), Reason.NOT_INSIDE),
        (Thing(f"{BOX_GTIN}/10/G1", 2), Reason.NOT_INSIDE),
        (carton("B1", "OTHER"), Reason.LOT_MISMATCH),
    ):
        assert takes(store, thing) is why, thing
    assert takes(store, carton("B1"), at="W07") is Reason.NOT_HERE
    assert store.stock("G1") == {Status.AVAILABLE: 5}
    store.did(K.DISPENSED, case(), to="W07", patient=UUID(int=1))
    assert takes(store, carton("B1"), at="W07") is Reason.ALREADY_DISPENSED


def test_a_box_that_was_not_taken_out_after_all_goes_back_into_its_case(store: Hospital) -> None:
    before = store.books()
    wrong = store.did(K.UNPACKED, carton("B1"), carton("B2"), parent=case().key)
    assert store.corrects(wrong) is None
    assert store.books() == before
    again = store.did(K.UNPACKED, carton("B1"), parent=case().key)
    store.did(K.MOVED, carton("B1"), to="W07")
    assert store.corrects(again) is Reason.CORRECTED_LATER
    store.rebuilt()


def test_the_life_of_a_box_begins_with_its_case(store: Hospital) -> None:
    assert takes(store, carton("B1")) is None
    store.did(K.MOVED, carton("B1"), to="W07")
    with store.ledger.database.read() as connection:
        unit = find_unit(connection, 1, carton("B1").key)
        assert unit is not None
        steps = history(connection, 1, unit)
    assert [step.event.kind for step in steps if step.event] == [K.RECEIVED, K.UNPACKED, K.MOVED]
