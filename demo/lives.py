"""What happens to goods in the load: lives of lots, each an iterator of events from dock to bed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

from demo.catalogue import Item
from demo.places import WARDS
from demo.script import event_id
from inventory import Category
from trace import Document, Event, EventKind, Thing

CARTON: Final = 20
"""Boxes in a carton, which is received with one event."""
STEPS: Final = 20
"""Entries in the life of a box that has seen everything (`Lives.long`)."""

_PATIENTS = 5_000
_PACE = timedelta(milliseconds=200)
_WARDS = tuple(ward.code for ward in WARDS)
_KEEPER, _PHARMACIST, _NURSE = "0422", "0533", "2307"
_TRANSFER: Final = "urn:medtrace:btt:transfer"


@dataclass(frozen=True, slots=True)
class Share:
    """What becomes of the boxes of a lot, in parts of it; the rest stays in the pharmacy.

    Args:
        stored: stays in the store.
        given: reaches patients and is used.
        handed: is handed out for patients, and not used.
    """

    stored: float = 0.0
    given: float = 1.0
    handed: float = 0.0


EVERYTHING_USED: Final = Share()
"""Every box reaches a patient."""


class Lives:
    """Makes the events of goods; the clock goes on with each.

    Args:
        seed: names the goods, so that no two loads share any.
        rng: where chance comes from.
        start: when the first event happens.
    """

    def __init__(self, seed: int, rng: Random, start: datetime) -> None:
        self._seed = seed
        self._rng = rng
        self._time = start
        self._expiry = date(start.year + 3, 6, 30)
        self.used: tuple[Thing, str, UUID] | None = None
        """The box that was used last, where, and for whom."""

    def serialised(
        self, item: Item, lot: int, size: int, share: Share = EVERYTHING_USED
    ) -> Iterator[Event]:
        """A lot of boxes: cartons arrive, go to a pharmacy, and box by box to patients."""
        boxes = [Thing(key_of(item, self._seed, lot, box)) for box in range(size)]
        cartons = [boxes[start : start + CARTON] for start in range(0, size, CARTON)]
        for carton in cartons:
            yield self._arrival(carton, lot)
        implant = item.product.category is Category.IMPLANT
        pharmacy = "OR" if implant else self._rng.choice(("IP", "EP"))
        for carton in cartons[round(share.stored * len(cartons)) :]:
            yield self._event(EventKind.MOVED, carton, "STORE", _KEEPER, to=pharmacy)
            for box in carton:
                yield from self._onward(box, pharmacy, share, implant=implant)

    def _arrival(self, boxes: Sequence[Thing], lot: int) -> Event:
        name = lot_name(self._seed, lot)
        arrived = [replace(box, lot=name, expiry=self._expiry) for box in boxes]
        return self._event(EventKind.RECEIVED, arrived, "STORE", "0417")

    def _onward(self, box: Thing, pharmacy: str, share: Share, *, implant: bool) -> Iterator[Event]:
        chance = self._rng.random() * (1 - share.stored)
        if chance >= share.given + share.handed:
            return
        patient, ward = self._patient(), self._rng.choice(_WARDS)
        yield self._event(
            EventKind.DISPENSED, [box], pharmacy, _PHARMACIST, to=ward, patient=patient
        )
        if chance < share.given:
            kind = EventKind.IMPLANTED if implant else EventKind.ADMINISTERED
            yield self._event(kind, [box], ward, _NURSE, patient=patient)
            self.used = (box, ward, patient)

    def counted(self, item: Item, lot: int, size: int) -> Iterator[Event]:
        """A lot that is counted: it arrives, goes to a ward, and is used piece by piece."""
        whole = item.amount(size, lot_name(self._seed, lot), self._expiry)
        ward = self._rng.choice(_WARDS)
        yield self._event(EventKind.RECEIVED, [whole], "CONS", _KEEPER)
        yield self._event(EventKind.MOVED, [whole], "CONS", _KEEPER, to=ward)
        piece = replace(whole, quantity=1)
        for _ in range(size):
            patient = self._patient()
            yield self._event(EventKind.ADMINISTERED, [piece], ward, _NURSE, patient=patient)

    def long(self, item: Item, lot: int, box: int) -> Iterator[Event]:
        """A box that goes every way there is: `STEPS` entries, the bed at the end."""
        thing = [Thing(key_of(item, self._seed, lot, box))]
        yield self._arrival(thing, lot)
        yield from self._carried(thing, self._crate(lot, 2 * box), "STORE", "IP")
        happen = self._event
        yield happen(EventKind.MOVED, thing, "IP", _PHARMACIST, to="EP")
        yield happen(EventKind.MOVED, thing, "EP", _PHARMACIST, to="IP")
        yield happen(EventKind.SENT, thing, "IP", _PHARMACIST, to="EP")
        yield happen(EventKind.ACCEPTED, thing, "EP", _PHARMACIST)
        first, second = self._patient(), self._patient()
        yield happen(EventKind.DISPENSED, thing, "EP", _PHARMACIST, to="HX3", patient=first)
        yield happen(EventKind.RETURNED, thing, "HX3", _NURSE, to="EP", patient=first)
        yield from self._carried(thing, self._crate(lot, 2 * box + 1), "EP", "IP")
        paper = (Document(_TRANSFER, f"DB{self._seed}-{lot}-{box}"),)
        yield happen(EventKind.RESERVED, thing, "IP", _PHARMACIST, documents=paper)
        yield happen(EventKind.FREED, thing, "IP", _PHARMACIST, documents=paper)
        yield happen(EventKind.QUARANTINED, thing, "IP", _PHARMACIST)
        yield happen(EventKind.RELEASED, thing, "IP", _PHARMACIST)
        yield happen(EventKind.DISPENSED, thing, "IP", _PHARMACIST, to="ICU", patient=second)
        yield happen(EventKind.MOVED, thing, "ICU", _NURSE, to="ICU-01")
        yield happen(EventKind.ADMINISTERED, thing, "ICU-01", _NURSE, patient=second)

    def _carried(self, things: list[Thing], crate: str, at: str, to: str) -> Iterator[Event]:
        """In a transport crate from one place to another: three entries."""
        yield self._event(EventKind.PACKED, things, at, _KEEPER, parent=crate)
        yield self._event(EventKind.MOVED, [Thing(crate)], at, _KEEPER, to=to)
        yield self._event(EventKind.UNPACKED, things, to, _PHARMACIST, parent=crate)

    def _crate(self, lot: int, number: int) -> str:
        """The SSCC of a crate that is used once."""
        digits = f"069{self._seed % 10**4:04}{lot % 10**6:06}{number % 10**4:04}"
        weighed = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(digits))
        return f"https://id.gs1.org/00/{digits}{-weighed % 10}"

    def again(self, box: Thing, ward: str, patient: UUID) -> Event:
        """A box that was used is scanned once more: refused, with `already-used`."""
        return self._event(EventKind.ADMINISTERED, [box], ward, _NURSE, patient=patient)

    def _patient(self) -> UUID:
        """One of a few thousand, the same in every load of a seed."""
        number = self._rng.randrange(_PATIENTS)
        return UUID(int=(self._seed << 64 | number) % 2**128, version=4)

    def _event(  # noqa: PLR0913 -- the parts of an event that vary
        self,
        kind: EventKind,
        things: Sequence[Thing],
        at: str,
        person: str,
        *,
        to: str | None = None,
        patient: UUID | None = None,
        parent: str | None = None,
        documents: tuple[Document, ...] = (),
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
            parent=parent,
            documents=documents,
        )


def lot_name(seed: int, lot: int) -> str:
    """What a lot of the load is called."""
    return f"L{seed}N{lot}"


def key_of(item: Item, seed: int, lot: int, box: int) -> str:
    """The key of a box, as a scan of its label has it."""
    return item.key_of(f"{seed % 10**3:03}{lot % 10**6:06}{box:04}")


def mixed(lives: Sequence[Iterator[Event]], rng: Random) -> Iterator[Event]:
    """Several lives side by side, until the last has ended."""
    going = list(lives)
    while going:
        place = rng.randrange(len(going))
        event = next(going[place], None)
        if event is None:
            going.pop(place)
        else:
            yield event
