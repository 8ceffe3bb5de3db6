"""Consignment: goods that stay the supplier's until they are used."""

from __future__ import annotations

from uuid import uuid4

import pytest

from inventory import find_lots
from tests.inventory.house import Hospital, on_both_engines, pallet, valve
from tests.support import SYRINGE, box, syringes
from trace import EventKind, Reason, Thing

K = EventKind
ALICE = uuid4()
A1 = box("A1", lot="B1")


def test_a_consigned_product_belongs_to_who_delivers_it(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, valve("1"), party="SUPPLIER")
    hospital.did(K.RECEIVED, valve("2"), party="SUPPLIER", owner="MAKER")
    hospital.did(K.RECEIVED, valve("3"))
    assert hospital.owned("V1") == {
        "SUPPLIER": {"available": 1},
        "MAKER": {"available": 1},
        None: {"available": 1},
    }


def test_any_goods_can_be_on_consignment(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, A1, party="SUPPLIER")
    hospital.did(K.RECEIVED, box("A2", lot="B1"), party="SUPPLIER", owner="SUPPLIER")
    assert hospital.owned("B1") == {None: {"available": 1}, "SUPPLIER": {"available": 1}}


def test_who_used_whose_is_known(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, valve("1"), valve("2"), party="SUPPLIER", to="OR1")
    hospital.did(K.IMPLANTED, valve("1"), at="OR1", patient=ALICE)
    assert hospital.owned("V1") == {"SUPPLIER": {"implanted": 1, "available": 1}}
    assert hospital.patients("V1")[ALICE].used == 1


@pytest.mark.parametrize("thing", [valve("1"), syringes(2)], ids=["unit", "amount"])
def test_consigned_goods_go_back_to_their_owner_only(hospital: Hospital, thing: Thing) -> None:
    hospital.did(K.RECEIVED, thing, owner="SUPPLIER")
    assert hospital.does(K.RETURNED, thing, party="OTHER") is Reason.WRONG_OWNER
    assert hospital.does(K.DESTROYED, thing, second_person="1104") is Reason.WRONG_OWNER
    assert hospital.does(K.RETURNED, thing, party="SUPPLIER") is None


def test_a_pallet_with_consigned_goods_goes_back_to_their_owner_only(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, valve("1"), owner="SUPPLIER")
    hospital.did(K.PACKED, valve("1"), parent=pallet().key)
    assert hospital.does(K.RETURNED, pallet(), party="OTHER") is Reason.WRONG_OWNER
    assert hospital.does(K.RETURNED, pallet(), party="SUPPLIER") is None


def test_what_belongs_to_nobody_else_goes_back_to_anybody(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, A1, party="SUPPLIER")
    assert hospital.does(K.RETURNED, A1, party="OTHER") is None


@on_both_engines
def test_one_lot_of_two_owners_is_kept_apart(hospital: Hospital) -> None:
    for owner, count in (("SUPPLIER", 5), ("OTHER", 3), (None, 4)):
        hospital.did(K.RECEIVED, syringes(count), owner=owner)
    with hospital.ledger.database.read() as connection:
        assert len({each.lot_id for each in find_lots(connection, 1, "L1")}) == 3
    assert hospital.does(K.DISPENSED, syringes(6)) is Reason.NOT_ENOUGH, "no owners are mixed"
    hospital.did(K.DISPENSED, syringes(2), owner="OTHER")
    hospital.did(K.RETURNED, syringes(5), party="SUPPLIER")
    assert hospital.owned("L1") == {
        "SUPPLIER": {"sent-back": 5},
        "OTHER": {"available": 1, "dispensed": 2},
        None: {"available": 4},
    }
    hospital.rebuilt()


def test_our_own_stock_is_used_up_first(hospital: Hospital) -> None:
    """What is not used is not paid."""
    hospital.did(K.RECEIVED, syringes(5), owner="SUPPLIER")
    hospital.did(K.RECEIVED, syringes(3))
    hospital.did(K.DISPENSED, syringes(2))
    assert hospital.owned("L1")[None] == {"available": 1, "dispensed": 2}
    hospital.did(K.DISPENSED, syringes(4))
    assert hospital.owned("L1") == {
        None: {"available": 1, "dispensed": 2},
        "SUPPLIER": {"available": 1, "dispensed": 4},
    }


def test_a_recall_stops_a_lot_whoever_owns_it(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, syringes(5), owner="SUPPLIER")
    hospital.did(K.RECEIVED, syringes(3))
    hospital.recall(SYRINGE.code, "L1")
    for owner in (None, "SUPPLIER"):
        assert hospital.does(K.DISPENSED, syringes(1), owner=owner) is Reason.RECALLED


def test_the_owner_stays_with_what_is_packed(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, syringes(5), owner="SUPPLIER")
    hospital.did(K.RECEIVED, syringes(3))
    hospital.did(K.PACKED, syringes(4), parent=pallet().key, owner="SUPPLIER")
    hospital.did(K.DISPENSED, pallet())
    assert hospital.owned("L1") == {
        "SUPPLIER": {"available": 1, "dispensed": 4},
        None: {"available": 3},
    }
