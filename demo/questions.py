"""The same questions at every size of the load, so that answers can be timed against each other.

The load holds sets of goods of known size: the first at its beginning, further ones at 45 and 85
per cent of 100,000, of 1,000,000, of 10,000,000 events and so on. So a ledger of any such size has
one early, some in the middle and one late, all with the same lives behind them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Final

from demo.catalogue import Item, items
from demo.lives import Lives, Share, key_of, lot_name, mixed
from trace import Event

SMALL: Final = 20
"""Boxes in a small lot."""
LARGE: Final = 2_000
"""Boxes in a large lot, and in the scope of a recall."""
WHOLE_AFTER: Final = 10_000
"""Events after which a set that has begun is whole, at the most."""

_BOXES, _SCOPE = 5, 20
_PRODUCTS = ("D002", "D009", "D011", "D017")
_SPREAD = Share(stored=0.2, given=0.4, handed=0.1)
_FIRST_LOT, _LOTS = 900_000, 100


@dataclass(frozen=True, slots=True)
class Known:
    """A lot that the load holds for sure.

    Args:
        product: the product's code.
        lot: the lot's name.
        size: how many boxes of it arrived.
        key: of one of its boxes.
    """

    product: str
    lot: str
    size: int
    key: str


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """What can be asked about one stretch of the load.

    Args:
        begins: the number of the event with which it begins.
        small: a lot of 20 boxes in the store, in pharmacies, on wards and with patients.
        large: a lot of 2,000 boxes, as widely spread: about 800 patients.
        scope: 20 lots of 100 boxes of one product: a recall of 2,000 boxes.
        boxes: keys of boxes with 20 entries each, through two crates and two patients.
    """

    begins: int
    small: Known
    large: Known
    scope: tuple[Known, ...]
    boxes: tuple[str, ...]


def questions(events: int, seed: int) -> tuple[QuestionSet, ...]:
    """The sets that a load of so many events holds whole, the earliest first.

    Args:
        events: how many the load has.
        seed: of the load.
    """
    found: list[QuestionSet] = []
    for number, begins in enumerate(beginnings()):
        if begins + WHOLE_AFTER > events:
            return tuple(found)
        found.append(_set(seed, number, begins))
    raise AssertionError  # beginnings have no end


def beginnings() -> Iterator[int]:
    """The numbers of the events with which sets begin, without end."""
    yield 0
    for power in count(5):
        yield from (45 * 10 ** (power - 2), 85 * 10 ** (power - 2))


def lives_of(lives: Lives, number: int, rng: Random) -> Iterator[Event]:
    """The events of a set's goods, side by side."""
    small, large, long, *scope = _lots(number)
    return mixed(
        [
            lives.serialised(_item(0), small, SMALL, _SPREAD),
            lives.serialised(_item(1), large, LARGE, _SPREAD),
            *(lives.long(_item(2), long, box) for box in range(_BOXES)),
            *(lives.serialised(_item(3), lot, LARGE // _SCOPE, _SPREAD) for lot in scope),
        ],
        rng,
    )


def _lots(number: int) -> range:
    start = _FIRST_LOT + number * _LOTS
    return range(start, start + 3 + _SCOPE)


def _item(place: int) -> Item:
    return items()[_PRODUCTS[place]]


def _set(seed: int, number: int, begins: int) -> QuestionSet:
    small, large, long, *scope = _lots(number)
    return QuestionSet(
        begins,
        _known(seed, 0, small, SMALL),
        _known(seed, 1, large, LARGE),
        tuple(_known(seed, 3, lot, LARGE // _SCOPE) for lot in scope),
        tuple(key_of(_item(2), seed, long, box) for box in range(_BOXES)),
    )


def _known(seed: int, place: int, lot: int, size: int) -> Known:
    return Known(_PRODUCTS[place], lot_name(seed, lot), size, key_of(_item(place), seed, lot, 0))
