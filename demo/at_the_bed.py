"""What a stay holds beside plain doses: a mixed bag, doses not given, drugs from home, theatre.

The story has a chance of its own, so that the rest of the history is the same with it and without.
"""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any, Final
from uuid import UUID

from demo.people import NURSES
from demo.script import Doing
from demo.stage import Stage
from scanning import new_label_number
from trace import Cause, Document, EventKind, Thing

DAY: Final = -10
"""The day on which `at_the_bed` is to be called, so that somebody lies in the wards."""
_WARD, _ROOM = "HX3", "OR-GK1"
_DRUGS, _DEVICES = "江州医药配送", "江州器械配送"
_CHANCE = 1124


def at_the_bed(stage: Stage) -> None:
    """Three days of two patients, one in a ward and one in theatre."""
    before = stage.rng.getstate()
    rng = Random(_CHANCE)
    _mix(stage, rng, stage.patients[_WARD][0])
    _own(stage, rng, stage.patients[_WARD][0])
    _operate(stage, rng, stage.patients["GK1"][0])
    stage.rng.setstate(before)


def _in_years(stage: Stage, years: int) -> date:
    return date(stage.now.year + years, 6, 30)


def _receive(stage: Stage, things: list[Thing], place: str, party: str) -> None:
    arrival = Document("desadv", stage.number("SH", DAY))
    come = Doing("0417", "0422", (arrival,), party=party)
    stage.script.happen(EventKind.RECEIVED, stage.at(DAY, 8.2), things, "STORE-R2", place, come)


def _mix(stage: Stage, rng: Random, patient: UUID) -> None:
    """Two vials and saline become a bag; a third vial is held back, declined, and returned."""
    vials = stage.items["D009"].boxes(3, "2608P11", _in_years(stage, 2), rng)
    saline = stage.items["D019"].amount(10, "2607S02", _in_years(stage, 2))
    _receive(stage, [*vials, saline], "PIVAS", _DRUGS)
    number = new_label_number(stage.at(DAY, 9), rng.randbytes(4))
    bag = Thing(f"urn:medtrace:in-house:{number}")
    one = Thing(saline.key, 1, saline.lot, saline.expiry)
    checked = Doing("0533", "0557", note="两人核对", patient=patient)
    happen, nurse = stage.script.happen, Doing(NURSES[_WARD], patient=patient)
    inputs = [*vials[:2], one]
    happen(EventKind.COMPOUNDED, stage.at(DAY, 9.2), inputs, "PIVAS", None, checked, outputs=(bag,))
    handed = Doing("0533", patient=patient)
    happen(EventKind.DISPENSED, stage.at(DAY, 9.6), [bag, vials[2]], "PIVAS", _WARD, handed)
    happen(EventKind.ADMINISTERED, stage.at(DAY, 10.4), [bag], _WARD, None, nurse)
    for kind, day, cause in (
        (EventKind.WITHHELD, DAY, Cause.LABORATORY),
        (EventKind.DECLINED, DAY + 1, Cause.UNWILLING),
    ):
        happen(kind, stage.at(day, 16.3), vials[2:], _WARD, None, nurse, cause=cause)
    happen(EventKind.RETURNED, stage.at(DAY + 2, 8.4), vials[2:], _WARD, "PIVAS", nurse)


def _own(stage: Stage, rng: Random, patient: UUID) -> None:
    """Tablets that the patient brought: kept in the ward, and taken home again."""
    box = stage.items["D016"].boxes(1, "2605A07", _in_years(stage, 1), rng)
    nurse = Doing(NURSES[_WARD], patient=patient)
    stage.script.happen(EventKind.BROUGHT, stage.at(DAY, 11), box, _WARD, None, nurse)
    stage.script.happen(EventKind.HANDED_BACK, stage.at(DAY + 2, 10), box, _WARD, None, nurse)


def _operate(stage: Stage, rng: Random, patient: UUID) -> None:
    """A cage is put in and has to come out again two days later; staplers, one opened in vain."""
    cage = stage.items["M009"].boxes(1, "JS26F02", _in_years(stage, 4), rng)
    staplers = stage.items["C012"].boxes(2, "QH26D05", _in_years(stage, 3), rng)
    _receive(stage, [*cage, *staplers], _ROOM, _DEVICES)
    happen, team = stage.script.happen, Doing("3105", "3301", patient=patient)
    where: dict[str, Any] = {"site": "L4/5", "surgeon": "3301"}
    happen(EventKind.OPENED, stage.at(DAY, 13.1), staplers, _ROOM, None, team)
    happen(EventKind.USED, stage.at(DAY, 13.6), staplers[:1], _ROOM, None, team)
    happen(EventKind.IMPLANTED, stage.at(DAY, 14.2), cage, _ROOM, None, team, **where)
    vain: dict[str, Any] = {"cause": Cause.OPENED_UNUSED}
    happen(EventKind.WASTED, stage.at(DAY, 15), staplers[1:], _ROOM, None, team, **vain)
    happen(EventKind.EXPLANTED, stage.at(DAY + 2, 11), cage, _ROOM, None, team, **where)
    burnt = Doing("3105", "5101", note="取出物销毁")
    happen(EventKind.DESTROYED, stage.at(DAY + 2, 16), cage, _ROOM, None, burnt)
