"""Any number of events for load: lots of mixed sizes live side by side, from dock to bed.

The events are simpler than the demo's history and come at any rate; none is refused but those that
are asked for. Memory stays the same however many there are: a few lots are in hand at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from random import Random
from typing import Final
from uuid import UUID

from demo.catalogue import Item, items
from demo.places import LOCATIONS, OPENED, WARDS, hospital
from demo.script import event_id
from errors import Invalid
from inventory import Category, Definition, Location, Product
from trace import Event, EventKind, Recordable, Thing

BATCH: Final = 500
"""Records in a batch."""
CARTON: Final = 20
"""Boxes in a carton, which is received with one event."""
END: Final = datetime(2026, 11, 22, 6, 3, tzinfo=UTC)
"""When the load ends, if nobody says otherwise."""
LEAST: Final = 120
"""Events that are needed for the two lots of `LoadLot` to have arrived."""

_SERIALISED = ("D002", "D009", "D017", "D011", "D030", "D003", "M001")
_COUNTED = ("C001", "C003", "C004", "D019", "C011", "C007")
_SIZES = (20, 20, 50, 100, 100, 200, 500, 2_000)
_IN_HAND = 8
_PATIENTS = 5_000
_WARDS = tuple(ward.code for ward in WARDS)
_PACE = timedelta(milliseconds=200)


@dataclass(frozen=True, slots=True)
class LoadLot:
    """A lot that the load holds for sure, to measure recalls and histories with.

    Args:
        product: the product's code.
        lot: the lot's name.
        size: how many boxes of it arrive.
        key: of one of its boxes.
    """

    product: str
    lot: str
    size: int
    key: str


def small_lot(seed: int) -> LoadLot:
    """The lot of exactly 20 boxes in the load of this seed."""
    return _handle(seed, 0)


def large_lot(seed: int) -> LoadLot:
    """The lot of exactly 2,000 boxes in the load of this seed."""
    return _handle(seed, 1)


def generate(
    events: int, seed: int, *, refusals: float = 0.0, end: datetime = END
) -> Iterator[list[Recordable]]:
    """Batches for `Recorder.record`: definitions first, then exactly so many events.

    Args:
        events: how many, 120 or more.
        seed: where chance begins; the same arguments give the same ids, another seed other things.
        refusals: the share of events that will be refused, from 0 to 0.5: boxes that are scanned
            again after they were used.
        end: when the last event happens, aware of its zone.

    Raises:
        Invalid: `demo-too-small`.
    """
    if events < LEAST:
        raise Invalid("demo-too-small", field="events", least=LEAST)
    return _batches(_records(events, seed, refusals, end))


def _batches(records: Iterator[Recordable]) -> Iterator[list[Recordable]]:
    while batch := list(islice(records, BATCH)):
        yield batch


def _records(events: int, seed: int, refusals: float, end: datetime) -> Iterator[Recordable]:
    start = end - events * _PACE
    rng = Random(seed)
    products = (item.product for item in items().values())
    things: list[Product | Location] = [hospital(OPENED), *LOCATIONS, *products]
    for thing in things:
        yield Definition(id=event_id(start, rng), time=start, thing=thing)
    yield from islice(_Load(seed, rng, refusals, start).events(), events)


def _lot_name(seed: int, number: int) -> str:
    return f"L{seed}N{number}"


def _serial(seed: int, lot: int, box: int) -> str:
    return f"{seed % 10**3:03}{lot % 10**6:06}{box:04}"


def _key(item: Item, seed: int, lot: int, box: int) -> str:
    """The key of a box, as a scan of its label has it."""
    return item.key_of(_serial(seed, lot, box))


def _handle(seed: int, number: int) -> LoadLot:
    code, size = _SERIALISED[number], (CARTON, 2_000)[number]
    return LoadLot(code, _lot_name(seed, number), size, _key(items()[code], seed, number, 0))


class _Load:
    """The lots in hand, and the events that they make in turn."""

    def __init__(self, seed: int, rng: Random, refusals: float, start: datetime) -> None:
        self._seed = seed
        self._rng = rng
        self._refusals = refusals / (1 - refusals)
        self._time = start
        self._expiry = date(start.year + 3, 6, 30)
        self._used: tuple[Thing, str, UUID] | None = None

    def events(self) -> Iterator[Event]:
        """Events without end; the two lots of known size arrive first, whole."""
        first = [self._serialised(number) for number in (0, 1)]
        for lot, size in zip(first, (CARTON, 2_000), strict=True):
            yield from islice(lot, size // CARTON)
        hand = [*first, *(self._next(number) for number in range(2, _IN_HAND))]
        number = _IN_HAND
        while True:
            place = self._rng.randrange(_IN_HAND)
            event = next(hand[place], None)
            if event is None:
                hand[place] = self._next(number)
                number += 1
                continue
            yield event
            if self._used is not None and self._rng.random() < self._refusals:
                yield self._again(*self._used)

    def _next(self, number: int) -> Iterator[Event]:
        return self._counted(number) if number % 5 == 4 else self._serialised(number)  # noqa: PLR2004 -- one lot in five

    def _serialised(self, number: int) -> Iterator[Event]:
        """A lot of boxes: cartons arrive, go to a pharmacy, and box by box to patients."""
        item = items()[_SERIALISED[number % len(_SERIALISED)]]
        size = (CARTON, 2_000)[number] if number < 2 else self._rng.choice(_SIZES)  # noqa: PLR2004 -- the two of known size
        name, keys = _lot_name(self._seed, number), range(size)
        boxes = [Thing(_key(item, self._seed, number, box)) for box in keys]
        cartons = [boxes[start : start + CARTON] for start in range(0, size, CARTON)]
        for carton in cartons:
            arrived = [replace(box, lot=name, expiry=self._expiry) for box in carton]
            yield self._event(EventKind.RECEIVED, arrived, "STORE", "0417")
        implant = item.product.category is Category.IMPLANT
        pharmacy = "OR" if implant else self._rng.choice(("IP", "EP"))
        for carton in cartons:
            yield self._event(EventKind.MOVED, carton, "STORE", "0422", to=pharmacy)
            for box in carton:
                yield from self._to_patient(box, pharmacy, implant=implant)

    def _to_patient(self, box: Thing, pharmacy: str, *, implant: bool) -> Iterator[Event]:
        patient, ward = self._patient(), self._rng.choice(_WARDS)
        yield self._event(EventKind.DISPENSED, [box], pharmacy, "0533", to=ward, patient=patient)
        kind = EventKind.IMPLANTED if implant else EventKind.ADMINISTERED
        yield self._event(kind, [box], ward, "2307", patient=patient)
        self._used = (box, ward, patient)

    def _counted(self, number: int) -> Iterator[Event]:
        """A lot that is counted: it arrives, goes to a ward, and is used piece by piece."""
        item = items()[_COUNTED[number % len(_COUNTED)]]
        lot = item.amount(self._rng.choice(_SIZES), _lot_name(self._seed, number), self._expiry)
        ward = self._rng.choice(_WARDS)
        yield self._event(EventKind.RECEIVED, [lot], "CONS", "0422")
        yield self._event(EventKind.MOVED, [lot], "CONS", "0422", to=ward)
        piece = replace(lot, quantity=1)
        for _ in range(lot.quantity or 0):
            patient = self._patient()
            yield self._event(EventKind.ADMINISTERED, [piece], ward, "2307", patient=patient)

    def _again(self, box: Thing, ward: str, patient: UUID) -> Event:
        """A box that was used is scanned once more: refused, with `already-used`."""
        return self._event(EventKind.ADMINISTERED, [box], ward, "2307", patient=patient)

    def _patient(self) -> UUID:
        """One of a few thousand, the same in every load of a seed."""
        number = self._rng.randrange(_PATIENTS)
        return UUID(int=(self._seed << 64 | number) % 2**128, version=4)

    def _event(  # noqa: PLR0913 -- the parts of an event that vary
        self,
        kind: EventKind,
        things: list[Thing],
        at: str,
        person: str,
        *,
        to: str | None = None,
        patient: UUID | None = None,
    ) -> Event:
        self._time += _PACE
        return Event(
            id=event_id(self._time, self._rng),
            kind=kind,
            time=self._time,
            things=tuple(things),
            location=at,
            destination=to,
            patient=patient,
            person=person,
        )
