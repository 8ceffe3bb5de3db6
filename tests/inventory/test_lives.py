"""The life of what was divided or mixed goes back to the supplier and on to the patient."""

from __future__ import annotations

from inventory.lives import history
from tests.inventory.house import Hospital
from tests.inventory.pharmacy import LI, WANG, label, pack, part, piece, saline, stock_up
from tests.support import box
from trace import EventKind, Thing

K = EventKind


def told(hospital: Hospital, thing: Thing) -> list[str]:
    with hospital.ledger.database.read() as connection:
        steps = history(connection, 1, hospital.unit(thing))
    return [step.event.kind.value for step in steps if step.event and not step.refused]


def test_a_part_and_a_bag_tell_their_whole_lives(hospital: Hospital) -> None:
    stock_up(hospital)
    hospital.did(K.RECEIVED, pack(), party="SUPPLIER")
    hospital.did(K.RECEIVED, box("V0", lot="B1"), saline(10), at="PHARM", party="SUPPLIER")
    hospital.did(K.MOVED, pack(), to="PHARM")
    hospital.did(K.DISPENSED, part(6), at="PHARM", to="W07", patient=WANG)
    hospital.did(K.DISPENSED, part(3), at="PHARM", to="W07", patient=LI)
    hospital.did(K.ADMINISTERED, part(2), at="W07", patient=WANG)
    hospital.did(
        K.COMPOUNDED,
        *(box("V0"), part(4), saline(1)),
        at="PHARM",
        outputs=(label(9),),
        second_person="1104",
    )
    hospital.did(K.ADMINISTERED, label(9), at="PHARM", patient=LI)
    given = ["received", "moved", "dispensed", "administered"]
    assert told(hospital, piece(0, 2)) == given
    assert told(hospital, piece(6, 9)) == given[:3]
    assert told(hospital, box("V0")) == ["received", "compounded", "administered"]
    whole = ["received", "received", "moved", "compounded", "administered"]
    assert told(hospital, label(9)) == whole
    assert told(hospital, pack()).count("dispensed") == 2
