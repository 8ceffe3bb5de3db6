"""Reservations: goods that are kept for a document are for nothing else."""

from __future__ import annotations

from uuid import uuid4

import pytest

from inventory import Status
from tests.inventory.house import Hospital, for_document, on_both_engines, pallet
from tests.support import ANTIBODY, SYRINGE, box, syringes
from trace import EventKind, Reason, Thing

K = EventKind
A1, A2 = box("A1", lot="B1"), box("A2", lot="B1")
ALICE = uuid4()
RX, OTHER = for_document("RX-1"), for_document("RX-2")


@pytest.fixture
def stocked(hospital: Hospital) -> Hospital:
    """Two boxes, and ten syringes of which six are kept for RX-1."""
    hospital.did(K.RECEIVED, A1, A2, syringes(10))
    hospital.did(K.RESERVED, A1, syringes(6), **RX)
    return hospital


def test_what_is_kept_is_reserved(stocked: Hospital) -> None:
    assert stocked.kept() == {"RX-1": 7}
    assert stocked.status(A1) is Status.RESERVED
    assert stocked.stock("L1") == {Status.AVAILABLE: 4, Status.RESERVED: 6}


@pytest.mark.parametrize("thing", [A2, syringes(1)], ids=["unit", "amount"])
def test_who_reserves_names_the_document(stocked: Hospital, thing: Thing) -> None:
    assert stocked.does(K.RESERVED, thing) is Reason.DOCUMENT_MISSING


@pytest.mark.parametrize(
    ("kind", "documents", "things", "why"),
    [
        (K.DISPENSED, {}, (A1,), Reason.RESERVED),
        (K.DISPENSED, OTHER, (A1,), Reason.RESERVED),
        (K.DISPENSED, RX, (A1,), None),
        (K.SENT, OTHER, (A1,), Reason.RESERVED),
        (K.SENT, RX, (A1,), None),
        (K.ADMINISTERED, RX, (A1,), Reason.RESERVED),
        (K.MOVED, RX, (A1,), Reason.RESERVED),
        (K.RESERVED, OTHER, (A1,), Reason.RESERVED),
        (K.FREED, {}, (A1,), None),
        (K.DISPENSED, {}, (syringes(5),), Reason.NOT_ENOUGH),
        (K.DISPENSED, OTHER, (syringes(5),), Reason.NOT_ENOUGH),
        (K.DISPENSED, RX, (syringes(7),), Reason.NOT_ENOUGH),
        (K.DISPENSED, RX, (syringes(6),), None),
        (K.DISPENSED, {}, (syringes(4),), None),
        (K.RESERVED, OTHER, (syringes(5),), Reason.NOT_ENOUGH),
        (K.FREED, {}, (syringes(6),), Reason.NOT_ENOUGH),
        (K.FREED, OTHER, (syringes(6),), Reason.NOT_ENOUGH),
        (K.FREED, RX, (syringes(6),), None),
        (K.QUARANTINED, {}, (A1,), None),
        (K.LOST, {}, (A1,), None),
    ],
)
def test_kept_goods_are_for_their_document_only(
    stocked: Hospital,
    kind: EventKind,
    documents: dict[str, object],
    things: tuple[Thing, ...],
    why: Reason | None,
) -> None:
    more: dict[str, object] = dict(documents)
    if kind is K.ADMINISTERED:
        more["patient"] = ALICE
    assert stocked.does(kind, *things, **more) is why


def test_what_is_used_is_not_kept_any_longer(stocked: Hospital) -> None:
    stocked.did(K.DISPENSED, A1, syringes(4), **RX)
    assert stocked.kept() == {"RX-1": 2}
    assert stocked.stock("L1") == {
        Status.AVAILABLE: 4,
        Status.RESERVED: 2,
        Status.DISPENSED: 4,
    }
    stocked.did(K.FREED, syringes(2), **RX)
    assert stocked.kept() == {}


def test_every_document_has_its_own_part(stocked: Hospital) -> None:
    stocked.did(K.RESERVED, syringes(3), **OTHER)
    assert stocked.kept() == {"RX-1": 7, "RX-2": 3}
    assert stocked.does(K.DISPENSED, syringes(4), **OTHER) is Reason.NOT_ENOUGH
    stocked.did(K.DISPENSED, syringes(3), **OTHER)
    assert stocked.kept() == {"RX-1": 7}


def test_a_recall_lets_nothing_be_kept_or_handed_out(stocked: Hospital) -> None:
    stocked.recall(ANTIBODY.code, "B1")
    stocked.recall(SYRINGE.code, "L1")
    assert stocked.does(K.RESERVED, A2, **RX) is Reason.RECALLED
    assert stocked.does(K.DISPENSED, A1, **RX) is Reason.RECALLED
    assert stocked.does(K.DISPENSED, syringes(6), **RX) is Reason.RECALLED
    stocked.did(K.FREED, A1, syringes(6), **RX)
    assert stocked.kept() == {}
    assert stocked.status(A1) is Status.QUARANTINED
    assert stocked.stock("L1") == {Status.AVAILABLE: 4, Status.QUARANTINED: 6}


@on_both_engines
def test_a_container_is_kept_as_a_whole(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, A1, A2, syringes(5))
    hospital.did(K.PACKED, A1, syringes(5), parent=pallet().key)
    hospital.did(K.RESERVED, pallet(), **RX)
    assert hospital.kept() == {"RX-1": 1}
    assert hospital.status(A1) is Status.RESERVED
    assert hospital.does(K.DISPENSED, pallet(), **OTHER) is Reason.RESERVED
    assert hospital.does(K.DISPENSED, syringes(1), **RX) is Reason.NOT_ENOUGH
    hospital.did(K.DISPENSED, pallet(), **RX)
    assert hospital.kept() == {}
    assert hospital.stock("L1") == {Status.DISPENSED: 5}
    hospital.rebuilt()


def test_a_box_out_of_a_kept_container_is_not_free(hospital: Hospital) -> None:
    """It goes for the document that its container is kept for, or not at all."""
    hospital.did(K.RECEIVED, A1, A2)
    hospital.did(K.PACKED, A1, A2, parent=pallet().key)
    hospital.did(K.RESERVED, pallet(), **RX)
    assert hospital.does(K.DISPENSED, A1, **OTHER) is Reason.RESERVED
    hospital.did(K.FREED, pallet(), **RX)
    assert hospital.does(K.DISPENSED, A1) is None
