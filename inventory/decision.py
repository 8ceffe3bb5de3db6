"""The gate: one pure decision over the table of rules.

Every exit passes here, whoever asks: expired, recalled, quarantined, used already and not here are
decided nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator

from inventory.changes import Exposed, Flow, StockChange, View
from inventory.rules import RULES, SEND_BACK, reason_against
from inventory.things import Category, Location, Lot, Product, Status, Unit
from trace import Event, EventKind, Reason, Refused, Thing, Touch, identifier_of, lot_in


def decide(view: View, event: Event) -> StockChange | Refused:
    """What an event changes, or why it may not happen. Pure.

    Args:
        view: the present state of everything the event names.
        event: what is to happen.
    """
    return _Decision(view, event).make()


class _Stop(Exception):  # noqa: N818 -- no error: the way out of a decision
    """Carries the refusal out of the nested checks."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.reason)
        self.refused = refused


class _Decision:
    """One event being decided."""

    def __init__(self, view: View, event: Event) -> None:
        self._view = view
        self._event = event
        sends_back = event.kind is EventKind.RETURNED and event.party is not None
        self._rule = SEND_BACK if sends_back else RULES[event.kind]
        self._today = event.time.date().isoformat()
        self._patient = event.patient.bytes if event.patient else None
        self._change = StockChange()
        self._new_lots: dict[tuple[int, str], Lot] = {}

    def make(self) -> StockChange | Refused:
        try:
            self._here = self._location(self._event.location)
            self._there = self._location(self._event.whereabouts)
            if self._rule.for_patient and self._patient is None:
                raise _stop(Reason.PATIENT_MISSING)
            for thing in self._distinct(self._event.things):
                if thing.quantity is None:
                    self._take_unit(thing)
                else:
                    self._take_amount(thing, thing.quantity)
        except _Stop as stop:
            return stop.refused
        return self._change

    def _location(self, code: str) -> Location:
        found = self._view.location(code)
        if found is None:
            raise _stop(Reason.UNKNOWN_LOCATION, location=code)
        return found

    def _distinct(self, things: tuple[Thing, ...]) -> Iterator[Thing]:
        if len(things) > 1 and len({thing.key for thing in things}) < len(things):
            raise _stop(Reason.LISTED_TWICE)
        return iter(things)

    def _take_unit(self, thing: Thing) -> None:
        unit = self._view.unit(thing.key)
        if self._event.kind is EventKind.RECEIVED:
            self._receive_unit(thing, unit)
            return
        if unit is None:
            self._product(thing)
            raise _stop(Reason.NOT_RECEIVED)
        lot = self._view.lot(unit.lot_id)
        product = self._view.product_of(unit.product_id)
        touch = Touch((unit.unit_id,), (unit.lot_id,))
        self._check_label(thing, lot, touch)
        self._check_state(unit, lot, product, thing, touch)
        status = self._target(unit.status, product.product_id, lot)
        self._change.units.append(
            Unit(
                unit.unit_id,
                unit.key,
                unit.lot_id,
                unit.product_id,
                self._there.location_id,
                status,
                self._owner(unit, status),
            )
        )
        self._flow(lot, (unit.location_id, unit.status), status, 1, serial=True)
        self._expose(lot, unit.unit_id, 1, unit.status, unit.patient)
        self._describe(thing.key, product, lot)

    def _receive_unit(self, thing: Thing, known: Unit | None) -> None:
        if known is not None:
            where = self._view.location_named(known.location_id)
            touch = Touch((known.unit_id,), (known.lot_id,))
            raise _stop(Reason.ALREADY_RECEIVED, touch, location=where)
        product = self._product(thing)
        lot = self._received_lot(thing, product, lot_named_by(thing))
        status = self._target(Status.AVAILABLE, product.product_id, lot)
        number = self._view.next_unit + len(self._change.units)
        there = self._there.location_id
        self._change.units.append(
            Unit(number, thing.key, lot.lot_id, product.product_id, there, status, None)
        )
        self._flow(lot, None, status, 1, serial=True)
        self._describe(thing.key, product, lot)

    def _take_amount(self, thing: Thing, quantity: int) -> None:
        product = self._product(thing)
        name = lot_named_by(thing)
        if self._event.kind is EventKind.RECEIVED:
            lot = self._received_lot(thing, product, name)
            status = self._target(Status.AVAILABLE, product.product_id, lot)
            self._flow_amount(lot, None, status, quantity)
        else:
            lot = self._known_lot(product, name)
            touch = Touch((), (lot.lot_id,))
            self._check_label(thing, lot, touch)
            source = self._source(lot, quantity)
            self._gate(product, lot, thing, touch, source or Status.AVAILABLE)
            if source is None:
                raise self._not_enough(product, lot, quantity, touch)
            status = self._target(source, product.product_id, lot)
            self._flow_amount(lot, (self._here.location_id, source), status, quantity)
            self._expose(lot, 0, quantity, source, self._patient)
        self._describe(thing.key, product, lot)

    def _product(self, thing: Thing) -> Product:
        found = self._view.product(identifier_of(thing.key))
        if found is None:
            raise _stop(Reason.UNKNOWN_CODE)
        return found

    def _known_lot(self, product: Product, name: str) -> Lot:
        lot = self._view.lot_named(product.product_id, name)
        if lot is None:
            raise _stop(Reason.NOT_RECEIVED)
        return lot

    def _received_lot(self, thing: Thing, product: Product, name: str) -> Lot:
        """The lot of goods that arrive: what was said first about a lot stays."""
        pair = (product.product_id, name)
        lot = self._view.lot_named(*pair) or self._new_lots.get(pair)
        if lot is None:
            expiry = thing.expiry.isoformat() if thing.expiry else None
            number = self._view.next_lot + len(self._change.lots)
            lot = Lot(number, product.product_id, name, expiry, self._event.party)
            self._new_lots[pair] = lot
            self._change.lots.append(lot)
        # A lot that this event brings has no number yet if the event is refused.
        touch = Touch() if pair in self._new_lots else Touch((), (lot.lot_id,))
        self._check_label(thing, lot, touch)
        self._check_expiry(product, lot, thing, touch)
        return lot

    def _check_label(self, thing: Thing, lot: Lot, touch: Touch) -> None:
        if thing.lot is not None and thing.lot != lot.lot:
            raise _stop(Reason.LOT_MISMATCH, touch, expected=lot.lot, found=thing.lot)
        if thing.expiry is not None and lot.expiry is not None:
            found = thing.expiry.isoformat()
            if found != lot.expiry:
                raise _stop(Reason.EXPIRY_MISMATCH, touch, expected=lot.expiry, found=found)

    def _check_expiry(self, product: Product, lot: Lot, thing: Thing, touch: Touch) -> None:
        """The last day of use by our books, or where they say nothing, by the label."""
        last = lot.expiry or (thing.expiry.isoformat() if thing.expiry else None)
        if last is not None and last < self._today:
            raise _stop(Reason.EXPIRED, touch, expiry=last, product=product.name)

    def _check_state(
        self, unit: Unit, lot: Lot, product: Product, thing: Thing, touch: Touch
    ) -> None:
        if unit.status in _GONE or unit.status not in (*self._rule.sources, Status.QUARANTINED):
            where = self._view.location_named(unit.location_id)
            raise _stop(reason_against(self._event.kind, unit.status), touch, location=where)
        self._gate(product, lot, thing, touch, unit.status)
        if unit.status not in self._rule.sources:
            raise _stop(reason_against(self._event.kind, unit.status), touch, product=product.name)
        if unit.location_id != self._here.location_id:
            where = self._view.location_named(unit.location_id)
            raise _stop(Reason.NOT_HERE, touch, location=where)
        if unit.patient is not None and self._patient not in (None, unit.patient):
            raise _stop(Reason.WRONG_PATIENT, touch)

    def _gate(self, product: Product, lot: Lot, thing: Thing, touch: Touch, status: Status) -> None:
        """No exit for recalled or expired goods; recalled ones stay where they are."""
        moving = self._event.kind is EventKind.MOVED and status is not Status.QUARANTINED
        if (self._rule.gated or moving) and self._view.held(product.product_id, lot.lot):
            raise _stop(Reason.RECALLED, touch, product=product.name, lot=lot.lot)
        if self._rule.gated:
            self._check_expiry(product, lot, thing, touch)
        wants_implant = self._event.kind is EventKind.IMPLANTED
        if wants_implant and product.category is not Category.IMPLANT:
            raise _stop(Reason.NOT_AN_IMPLANT, touch, product=product.name)

    def _source(self, lot: Lot, quantity: int) -> Status | None:
        """The first allowed state that has enough of the lot here."""
        here = self._here.location_id
        for status in self._rule.sources:
            if self._view.balance(here, lot.lot_id, status) >= quantity:
                return status
        return None

    def _not_enough(self, product: Product, lot: Lot, quantity: int, touch: Touch) -> _Stop:
        here = self._here.location_id
        most = max(self._view.balance(here, lot.lot_id, status) for status in self._rule.sources)
        return _stop(Reason.NOT_ENOUGH, touch, product=product.name, wanted=quantity, present=most)

    def _target(self, source: Status, product_id: int, lot: Lot) -> Status:
        """The state afterwards; what comes in under a recall or after expiry is held at once."""
        target = self._rule.target or source
        if target is Status.AVAILABLE and self._event.kind is not EventKind.RELEASED:
            expired = lot.expiry is not None and lot.expiry < self._today
            if expired or self._view.held(product_id, lot.lot):
                return Status.QUARANTINED
        return target

    def _owner(self, unit: Unit, status: Status) -> bytes | None:
        """The patient the thing belongs to afterwards; a move hands nothing over."""
        if status in (Status.AVAILABLE, Status.QUARANTINED, Status.SENT_BACK):
            return None
        handed_over = self._patient if self._rule.counts_as else None
        return handed_over or unit.patient

    def _flow_amount(
        self, lot: Lot, source: tuple[int, Status] | None, status: Status, count: int
    ) -> None:
        """Amounts are held against one balance, so an event may draw on it once only."""
        if any(flow.lot_id == lot.lot_id and not flow.serial for flow in self._change.flows):
            raise _stop(Reason.LISTED_TWICE)
        self._flow(lot, source, status, count, serial=False)

    def _flow(
        self,
        lot: Lot,
        source: tuple[int, Status] | None,
        status: Status,
        count: int,
        *,
        serial: bool,
    ) -> None:
        target = (self._there.location_id, status)
        self._change.flows.append(Flow(lot.product_id, lot.lot_id, source, target, count, serial))

    def _expose(
        self, lot: Lot, unit_id: int, quantity: int, source: Status, holder: bytes | None
    ) -> None:
        """Note which patient gets the goods, or gives back those that were handed to them.

        `holder` is the patient whose goods they are so far: nobody gives back what nobody got.
        """
        status, patient = self._rule.counts_as, self._patient or holder
        if status is None and source is Status.DISPENSED and self._rule.target is not None:
            status, patient, quantity = Status.DISPENSED, holder, -quantity
        if patient is not None and status is not None:
            there = self._there.location_id
            self._change.exposed.append(
                Exposed(lot.lot_id, patient, unit_id, status, there, quantity)
            )

    def _describe(self, key: str, product: Product, lot: Lot) -> None:
        described = {"key": key, "product": product.code, "lot": lot.lot}
        if lot.expiry is not None:
            described["expiry"] = lot.expiry
        self._change.things.append(described)


def lot_named_by(thing: Thing) -> str:
    """The lot that a thing says it is of: its key first, then its label; empty: neither does."""
    named = "" if thing.quantity is None else lot_in(thing.key)
    return named or thing.lot or ""


_GONE = frozenset({Status.ADMINISTERED, Status.IMPLANTED, Status.SENT_BACK})


def _stop(reason: Reason, touch: Touch | None = None, **values: str | int) -> _Stop:
    return _Stop(Refused(reason, values, touch or Touch()))
