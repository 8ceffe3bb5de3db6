"""What does not go as planned: cold chain, expiry, strangers' codes, and an older recall."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Final

from demo.catalogue import Item
from demo.script import Doing
from demo.stage import Stage
from inventory import ALL_LOTS
from recall import RecallClass, Scope
from trace import Document, EventKind, Reason, Thing

COLD_CHAIN_DAY: Final = -9
EXPIRED_DAY: Final = -8
"""The days on which the two stories are to be called, so that their patients are there."""


def cold_chain(stage: Stage, day: int) -> None:
    """Six pens stood warm too long: three are let go again, three go back to the supplier."""
    item, script = stage.items["D004"], stage.script
    pens = stage.shelves.take("IP", item, 6)
    if not pens:
        return
    pharmacist = Doing("0533", note="在外 34 分钟，超过 30 分钟")
    script.happen(EventKind.QUARANTINED, stage.at(day, 10), pens, "IP", None, pharmacist)
    patient, why = stage.patients["XN2"][-1], Reason.QUARANTINED
    stopped = Doing("0533", patient=patient)
    script.happen(EventKind.DISPENSED, stage.at(day, 10.6), pens[:1], "IP", "XN2", stopped, why)
    judged = Doing("0533", "5101", note="核对温度记录，可用")
    script.happen(EventKind.RELEASED, stage.at(day, 16), pens[:3], "IP", None, judged)
    stage.later[day + 1].append(partial(stage.shelves.put, "IP", item, pens[:3]))
    back = Doing("0533", party="江州医药配送", note="冷链中断")
    script.happen(EventKind.RETURNED, stage.at(day + 1, 10), pens[3:], "IP", None, back)


def expired(stage: Stage, first: int) -> None:
    """A small lot that nobody used up in time; the gate holds it, then it is destroyed."""
    item, script = stage.items["D022"], stage.script
    expiry = stage.now.date() - timedelta(days=12)
    boxes = item.boxes(6, "2411C08", expiry, stage.rng)
    come = Doing("0417", "0422", party="江州医药配送", note="近效期，科室同意")
    script.happen(EventKind.RECEIVED, stage.at(first, 8.9), boxes, "STORE-R2", "STORE", come)
    moved = Doing("0422", documents=(Document("urn:medtrace:btt:transfer", "DB-EP"),))
    script.happen(EventKind.MOVED, stage.at(first, 11.5), boxes, "STORE", "EP", moved)
    for day in (EXPIRED_DAY, -3):
        doing = Doing("0557", patient=stage.patients["ED"][0])
        why = Reason.EXPIRED
        script.happen(EventKind.DISPENSED, stage.at(day, 11, 4), boxes[:1], "EP", "ED", doing, why)
    cleared = Doing("0557", note="过期，待报废")
    script.happen(EventKind.QUARANTINED, stage.at(-3, 17), boxes, "EP", None, cleared)
    burnt = Doing("0557", "5101", note="过期销毁，质量科监销")
    script.happen(EventKind.DESTROYED, stage.at(-2, 15), boxes, "EP", None, burnt)


def strangers(stage: Stage, day: int) -> None:
    """Codes that nobody knows, boxes that never came, and boxes that stand elsewhere."""
    script, item = stage.script, stage.items["D009"]
    unknown = Thing("https://id.gs1.org/01/06999990000018/21/S20817")
    doing = Doing("0557")
    script.happen(
        EventKind.DISPENSED,
        stage.at(day, 12.1),
        [unknown],
        "OP",
        None,
        doing,
        Reason.UNKNOWN_CODE,
    )
    never = item.boxes(1, *stage.lot_of(item), stage.rng)
    script.happen(
        EventKind.DISPENSED, stage.at(day, 12.2), never, "IP", None, doing, Reason.NOT_RECEIVED
    )
    elsewhere = stage.shelves.peek("STORE", item)
    if elsewhere is not None:
        script.happen(
            EventKind.DISPENSED,
            stage.at(day, 12.3),
            [elsewhere],
            "OP",
            None,
            doing,
            Reason.NOT_HERE,
        )


class OlderRecall:
    """A class II recall of a staple cartridge: what was left has gone back long since.

    Args:
        stage: where it plays.
    """

    FIRST_DAY: Final = -22
    NOTICE_DAY: Final = -16
    PRODUCT: Final = "C013"

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._item: Item = stage.items[self.PRODUCT]

    def play(self) -> None:
        """Four are used, the rest is quarantined at the notice, and returned two days later."""
        stage, script, happen = self._stage, self._stage.script, EventKind.ADMINISTERED
        stock = stage.shelves.take("CONS", self._item, 2_000)
        if not stock:
            return
        stage.next_lot(self._item)
        (lot,) = stock
        total, used = lot.quantity or 0, 4
        to_theatre = Doing("0422")
        script.happen(
            EventKind.MOVED, stage.at(-23, 11), [_part(lot, 60)], "CONS", "OR", to_theatre
        )
        for day in (-21, -20, -18, -17):
            doing = Doing("3105", patient=stage.patients["PW5"][0])
            script.happen(happen, stage.at(day, 11, 2), [_part(lot, 1)], "OR", None, doing)
        self._notice(lot.lot or ALL_LOTS)
        for place, count, person in (("CONS", total - 60, "0422"), ("OR", 60 - used, "3301")):
            amount, doing = [_part(lot, count)], Doing(person, note="召回隔离")
            time = stage.at(self.NOTICE_DAY, 10.5, 1)
            script.happen(EventKind.QUARANTINED, time, amount, place, None, doing)
            back = Doing(person, party="江州器械配送", note="召回退回")
            time = stage.at(self.NOTICE_DAY + 2, 14, 1)
            script.happen(EventKind.RETURNED, time, amount, place, None, back)

    def _notice(self, lot: str) -> None:
        opened = self._stage.at(self.NOTICE_DAY, 10)
        self._stage.script.recall(
            f"RC-{opened.year}-0027",
            opened - timedelta(minutes=26),
            opened,
            RecallClass.SECOND,
            (Scope(self.PRODUCT, (lot,)),),
            "钉匣成钉不良",
            "清和缝合主动召回",
        )


def _part(lot: Thing, quantity: int) -> Thing:
    return Thing(lot.key, quantity, lot.lot, lot.expiry)
