"""Packing and unpacking: what lies in which container (EPCIS AggregationEvent)."""

from __future__ import annotations

from urllib.parse import quote

from inventory.act import Act
from inventory.arrivals import found_container, known_product, lot_named_by
from inventory.cases import is_case, take_boxes
from inventory.changes import Flow
from inventory.parts import in_bag
from inventory.rules import reason_against
from inventory.things import Lot, Status, Unit
from trace import EventKind, Reason, Thing, Touch


def pack_or_unpack(act: Act) -> None:
    """Put the event's things into its container, or take them out of it."""
    key = act.event.parent or ""
    container = act.view.unit(key)
    if act.kind is EventKind.PACKED and (container is None or container.status is Status.VOID):
        container = found_container(act, key, container)
    if container is not None and act.kind is EventKind.UNPACKED and is_case(act, container):
        take_boxes(act, container)
        return
    if container is None or not container.is_container:
        reason = Reason.NOT_RECEIVED if container is None else Reason.NOT_A_CONTAINER
        act.object(reason, key=key)
        return
    if container.is_bag:
        act.object(Reason.COMPOUNDED, Touch((container.unit_id,), ()), key)
        return
    if not _is_here(act, container):
        return
    for thing in act.event.things:
        if act.kind is EventKind.PACKED:
            _pack(act, container, thing)
        elif thing.key == key:
            _empty(act, container)
        else:
            _unpack(act, container, thing)
    act.change.seen[container.unit_id] = container.lot_id


def _is_here(act: Act, unit: Unit) -> bool:
    touch = Touch((unit.unit_id,), (unit.lot_id,) if unit.lot_id else ())
    where = act.view.location_named(unit.location_id)
    if unit.status not in act.rule.sources:
        reason = reason_against(act.kind, unit.status)
        act.object(reason, touch, unit.key, location=where, product=unit.key)
        return False
    if unit.location_id != act.here.location_id:
        act.object(Reason.NOT_HERE, touch, unit.key, location=where)
        return False
    return True


def _pack(act: Act, container: Unit, thing: Thing) -> None:
    if thing.quantity is not None:
        _pack_amount(act, container, thing, thing.quantity)
        return
    unit = act.view.unit(thing.key)
    if unit is None or unit.status is Status.VOID:
        act.object(Reason.NOT_RECEIVED, key=thing.key)
        return
    touch = Touch((unit.unit_id,), (unit.lot_id,) if unit.lot_id else ())
    if in_bag(act, unit):
        act.object(Reason.COMPOUNDED, touch, thing.key)
        return
    if unit.is_opened:
        act.object(Reason.IS_OPENED, touch, thing.key)
        return
    if not _is_here(act, unit):
        return
    if unit.parent == container.unit_id or unit.unit_id in _around(act, container):
        act.object(Reason.ALREADY_PACKED, touch, thing.key)
        return
    if not unit.is_container:
        lot, product = act.view.lot(unit.lot_id), act.view.product_of(unit.product_id)
        act.check_label(thing, lot, touch)
        act.gate(product, lot, thing, touch, unit.status)
    _put_into(act, unit, container.unit_id)


def _around(act: Act, container: Unit) -> set[int]:
    """A container and those that it lies in: none of them can go into it."""
    around = {container.unit_id}
    while container.parent is not None and container.parent not in around:
        container = act.view.unit_numbered(container.parent)
        around.add(container.unit_id)
    return around


def _put_into(act: Act, unit: Unit, parent: int | None) -> None:
    before: dict[str, str | int] = {"since": unit.seq}
    if unit.parent:
        before["from"] = act.view.unit_numbered(unit.parent).key
    act.change.units.append(unit._replace(parent=parent, time=act.time, seq=0))
    if unit.is_container:
        act.change.things.append({"key": unit.key, "is": unit.status.value} | before)
        return
    lot, product = act.view.lot(unit.lot_id), act.view.product_of(unit.product_id)
    act.describe(unit.key, product, lot, now=unit.status, was=unit.status, **before)


def _pack_amount(act: Act, container: Unit, thing: Thing, quantity: int) -> None:
    lot = _lot_of(act, thing)
    if lot is None:
        return
    touch, product = Touch((), (lot.lot_id,)), act.view.product_of(lot.product_id)
    act.check_label(thing, lot, touch)
    act.gate(product, lot, thing, touch, container.status)
    present = act.view.loose(act.here.location_id, lot.lot_id, container.status)
    if any(flow.lot_id == lot.lot_id for flow in act.change.flows):
        act.object(Reason.LISTED_TWICE)
        return
    if present < quantity:
        _short(act, thing, lot, quantity, present)
        return
    _shift(act, container, lot, quantity, drawn=True)
    act.describe(
        thing.key, product, lot, now=container.status, was=container.status, quantity=quantity
    )


def _lot_of(act: Act, thing: Thing) -> Lot | None:
    product = known_product(act, thing)
    if product is None:
        return None
    named = act.view.lots_named(product.product_id, lot_named_by(thing))
    if not named:
        act.object(Reason.NOT_RECEIVED, key=thing.key)
        return None
    return next((lot for lot in named if act.event.owner == lot.owner), named[0])


def _short(act: Act, thing: Thing, lot: Lot, wanted: int, present: int) -> None:
    name = act.view.product_of(lot.product_id).name
    act.object(
        Reason.NOT_ENOUGH,
        Touch((), (lot.lot_id,)),
        thing.key,
        product=name,
        wanted=wanted,
        present=present,
    )


def _shift(act: Act, container: Unit, lot: Lot, quantity: int, *, drawn: bool) -> None:
    """The amount stays where and how it is; it can be drawn only while it lies in no container."""
    place = (container.location_id, container.status)
    act.change.flows.append(
        Flow(lot.product_id, lot.lot_id, place, place, quantity, drawn, laid=not drawn)
    )
    change = quantity if drawn else -quantity
    act.change.contents.append((container.unit_id, lot.lot_id, change))


def _unpack(act: Act, container: Unit, thing: Thing) -> None:
    if thing.quantity is not None:
        _unpack_amount(act, container, thing, thing.quantity)
        return
    unit = act.view.unit(thing.key)
    if unit is None or unit.parent != container.unit_id:
        touch = Touch((unit.unit_id,), ()) if unit else Touch()
        act.object(Reason.NOT_INSIDE, touch, thing.key)
        return
    _put_into(act, unit, None)


def _unpack_amount(act: Act, container: Unit, thing: Thing, quantity: int) -> None:
    lot = _lot_of(act, thing)
    if lot is None:
        return
    present = act.view.contents(container.unit_id).get(lot.lot_id, 0)
    if present < quantity:
        _short(act, thing, lot, quantity, present)
        return
    if any(flow.lot_id == lot.lot_id for flow in act.change.flows):
        act.object(Reason.LISTED_TWICE)
        return
    _shift(act, container, lot, quantity, drawn=False)
    product = act.view.product_of(lot.product_id)
    act.describe(
        thing.key, product, lot, now=container.status, was=container.status, quantity=quantity
    )


def _empty(act: Act, container: Unit) -> None:
    for unit in act.view.children(container.unit_id):
        _put_into(act, unit, None)
    for lot_id, quantity in act.view.contents(container.unit_id).items():
        lot = act.view.lot(lot_id)
        _shift(act, container, lot, quantity, drawn=False)
        product = act.view.product_of(lot.product_id)
        act.describe(
            _key_of(product.identifiers, lot.lot),
            product,
            lot,
            now=container.status,
            was=container.status,
            quantity=quantity,
            number=lot_id,
        )


def _key_of(identifiers: tuple[str, ...], lot: str) -> str:
    """A key for an amount that nobody scanned: it came with its container."""
    if not identifiers or not lot:
        return identifiers[0] if identifiers else lot
    between = "/10/" if identifiers[0].startswith(_GS1) else ":"
    return f"{identifiers[0]}{between}{quote(lot, safe='')}"


_GS1 = "https://id.gs1.org/01/"
