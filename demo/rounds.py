"""Orders of care and the rounds they are for: a pack divided into tablets, an injection a day.

Three patients of a ward have tablets out of one pack, each dose with a label of its own, and one of
them an injection besides. The orders go on for some days: whoever looks finds doses that are due.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random
from typing import Final
from uuid import UUID

from demo.catalogue import Item
from demo.people import NURSES
from demo.script import Doing
from demo.stage import Stage
from orders import OrderType, Schedule, Usual
from scanning import new_label_number
from trace import Document, Dose, EventKind, Thing

DAY: Final = -2
"""The day on which `rounds` is to be called."""
_WARD, _PHARMACY = "ZL2", "IP"
_TABLET, _INJECTION = "D032", "D030"
_DOSES: Final = {
    _TABLET: (Dose(Decimal("0.25"), "mg"), "po"),
    _INJECTION: (Dose(Decimal(40), "mg"), "iv"),
}
_USUAL = Usual("Asia/Shanghai")
_PHYSICIAN, _PHARMACIST, _CHECKS = "1102", "0533", "0557"
_CHANCE = 1127
_LAST: Final = 5
"""On this day the orders end."""


def rounds(stage: Stage) -> None:
    """What is ordered for three patients, given out each afternoon and given the next morning."""
    before = stage.rng.getstate()
    rng = Random(_CHANCE)
    tablets, vials = stage.items[_TABLET], stage.items[_INJECTION]
    (pack,) = tablets.boxes(1, "2606D03", _in_a_year(stage), rng)
    injections = vials.boxes(3, "2605M14", _in_a_year(stage), rng)
    _receive(stage, [pack, *injections])
    patients = stage.patients[_WARD][-3:]
    on_tablets = [(each, _order(stage, tablets, each)) for each in patients]
    injected = (patients[0], _order(stage, vials, patients[0]))
    for day in range(DAY, 1):
        labels = _divide(stage, day, rng, pack, len(patients))
        for (patient, paper), label in zip(on_tablets, labels, strict=True):
            _give(stage, day, _TABLET, label, patient, paper)
        _give(stage, day, _INJECTION, injections[day - DAY], *injected)
    stage.rng.setstate(before)


def _in_a_year(stage: Stage) -> date:
    return date(stage.now.year + 1, 10, 31)


def _receive(stage: Stage, things: list[Thing]) -> None:
    arrival = Document("desadv", stage.number("SH", DAY))
    come = Doing("0417", "0422", (arrival,), party="江州医药配送")
    stage.script.happen(EventKind.RECEIVED, stage.at(DAY, 8.4), things, "STORE-R2", _PHARMACY, come)


def _order(stage: Stage, item: Item, patient: UUID) -> Document:
    """Once a day in the morning, from tomorrow on."""
    begin = stage.at(DAY, 11, 0.8)
    schedule: Schedule = _USUAL.schedule("qd", begin, stage.at(_LAST, 12))
    doing = Doing(_PHYSICIAN, patient=patient)
    dose, route = _DOSES[item.product.code]
    number = stage.number("YZ", DAY)
    return stage.script.order(
        OrderType.MEDICATION,
        number,
        begin,
        [(item, _LAST - DAY)],
        doing,
        _WARD,
        dose=dose,
        route=route,
        schedule=schedule,
    )


def _divide(stage: Stage, day: int, rng: Random, pack: Thing, count: int) -> list[Thing]:
    """So many tablets leave the pack, each with a label of its own."""
    time = stage.at(day, 13.2)
    numbers = [new_label_number(time, rng.randbytes(4)) for _ in range(count)]
    labels = tuple(Thing(f"urn:medtrace:in-house:{number}", part=1) for number in numbers)
    one = Thing(pack.key)
    checked = Doing(_PHARMACIST, _CHECKS)
    stage.script.happen(EventKind.SPLIT, time, [one], _PHARMACY, None, checked, outputs=labels)
    return [Thing(label.key) for label in labels]


def _give(  # noqa: PLR0913, PLR0917 -- which dose of which drug to whom, for which order
    stage: Stage, day: int, code: str, thing: Thing, patient: UUID, paper: Document
) -> None:
    """Given out in the afternoon, given the next morning at eight."""
    out = Doing(_PHARMACIST, _CHECKS, (paper,), patient=patient)
    happen = stage.script.happen
    happen(EventKind.DISPENSED, stage.at(day, 14, 0.5), [thing], _PHARMACY, _WARD, out)
    nurse = Doing(NURSES[_WARD], None, (paper,), patient=patient)
    dose, route = _DOSES[code]
    time = stage.at(day + 1, 7.8, 0.6)
    happen(EventKind.ADMINISTERED, time, [thing], _WARD, None, nurse, dose=dose, route=route)
