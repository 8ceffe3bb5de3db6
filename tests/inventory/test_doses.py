"""Doses at the bedside: given in part before a witness, or not given, and why."""

from __future__ import annotations

from uuid import UUID

import pytest

from errors import Invalid
from inventory import Status
from tests.inventory.house import UNTOUCHED, Hospital, ampoule, pallet
from tests.support import NOON, box, syringes
from trace import Cause, Dose, Event, EventKind, Reason, Thing

K = EventKind
WANG, LI = UUID(int=1), UUID(int=2)
FASTING = {"cause": Cause.NIL_BY_MOUTH, "patient": WANG}
UNWILLING = {"cause": Cause.UNWILLING, "patient": WANG}


def _handed_out(hospital: Hospital) -> Thing:
    hospital.did(K.RECEIVED, box("A1", lot="B1"), syringes(5))
    hospital.did(K.DISPENSED, box("A1"), to="W07", patient=WANG)
    return box("A1")


@pytest.mark.parametrize(("kind", "why"), [(K.WITHHELD, FASTING), (K.DECLINED, UNWILLING)])
def test_a_dose_that_was_not_given_changes_nothing_but_its_history(
    hospital: Hospital, kind: EventKind, why: dict[str, object]
) -> None:
    thing = _handed_out(hospital)
    before = hospital.books()
    told = hospital.did(kind, thing, at="W07", **why)
    assert hospital.books() == before
    assert hospital.status(thing) is Status.DISPENSED
    assert hospital.does(kind, at="W07", **why) is None, "nothing need be scanned"
    assert hospital.does(kind, syringes(2), **why) is None
    assert hospital.corrects(told) is None
    assert hospital.corrects(told) is Reason.ALREADY_CORRECTED
    assert hospital.books() == before
    assert hospital.does(K.ADMINISTERED, thing, at="W07", patient=WANG) is None
    hospital.rebuilt()


def test_what_is_said_not_to_be_given_is_what_the_patient_was_to_get(hospital: Hospital) -> None:
    thing = _handed_out(hospital)
    assert hospital.does(K.WITHHELD, thing, at="W08", **FASTING) is Reason.NOT_HERE
    others = {**FASTING, "patient": LI}
    assert hospital.does(K.WITHHELD, thing, at="W07", **others) is Reason.WRONG_PATIENT
    nobody = {"cause": Cause.NIL_BY_MOUTH}
    assert hospital.does(K.WITHHELD, thing, at="W07", **nobody) is Reason.PATIENT_MISSING
    assert hospital.does(K.WITHHELD, box("NEW"), **FASTING) is Reason.NOT_RECEIVED
    assert hospital.does(K.WITHHELD, syringes(6), **FASTING) is Reason.NOT_ENOUGH
    assert hospital.does(K.WITHHELD, syringes(1, lot="L9"), **FASTING) is Reason.NOT_RECEIVED
    hospital.did(K.PACKED, syringes(1), parent=pallet().key)
    assert hospital.does(K.WITHHELD, pallet(), **FASTING) is Reason.IS_CONTAINER
    hospital.did(K.ADMINISTERED, thing, at="W07", patient=WANG)
    assert hospital.does(K.WITHHELD, thing, at="W07", **FASTING) is Reason.ALREADY_USED
    assert hospital.happened(K.WITHHELD, thing, at="W07", **FASTING) == ["already-used"]


def test_a_recalled_dose_is_withheld_without_a_word(hospital: Hospital) -> None:
    thing = _handed_out(hospital)
    hospital.recall("D001", "B1")
    assert hospital.does(K.WITHHELD, thing, at="W07", **FASTING) is None
    assert set(hospital.books()).isdisjoint(UNTOUCHED)


def test_the_rest_of_a_dose_is_thrown_away_before_a_witness(hospital: Hospital) -> None:
    """Of any product: 6 mg of 10 given, 4 thrown away."""
    hospital.did(K.RECEIVED, box("A1", lot="B1"), ampoule("M1"), second_person="1104")
    parts = {"patient": WANG, "dose": Dose.of("6", "mg"), "wasted": Dose.of("4", "mg")}
    assert hospital.does(K.ADMINISTERED, box("A1"), **parts) is Reason.SECOND_PERSON_MISSING
    own = {**parts, "second_person": "2307"}
    assert hospital.does(K.ADMINISTERED, box("A1"), **own) is Reason.SECOND_PERSON_MISSING
    told = hospital.did(K.ADMINISTERED, box("A1"), ampoule("M1"), second_person="1104", **parts)
    assert hospital.stock("B1") == {Status.ADMINISTERED: 1}
    assert hospital.patients("B1")[WANG].used == 1
    assert hospital.corrects(told) is Reason.SECOND_PERSON_MISSING
    assert hospital.corrects(told, second_person="1104") is None
    assert hospital.happened(K.ADMINISTERED, box("A1"), **parts) == ["second-person-missing"]


@pytest.mark.parametrize(
    ("kind", "more", "field"),
    [
        (K.WITHHELD, {}, "cause"),
        (K.WITHHELD, {"cause": Cause.UNWILLING}, "cause"),
        (K.DECLINED, {"cause": Cause.NIL_BY_MOUTH}, "cause"),
        (K.DECLINED, {"cause": Cause.OTHER, "note": " "}, "note"),
        (K.MOVED, {"cause": Cause.BROKEN}, "cause"),
        (K.ADMINISTERED, {"wasted": Dose.of("4", "mg")}, "dose"),
        (K.MOVED, {"things": ()}, "things"),
    ],
)
def test_an_event_says_what_its_kind_asks_for(
    kind: EventKind, more: dict[str, object], field: str
) -> None:
    fields = {"id": UUID(int=1), "time": NOON, "things": (box("A1"),), "location": "W07"}
    with pytest.raises(Invalid) as caught:
        Event(kind=kind, **{**fields, **more})  # type: ignore[arg-type]
    assert caught.value.field == field
