"""Goods that the books don't have yet: what came through the door, or was found at a count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from inventory.act import Act
from inventory.containers import LIMIT, describe_container
from inventory.package_relations import DeclaredPackage
from inventory.things import Flag, Lot, Product, Status, Unit, owner_of_patient
from trace import EventKind, Reason, Thing, Touch, identifier_of, lot_in

_THERE = frozenset({EventKind.FOUND, EventKind.EXPLANTED})
_KINDS = frozenset({EventKind.ARRIVED, EventKind.RECEIVED})


def arrive_unit(act: Act, thing: Thing, known: Unit | None) -> None:
    """One thing with a code of its own, or a container with all that was declared to be in it."""
    if known is not None and known.status is not Status.VOID:
        where = act.view.location_named(known.location_id)
        lots = (known.lot_id,) if known.lot_id else ()
        act.object(
            Reason.ALREADY_RECEIVED, Touch((known.unit_id,), lots), thing.key, location=where
        )
        act.change.seen[known.unit_id] = known.lot_id
        return
    declared = act.view.declared(thing.key)
    if declared:
        _arrive_container(act, thing, declared, known)
        return
    product = known_product(act, thing)
    if product is None:
        return
    act.check_persons(product, Touch())
    lot = received_lot(act, thing, product, lot_named_by(thing))
    status = act.target(Status.AVAILABLE, [(lot, thing.key)], arrives=True)
    unit = _put(act, thing, product, lot, status, parent=None, known=known)
    act.expose(lot, unit.unit_id, unit.quantity, None, None)
    more = {"arrived": unit.quantity} if unit.quantity != 1 else {}
    act.describe(thing.key, product, lot, now=status, was=None, **more)


def arrive_amount(act: Act, thing: Thing, quantity: int) -> None:
    """An amount of a lot."""
    product = known_product(act, thing)
    if product is None:
        return
    act.check_persons(product, Touch())
    lot = received_lot(act, thing, product, lot_named_by(thing))
    status = act.target(Status.AVAILABLE, [(lot, None)], arrives=True)
    act.flow(lot, None, status, quantity, drawn=False, laid=True)
    act.expose(lot, 0, quantity, None, None)
    act.describe(thing.key, product, lot, now=status, quantity=quantity)


def known_product(act: Act, thing: Thing) -> Product | None:
    """The product of a thing; a code that nobody knows is kept raw until somebody maps it."""
    product = act.product(thing)
    if product is None:
        if act.kind not in _KINDS:
            act.object(Reason.UNKNOWN_CODE, key=thing.key)
        else:
            unmapped = {"key": thing.key, "reason": Reason.UNKNOWN_CODE.value}
            act.change.exceptions.append(unmapped)
    return product


def received_lot(act: Act, thing: Thing, product: Product, name: str) -> Lot:
    """The lot of goods that arrive: what was said first about a lot stays."""
    expiry = thing.expiry.isoformat() if thing.expiry else None
    owner = _owner_of(act, product)
    known = [*act.view.lots_named(product.product_id, name), *act.new_lots]
    lot = next((each for each in known if _same(each, product, name, expiry, owner)), None)
    if lot is None:
        number = act.view.next_lot + len(act.change.lots)
        lot = Lot(number, product.product_id, name, expiry, act.event.party, owner)
        lot = _labelled(thing, lot)
        act.new_lots.append(lot)
        act.change.lots.append(lot)
    elif lot not in act.new_lots and lot.produced is None and thing.produced is not None:
        lot = _labelled(thing, lot)
        act.change.renewed.append(lot)
    # A lot that this event brings has no number yet if the event is refused.
    touch = Touch() if lot in act.new_lots else Touch((), (lot.lot_id,))
    act.check_label(thing, lot, touch)
    if act.kind not in _THERE:  # what a count finds is there; `target` holds it
        act.check_expiry(product, lot, thing, touch)
    return lot


def _labelled(thing: Thing, lot: Lot) -> Lot:
    """A lot of which a label says when it was made; what was said first stays."""
    produced = thing.produced.isoformat() if thing.produced else None
    return replace(lot, produced=lot.produced or produced)


def _same(lot: Lot, product: Product, name: str, expiry: str | None, owner: str | None) -> bool:
    if (lot.product_id, lot.lot, lot.owner) != (product.product_id, name, owner):
        return False
    return bool(name) or lot.expiry == expiry


def _owner_of(act: Act, product: Product) -> str | None:
    """Goods of a consigned product belong to who delivers them, unless said otherwise."""
    if act.kind is EventKind.BROUGHT and act.event.patient is not None:
        return owner_of_patient(act.event.patient)
    consigned = Flag.CONSIGNED in product.flags
    return act.event.owner or (act.event.party if consigned else None)


def lot_named_by(thing: Thing) -> str:
    """The lot that a thing says it is of: its key first, then its label; empty: neither does."""
    named = "" if thing.quantity is None else lot_in(thing.key)
    return named or thing.lot or ""


def _put(  # noqa: PLR0913 -- a thing, what it is, and where it goes
    act: Act,
    thing: Thing,
    product: Product,
    lot: Lot,
    status: Status,
    *,
    parent: int | None,
    known: Unit | None,
) -> Unit:
    quantity = product.units_in(identifier_of(thing.key)) if product.levels else 1
    unit = Unit(
        known.unit_id if known else act.next_unit(),
        thing.key,
        lot.lot_id,
        product.product_id,
        act.there.location_id,
        status,
        act.patient if act.rule.for_patient else None,
        quantity,
        parent,
        act.time,
    )
    act.change.units.append(unit)
    act.flow(lot, None, status, quantity, drawn=False, laid=False)
    return unit


def _arrive_container(
    act: Act, thing: Thing, declared: Sequence[DeclaredPackage], known: Unit | None
) -> None:
    """One scan brings all that was declared; what is here already stays as it was said first."""
    tree = _tree(act, thing.key, declared)
    if tree is None:
        return
    lots: dict[tuple[str, str | None], Lot] = {}
    for package in tree:
        product = act.view.product(package.identifier)
        if product is not None and not act.view.declared(package.key):
            act.check_persons(product, Touch())
            lots[package.key, package.parent_key] = received_lot(
                act, package.thing, product, lot_named_by(package.thing)
            )
    arrived = [
        (lots[each.key, each.parent_key], each.key if each.quantity is None else None)
        for each in tree
        if (each.key, each.parent_key) in lots
    ]
    status = act.target(Status.AVAILABLE, arrived, arrives=True)
    mark, arriving = len(act.change.units), dict[int, int]()
    numbers = {thing.key: _container(act, thing.key, status, None, known)}
    for package in tree:
        parent = numbers[package.parent_key]
        if act.view.declared(package.key) and package.quantity is None:
            numbers[package.key] = _container(
                act, package.key, status, parent, act.view.unit(package.key)
            )
            continue
        product = act.view.product(package.identifier)
        if product is None:
            unmapped = {"key": package.key, "reason": Reason.UNKNOWN_CODE.value}
            act.change.exceptions.append(unmapped)
            continue
        lot = lots[package.key, package.parent_key]
        if package.quantity is None:
            earlier = act.view.unit(package.key)
            _put(act, package.thing, product, lot, status, parent=parent, known=earlier)
        else:
            act.flow(lot, None, status, package.quantity, drawn=False, laid=False)
            act.change.contents.append((parent, lot.lot_id, package.quantity))
            arriving[lot.lot_id] = arriving.get(lot.lot_id, 0) + package.quantity
    describe_container(act, thing.key, act.change.units[mark:], arriving, now=status)


def _tree(act: Act, key: str, declared: Sequence[DeclaredPackage]) -> list[DeclaredPackage] | None:
    """What lies in a container, parents first, without what the books have already."""
    found: list[DeclaredPackage] = []
    level, seen = list(declared), {key}
    while level:
        fresh = []
        for package in level:
            here = act.view.unit(package.key) if package.quantity is None else None
            is_here = here is not None and here.status is not Status.VOID
            if is_here or act.has_taken(package.key):
                continue
            if package.quantity is not None or package.key not in seen:
                seen.add(package.key)
                fresh.append(package)
        found += fresh
        level = [
            child
            for package in fresh
            if package.quantity is None
            for child in act.view.declared(package.key)
        ]
    if len(found) > LIMIT:
        act.object(Reason.TOO_MANY_THINGS, key=key, limit=LIMIT, count=len(found))
        return None
    return found


def _container(act: Act, key: str, status: Status, parent: int | None, known: Unit | None) -> int:
    number = known.unit_id if known else act.next_unit()
    there = act.there.location_id
    act.change.units.append(Unit(number, key, 0, 0, there, status, None, 0, parent, act.time))
    return number


def found_container(act: Act, key: str, known: Unit | None) -> Unit:
    """A container that is used for the first time, empty."""
    number = known.unit_id if known else act.next_unit()
    here = act.here.location_id  # packing moves nothing
    unit = Unit(number, key, 0, 0, here, Status.AVAILABLE, None, 0, None, act.time)
    act.change.units.append(unit)
    return unit
