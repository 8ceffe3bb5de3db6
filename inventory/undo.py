"""Corrections: what an earlier event did is undone, as far as nothing has happened since.

Undoing reads the entry itself: it says of every thing how it was before and how it was afterwards.
Which patient it exposed to what stays in the table; whoever asks leaves out what was corrected.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from inventory.act import Act, closed_day
from inventory.changes import Flow, Kept, StockChange, View
from inventory.containers import inside
from inventory.judge import Stop, Strict
from inventory.things import Flag, Lot, Product, Status, Unit
from ledger import Entry
from trace import (
    AGGREGATIONS,
    CAUSE_REQUIRED,
    EVENT_TYPES,
    Correction,
    Event,
    EventKind,
    Reason,
    Refused,
    Touch,
    identifier_of,
)


def undo(view: View, correction: Correction) -> StockChange | Refused:
    """What a correction changes, or why it may not be made. Pure.

    Args:
        view: the present state of everything that the wrong event named.
        correction: which event is wrong.
    """
    entry = view.corrected(correction.corrects)
    if entry is None or entry.kind != "trace" or entry.event.get("type") not in EVENT_TYPES:
        return Refused(Reason.NOTHING_TO_CORRECT)
    if view.is_corrected(entry.seq):
        return Refused(Reason.ALREADY_CORRECTED)
    event = Event.parse(entry.event)
    if event.kind in CAUSE_REQUIRED:
        return _still_there(view, entry)
    if not entry.context.get("things"):
        return Refused(Reason.NOTHING_TO_CORRECT)
    try:
        return _Undo(view, correction, entry, event).make()
    except Stop as stop:
        return stop.refused


def _still_there(view: View, entry: Entry) -> StockChange:
    """A dose that was not given changed nothing: only that it was told is wrong."""
    change = StockChange(corrects=entry.seq)
    for said in entry.context.get("things", ()):
        inside = (key for group in said.get("contents", ()) for key in group.get("keys", ()))
        for unit in filter(None, map(view.unit, (said["key"], *inside))):
            change.see(unit)
        change.things.append({"key": said["key"], "is": said["is"]})
    return change


class _Undo:
    """One entry being undone."""

    def __init__(self, view: View, correction: Correction, entry: Entry, event: Event) -> None:
        self._view = view
        self._correction = correction
        self._entry = entry
        self._event = event
        self._act = Act(view, self._event, Strict())
        self._time = int(correction.time.timestamp() * 1000)
        self._change = StockChange(corrects=entry.seq, time=self._time)
        self._packs: dict[str, Unit] = {}
        self._bag: Unit | None = None

    def make(self) -> StockChange:
        if not self._act.locate():
            raise AssertionError  # its entry was made with these places
        inside = self._event.kind in AGGREGATIONS
        told = self._entry.context["things"]
        if self._event.kind is EventKind.COMPOUNDED:
            self._bag = self._same(self._event.outputs[0].key)
        # What was taken out last goes back first, so that a pack closes up again.
        parts = any("out" in each or "case" in each for each in told)
        for said in reversed(told) if parts else told:
            if inside:
                self._unpack(said)
            else:
                self._put_back(said)
            self._change.things.append({"key": said["key"], "is": said.get("was", "void")})
        if inside:
            self._used_container()
        if self._bag is not None:
            self._unmix(self._bag)
        self._look_at_unchanged()
        return self._change

    def _look_at_unchanged(self) -> None:
        """What stayed as it was and was spoken of all the same: its life says that it was wrong."""
        told, change = self._entry.context, self._change
        keys = [each["out"] for each in told["things"] if "out" in each]
        keys += [
            broken["key"]
            for broken in told.get("exceptions", ())
            if broken["reason"] == Reason.ALREADY_RECEIVED and "key" in broken
        ]
        for unit in (*change.units, *filter(None, map(self._view.unit, keys))):
            change.see(unit)

    def _put_back(self, said: dict[str, Any]) -> None:
        if self._bag is not None and said["key"] == self._bag.key:
            self._back_container(self._bag, said, None)
        elif "out" in said:
            self._part(said)
        elif "contents" in said:
            self._container(said)
        elif "quantity" in said:
            self._amount(said)
        else:
            self._unit(said)

    def _same(self, key: str) -> Unit:
        """The thing, which nothing has happened to since."""
        unit = self._view.unit(key)
        if unit is None or unit.seq != self._entry.seq:
            touch = Touch((unit.unit_id,), ()) if unit else Touch()
            raise Stop(Refused(Reason.CORRECTED_LATER, {}, touch))
        return self._packs.get(key, unit)

    def _check_persons(self, product: Product, touch: Touch) -> None:
        rule, correction = self._act.rule, self._correction
        if Flag.NARCOTIC in product.flags:
            self._check_closed(touch)
        watched = rule.two_persons or self._event.wasted is not None
        if not watched and not (rule.watched and Flag.NARCOTIC in product.flags):
            return
        if correction.second_person in (None, correction.person):
            values = {"product": product.name}
            raise Stop(Refused(Reason.SECOND_PERSON_MISSING, values, touch))

    def _check_closed(self, touch: Touch) -> None:
        """A correction is a line of the day on which it is made, and that day is open."""
        for place in (self._act.here, self._act.there):
            until = self._view.closed_until(place.location_id)
            if until is not None and self._time <= until:
                day = closed_day(self._correction.time, until)
                raise Stop(Refused(Reason.DAY_CLOSED, {"location": place.name, "day": day}, touch))

    def _check_around(
        self, unit: Unit, said: Mapping[str, Any], before: tuple[int, Status]
    ) -> None:
        """The container that it goes back into is where and how it was, and not inside it."""
        around = self._view.unit(said["from"]) if "from" in said else None
        if around is None:
            return
        gone = (around.location_id, around.status) != before
        while not gone and around.parent is not None:
            around = self._view.unit_numbered(around.parent)
            gone = around.unit_id == unit.unit_id
        if gone:
            raise Stop(Refused(Reason.CORRECTED_LATER, {}, Touch((unit.unit_id,), ())))

    def _place(self, said: Mapping[str, Any]) -> int:
        """Where a thing was before: where the event happened, unless the entry says otherwise."""
        place = self._view.location(said["at"]) if "at" in said else None
        return (place or self._act.here).location_id

    def _unit(self, said: dict[str, Any]) -> None:
        if "was" in said and "since" not in said:
            unit = self._view.unit(said["key"])
            if unit is not None:
                self._change.see(unit)
            return  # the late word about a thing that stayed as it was
        unit = self._same(said["key"])
        lot, product = self._view.lot(unit.lot_id), self._view.product_of(unit.product_id)
        self._check_persons(product, Touch((unit.unit_id,), (unit.lot_id,)))
        if "was" in said:
            self._check_around(unit, said, (self._place(said), Status(said["was"])))
        self._back(unit, said, lot)
        self._keep_again(said, lot.lot_id, unit.unit_id, 1)

    def _back(self, unit: Unit, said: Mapping[str, Any], lot: Lot) -> None:
        now = (unit.location_id, unit.status)
        if "was" not in said:
            void = unit._replace(
                status=Status.VOID, patient=None, parent=None, time=self._time, seq=0
            )
            self._change.units.append(void)
            self._flow(lot, now, None, unit.quantity, loose=False)
            return
        before = (self._place(said), Status(said["was"]))
        holder = bytes.fromhex(said["holder"]) if "holder" in said else None
        parent = self._view.unit(said["from"]) if "from" in said else None
        self._change.units.append(
            unit._replace(
                location_id=before[0],
                status=before[1],
                patient=holder,
                parent=parent.unit_id if parent else None,
                time=self._time,
                seq=said.get("since", 0),
            )
        )
        self._flow(lot, now, before, unit.quantity, loose=False)

    def _part(self, said: dict[str, Any]) -> None:
        """A range goes back into the pack that it was taken out of; or is loose beside it."""
        part, source = self._same(said["key"]), self._view.unit(said["out"])
        assert source is not None  # noqa: S101 -- its entry made the part out of it
        lot = self._view.lot(part.lot_id)
        touch = Touch((part.unit_id,), (part.lot_id,))
        self._check_persons(self._view.product_of(part.product_id), touch)
        place, status = before = (self._place(said), Status(said["was"]))
        holder = bytes.fromhex(said["holder"]) if "holder" in said else None
        now = self._packs.get(source.key, source)
        as_it_was = (now.location_id, now.status, now.patient) == (place, status, holder)
        if source.seq == self._entry.seq and now.start == part.stop and as_it_was:
            void = part._replace(
                status=Status.VOID, patient=None, parent=None, time=self._time, seq=0
            )
            closed = now._replace(
                start=part.start, quantity=now.quantity + part.quantity, seq=said["since"]
            )
            self._packs[source.key] = closed
            self._change.units += (void, closed)
            self._flow(lot, (part.location_id, part.status), before, part.quantity, loose=False)
            return
        self._back(part, said, lot)

    def _unmix(self, bag: Unit) -> None:
        """Nothing went into the bag after all."""
        for flow in self._change.flows:
            if flow.source == (bag.location_id, bag.status):
                self._change.mixed.append((flow.lot_id, bag.unit_id, -flow.quantity))

    def _container(self, said: dict[str, Any]) -> None:
        container = self._same(said["key"])
        if "was" in said:
            self._check_around(container, said, (self._place(said), Status(said["was"])))
        keys = [*said.get("containers", ())]
        keys += [key for group in said["contents"] for key in group.get("keys", ())]
        holders = {k: v for group in said["contents"] for k, v in group.get("holders", {}).items()}
        self._check_inside(container, said)
        contents = [(container, self._view.contents(container.unit_id))]
        for key in keys:
            unit = self._same(key)
            if unit.is_container:
                contents.append((unit, self._view.contents(unit.unit_id)))
                self._back_container(unit, said, unit.parent)
            else:
                lot = self._view.lot(unit.lot_id)
                product = self._view.product_of(unit.product_id)
                self._check_persons(product, Touch((unit.unit_id,), (unit.lot_id,)))
                parent = self._view.unit_numbered(unit.parent).key if unit.parent else None
                inside = {"from": parent} if parent and "was" in said else {}
                told: dict[str, Any] = {
                    name: said[name] for name in ("was", "at", "since") if name in said
                }
                if key in holders:
                    told["holder"] = holders[key]
                self._back(unit, told | {"is": said["is"]} | inside, lot)
        for holder, amounts in contents:
            for lot_id, quantity in amounts.items():
                self._back_content(holder, self._view.lot(lot_id), quantity, said)
        around = self._view.unit(said["from"]) if "from" in said else None
        self._back_container(container, said, around.unit_id if around else None)
        self._keep_again(said, 0, container.unit_id, 1)

    def _check_inside(self, container: Unit, said: dict[str, Any]) -> None:
        """What lies in it is what did: nothing was packed into it since, or taken out."""
        units = list(inside(self._view, container))
        keys = {key for group in said["contents"] for key in group.get("keys", ())}
        amounts: Counter[tuple[str, ...]] = Counter()
        for each in (container, *(unit for unit in units if unit.is_container)):
            for lot_id, quantity in self._view.contents(each.unit_id).items():
                lot = self._view.lot(lot_id)
                code = self._view.product_of(lot.product_id).code
                amounts[code, lot.lot, lot.expiry or "", lot.owner or ""] += quantity
        told = {
            tuple(group.get(name, "") for name in ("product", "lot", "expiry", "owner")): amount
            for group in said["contents"]
            if (amount := group.get("quantity"))
        }
        same = {unit.key for unit in units} == keys | {*said.get("containers", ())}
        if not same or amounts != told:
            raise Stop(Refused(Reason.CORRECTED_LATER, {}, Touch((container.unit_id,), ())))

    def _back_container(self, unit: Unit, said: dict[str, Any], parent: int | None) -> None:
        if "was" not in said:
            void = unit._replace(
                status=Status.VOID, patient=None, parent=None, time=self._time, seq=0
            )
            self._change.units.append(void)
            return
        holder = unit.patient
        if said["key"] == unit.key:
            holder = bytes.fromhex(said["holder"]) if "holder" in said else None
        before = unit._replace(
            location_id=self._place(said),
            status=Status(said["was"]),
            patient=holder,
            parent=parent,
            time=self._time,
            seq=said.get("since", 0),
        )
        self._change.units.append(before)

    def _back_content(self, holder: Unit, lot: Lot, quantity: int, said: dict[str, Any]) -> None:
        now, product = (holder.location_id, holder.status), self._view.product_of(lot.product_id)
        self._check_persons(product, Touch((holder.unit_id,), (lot.lot_id,)))
        if "was" in said:
            before = (self._place(said), Status(said["was"]))
            self._flow(lot, now, before, quantity, loose=False)
        else:
            self._flow(lot, now, None, quantity, loose=False)
            self._change.contents.append((holder.unit_id, lot.lot_id, -quantity))

    def _lot_of(self, said: dict[str, Any]) -> Lot:
        if "number" in said:
            return self._view.lot(said["number"])
        product = self._view.product(identifier_of(said["key"]))
        named = self._view.lots_named(product.product_id, said["lot"]) if product else ()
        told = (said.get("expiry"), said.get("owner"))
        found = next((lot for lot in named if (lot.expiry, lot.owner) == told), None)
        if found is None:  # the code stands for another product by now
            raise Stop(Refused(Reason.CORRECTED_LATER))
        return found

    def _amount(self, said: dict[str, Any]) -> None:
        lot, quantity = self._lot_of(said), int(said["quantity"])
        product, touch = self._view.product_of(lot.product_id), Touch((), (lot.lot_id,))
        self._check_persons(product, touch)
        after = (self._act.there.location_id, Status(said["is"]))
        mixed = self._bag is not None
        if self._bag is not None:
            self._change.contents.append((self._bag.unit_id, lot.lot_id, -quantity))
        elif self._view.loose(*(after[0], lot.lot_id, after[1])) < quantity:
            raise Stop(Refused(Reason.CORRECTED_LATER, {}, touch))
        arrived = int(said.get("arrived", 0 if "was" in said else quantity))
        if arrived:
            self._flow(lot, after, None, arrived, loose=not mixed)
        if quantity > arrived:
            before = (self._place(said), Status(said["was"]))
            self._change.flows.append(
                Flow(
                    lot.product_id,
                    lot.lot_id,
                    after,
                    before,
                    quantity - arrived,
                    not mixed,
                    laid=True,
                )
            )
        self._keep_again(said, lot.lot_id, 0, quantity)

    def _unpack(self, said: dict[str, Any]) -> None:
        packed = self._event.kind is EventKind.PACKED
        container = self._view.unit(self._event.parent or "")
        assert container is not None  # noqa: S101 -- its entry made it
        if "quantity" in said:
            self._shift_back(container, said, packed=packed)
            return
        if "case" in said:
            self._back_into_case(said)
            return
        unit = self._same(said["key"])
        self._check_around(unit, said, (unit.location_id, unit.status))
        parent = self._view.unit(said["from"]) if "from" in said else None
        before = unit._replace(
            parent=parent.unit_id if parent else None,
            time=self._time,
            seq=said.get("since", 0),
        )
        self._change.units.append(before)

    def _back_into_case(self, said: dict[str, Any]) -> None:
        """A box was never taken out: its case stands for it again."""
        box, case = self._same(said["key"]), self._same(said["case"])
        void = box._replace(status=Status.VOID, parent=None, time=self._time, seq=0)
        whole = case._replace(
            start=said["start"], quantity=case.quantity + said["units"], seq=said["since"]
        )
        self._packs[case.key] = whole
        self._change.units += (void, whole)

    def _shift_back(self, container: Unit, said: dict[str, Any], *, packed: bool) -> None:
        lot, quantity = self._lot_of(said), int(said["quantity"])
        place = (container.location_id, container.status)
        inside = self._view.contents(container.unit_id).get(lot.lot_id, 0)
        present = inside if packed else self._view.loose(place[0], lot.lot_id, place[1])
        here = (self._act.here.location_id, Status(said["is"]))
        if present < quantity or place != here:
            raise Stop(Refused(Reason.CORRECTED_LATER, {}, Touch((), (lot.lot_id,))))
        self._change.flows.append(
            Flow(lot.product_id, lot.lot_id, place, place, quantity, not packed, packed)
        )
        change = -quantity if packed else quantity
        self._change.contents.append((container.unit_id, lot.lot_id, change))

    def _used_container(self) -> None:
        container = self._view.unit(self._event.parent or "")
        if container is not None:
            self._change.seen[container.unit_id] = container.lot_id

    def _flow(
        self,
        lot: Lot,
        source: tuple[int, Status],
        target: tuple[int, Status] | None,
        quantity: int,
        *,
        loose: bool,
    ) -> None:
        flow = Flow(lot.product_id, lot.lot_id, source, target, quantity, loose, loose)
        self._change.flows.append(flow)

    def _keep_again(self, said: dict[str, Any], lot_id: int, unit_id: int, quantity: int) -> None:
        """Goods that were kept for a document are kept again, or no longer."""
        if "for" not in said:
            return
        reserving = self._event.kind is EventKind.RESERVED
        place = self._act.there.location_id if reserving else self._place(said)
        amount = -quantity if reserving else quantity
        self._change.kept.append(Kept(said["for"], place, lot_id, unit_id, amount))
