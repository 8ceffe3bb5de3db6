"""Buying, receiving and moving on: how goods come to pharmacies, wards and theatres."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from demo.catalogue import Item
from demo.places import WARDS
from demo.script import Doing
from demo.stage import Stage
from inventory import Category
from orders import OrderType
from trace import Document, EventKind, Reason

INJECTED = ("D002", "D009", "D010", "D017", "D024", "D030", "D003", "D004", "D005", "D029")
"""Drugs that the inpatient pharmacy gives out for wards."""
TAKEN_HOME = (
    "D011",
    "D012",
    "D013",
    "D014",
    "D015",
    "D016",
    "D027",
    "D028",
    "D031",
    "D018",
    "D004",
)
"""Drugs that outpatients get."""
URGENT = ("D022", "D023", "D030", "D010")
CYTOTOXIC = ("D001", "D025", "D026")
CONTROLLED = ("D006", "D007", "D008")
AT_THE_BED = ("D019", "C001", "C003", "C004", "C006")
"""Goods counted by lot that every ward has."""
IN_THEATRE = ("C011", "C016", "C006", "C002")

_PARS = (
    *(("STORE", "IP", code, 24) for code in INJECTED),
    *(("STORE", "IP-SAFE", code, 10) for code in CONTROLLED),
    *(("STORE", "OP", code, 30) for code in TAKEN_HOME),
    *(("STORE", "EP", code, 12) for code in URGENT),
    *(("STORE", "PIVAS-F2", code, 12) for code in CYTOTOXIC),
    *(("STORE", ward.code, "D019", 60) for ward in WARDS),
    *(("CONS", ward.code, code, 80) for ward in WARDS for code in AT_THE_BED[1:]),
    *(("CONS", "OR", code, 60) for code in IN_THEATRE),
)
"""(from, to, product, level up to which it is filled every working day)."""

_SUPPLIERS = {
    Category.DRUG: "江州医药配送",
    Category.CONSUMABLE: "江州器械配送",
    Category.IMPLANT: "江州器械配送",
}


def store_of(item: Item) -> str:
    """Where a product is received."""
    category = item.product.category
    if category is Category.DRUG:
        return "STORE"
    return "CONS-HV" if category is Category.IMPLANT else "CONS"


def _receiver(item: Item) -> str:
    return "0417" if item.product.category is Category.DRUG else "0422"


def stock_up(stage: Stage, day: int) -> None:
    """The first day: everything is bought, and fills stores, pharmacies and wards."""
    everything = sorted(_bought(stage), key=lambda item: item.product.holder)
    for holder, group in groupby(everything, key=lambda item: item.product.holder):
        _buy(stage, day, holder, [(item, _lot_size(item)) for item in group], 7.0)
    replenish(stage, day)


def _bought(stage: Stage) -> list[Item]:
    """What is ordered by the box; packs that are counted in tablets have a story of their own."""
    return [item for item in stage.items.values() if not item.product.levels]


def _lot_size(item: Item) -> int:
    if not item.serialised:
        return 2_000
    return 12 if item.product.category is Category.IMPLANT else 60


def _buy(stage: Stage, day: int, holder: str, wanted: list[tuple[Item, int]], hour: float) -> None:
    """Order goods of one maker and receive them the same day."""
    first = wanted[0][0]
    supplier = _SUPPLIERS[first.product.category]
    doing = Doing(_receiver(first), party=supplier, note=holder)
    placed = stage.script.order(
        OrderType.PURCHASE,
        stage.number("CG", day),
        stage.at(day, hour, 0.3),
        wanted,
        doing,
        store_of(first),
    )
    arrival = Document("desadv", stage.number("SH", day))
    for item, count in wanted:
        things = stage.delivered(item, count)
        at = "STORE-R2" if store_of(item) == "STORE" else store_of(item)
        stage.script.happen(
            EventKind.RECEIVED,
            stage.at(day, hour + 0.5, 0.8),
            things,
            at,
            store_of(item),
            Doing(_receiver(item), _checker(item), (placed, arrival), party=supplier),
        )
        stage.shelves.put(store_of(item), item, things)


def _checker(item: Item) -> str | None:
    """Narcotics and cold goods are received by two (china.md §3.1: 双人验收)."""
    return "0422" if item.flags & {"narcotic", "psychotropic", "cold_chain"} else None


def replenish(stage: Stage, day: int) -> None:
    """Fill up what was used, and buy what runs low."""
    for source, target, code, par in _PARS:
        item = stage.items[code]
        missing = par - stage.shelves.level(target, item)
        if missing * 2 < par:
            continue
        things = stage.shelves.take(source, item, missing)
        if things:
            transfer = (Document("urn:medtrace:btt:transfer", stage.number("DB", day)),)
            time = stage.at(day, 9.6, 1.2)
            doing = Doing("0422", documents=transfer)
            stage.script.happen(EventKind.MOVED, time, things, source, target, doing)
            stage.shelves.put(target, item, things)
    low = [item for item in _bought(stage) if _runs_low(stage, item)]
    for holder, group in groupby(low, key=lambda item: item.product.holder):
        _buy(stage, day, holder, [(item, _lot_size(item)) for item in group], 14.0)


def _runs_low(stage: Stage, item: Item) -> bool:
    return stage.shelves.level(store_of(item), item) * 3 < _lot_size(item)


def mistakes(stage: Stage, day: int) -> None:
    """What goes wrong at the dock: a box scanned twice, a stranger, more than there is."""
    script, item = stage.script, stage.items["D009"]
    known = stage.shelves.peek("STORE", item)
    if known is not None:
        script.happen(
            EventKind.RECEIVED,
            stage.at(day, 16.2, 0.3),
            [known],
            "STORE-R2",
            "STORE",
            Doing("0417", party="江州医药配送"),
            Reason.ALREADY_RECEIVED,
        )
    gauze = stage.shelves.peek("CONS", stage.items["C016"])
    if gauze is not None:
        script.happen(
            EventKind.MOVED,
            stage.at(day, 16.6, 0.3),
            [replace(gauze, quantity=9_000)],
            "CONS",
            "OR",
            Doing("3301"),
            Reason.NOT_ENOUGH,
        )
