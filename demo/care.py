"""At the patient: prescriptions, dispensing, doses, returns, and what is stopped on the way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from demo.catalogue import Item
from demo.people import NURSES, PHARMACISTS
from demo.script import Doing
from demo.stage import Stage
from demo.supply import CYTOTOXIC, INJECTED, TAKEN_HOME
from orders import OrderType
from trace import Document, EventKind, Reason, Thing

_AGES = {"EK8": (1, 13), "ICU": (35, 88), "YK1": (50, 85)}
_PER_DAY = {"HX3": 3, "PW5": 3, "ZL2": 2, "XN2": 3, "GK1": 2, "EK8": 2, "ICU": 2, "ED": 1}


def admit(stage: Stage, day: int, ward: str, count: int) -> list[UUID]:
    """Patients come to a ward in the early morning."""
    ages = _AGES.get(ward, (18, 86))
    new = [
        stage.script.admit(stage.at(day, 6, 0.5), stage.register.person(ward, ages))
        for _ in range(count)
    ]
    stage.patients[ward] += new
    return new


def ward_day(stage: Stage, day: int) -> None:
    """A day in the wards: for some patients something is prescribed, dispensed and given."""
    for ward, count in _PER_DAY.items():
        here = stage.patients[ward]
        if not here:
            continue
        for patient in stage.rng.sample(here[-30:], min(count, len(here[-30:]))):
            _course(stage, day, ward, patient)


@dataclass(frozen=True, slots=True)
class Course:
    """What one patient gets of one product.

    Args:
        ward: where the patient lies.
        patient: the stand-in.
        item: the product.
        source: the pharmacy that gives it out.
    """

    ward: str
    patient: UUID
    item: Item
    source: str


def _course(stage: Stage, day: int, ward: str, patient: UUID) -> None:
    """One prescription for one patient, from order to dose."""
    oncology = ward == "ZL2"
    item = stage.items[stage.rng.choice(CYTOTOXIC if oncology else INJECTED)]
    course = Course(ward, patient, item, "PIVAS-F2" if oncology else "IP")
    boxes = stage.shelves.take(course.source, item, 1 if oncology else stage.rng.randint(1, 3))
    if not boxes:
        return
    pharmacist = PHARMACISTS[course.source.partition("-")[0]]
    paper = prescribe(stage, day, stage.at(day, 11, 2), [(item, len(boxes))], patient, ward)
    time = stage.at(day, 13.5, 1.5)
    doing = Doing(pharmacist, "0533" if oncology else None, (paper,), patient=patient)
    stage.script.happen(EventKind.DISPENSED, time, boxes, course.source, ward, doing)
    if stage.rng.random() < 0.04:  # noqa: PLR2004 -- one in twenty-five
        _one_more(stage, course, time, doing)
    _give(stage, day, course, boxes)


def prescribe(  # noqa: PLR0913, PLR0917 -- what stands on a prescription
    stage: Stage,
    day: int,
    time: datetime,
    lines: list[tuple[Item, int]],
    patient: UUID,
    ward: str,
) -> Document:
    """A prescription is written; gives the document."""
    number, doing = stage.number("CF", day), Doing("0533", patient=patient)
    return stage.script.order(OrderType.PRESCRIPTION, number, time, lines, doing, ward)


def _one_more(stage: Stage, course: Course, time: datetime, doing: Doing) -> None:
    """One box more than was prescribed is scanned."""
    spare = stage.shelves.peek(course.source, course.item)
    if spare is not None:
        later, source = time + timedelta(seconds=20), course.source
        why = Reason.TOO_MANY
        stage.script.happen(EventKind.DISPENSED, later, [spare], source, None, doing, why)


def _give(stage: Stage, day: int, course: Course, boxes: list[Thing]) -> None:
    """One box after the other: the first today, the rest tomorrow morning, or back."""
    ward = course.ward
    checked = {"ZL2": "2319", "ED": "2246"}.get(ward, "2107")
    second = checked if "high_alert" in course.item.flags else None
    for number, box in enumerate(boxes):
        time = stage.at(day, 16, 4) if number == 0 else stage.at(day + 1, 7.6 + number / 3, 0.3)
        if number and stage.rng.random() < 0.18:  # noqa: PLR2004 -- about one in six is stopped
            _give_back(stage, day + 1, course, box)
            continue
        _stumble(stage, ward, course.patient, box, time)
        things = [box, *_with_it(stage, ward)]
        doing = Doing(NURSES[ward], second, patient=course.patient)
        stage.script.happen(EventKind.ADMINISTERED, time, things, ward, None, doing)
        if stage.rng.random() < 0.012:  # noqa: PLR2004 -- about one in eighty
            again = time + timedelta(minutes=stage.rng.randint(2, 50))
            why = Reason.ALREADY_USED
            stage.script.happen(EventKind.ADMINISTERED, again, [box], ward, None, doing, why)


def _with_it(stage: Stage, ward: str) -> list[Thing]:
    """Half of the doses run in with a bag of saline and a new set."""
    if stage.rng.random() < 0.5:  # noqa: PLR2004 -- half of them
        return []
    bag = stage.shelves.take(ward, stage.items["D019"], 1)
    return bag + stage.shelves.take(ward, stage.items["C003"], 1)


def _stumble(stage: Stage, ward: str, patient: UUID, box: Thing, time: datetime) -> None:
    """Now and then the box is scanned at the wrong bed first, or read wrongly."""
    chance, before = stage.rng.random(), time - timedelta(minutes=1)
    others = [each for each in stage.patients[ward] if each != patient]
    if chance < 0.015 and others:  # noqa: PLR2004 -- about one in seventy
        doing = Doing(NURSES[ward], patient=stage.rng.choice(others))
        why = Reason.WRONG_PATIENT
        stage.script.happen(EventKind.ADMINISTERED, before, [box], ward, None, doing, why)
    elif chance < 0.022:  # noqa: PLR2004 -- rarer still
        doing = Doing(NURSES[ward], patient=patient)
        other = replace(box, lot=f"{box.lot}X")
        why = Reason.LOT_MISMATCH
        stage.script.happen(EventKind.ADMINISTERED, before, [other], ward, None, doing, why)


def _give_back(stage: Stage, day: int, course: Course, box: Thing) -> None:
    """A stopped dose goes back to the pharmacy, and is there for the next patient."""
    source, time = course.source, stage.at(day, 8.7, 0.3)
    doing = Doing(NURSES[course.ward], patient=course.patient, note="医嘱停")
    stage.script.happen(EventKind.RETURNED, time, [box], course.ward, source, doing)
    stage.later[day].append(partial(stage.shelves.put, source, course.item, [box]))


def outpatient_day(stage: Stage, day: int) -> None:
    """At the window: a prescription, one or two boxes, and home."""
    for _ in range(10 if stage.works(day) else 4):
        came = stage.at(day, 8, 8.5)
        person = stage.register.person("", (16, 88))
        patient = stage.script.admit(stage.at(day, 6, 0.5), person)
        codes = stage.rng.sample(TAKEN_HOME, stage.rng.randint(1, 2))
        taken = {code: stage.shelves.take("OP", stage.items[code], 1) for code in codes}
        lines = [(stage.items[code], len(boxes)) for code, boxes in taken.items() if boxes]
        if not lines:
            continue
        paper = prescribe(stage, day, came, lines, patient, "OP")
        things = [box for boxes in taken.values() for box in boxes]
        doing = Doing("0557", documents=(paper,), patient=patient)
        time = came + timedelta(minutes=stage.rng.randint(6, 25))
        stage.script.happen(EventKind.DISPENSED, time, things, "OP", None, doing)


def urgent_day(stage: Stage, day: int) -> None:
    """In the emergency department goods go to the patient at once."""
    for code in stage.rng.sample(("D022", "D023", "D030", "D010"), 2):
        boxes = stage.shelves.take("EP", stage.items[code], 1)
        if not boxes or not stage.patients["ED"]:
            continue
        patient = stage.rng.choice(stage.patients["ED"][-12:])
        time = stage.at(day, 8, 14)
        doing = Doing("0557", patient=patient)
        stage.script.happen(EventKind.DISPENSED, time, boxes, "EP", "ED", doing)
        given = time + timedelta(minutes=stage.rng.randint(4, 30))
        nurse = Doing("2107", "0557", patient=patient)
        stage.script.happen(EventKind.ADMINISTERED, given, boxes, "ED", "ED-RESUS", nurse)
