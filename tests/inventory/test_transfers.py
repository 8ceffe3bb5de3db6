"""Transfers: what is on its way is nobody's to use until the other place accepts it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from inventory import Status
from tests.inventory.house import Hospital, on_both_engines, pallet
from tests.support import ANTIBODY, SYRINGE, box, syringes
from trace import EventKind, Reason, Thing

K = EventKind
A1 = box("A1", lot="B1")
ALICE = uuid4()


@pytest.fixture
def sent(hospital: Hospital) -> Hospital:
    """A box and four syringes are on their way from the store to the ward."""
    hospital.did(K.RECEIVED, A1, syringes(5))
    hospital.did(K.SENT, A1, syringes(4), to="W07")
    return hospital


@on_both_engines
@pytest.mark.parametrize("packed", [False, True])
def test_what_is_sent_arrives_when_it_is_accepted(hospital: Hospital, *, packed: bool) -> None:
    hospital.did(K.RECEIVED, A1, syringes(4))
    if packed:
        hospital.did(K.PACKED, A1, syringes(4), parent=pallet().key)
    goods = (pallet(),) if packed else (A1, syringes(4))
    hospital.did(K.SENT, *goods, to="W07")
    assert hospital.stock("B1") == {Status.IN_TRANSIT: 1}
    assert hospital.stock("L1") == {Status.IN_TRANSIT: 4}
    hospital.did(K.ACCEPTED, *goods, at="W07")
    assert hospital.stock("L1") == {Status.AVAILABLE: 4}
    assert hospital.place(A1) == "W07"
    hospital.rebuilt()


@pytest.mark.parametrize("place", ["STORE", "W07"])
@pytest.mark.parametrize("kind", [K.MOVED, K.DISPENSED, K.ADMINISTERED, K.SENT, K.RETURNED])
def test_what_is_on_its_way_is_used_nowhere(sent: Hospital, kind: EventKind, place: str) -> None:
    assert sent.does(kind, A1, at=place, patient=ALICE) is Reason.IN_TRANSIT
    wanted = syringes(2)
    assert sent.does(kind, wanted, at=place, patient=ALICE) is Reason.NOT_ENOUGH


def test_only_what_was_sent_is_accepted(sent: Hospital) -> None:
    other = box("A2", lot="B1")
    sent.did(K.RECEIVED, other, at="W07")
    assert sent.does(K.ACCEPTED, other, at="W07") is Reason.NOT_SENT
    assert sent.does(K.ACCEPTED, syringes(1), at="STORE") is Reason.NOT_ENOUGH
    sent.did(K.ACCEPTED, A1, at="W07")
    assert sent.does(K.ACCEPTED, A1, at="W07") is Reason.NOT_SENT


def test_who_it_was_not_sent_to_does_not_accept_it(sent: Hospital) -> None:
    assert sent.does(K.ACCEPTED, A1, at="W08") is Reason.NOT_HERE
    assert sent.does(K.ACCEPTED, syringes(4), at="W08") is Reason.NOT_ENOUGH


def test_what_does_not_arrive_is_missing(sent: Hospital) -> None:
    sent.did(K.LOST, A1, syringes(1), at="W07")
    sent.did(K.ACCEPTED, syringes(3), at="W07")
    assert sent.stock("L1") == {Status.AVAILABLE: 4, Status.MISSING: 1}
    assert sent.does(K.ACCEPTED, A1, at="W07") is Reason.MISSING
    sent.did(K.FOUND, A1, at="W07")
    assert sent.does(K.DISPENSED, A1, at="W07") is None


def test_recalled_goods_are_not_sent_and_are_held_where_they_arrive(sent: Hospital) -> None:
    other = box("A2", lot="B1")
    sent.did(K.RECEIVED, other)
    sent.recall(ANTIBODY.code, "B1")
    sent.recall(SYRINGE.code, "L1")
    assert sent.does(K.SENT, other, to="W07") is Reason.RECALLED
    assert sent.does(K.SENT, syringes(1), to="W07") is Reason.RECALLED
    sent.did(K.ACCEPTED, A1, syringes(4), at="W07")
    assert sent.status(A1) is Status.QUARANTINED
    assert sent.stock("L1") == {Status.AVAILABLE: 1, Status.QUARANTINED: 4}


def test_what_is_on_its_way_can_be_held(sent: Hospital) -> None:
    sent.did(K.QUARANTINED, A1, at="W07")
    assert sent.does(K.ACCEPTED, A1, at="W07") is Reason.QUARANTINED


def test_a_ward_sends_back_what_it_does_not_need(sent: Hospital) -> None:
    sent.did(K.ACCEPTED, A1, syringes(4), at="W07")
    sent.did(K.SENT, A1, syringes(2), at="W07", to="STORE")
    sent.did(K.ACCEPTED, A1, syringes(2))
    assert sent.place(A1) == "STORE"
    assert sent.does(K.DISPENSED, syringes(3)) is None


@pytest.mark.parametrize("thing", [A1, syringes(1)], ids=["unit", "amount"])
def test_what_is_dispensed_is_not_sent(hospital: Hospital, thing: Thing) -> None:
    hospital.did(K.RECEIVED, thing)
    hospital.did(K.DISPENSED, thing)
    assert hospital.does(K.SENT, thing, to="W07") in {
        Reason.ALREADY_DISPENSED,
        Reason.NOT_ENOUGH,
    }
