"""What stands ready in the demo: suppliers with their papers, emergency kits, preference lists.

One kit is as it should be, from one something was taken, and in one lies what is recalled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from demo.people import NURSES
from demo.script import Doing
from demo.stage import DAYS, Stage
from demo.supply import store_of
from inventory import Kit, KitAct, KitDoing, Supplier
from orders import Preference, PreferenceList
from trace import Document, EventKind, Thing

_SEED: Final = 304
"""These boxes have serials of their own, so that the rest of the history stays as it is."""


@dataclass(frozen=True, slots=True)
class Cart:
    """An emergency kit of the demo.

    Args:
        contents: what belongs in, by product.
        person: who fills, seals and checks it.
        seal: the number on its seal.
        sealed: on which day; what is in it by another story lies there by then.
        checked: on which day somebody looked last; None: nobody has.
    """

    contents: Mapping[str, int]
    person: str
    seal: str
    sealed: int
    checked: int | None = None


_CARTS: Final = {
    "CART3": Cart(
        {"D023": 2, "D022": 1, "D030": 2, "D019": 5, "C001": 10, "C004": 5},
        NURSES["HX3"],
        "3-0418",
        -20,
        -3,
    ),
    "CART-OR": Cart({"D023": 2, "D022": 2, "C001": 20}, "3105", "OR-0092", -15),
    "CART7": Cart({"D002": 4, "D023": 1}, NURSES["ED"], "7-0233", -8),
}
_THERE: Final = {"D002"}
"""What the story of the recall puts there."""
_OLD: Final = "D030"
"""What will not last long any more, for so many days from now:"""
_SOON: Final = 20
_USED: Final = -1
"""The day on which something is taken from the theatre's cart."""

_LISTS: Final = (
    ("TKA", "人工全膝关节置换术", "3301", (("M005", 1), ("M006", 1), ("M007", 1), ("C011", 4))),
    ("PCI", "经皮冠状动脉介入治疗", None, (("M001", 1), ("C014", 1), ("C015", 1))),
    ("HERNIA", "腹股沟疝修补术", None, (("M011", 1), ("C011", 2), ("C006", 4))),
)
_HELD: Final = {"TKA": (("M014", 1),), "PCI": (("M002", 1),), "HERNIA": (("C016", 2),)}
"""What is held ready and not opened before it is asked for."""


def standing(stage: Stage) -> None:
    """Kits and lists, beside everything else that happens."""
    rng = Random(_SEED)
    for place, cart in _CARTS.items():
        _stand(stage, place, cart, rng)
    for code, procedure, surgeon, lines in _LISTS:
        held = tuple(Preference(product, count, hold=True) for product, count in _HELD[code])
        listed = (*(Preference(*line) for line in lines), *held)
        stage.script.say(
            PreferenceList,
            stage.at(-DAYS, 10),
            code=code,
            procedure=procedure,
            surgeon=surgeon,
            lines=listed,
            person="3105",
        )


def suppliers(today: date) -> tuple[Supplier, ...]:
    """Who delivers, under the names that the papers call them; one licence is about to end."""
    return (
        Supplier(
            "江州医药配送",
            "江州医药配送有限公司",
            "91360900MA35HD1A03",
            "赣JZ-药经-2023-0107",
            today.replace(day=1) + timedelta(days=700),
            phone="0799-5550107",
        ),
        Supplier(
            "江州器械配送",
            "江州医疗器械配送有限公司",
            "91360900MA35HD2B0R",
            "赣JZ-械经-2022-0231",
            today + timedelta(days=24),
            phone="0799-5550231",
        ),
    )


def _stand(stage: Stage, place: str, cart: Cart, rng: Random) -> None:
    """It is filled, sealed and looked at; from the theatre's a box is missing since."""
    say, sealed = stage.script.say, stage.at(cart.sealed, 10)
    about = {"location": place, "person": cart.person}
    say(Kit, stage.at(-DAYS, 9.5), contents=cart.contents, every=30, **about)
    things = _fill(stage, place, cart, rng)
    say(KitAct, sealed, doing=KitDoing.SEAL, seal=cart.seal, **about)
    if cart.checked is not None:
        looked = stage.at(cart.checked, 8.5)
        say(KitAct, looked, doing=KitDoing.CHECK, seal=cart.seal, **about)
    if place == "CART-OR":
        taken = Doing(cart.person, "3301", note="术中低血压，从急救车取用")
        box = [next(each for each in things if each.quantity is None)]
        stage.script.happen(EventKind.MOVED, stage.at(_USED, 11), box, place, "OR-GK1", taken)


def _fill(stage: Stage, place: str, cart: Cart, rng: Random) -> list[Thing]:
    """New goods, one of which will not last long any more."""
    filled: list[Thing] = []
    arrival = (Document("desadv", f"SH-{place}"),)
    for number, (code, count) in enumerate(cart.contents.items()):
        if code in _THERE:
            continue
        item, days = stage.items[code], _SOON if code == _OLD else 400
        expiry = stage.now.date() + timedelta(days=days)
        lot = f"JC{expiry:%y%m}{number}"
        things = (
            item.boxes(count, lot, expiry, rng)
            if item.serialised
            else [item.amount(count, lot, expiry)]
        )
        come = Doing("0422", "0417", arrival, party="江州医药配送")
        begin = stage.at(cart.sealed, 8.5)
        stage.script.happen(EventKind.RECEIVED, begin, things, store_of(item), None, come)
        carried = Doing(cart.person, note="补充急救车")
        put = stage.at(cart.sealed, 9.5)
        stage.script.happen(EventKind.MOVED, put, things, store_of(item), place, carried)
        filled += things
    return filled
