"""One event being decided: where it happens, what it may do, and what it has changed so far."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from inventory.changes import Bought, Exposed, Flow, Kept, StockChange, View
from inventory.judge import Judge
from inventory.rules import RULES, SEND_BACK
from inventory.things import (
    BOUGHT,
    UNSEEN,
    Arrival,
    Category,
    Flag,
    Location,
    Lot,
    Product,
    Status,
    Unit,
    is_patient,
    owner_of_patient,
)
from trace import Event, EventKind, Reason, Thing, Touch, identifier_of

_NONE = Touch()


class Act:
    """What the steps of a decision share.

    Args:
        view: the present state of everything the event names.
        event: what is to happen.
        judge: what becomes of objections.

    `into` is the bag that everything is mixed into, by its surrogate.
    """

    def __init__(self, view: View, event: Event, judge: Judge) -> None:
        self.view = view
        self.event = event
        self.kind = event.kind
        sends_back = event.kind is EventKind.RETURNED and event.party is not None
        self.rule = SEND_BACK if sends_back else RULES[event.kind]
        self.sends_back = sends_back
        self.today = event.time.date().isoformat()
        self.time = int(event.time.timestamp() * 1000)
        self.patient = event.patient.bytes if event.patient else None
        self.documents = [document.id for document in event.documents]
        told = self.kind in _RECEIVING
        self.arrival = Arrival(0, self.today, event.party) if told else UNSEEN
        self.change = StockChange(time=self.time, arrival=self.arrival)
        self.into: int | None = None
        self.new_lots: list[Lot] = []
        self._new_units = 0
        self._taken: set[str] = set()
        self._told = 0
        self._judge = judge

    def object(
        self, reason: Reason, touch: Touch = _NONE, key: str | None = None, **values: str | int
    ) -> None:
        """Say what is wrong; returns only where the event can't be refused any more."""
        self._judge.object(reason, touch, key, **values)

    def has_taken(self, key: str) -> bool:
        """Whether this event has changed a thing already, by itself or with its container."""
        units = self.change.units
        if len(units) > self._told:
            self._taken.update([unit.key for unit in units[self._told :]])
            self._told = len(units)
        return key in self._taken

    def next_unit(self) -> int:
        """The surrogate of one more thing that the books don't have."""
        self._new_units += 1
        return self.view.next_unit + self._new_units - 1

    def lot(self, lot_id: int) -> Lot:
        """The lot of this surrogate, one that this event brings included."""
        new = (lot for lot in self.new_lots if lot.lot_id == lot_id)
        return next(new, None) or self.view.lot(lot_id)

    def locate(self) -> bool:
        """Find the places; False: one isn't known, so nothing can be said of any state."""
        here = self._location(self.event.location)
        there = self._location(self.event.whereabouts)
        if here is None or there is None:
            return False
        self.here, self.there = here, there
        return True

    def _location(self, code: str) -> Location | None:
        found = self.view.location(code)
        if found is None:
            self.object(Reason.UNKNOWN_LOCATION, location=code)
        return found

    def product(self, thing: Thing) -> Product | None:
        """The product that a thing's code names."""
        return self.view.product(identifier_of(thing.key))

    def check_persons(self, product: Product, touch: Touch) -> None:
        """Somebody else looks on where the rule or the product wants it."""
        rule, event, flags = self.rule, self.event, product.flags
        if Flag.NARCOTIC in flags:
            self._check_closed(touch)
        gives = self.kind is EventKind.ADMINISTERED and Flag.HIGH_ALERT in flags
        if not rule.two_persons and not (rule.watched and Flag.NARCOTIC in flags) and not gives:
            return
        if event.second_person is None or event.second_person == event.person:
            self.object(Reason.SECOND_PERSON_MISSING, touch, product=product.name)

    def check_waste(self) -> None:
        """What is left of a dose is thrown away before a witness, whatever the product."""
        event = self.event
        if event.wasted is not None and event.second_person in (None, event.person):
            self.object(Reason.SECOND_PERSON_MISSING)

    def _check_closed(self, touch: Touch) -> None:
        """What happened before a place's narcotics were closed is not told after it."""
        for place in (self.here, self.there):
            until = self.view.closed_until(place.location_id)
            if until is not None and self.time <= until:
                day = closed_day(self.event.time, until)
                self.object(Reason.DAY_CLOSED, touch, location=place.name, day=day)

    def check_label(self, thing: Thing, lot: Lot, touch: Touch) -> None:
        """What the label says agrees with what was said first."""
        if thing.lot is not None and thing.lot != lot.lot:
            self.object(Reason.LOT_MISMATCH, touch, thing.key, expected=lot.lot, found=thing.lot)
        if thing.expiry is not None and lot.expiry is not None:
            found = thing.expiry.isoformat()
            if found != lot.expiry:
                self.object(
                    Reason.EXPIRY_MISMATCH, touch, thing.key, expected=lot.expiry, found=found
                )

    def check_expiry(self, product: Product, lot: Lot, thing: Thing, touch: Touch) -> None:
        """The last day of use by our books, or where they say nothing, by the label."""
        last = lot.expiry or (thing.expiry.isoformat() if thing.expiry else None)
        if last is not None and last < self.today:
            self.object(Reason.EXPIRED, touch, thing.key, expiry=last, product=product.name)

    def gate(self, product: Product, lot: Lot, thing: Thing, touch: Touch, status: Status) -> None:
        """No exit for recalled or expired goods; recalled ones stay where they are."""
        kind, rule = self.kind, self.rule
        moving = kind is EventKind.MOVED and status is not Status.QUARANTINED
        key = thing.key if thing.quantity is None else None
        if (rule.gated or moving) and self.view.held(lot, self._code(key)):
            self.object(Reason.RECALLED, touch, thing.key, product=product.name, lot=lot.lot)
        if rule.gated:
            self.check_expiry(product, lot, thing, touch)
        if kind is EventKind.IMPLANTED and product.category is not Category.IMPLANT:
            self.object(Reason.NOT_AN_IMPLANT, touch, thing.key, product=product.name)
        if kind is EventKind.USED:
            self._check_use(product, lot, thing, touch)
        self._check_owner(lot, touch)

    def _check_use(self, product: Product, lot: Lot, thing: Thing, touch: Touch) -> None:
        """Consumables are used; what is dear, or to be paid for by the piece, for somebody."""
        if product.category is not Category.CONSUMABLE:
            self.object(Reason.NOT_A_CONSUMABLE, touch, thing.key, product=product.name)
        dear = lot.owner is not None or Flag.HIGH_VALUE in product.flags
        if dear and self.patient is None:
            self.object(Reason.PATIENT_MISSING, touch, thing.key)

    def _code(self, key: str | None) -> str | None:
        """The code of the maker's that holds know a thing by: of what a pack held, the pack's."""
        unit = None if key is None else self.view.unit(key)
        if unit is None or unit.pack is None:
            return key
        return self.view.unit_numbered(unit.pack).key

    def _check_owner(self, lot: Lot, touch: Touch) -> None:
        """Consigned goods go back to who owns them, and are not ours to destroy.

        A patient's own goods are for nobody else.
        """
        if lot.owner is None:
            return
        if is_patient(lot.owner):
            if self.event.patient and lot.owner != owner_of_patient(self.event.patient):
                self.object(Reason.WRONG_PATIENT, touch)
            return
        stranger = self.sends_back and self.event.party != lot.owner
        if stranger or self.kind is EventKind.DESTROYED:
            self.object(Reason.WRONG_OWNER, touch, owner=lot.owner)

    def target(
        self, source: Status, goods: Iterable[tuple[Lot, str | None]], *, arrives: bool = False
    ) -> Status:
        """The state afterwards; what comes in under a recall or after expiry is held at once.

        Args:
            source: the state before.
            goods: what it is about: lots, each with the key of its thing or None for an amount.
            arrives: whether they come in by this event.
        """
        target = self.rule.target or source
        if target is not Status.AVAILABLE or self.kind is EventKind.RELEASED:
            return target
        arrival = self.arrival if arrives else None
        for lot, key in goods:
            expired = lot.expiry is not None and lot.expiry < self.today
            if expired or self.view.held(lot, self._code(key), arrival):
                return Status.QUARANTINED
        return target

    def owner(self, unit: Unit, status: Status) -> bytes | None:
        """The patient the thing belongs to afterwards; a move hands nothing over."""
        if status not in _WITH_PATIENT:
            return None
        handed_over = self.patient if self.rule.counts_as else None
        return handed_over or unit.patient

    def flow(  # noqa: PLR0913, PLR0917 -- from where to where, and how much
        self,
        lot: Lot,
        source: tuple[int, Status] | None,
        status: Status,
        count: int,
        drawn: bool,  # noqa: FBT001 -- as in `Flow`
        laid: bool,  # noqa: FBT001 -- the same
    ) -> None:
        """Note that goods of a lot come to where they are afterwards."""
        target = (self.there.location_id, status)
        self.change.flows.append(
            Flow(lot.product_id, lot.lot_id, source, target, count, drawn, laid)
        )
        if lot.owner is not None and is_bought(lot, source[1] if source else None, status):
            self.change.bought.append(Bought(lot.owner, lot.lot_id, target[0], count, self.time))

    def lay(self, lot: Lot, source: tuple[int, Status] | None, status: Status, count: int) -> None:
        """Note that a loose amount comes to where it is afterwards: loose again, or in the bag."""
        loose = self.into is None
        self.flow(lot, source, status, count, drawn=source is not None, laid=loose)
        if self.into is not None:
            self.change.contents.append((self.into, lot.lot_id, count))

    def expose(
        self, lot: Lot, unit_id: int, quantity: int, source: Status | None, holder: bytes | None
    ) -> None:
        """Note which patient gets the goods, or gives back those that were handed to them.

        `holder` is the patient whose goods they are so far: nobody gives back what nobody got.
        """
        status, patient = self.rule.counts_as, self.patient or holder
        if self.kind is EventKind.BROUGHT and source is not None:
            return  # who was given it once has it still
        if status is None and source in _HELD and self.rule.target not in _KEEPS:
            status, patient, quantity = Status.DISPENSED, holder, -quantity
        if status is None:
            return
        there = self.there.location_id
        told = Exposed(lot.lot_id, patient or b"", unit_id, status, there, quantity)
        if patient is not None:
            self.change.exposed.append(told)
        elif status in _IN_BODY:
            self.change.of_nobody.append(told)

    def loose(self, lot_id: int, status: Status) -> int:
        """How much of a lot can still be drawn here, after what this event has drawn already."""
        place, present = (self.here.location_id, status), 0
        for flow in self.change.flows:
            if flow.lot_id == lot_id:
                present -= flow.quantity if flow.drawn and flow.source == place else 0
                present += flow.quantity if flow.laid and flow.target == place else 0
        return present + self.view.loose(place[0], lot_id, status)

    def document_kept(self, location_id: int, lot_id: int, wanted: int) -> str | None:
        """The document of this event that so much of a lot is still kept for."""
        for document in self.documents:
            name = (document, location_id, lot_id, 0)
            gone = sum(kept.quantity for kept in self.change.kept if kept[:4] == name)
            if self.view.kept(*name) + gone >= wanted:
                return document
        return None

    def keep(self, document: str, lot_id: int, unit_id: int, quantity: int) -> None:
        """Keep so much more for a document where the goods are afterwards, or less where it was."""
        place = self.there if quantity > 0 else self.here
        self.change.kept.append(Kept(document, place.location_id, lot_id, unit_id, quantity))

    def unkeep(
        self, document: str, location_id: int, lot_id: int, unit_id: int, quantity: int
    ) -> None:
        """Keep so much no longer for a document, wherever it was."""
        self.change.kept.append(Kept(document, location_id, lot_id, unit_id, -quantity))

    def describe(
        self,
        key: str,
        product: Product,
        lot: Lot,
        *,
        now: Status,
        was: Status | None = None,
        **more: str | int,
    ) -> None:
        """Say what a thing is, for the reader of the log alone; who corrects it needs it too."""
        described: dict[str, str | int | bool] = {
            "key": key,
            "product": product.code,
            "lot": lot.lot,
        }
        if lot.expiry is not None:
            described["expiry"] = lot.expiry
        if lot.owner is not None:
            described["owner"] = lot.owner
            if is_bought(lot, was, now):
                described["bought"] = True
        if was is not None:
            described["was"] = was.value
        elif lot.produced is not None:
            described["produced"] = lot.produced
        described["is"] = now.value
        if more:
            described |= more
        self.change.things.append(described)


def closed_day(time: datetime, until: int) -> str:
    """The day, where something happened, at which a place was closed (`until`: ms since 1970)."""
    return datetime.fromtimestamp(until / 1000, time.tzinfo).date().isoformat()


def is_bought(lot: Lot, source: Status | None, status: Status) -> bool:
    """Whether consigned goods become the hospital's own by this: it pays for them, once."""
    if lot.owner is None or is_patient(lot.owner) or status not in BOUGHT:
        return False
    return source not in BOUGHT and source is not Status.EXPLANTED


_RECEIVING = frozenset({EventKind.ARRIVED, EventKind.RECEIVED, EventKind.BROUGHT})
"""The kinds that say on which day goods came in, and by whom; what else comes in was there."""
_WITH_PATIENT = frozenset(
    {Status.DISPENSED, Status.ADMINISTERED, Status.OPENED, Status.USED, Status.IMPLANTED}
    | {Status.EXPLANTED, Status.PATIENTS_OWN, Status.HANDED_BACK}
)
_IN_BODY = frozenset({Status.IMPLANTED, Status.EXPLANTED})
_HELD = frozenset({Status.DISPENSED, Status.OPENED, Status.PATIENTS_OWN})
"""What its patient has, not used yet."""
_KEEPS = frozenset({None, Status.OPENED, Status.HANDED_BACK})
"""What a patient has all the same when it has happened: it was opened for them, or goes home."""
