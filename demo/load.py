"""Any number of events for load: lots of mixed sizes live side by side, from dock to bed.

The events are simpler than the demo's history and come at any rate; none is refused but those that
are asked for. A larger load begins with the smaller one of the same seed, event for event, so a
fill goes on where it stopped. Memory stays the same however many there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count, islice
from random import Random
from typing import Final

from demo.catalogue import Item, items
from demo.lives import Lives
from demo.places import LOCATIONS, OPENED, hospital
from demo.questions import beginnings, lives_of
from demo.script import event_id
from errors import Invalid
from inventory import Definition, Location, Product
from trace import Event, Recordable

BATCH: Final = 500
"""Records in a batch."""
START: Final = datetime(2026, 8, 1, 6, 0, tzinfo=UTC)
"""When the load begins, if nobody says otherwise; ten million events take 23 days."""

_SERIALISED = ("D002", "D009", "D017", "D011", "D030", "D003", "M001")
_COUNTED = ("C001", "C003", "C004", "D019", "C011", "C007")
_SIZES = (20, 20, 50, 100, 100, 200, 500, 2_000)
_IN_HAND = 8


def generate(
    events: int, seed: int, *, refusals: float = 0.0, start: datetime = START
) -> Iterator[list[Recordable]]:
    """Batches for `Recorder.record`: definitions first, then exactly so many events.

    Args:
        events: how many, 1 or more.
        seed: where chance begins; the same arguments give the same ids, another seed other things.
        refusals: the share of events that will be refused, from 0 to 0.5: boxes that are scanned
            again after they were used.
        start: when the first event happens, aware of its zone.

    Raises:
        Invalid: `demo-too-small`.
    """
    if events < 1:
        raise Invalid("demo-too-small", field="events")
    return _batches(_records(events, seed, refusals, start))


def _batches(records: Iterator[Recordable]) -> Iterator[list[Recordable]]:
    while batch := list(islice(records, BATCH)):
        yield batch


def _records(events: int, seed: int, refusals: float, start: datetime) -> Iterator[Recordable]:
    rng = Random(seed)
    products = (item.product for item in items().values())
    things: list[Product | Location] = [hospital(OPENED), *LOCATIONS, *products]
    for thing in things:
        yield Definition(id=event_id(start, rng), time=start, thing=thing)
    yield from islice(_Load(seed, rng, refusals, start).events(), events)


class _Load:
    """The lots in hand, and the events that they make in turn."""

    def __init__(self, seed: int, rng: Random, refusals: float, start: datetime) -> None:
        self._rng = rng
        self._refusals = refusals
        self._lives = Lives(seed, rng, start)

    def events(self) -> Iterator[Event]:
        """Events without end: the ordinary ones, every second one from a set while one is due."""
        ordinary = self._ordinary()
        asked: Iterator[Event] = iter(())
        marks = enumerate(beginnings())
        number, mark = next(marks)
        for made in count():
            if made >= mark:
                asked = lives_of(self._lives, number, self._rng)
                number, mark = next(marks)
            used = self._lives.used
            if used is not None and self._rng.random() < self._refusals:
                yield self._lives.again(*used)
            else:
                event = next(asked, None) if made % 2 else None
                yield event or next(ordinary)

    def _ordinary(self) -> Iterator[Event]:
        hand = [self._next(number) for number in range(_IN_HAND)]
        for number in count(_IN_HAND):
            place = self._rng.randrange(_IN_HAND)
            while event := next(hand[place], None):
                yield event
                place = self._rng.randrange(_IN_HAND)
            hand[place] = self._next(number)

    def _next(self, number: int) -> Iterator[Event]:
        size = self._rng.choice(_SIZES)
        if number % 5 == 4:  # noqa: PLR2004 -- one lot in five
            return self._lives.counted(_pick(_COUNTED, number), number, size)
        return self._lives.serialised(_pick(_SERIALISED, number), number, size)


def _pick(codes: tuple[str, ...], number: int) -> Item:
    return items()[codes[number % len(codes)]]
