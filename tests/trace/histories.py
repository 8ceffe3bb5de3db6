"""Invented histories: everything that can happen to a small hospital, allowed or not.

A storyteller draws from few things, places and patients, so that its events meet; it guesses where
things are from what it told before, and is often wrong on purpose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from inventory import ALL_LOTS, Category, Definition, Packages, Product
from orders import Line, Order, OrderType, Usual
from recall import Recall, RecallClass, Scope
from tests.support import ANTIBODY, CEPHALOSPORIN, LOCATIONS, NOON, STENT, SYRINGE
from trace import (
    AGGREGATIONS,
    CAUSE_REQUIRED,
    CAUSES,
    DIVIDING,
    Correction,
    Document,
    Dose,
    Error,
    Event,
    EventKind,
    Recordable,
    Recorder,
    Thing,
)

_ARRIVING = (EventKind.RECEIVED, EventKind.ARRIVED)
_PRODUCTS = (ANTIBODY, CEPHALOSPORIN, STENT, SYRINGE)
_PLACES = [location.code for location in LOCATIONS[:3]]
_EXPIRIES = (None, date(2026, 11, 21), date(2026, 11, 24), date(2028, 1, 1))
_UNITS = (
    *(f"{ANTIBODY.identifiers[0]}/21/A{number}" for number in range(20)),
    *(f"{STENT.identifiers[0]}/21/S{number}" for number in range(8)),
    *(f"urn:medtrace:cn-drug:8327116{number:013}" for number in range(8)),
)
_LOTS = (
    f"{SYRINGE.identifiers[0]}/10/L1",
    f"{SYRINGE.identifiers[0]}/10/L2",
    f"{ANTIBODY.identifiers[0]}/10/B1",
    f"{CEPHALOSPORIN.identifiers[1]}/10/C1",
)
CAPSULE = Product(
    code="D024",
    name="阿莫西林胶囊",
    specification="0.25 g × 6 粒",
    category=Category.DRUG,
    unit="粒",
    holder="青禾制药",
    identifiers=("https://id.gs1.org/01/06901111111118",),
    levels={"https://id.gs1.org/01/06901111111118": 6},
)
"""What is divided: a pack holds six."""
_PACKS = tuple(f"{CAPSULE.identifiers[0]}/21/T{number}" for number in range(4))
_DOSES = tuple(f"urn:medtrace:in-house:MT{number:018}" for number in range(6))
_BAGS = tuple(f"urn:medtrace:in-house:MT{number:018}" for number in range(100, 104))
_STRANGER = "https://id.gs1.org/01/04006381333931/21/X"
_PATIENTS = (UUID(int=1), UUID(int=2))
_AS_ORDERED: dict[str, Any] = {"dose": Dose(Decimal(100), "mg"), "route": "iv"}
_BOXES = tuple(f"https://id.gs1.org/00/{number:018}" for number in range(4))
_K = EventKind
_LIFE: dict[EventKind, tuple[EventKind, ...]] = {
    _K.ARRIVED: (_K.INSPECTED, _K.INSPECTED, _K.REJECTED),
    _K.RECEIVED: (
        *(_K.MOVED, _K.DISPENSED, _K.DISPENSED, _K.QUARANTINED, _K.PACKED, _K.PACKED),
        *(_K.SENT, _K.RESERVED, _K.LOST, _K.DESTROYED, _K.OPENED, _K.USED),
    ),
    _K.INSPECTED: (_K.MOVED, _K.DISPENSED, _K.RESERVED, _K.PACKED),
    _K.REJECTED: (_K.RETURNED, _K.DESTROYED, _K.MOVED),
    _K.SENT: (_K.ACCEPTED, _K.ACCEPTED, _K.LOST, _K.QUARANTINED),
    _K.ACCEPTED: (_K.DISPENSED, _K.PACKED, _K.SENT),
    _K.RESERVED: (_K.DISPENSED, _K.FREED, _K.SENT, _K.QUARANTINED),
    _K.FREED: (_K.RESERVED, _K.DISPENSED),
    _K.PACKED: (_K.UNPACKED, _K.PACKED, _K.DISPENSED, _K.MOVED, _K.SENT),
    _K.UNPACKED: (_K.PACKED, _K.DISPENSED),
    _K.DISPENSED: (
        *(_K.ADMINISTERED, _K.ADMINISTERED, _K.RETURNED, _K.RETURNED, _K.IMPLANTED, _K.WASTED),
        *(_K.WITHHELD, _K.DECLINED),
    ),
    _K.QUARANTINED: (_K.RELEASED, _K.RETURNED, _K.DESTROYED),
    _K.IMPLANTED: (_K.EXPLANTED,),
    _K.OPENED: (_K.USED, _K.USED, _K.IMPLANTED, _K.WASTED),
    _K.EXPLANTED: (_K.HANDED_BACK, _K.DESTROYED, _K.RETURNED),
    _K.BROUGHT: (_K.ADMINISTERED, _K.ADMINISTERED, _K.HANDED_BACK, _K.MOVED),
    _K.HANDED_BACK: (_K.BROUGHT,),
    _K.LOST: (_K.FOUND, _K.FOUND, _K.DISPENSED),
    _K.SPLIT: (_K.DISPENSED, _K.DISPENSED, _K.ADMINISTERED, _K.WASTED, _K.COMPOUNDED),
    _K.COMPOUNDED: (
        *(_K.DISPENSED, _K.DISPENSED, _K.ADMINISTERED, _K.MOVED, _K.QUARANTINED),
        *(_K.COMPOUNDED, _K.SENT),
    ),
}
_DIVIDED = (
    *(_K.DISPENSED, _K.DISPENSED, _K.DISPENSED, _K.ADMINISTERED, _K.ADMINISTERED, _K.RETURNED),
    *(_K.SPLIT, _K.COMPOUNDED, _K.WASTED, _K.MOVED, _K.QUARANTINED, _K.RELEASED),
)


_FOR_PATIENT = {_K.ADMINISTERED, _K.IMPLANTED, _K.EXPLANTED, _K.BROUGHT, _K.HANDED_BACK}


class Storyteller:
    """Tells what happens next.

    Args:
        random: decides; the same one tells the same story.
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self._number = 1000
        self._time = NOON
        self._told: list[Recordable] = []
        self._where: dict[str, str] = {}
        self._made: dict[str, None] = {}
        self._last: dict[str, EventKind] = {}

    def calls(self, count: int) -> list[list[Recordable]]:
        """So many calls of the recorder, each with one to six records; one more at first."""
        calls = [
            [self._record() for _ in range(self._random.choice((1, 1, 2, 6)))] for _ in range(count)
        ]
        if calls:
            capsules = Definition(id=UUID(int=999), time=NOON, thing=CAPSULE)
            calls[0].insert(0, capsules)
        return calls

    def _record(self) -> Recordable:
        self._time += timedelta(hours=1, milliseconds=self._random.randrange(999))
        kind = self._random.choices(
            (
                *(self._event, self._order, self._recall, self._definition, self._again),
                *(self._forged, self._correction, self._packages),
            ),
            (80, 5, 1, 4, 5, 4, 8, 4),
        )[0]
        record = kind()
        self._told.append(record)
        return record

    def _id(self) -> UUID:
        self._number += 1
        return UUID(int=self._number)

    def _event(self) -> Event:
        random = self._random
        made = tuple(self._made)
        known = _UNITS + _LOTS + _BOXES + _PACKS * 4 + made * 2
        key = random.choice(known) if random.random() < 0.97 else _STRANGER
        kind = self._next_kind(key)
        place = self._where.get(key, "STORE")
        if random.random() < 0.1:
            place = random.choice([*_PLACES, "CELLAR"])
        target = random.choice([None, None, *_PLACES])
        keys = [key]
        if random.random() < 0.2 and kind is not EventKind.SPLIT:
            keys.append(random.choice(_UNITS + _LOTS + _PACKS))
        parent = random.choice(_BOXES) if kind in AGGREGATIONS else None
        if kind is EventKind.UNPACKED and random.random() < 0.4:
            keys = [parent or ""]
        keys = [each for each in keys if each != parent] or [parent or ""]
        if keys == [parent] and kind is EventKind.PACKED:
            keys = [_UNITS[0]]
        if kind is EventKind.SPLIT:
            keys = [key if key in _PACKS else random.choice(_PACKS)]
        outputs = self._outputs(kind)
        for each in (*keys, *(thing.key for thing in outputs)):
            self._where[each], self._last[each] = target or place, kind
        self._made.update(dict.fromkeys(thing.key for thing in outputs))
        cause = random.choice(sorted(CAUSES[kind])) if kind in CAUSE_REQUIRED else None
        return Event(
            cause=cause,
            note="手术推迟" if cause else None,
            parent=parent,
            owner=random.choice((None, None, None, None, "SUPPLIER", "OTHER")),
            after_the_fact=random.random() < 0.12,
            second_person=random.choice((None, "1104", "1104")),
            id=self._id(),
            kind=kind,
            time=self._time,
            things=tuple(self._thing(each, kind) for each in keys),
            outputs=outputs,
            location=place,
            destination=target,
            party=random.choice((None, None, None, "SUPPLIER")),
            patient=self._patient(kind),
            person="2307",
            documents=self._documents(kind),
            **_AS_ORDERED if kind is EventKind.ADMINISTERED and random.random() < 0.8 else {},
        )

    def _outputs(self, kind: EventKind) -> tuple[Thing, ...]:
        random = self._random
        if kind is EventKind.COMPOUNDED:
            return (Thing(random.choice(_BAGS)),)
        if kind is EventKind.SPLIT:
            labels = random.sample(_DOSES, random.choice((1, 1, 2)))
            return tuple(Thing(label, part=random.choice((None, 1, 2))) for label in labels)
        return ()

    def _next_kind(self, key: str) -> EventKind:
        last = self._last.get(key)
        if key in _PACKS and last is not None and self._random.random() < 0.7:
            return self._random.choice(_DIVIDED)
        if last is None or (key in _LOTS and self._random.random() < 0.3):
            return self._random.choice((_K.RECEIVED, _K.RECEIVED, _K.RECEIVED, _K.ARRIVED))
        if self._random.random() < 0.15:
            return self._random.choice(list(EventKind))
        following = self._random.choice(_LIFE.get(last, (EventKind.MOVED, EventKind.DISPENSED)))
        if following is EventKind.IMPLANTED and not key.startswith(STENT.identifiers[0]):
            return EventKind.ADMINISTERED
        return following

    def _patient(self, kind: EventKind) -> UUID | None:
        if kind in _FOR_PATIENT | CAUSE_REQUIRED:
            return self._random.choice((*_PATIENTS, _PATIENTS[0]))
        return self._random.choice((None, _PATIENTS[0], _PATIENTS[0]))

    def _thing(self, key: str, kind: EventKind | None = None) -> Thing:
        """Now and then the label is wrong."""
        random, parity = self._random, sum(key.encode()) % 2
        if key in _DOSES + _BAGS or (key in _PACKS and kind not in _ARRIVING):
            divided = kind in DIVIDING - {EventKind.SPLIT} and random.random() < 0.6
            return Thing(key, part=random.choice((1, 2, 3)) if divided else None)
        quantity = random.choice((1, 2, 5)) if key in _LOTS else None
        if key in _BOXES:
            return Thing(key)
        lot = None if quantity else f"B{1 + parity}"
        expiry = (None, date(2028, 1, 1))[parity]
        if random.random() < 0.06:
            lot, expiry = random.choice((lot, "B1")), random.choice(_EXPIRIES)
        return Thing(key, quantity, lot=lot, expiry=expiry)

    def _documents(self, kind: EventKind) -> tuple[Document, ...]:
        if self._random.random() < 0.2 and kind in {EventKind.ADMINISTERED, EventKind.DISPENSED}:
            return (Document("medication", self._random.choice("123")),)
        if self._random.random() < 0.8:
            return ()
        type_ = self._random.choice(("po", "prescription", "desadv", "procedure"))
        return (Document(type_, self._random.choice("123")),)

    def _correction(self) -> Recordable:
        """Mostly of something that was told not long ago."""
        events = [each for each in self._told if isinstance(each, (Event, Correction))]
        wrong = self._random.choice(events[-12:]).id if events else UUID(int=0)
        return Correction(
            id=self._id(),
            time=self._time,
            corrects=wrong,
            error=self._random.choice(list(Error)),
            person="2307",
            second_person=self._random.choice((None, "1104")),
        )

    def _packages(self) -> Recordable:
        """What a supplier says lies in a box: other boxes, things, an amount."""
        random = self._random
        box = random.choice(_BOXES)
        inside = random.sample(_UNITS, 3) + random.sample(_LOTS, 1)
        if random.random() < 0.4:
            inside.append(random.choice(_BOXES))
        things = tuple(self._thing(each) for each in inside if each != box)
        return Packages(
            id=self._id(),
            time=self._time,
            document=random.choice("123"),
            key=box,
            contents=things,
            person="2307",
        )

    def _order(self) -> Order:
        type_ = self._random.choice([*OrderType, OrderType.MEDICATION])
        if type_ in {OrderType.MEDICATION, OrderType.PROCEDURE}:
            return self._order_of_care(type_)
        products = self._random.sample(_PRODUCTS, self._random.choice((1, 2)))
        return Order(
            id=self._id(),
            time=self._time,
            type=type_,
            number=self._random.choice("123"),
            lines=tuple(
                Line(product.identifiers, self._random.choice((1, 3, 9))) for product in products
            ),
            patient=self._random.choice((None, *_PATIENTS)),
        )

    def _order_of_care(self, type_: OrderType) -> Order:
        product, medication = self._random.choice(_PRODUCTS), type_ is OrderType.MEDICATION
        frequency = self._random.choice(("q2h", "q8h", "bid", "st", "prn", "q4h prn"))
        usual = Usual("Asia/Shanghai")
        return Order(
            id=self._id(),
            time=self._time,
            type=type_,
            number=self._random.choice("123"),
            lines=(Line(product.identifiers, 2, product.code, **_AS_ORDERED),),
            patient=self._random.choice(_PATIENTS),
            schedule=usual.schedule(frequency, self._time) if medication else None,
        )

    def _recall(self) -> Recall:
        product = self._random.choice(_PRODUCTS)
        lots = self._random.choice((("L1", "B1"), ("C1", "B2"), (ALL_LOTS,)))
        return Recall(
            id=self._id(),
            case_id=f"RC-2026-{self._random.randrange(1, 9):04}",
            time=self._time,
            notified=self._time,
            recall_class=self._random.choice(list(RecallClass)),
            reason="玻璃屑",
            source="厂家",
            scope=(Scope(product.code if self._random.random() < 0.9 else "NONE", lots),),
        )

    def _definition(self) -> Definition:
        if self._random.random() < 0.3:
            place = self._random.choice(LOCATIONS)
            return self._defined(replace(place, name=f"{place.name}（{self._number}）"))
        product = self._random.choice(_PRODUCTS)
        changed = replace(product, details={"insurance_code": str(self._number)})
        if self._random.random() < 0.2:
            changed = replace(changed, code=f"N{self._number}")  # its identifiers are taken
        return self._defined(changed)

    def _defined(self, thing: object) -> Definition:
        return Definition(id=self._id(), time=self._time, thing=thing)  # type: ignore[arg-type]

    def _again(self) -> Recordable:
        return self._random.choice(self._told) if self._told else self._event()

    def _forged(self) -> Recordable:
        """Other content under a known id."""
        if not self._told:
            return self._event()
        return replace(self._event(), id=self._random.choice(self._told).id)


def story(seed: int, count: int) -> list[list[Recordable]]:
    """The story of this number, in so many calls of the recorder."""
    return Storyteller(Random(seed)).calls(count)  # noqa: S311 -- no secret, the same each time


def tell(recorder: Recorder, calls: Sequence[Sequence[Recordable]]) -> None:
    """Put a whole history on record."""
    for call in calls:
        recorder.record(call)
