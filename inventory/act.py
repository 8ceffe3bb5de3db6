"""One event being decided: where it happens, what it may do, and what it has changed so far."""

from __future__ import annotations

from inventory.changes import Exposed, Flow, Kept, StockChange, View
from inventory.judge import Judge
from inventory.rules import RULES, SEND_BACK
from inventory.things import Category, Flag, Location, Lot, Product, Status, Unit
from trace import Event, EventKind, Reason, Thing, Touch, identifier_of

_NONE = Touch()


class Act:
    """What the steps of a decision share.

    Args:
        view: the present state of everything the event names.
        event: what is to happen.
        judge: what becomes of objections.
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
        self.change = StockChange()
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
        self._taken.update(unit.key for unit in units[self._told :])
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
        rule, event = self.rule, self.event
        if not rule.two_persons and not (rule.watched and Flag.NARCOTIC in product.flags):
            return
        if event.second_person is None or event.second_person == event.person:
            self.object(Reason.SECOND_PERSON_MISSING, touch, product=product.name)

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
        if (rule.gated or moving) and self.view.held(product.product_id, lot.lot):
            self.object(Reason.RECALLED, touch, thing.key, product=product.name, lot=lot.lot)
        if rule.gated:
            self.check_expiry(product, lot, thing, touch)
        if kind is EventKind.IMPLANTED and product.category is not Category.IMPLANT:
            self.object(Reason.NOT_AN_IMPLANT, touch, thing.key, product=product.name)
        self._check_owner(lot, touch)

    def _check_owner(self, lot: Lot, touch: Touch) -> None:
        """Consigned goods go back to who owns them, and are not ours to destroy."""
        if lot.owner is None:
            return
        stranger = self.sends_back and self.event.party != lot.owner
        if stranger or self.kind is EventKind.DESTROYED:
            self.object(Reason.WRONG_OWNER, touch, owner=lot.owner)

    def target(self, source: Status, lots: list[Lot]) -> Status:
        """The state afterwards; what comes in under a recall or after expiry is held at once."""
        target = self.rule.target or source
        if target is not Status.AVAILABLE or self.kind is EventKind.RELEASED:
            return target
        for lot in lots:
            expired = lot.expiry is not None and lot.expiry < self.today
            if expired or self.view.held(lot.product_id, lot.lot):
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

    def expose(
        self, lot: Lot, unit_id: int, quantity: int, source: Status | None, holder: bytes | None
    ) -> None:
        """Note which patient gets the goods, or gives back those that were handed to them.

        `holder` is the patient whose goods they are so far: nobody gives back what nobody got.
        """
        status, patient = self.rule.counts_as, self.patient or holder
        if status is None and source is Status.DISPENSED and self.rule.target is not None:
            status, patient, quantity = Status.DISPENSED, holder, -quantity
        if patient is not None and status is not None:
            there = self.there.location_id
            self.change.exposed.append(
                Exposed(lot.lot_id, patient, unit_id, status, there, quantity)
            )

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
        described: dict[str, str | int] = {"key": key, "product": product.code, "lot": lot.lot}
        if lot.expiry is not None:
            described["expiry"] = lot.expiry
        if lot.owner is not None:
            described["owner"] = lot.owner
        if was is not None:
            described["was"] = was.value
        described["is"] = now.value
        if more:
            described |= more
        self.change.things.append(described)


_WITH_PATIENT = frozenset({Status.DISPENSED, Status.ADMINISTERED, Status.IMPLANTED})
