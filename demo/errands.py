"""One delivery on all its ways: inspected, sent on, reserved, packed, miscounted, dropped.

And what stands beside it: an ampoule of morphine that broke, stents that belong to their supplier.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from demo.script import Doing
from demo.stage import Stage
from trace import Document, EventKind, Thing

DAY: Final = -12
"""The day on which `errands` is to be called, so that the stores are stocked."""
_SUPPLIER: Final = "江州医药配送"
_CONSIGNOR: Final = "江州器械配送"
_BOX: Final = "https://id.gs1.org/00/069012340000000177"
"""The SSCC of the transport box."""


def errands(stage: Stage) -> None:
    """Eight boxes of ambroxol and what becomes of each, in the course of four days."""
    boxes = stage.items["D017"].boxes(8, "2607K03", _in_years(stage, 2), stage.rng)
    _inspect(stage, boxes)
    _hand_over(stage, boxes[:4])
    _reserve(stage, boxes[4:7])
    _pack(stage, boxes[4:7])
    _miscount(stage, boxes[0])
    _mistake(stage, boxes[1])
    _break(stage, boxes[4])
    _consign(stage)


def _in_years(stage: Stage, years: int) -> date:
    return date(stage.now.year + years, 6, 30)


def _inspect(stage: Stage, boxes: list[Thing]) -> None:
    """They stand at the dock until somebody has looked; the last one is dented and goes back."""
    happen, arrival = stage.script.happen, Document("desadv", stage.number("SH", DAY))
    come = Doing("0417", documents=(arrival,), party=_SUPPLIER)
    happen(EventKind.ARRIVED, stage.at(DAY, 8.6), boxes, "STORE-R2", None, come)
    good = Doing("0417", "0422", (arrival,), "外观、效期、票货相符")
    happen(EventKind.INSPECTED, stage.at(DAY, 9.1), boxes[:-1], "STORE-R2", "STORE", good)
    bad = Doing("0417", "0422", (arrival,), "外包装破损")
    happen(EventKind.REJECTED, stage.at(DAY, 9.2), boxes[-1:], "STORE-R2", None, bad)
    back = Doing("0417", party=_SUPPLIER, note="破损退回")
    happen(EventKind.RETURNED, stage.at(DAY + 1, 9), boxes[-1:], "STORE-R2", None, back)


def _hand_over(stage: Stage, boxes: list[Thing]) -> None:
    """A transfer in two steps: on its way, and accepted by who gets it."""
    happen = stage.script.happen
    paper = (Document("urn:medtrace:btt:transfer", stage.number("DB", DAY)),)
    sent, accepted = Doing("0422", documents=paper), Doing("0533", documents=paper, note="数量相符")
    happen(EventKind.SENT, stage.at(DAY, 10.2), boxes, "STORE", "IP", sent)
    happen(EventKind.ACCEPTED, stage.at(DAY, 10.7), boxes, "IP", None, accepted)


def _reserve(stage: Stage, boxes: list[Thing]) -> None:
    """Kept for a ward that then did not need them."""
    happen = stage.script.happen
    paper = (Document("urn:medtrace:btt:transfer", stage.number("DB", DAY)),)
    kept = Doing("0422", documents=paper, note="为呼吸内科三病区留")
    happen(EventKind.RESERVED, stage.at(DAY, 11), boxes, "STORE", None, kept)
    freed = Doing("0422", documents=paper, note="病区取消")
    happen(EventKind.FREED, stage.at(DAY, 14), boxes, "STORE", None, freed)


def _pack(stage: Stage, boxes: list[Thing]) -> None:
    """Into a transport box, which is carried to the emergency pharmacy and emptied there."""
    happen, box = stage.script.happen, [Thing(_BOX)]
    packer, carrier = Doing("0422", note="送急诊药房"), Doing("0417")
    happen(EventKind.PACKED, stage.at(DAY, 15), boxes, "STORE", None, packer, parent=_BOX)
    happen(EventKind.MOVED, stage.at(DAY, 15.3), box, "STORE", "EP", carrier)
    unpacker = Doing("0557")
    happen(EventKind.UNPACKED, stage.at(DAY, 15.6), box, "EP", None, unpacker, parent=_BOX)


def _miscount(stage: Stage, box: Thing) -> None:
    """A count does not find a box; the next one does."""
    happen = stage.script.happen
    lost, found = Doing("0533", "5101", note="月盘未见"), Doing("0533", "5101", note="在邻格找到")
    happen(EventKind.LOST, stage.at(DAY + 1, 17), [box], "IP", None, lost)
    happen(EventKind.FOUND, stage.at(DAY + 2, 8.5), [box], "IP", None, found)


def _mistake(stage: Stage, box: Thing) -> None:
    """Moved to one pharmacy in the books, and to the other in fact."""
    script, doing = stage.script, Doing("0533")
    wrong = script.happen(EventKind.MOVED, stage.at(DAY + 2, 10), [box], "IP", "EP", doing)
    right = script.happen(EventKind.MOVED, stage.at(DAY + 2, 10.3), [box], "IP", "OP", doing)
    noticed = Doing("0533", note="扫错目的地，实送门诊药房")
    script.correct(wrong, right, stage.at(DAY + 2, 10.2), noticed)


def _break(stage: Stage, box: Thing) -> None:
    """One box is dropped; an ampoule of morphine breaks, and two sign for it."""
    happen, dropped = stage.script.happen, Doing("0557", note="跌落打碎")
    happen(EventKind.WASTED, stage.at(DAY + 3, 11), [box], "EP", None, dropped)
    morphine = stage.shelves.take("IP-SAFE", stage.items["D006"], 1)
    if morphine:
        two = Doing("0533", "5101", note="安瓿破损，双人核销")
        happen(EventKind.WASTED, stage.at(DAY + 3, 11.5), morphine, "IP-SAFE", None, two)


def _consign(stage: Stage) -> None:
    """Two stents lie in the cabinet that are the supplier's until they are used."""
    stents = stage.items["M001"].boxes(2, "JS26C08", _in_years(stage, 4), stage.rng)
    come = Doing("0422", note="寄售备货", party=_CONSIGNOR)
    time = stage.at(DAY, 13)
    at = ("CONS", "CONS-HV")
    stage.script.happen(EventKind.RECEIVED, time, stents, *at, come, owner=_CONSIGNOR)
