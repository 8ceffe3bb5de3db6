"""One box from the dock to the bed: bevacizumab 8327 1160 0458 3920 7715, and its lot of 24."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from demo.care import admit, prescribe
from demo.labels import thing
from demo.script import Doing
from demo.stage import Stage
from orders import OrderType
from trace import Document, EventKind, Thing

CODE: Final = "83271160045839207715"
"""The traceability code of the box."""
LOT: Final = "BV6C2204"


FIRST_DAY: Final = -3
"""The day on which `journey` is to be called, so that its patients are there."""
_GIVEN = 15


def journey(stage: Stage) -> None:
    """24 bottles come in cold, 17 go on, 15 are given: the box of the story at bed 07."""
    # In the early morning the last bags of the day are not given yet: all plays a day before.
    today = 0 if stage.now.hour >= 10 else -1  # noqa: PLR2004 -- o'clock
    bottles = _come(stage, today)
    patients = admit(stage, FIRST_DAY, "ZL2", len(bottles))
    for number, (bottle, patient) in enumerate(zip(bottles, patients, strict=True)):
        day = today if number % 2 else today - 1
        _dispense(stage, day, patient, bottle)
        if number < _GIVEN:
            _administer(stage, day, patient, bottle)


def _come(stage: Stage, today: int) -> list[Thing]:
    """From the dock to the fridge, and 17 of them to where infusions are made."""
    item, script = stage.items["D001"], stage.script
    expiry = date(stage.now.year + 2, 3, 31)
    bottles = item.boxes(23, LOT, expiry, stage.rng)
    bottles.insert(9, thing(CODE, lot=LOT, expiry=expiry))
    supplier = "江州医药配送"
    ordered = Doing("0422", party=supplier)
    number, time = stage.number("CG", today - 6), stage.at(today - 6, 7.6)
    paper = script.order(OrderType.PURCHASE, number, time, [(item, 24)], ordered, "STORE")
    come = Doing("0417", "0422", (paper,), "冷链 4.2 ℃，外观、效期、票货相符", supplier)
    time = stage.at(today - 6, 10 + 35 / 60)
    script.happen(EventKind.RECEIVED, time, bottles, "STORE-R2", None, come)
    away = Doing("0417", note="到货后 12 分钟上架")
    time = stage.at(today - 6, 10 + 47 / 60)
    script.happen(EventKind.MOVED, time, bottles, "STORE-R2", "STORE-C0107", away)
    transfer = (Document("urn:medtrace:btt:transfer", stage.number("DB", today - 2)),)
    moved = Doing("0422", "0533", transfer, "途中 16 分钟，最高 7.1 ℃")
    time = stage.at(today - 2, 9 + 5 / 60)
    script.happen(EventKind.MOVED, time, bottles[:17], "STORE-C0107", "PIVAS-F2", moved)
    return bottles[:17]


def _dispense(stage: Stage, day: int, patient: UUID, bottle: Thing) -> None:
    """Prescribed the evening before, made up by one, checked by another, sent to the ward."""
    item, ours = stage.items["D001"], bottle.key.endswith(CODE)
    written = stage.at(day - 1, 16.5, 1)
    paper = prescribe(stage, day - 1, written, [(item, 1)], patient, "ZL2")
    doing = Doing("0541", "0533", (paper,), "送药箱 T-0311", patient=patient)
    time = stage.at(day, 9 + 2 / 60) if ours else stage.at(day, 8.6, 0.6)
    stage.script.happen(EventKind.DISPENSED, time, [bottle], "PIVAS-F2", "ZL2", doing)


def _administer(stage: Stage, day: int, patient: UUID, bottle: Thing) -> None:
    """Checked by two at the bed."""
    ours = bottle.key.endswith(CODE)
    time = stage.at(day, 9 + 46 / 60) if ours else stage.at(day, 9.3, 0.6)
    doing = Doing("2312", "2319", note="五项相符", patient=patient)
    bed = "ZL2-07" if ours else None
    stage.script.happen(EventKind.ADMINISTERED, time, [bottle], "ZL2", bed, doing)
