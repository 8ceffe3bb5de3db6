"""Doses that were due and not given: on record with the cause, and nothing happens to the goods."""

from __future__ import annotations

from inventory.act import Act
from inventory.arrivals import known_product, lot_named_by
from inventory.containers import describe_container, inside
from inventory.parts import fitting, loose_of
from inventory.rules import reason_against
from inventory.things import Product, Status, Unit
from trace import Reason, Thing, Touch


def withhold(act: Act, thing: Thing) -> None:
    """Look at goods that were meant for the patient and stay where and how they are."""
    if thing.quantity is not None:
        _withhold_amount(act, thing, thing.quantity)
        return
    unit = act.view.unit(thing.key)
    if unit is None or unit.status is Status.VOID:
        act.object(Reason.NOT_RECEIVED, key=thing.key)
    else:
        _withhold_unit(act, thing, _meant(act, unit))


def _meant(act: Act, unit: Unit) -> Unit:
    """The range of an opened pack that lies here for the patient; else what the code names."""
    return next(iter(fitting(act, unit, [*loose_of(act, unit), unit])), unit)


def _withhold_unit(act: Act, thing: Thing, unit: Unit) -> None:
    touch = Touch((unit.unit_id,), (unit.lot_id,) if unit.lot_id else ())
    if unit.is_bag:
        _withhold_bag(act, thing, unit)
        return
    if unit.is_container:
        act.object(Reason.IS_CONTAINER, touch, thing.key)
        return
    _check(act, thing, unit, unit.status, _product(act, unit).name)
    lot = act.view.lot(unit.lot_id)
    act.check_label(thing, lot, touch)
    act.change.see(unit)
    act.describe(unit.key, _product(act, unit), lot, now=unit.status, was=unit.status)


def _withhold_bag(act: Act, thing: Thing, bag: Unit) -> None:
    mixed = bag.status is Status.COMPOUNDED
    _check(act, thing, bag, Status.AVAILABLE if mixed else bag.status, thing.key)
    act.change.seen[bag.unit_id] = 0
    units, amounts = list(inside(act.view, bag)), act.view.contents(bag.unit_id)
    for unit in units:
        act.change.see(unit)
    act.change.seen_lots |= amounts.keys()
    describe_container(act, bag.key, units, amounts, now=bag.status, was=bag.status)


def _check(act: Act, thing: Thing, unit: Unit, status: Status, name: str) -> None:
    touch = Touch((unit.unit_id,), (unit.lot_id,) if unit.lot_id else ())
    where = act.view.location_named(unit.location_id)
    if status not in act.rule.sources:
        act.object(reason_against(act.kind, status), touch, thing.key, location=where, product=name)
    if unit.location_id != act.here.location_id:
        act.object(Reason.NOT_HERE, touch, thing.key, location=where)
    if unit.patient is not None and act.patient not in (None, unit.patient):
        act.object(Reason.WRONG_PATIENT, touch, thing.key)


def _product(act: Act, unit: Unit) -> Product:
    return act.view.product_of(unit.product_id)


def _withhold_amount(act: Act, thing: Thing, quantity: int) -> None:
    product = known_product(act, thing)
    if product is None:
        return
    named = act.view.lots_named(product.product_id, lot_named_by(thing))
    amounts = {
        (lot.lot_id, status): act.loose(lot.lot_id, status)
        for lot in named
        for status in act.rule.sources
    }
    if not amounts:
        act.object(Reason.NOT_RECEIVED, key=thing.key)
        return
    (lot_id, status), present = max(amounts.items(), key=lambda each: each[1])
    lot, touch = act.view.lot(lot_id), Touch((), (lot_id,))
    if present < quantity:
        act.object(
            Reason.NOT_ENOUGH,
            touch,
            thing.key,
            product=product.name,
            wanted=quantity,
            present=present,
        )
    act.check_label(thing, lot, touch)
    act.change.seen_lots.add(lot_id)
    act.describe(thing.key, product, lot, now=status, was=status, quantity=quantity)
