"""Boxes out of a case that was received as one thing: nobody had declared what lies in it.

A box comes to the books when it is scanned out of its case. The case stands for so many base units
less, so the sums stay; the box is a thing of its own, of the case's lot, and came in as it did.
"""

from __future__ import annotations

from inventory.act import Act
from inventory.parts import in_bag
from inventory.rules import reason_against
from inventory.things import Product, Status, Unit
from trace import Reason, Thing, Touch, identifier_of


def is_case(act: Act, unit: Unit) -> bool:
    """Whether a thing is a pack of several base units, with a code of the maker's."""
    if unit.is_container or unit.pack is not None:
        return False
    return act.view.product_of(unit.product_id).units_in(identifier_of(unit.key)) > 1


def take_boxes(act: Act, case: Unit) -> None:
    """Take the event's things out of a case; each is a smaller pack of the same product."""
    touch = Touch((case.unit_id,), (case.lot_id,))
    where = act.view.location_named(case.location_id)
    if case.status not in act.rule.sources or case.patient is not None:
        reason = reason_against(act.kind, case.status)
        reason = Reason.ALREADY_DISPENSED if case.patient else reason
        act.object(reason, touch, case.key, location=where, product=case.key)
        return
    if in_bag(act, case):
        act.object(Reason.COMPOUNDED, touch, case.key)
        return
    if case.location_id != act.here.location_id:
        act.object(Reason.NOT_HERE, touch, case.key, location=where)
        return
    for thing in act.event.things:
        case = _take_box(act, case, thing)


def _take_box(act: Act, case: Unit, thing: Thing) -> Unit:
    """What is left of the case."""
    touch = Touch((case.unit_id,), (case.lot_id,))
    product, lot = act.view.product_of(case.product_id), act.view.lot(case.lot_id)
    if act.has_taken(thing.key):
        act.object(Reason.LISTED_TWICE, touch, thing.key)
        return case
    known = act.view.unit(thing.key)
    count = _units_of(act, product, thing)
    if count is None or count >= product.units_in(identifier_of(case.key)):
        act.object(Reason.NOT_INSIDE, touch, thing.key)
        return case
    if known is not None and known.status is not Status.VOID:
        place = act.view.location_named(known.location_id)
        act.object(Reason.ALREADY_RECEIVED, touch, thing.key, location=place)
        return case
    if count > case.quantity:
        act.object(Reason.PACK_EXHAUSTED, touch, thing.key, wanted=count, present=case.quantity)
        return case
    act.check_label(thing, lot, touch)
    number = known.unit_id if known else act.next_unit()
    box = case._replace(
        unit_id=number, key=thing.key, quantity=count, parent=None, time=act.time, seq=0, start=0
    )
    left = case._replace(
        start=case.start + count, quantity=case.quantity - count, time=act.time, seq=0
    )
    act.change.units += (left, box)
    now = case.status
    said: dict[str, str | int] = {"case": case.key, "start": case.start, "units": count}
    act.describe(thing.key, product, lot, now=now, was=now, since=case.seq, **said)
    return left


def _units_of(act: Act, product: Product, thing: Thing) -> int | None:
    """How many base units a box stands for; None: it is no box of this product."""
    owner = act.product(thing)
    if thing.quantity is not None or thing.part is not None or owner is None:
        return None
    same = owner.product_id == product.product_id
    return product.units_in(identifier_of(thing.key)) if same else None
