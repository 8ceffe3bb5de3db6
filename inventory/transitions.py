"""Goods that the books have: from where and how they are to where and how they are afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from inventory.act import Act
from inventory.arrivals import arrive_amount, arrive_unit, known_product, lot_named_by, received_lot
from inventory.containers import describe_container, inside
from inventory.rules import reason_against
from inventory.things import GONE, Lot, Product, Status, Unit
from trace import EventKind, Reason, Thing, Touch, identifier_of


def take_unit(act: Act, thing: Thing, unit: Unit | None) -> None:
    """One thing with a code of its own."""
    if unit is None or unit.status is Status.VOID:
        _take_unknown(act, thing, unit)
    elif unit.is_container:
        _take_container(act, thing, unit)
    else:
        _take_single(act, thing, unit)


def _take_unknown(act: Act, thing: Thing, unit: Unit | None) -> None:
    """It never arrived by our books: a count may find it, anything else is wrong."""
    if act.rule.arrives:
        arrive_unit(act, thing, unit)
        return
    product = known_product(act, thing)
    if product is None:
        return
    act.object(Reason.NOT_RECEIVED, key=thing.key)
    lot = received_lot(act, thing, product, lot_named_by(thing))
    number = unit.unit_id if unit else act.next_unit()
    status = act.target(Status.AVAILABLE, [lot])
    new = Unit(number, thing.key, lot.lot_id, product.product_id, act.there.location_id, status)
    owner, count = act.owner(new, status), product.units_in(identifier_of(thing.key))
    act.change.units.append(new._replace(patient=owner, quantity=count, time=act.time))
    act.flow(lot, None, status, count, drawn=False, laid=False)
    act.expose(lot, number, count, None, None)
    act.describe(thing.key, product, lot, now=status, arrived=count)


def _take_single(act: Act, thing: Thing, unit: Unit) -> None:
    lot = act.view.lot(unit.lot_id)
    product = act.view.product_of(unit.product_id)
    touch = Touch((unit.unit_id,), (unit.lot_id,))
    act.check_label(thing, lot, touch)
    if not _check_state(act, unit, lot, product, thing, touch):
        # It stays as it was said first; the patient had something all the same.
        act.change.seen[unit.unit_id] = unit.lot_id
        act.expose(lot, unit.unit_id, unit.quantity, None, None)
        act.describe(thing.key, product, lot, now=unit.status, was=unit.status)
        return
    act.check_persons(product, touch)
    status = act.target(unit.status, [lot])
    kept = _settle_kept(act, unit)
    _go(act, unit, lot, status, parent=None)
    more = _more(act, unit) | kept
    act.describe(thing.key, product, lot, now=status, was=unit.status, since=unit.seq, **more)


def _go(act: Act, unit: Unit, lot: Lot, status: Status, *, parent: int | None) -> None:
    there = act.there.location_id
    act.change.units.append(
        Unit(
            unit.unit_id,
            unit.key,
            unit.lot_id,
            unit.product_id,
            there,
            status,
            act.owner(unit, status),
            unit.quantity,
            parent,
            act.time,
        )
    )
    source = (unit.location_id, unit.status)
    act.flow(lot, source, status, unit.quantity, drawn=False, laid=False)
    act.expose(lot, unit.unit_id, unit.quantity, unit.status, unit.patient)


def _more(act: Act, unit: Unit) -> dict[str, str]:
    """What a correction needs to know of how it was, where the event itself doesn't say it."""
    more = {}
    if unit.location_id != act.here.location_id:
        more["at"] = act.view.location_code(unit.location_id)
    if unit.patient is not None:
        more["holder"] = unit.patient.hex()
    if unit.parent is not None:
        more["from"] = act.view.unit_numbered(unit.parent).key
    return more


def _settle_kept(act: Act, unit: Unit) -> dict[str, str]:
    """Reserved goods are kept for a document, and no longer once they go."""
    if act.kind is EventKind.RESERVED:
        if not act.documents:
            act.object(Reason.DOCUMENT_MISSING, Touch((unit.unit_id,), ()))
            return {}
        act.keep(act.documents[0], unit.lot_id, unit.unit_id, 1)
        return {"for": act.documents[0]}
    if unit.status is not Status.RESERVED or act.rule.target is None:
        return {}
    for document, location_id in act.view.kept_for(unit.unit_id):
        act.unkeep(document, location_id, unit.lot_id, unit.unit_id, 1)
        return {"for": document}
    return {}


def _check_state(  # noqa: PLR0913, PLR0917 -- the thing and what it is
    act: Act, unit: Unit, lot: Lot, product: Product, thing: Thing, touch: Touch
) -> bool:
    """Object to what is wrong; False: whatever happens, it stays as it is."""
    sources, key = act.rule.sources, thing.key
    where = act.view.location_named(unit.location_id)
    allowed = unit.status in sources
    if not allowed and unit.status is not Status.QUARANTINED:
        act.object(reason_against(act.kind, unit.status), touch, key, location=where)
        if unit.status in GONE:
            return False
    act.gate(product, lot, thing, touch, unit.status)
    if not allowed and unit.status is Status.QUARANTINED:
        act.object(reason_against(act.kind, unit.status), touch, key, product=product.name)
    if unit.location_id != act.here.location_id:
        act.object(Reason.NOT_HERE, touch, key, location=where)
    if unit.patient is not None and act.patient not in (None, unit.patient):
        act.object(Reason.WRONG_PATIENT, touch, key)
    if unit.status is Status.RESERVED and act.rule.gated:
        _check_kept(act, unit, touch)
    if act.event.after_the_fact and unit.time > act.time:
        act.object(Reason.OUT_OF_ORDER, touch, key)
        return (act.rule.target or unit.status) in GONE
    return True


def _check_kept(act: Act, unit: Unit, touch: Touch) -> None:
    kept = {document for document, _ in act.view.kept_for(unit.unit_id)}
    if kept.isdisjoint(act.documents):
        act.object(Reason.RESERVED, touch, unit.key)


def _take_container(act: Act, thing: Thing, container: Unit) -> None:
    """The container and all that lies in it: each passes the gate, or none goes."""
    touch = Touch((container.unit_id,), ())
    if act.rule.for_patient:
        act.object(Reason.IS_CONTAINER, touch, thing.key)
        return
    if not _check_container(act, container, thing, touch):
        return
    units = list(inside(act.view, container))
    if any(act.has_taken(unit.key) for unit in units):
        act.object(Reason.LISTED_TWICE, touch, thing.key)
        return
    for unit in units:
        if not unit.is_container:
            _check_inside(act, unit)
    amounts = [
        (each, act.view.lot(lot_id), quantity)
        for each in (container, *(unit for unit in units if unit.is_container))
        for lot_id, quantity in act.view.contents(each.unit_id).items()
    ]
    for _, lot, _ in amounts:
        product = act.view.product_of(lot.product_id)
        within = Touch((container.unit_id,), (lot.lot_id,))
        act.gate(product, lot, thing, within, container.status)
        act.check_persons(product, within)
    lots = [act.view.lot(unit.lot_id) for unit in units if not unit.is_container]
    status = act.target(container.status, lots + [lot for _, lot, _ in amounts])
    _go_together(act, container, units, amounts, status)


def _go_together(
    act: Act,
    container: Unit,
    units: Sequence[Unit],
    amounts: Sequence[tuple[Unit, Lot, int]],
    status: Status,
) -> None:
    mark, kept = len(act.change.units), _settle_kept(act, container)
    moving: dict[int, int] = {}
    there = act.there.location_id
    moved = container._replace(location_id=there, status=status, parent=None, time=act.time, seq=0)
    act.change.units.append(moved)
    for unit in units:
        if unit.is_container:
            act.change.units.append(
                unit._replace(location_id=there, status=status, time=act.time, seq=0)
            )
        else:
            _go(act, unit, act.view.lot(unit.lot_id), status, parent=unit.parent)
    for each, lot, quantity in amounts:
        source = (each.location_id, each.status)
        act.flow(lot, source, status, quantity, drawn=False, laid=False)
        moving[lot.lot_id] = moving.get(lot.lot_id, 0) + quantity
        act.expose(lot, 0, quantity, each.status, act.patient)
    more: dict[str, str | int] = {**_more(act, container), **kept}
    if all(unit.seq == container.seq for unit in units):
        more["since"] = container.seq
    describe_container(act, container.key, mark, moving, now=status, was=container.status, **more)


def _check_container(act: Act, container: Unit, thing: Thing, touch: Touch) -> bool:
    where = act.view.location_named(container.location_id)
    if container.status not in act.rule.sources:
        reason = reason_against(act.kind, container.status)
        act.object(reason, touch, thing.key, location=where, product=thing.key)
        if container.status in GONE:
            return False
    if container.location_id != act.here.location_id:
        act.object(Reason.NOT_HERE, touch, thing.key, location=where)
    if container.status is Status.RESERVED and act.rule.gated:
        _check_kept(act, container, touch)
    return True


def _check_inside(act: Act, unit: Unit) -> None:
    lot, product = act.view.lot(unit.lot_id), act.view.product_of(unit.product_id)
    touch = Touch((unit.unit_id,), (unit.lot_id,))
    thing = Thing(unit.key)
    act.gate(product, lot, thing, touch, unit.status)
    act.check_persons(product, touch)
    if unit.patient is not None and act.patient not in (None, unit.patient):
        act.object(Reason.WRONG_PATIENT, touch, unit.key)


def take_amount(act: Act, thing: Thing, quantity: int) -> None:
    """An amount of a lot, drawn from one state of one place."""
    product = known_product(act, thing)
    if product is None:
        return
    named = act.view.lots_named(product.product_id, lot_named_by(thing))
    lot = _chosen(act, named, thing, quantity)
    if lot is None:
        _take_unknown_amount(act, thing, product, quantity)
        return
    touch = Touch((), (lot.lot_id,))
    act.check_label(thing, lot, touch)
    _draw_once(act, lot)
    source, kept = _source(act, lot, quantity)
    if source is None and act.rule.arrives:
        arrive_amount(act, thing, quantity)
        return
    act.gate(product, lot, thing, touch, source or Status.AVAILABLE)
    act.check_persons(product, touch)
    if source is None:
        _draw_short(act, thing, product, lot, quantity)
        return
    status = act.target(source, [lot])
    _draw(act, lot, source, status, quantity, kept)
    more = {"for": kept} if kept else {}
    act.describe(thing.key, product, lot, now=status, was=source, quantity=quantity, **more)


def _draw(  # noqa: PLR0913, PLR0917 -- how much of what, from where, to where, and for what
    act: Act, lot: Lot, source: Status, status: Status, quantity: int, kept: str | None
) -> None:
    here = act.here.location_id
    act.flow(lot, (here, source), status, quantity, drawn=True, laid=True)
    act.expose(lot, 0, quantity, source, act.patient)
    if kept is not None:
        act.keep(kept, lot.lot_id, 0, quantity if act.kind is EventKind.RESERVED else -quantity)


def _take_unknown_amount(act: Act, thing: Thing, product: Product, quantity: int) -> None:
    if not act.rule.arrives:
        act.object(Reason.NOT_RECEIVED, key=thing.key)
    lot = received_lot(act, thing, product, lot_named_by(thing))
    act.check_persons(product, Touch())
    _draw_once(act, lot)
    status = act.target(Status.AVAILABLE, [lot])
    act.flow(lot, None, status, quantity, drawn=False, laid=True)
    act.expose(lot, 0, quantity, None, act.patient)
    act.describe(thing.key, product, lot, now=status, quantity=quantity, arrived=quantity)


def _draw_short(act: Act, thing: Thing, product: Product, lot: Lot, quantity: int) -> None:
    """Not enough: refused; or, where it has happened, the rest must have come in unseen."""
    here = act.here.location_id
    amounts = {each: act.loose(lot.lot_id, each) for each in act.rule.sources}
    source = max(amounts, key=lambda each: amounts[each])
    present = amounts[source]
    touch = Touch((), (lot.lot_id,))
    act.object(
        Reason.NOT_ENOUGH, touch, thing.key, product=product.name, wanted=quantity, present=present
    )
    status = act.target(source, [lot])
    if present and source is not Status.RESERVED:
        act.flow(lot, (here, source), status, present, drawn=True, laid=True)
    else:
        present = 0
    act.flow(lot, None, status, quantity - present, drawn=False, laid=True)
    act.expose(lot, 0, quantity, source, act.patient)
    act.describe(
        thing.key,
        product,
        lot,
        now=status,
        was=source,
        quantity=quantity,
        arrived=quantity - present,
    )


def _draw_once(act: Act, lot: Lot) -> None:
    """Amounts are held against one balance, so an event may draw on it once only."""
    if any(flow.lot_id == lot.lot_id and (flow.drawn or flow.laid) for flow in act.change.flows):
        act.object(Reason.LISTED_TWICE)


def _chosen(act: Act, named: Sequence[Lot], thing: Thing, quantity: int) -> Lot | None:
    """Which goods of this name: the owner's that is named, else our own before consigned ones."""
    if len(named) <= 1:
        return named[0] if named else None
    wanted = [lot for lot in named if act.event.owner in (None, lot.owner)]
    if thing.expiry is not None:
        expiry = thing.expiry.isoformat()
        wanted = [lot for lot in wanted if lot.expiry == expiry] or wanted
    if act.sends_back:
        wanted = [lot for lot in wanted if lot.owner == act.event.party] or wanted
    wanted.sort(key=lambda lot: (lot.owner is not None, lot.expiry or "", lot.lot_id))
    enough = (lot for lot in wanted if _source(act, lot, quantity)[0] is not None)
    return next(enough, wanted[0] if wanted else named[0])


def _source(act: Act, lot: Lot, quantity: int) -> tuple[Status | None, str | None]:
    """The first allowed state that has enough of the lot here, and the document it is kept for."""
    here, reserving = act.here.location_id, act.kind is EventKind.RESERVED
    for status in act.rule.sources:
        if status is Status.RESERVED:
            document = act.document_kept(here, lot.lot_id, quantity)
            if document is not None:
                return status, document
        elif act.loose(lot.lot_id, status) >= quantity:
            if not reserving:
                return status, None
            if act.documents:
                return status, act.documents[0]
            act.object(Reason.DOCUMENT_MISSING, Touch((), (lot.lot_id,)))
            return status, None
    return None, None
