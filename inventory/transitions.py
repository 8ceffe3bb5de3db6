"""Goods that the books have: from where and how they are to where and how they are afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from inventory.act import Act
from inventory.anywhere import take_amount_anywhere
from inventory.arrivals import arrive_amount, arrive_unit, known_product, lot_named_by, received_lot
from inventory.containers import check_goods, take_container
from inventory.going import go, late_word, more_of
from inventory.keeping import check_kept, settle_kept
from inventory.parts import fitting, in_bag, loose_of, take_part, take_piece, take_unseen
from inventory.rules import reason_against
from inventory.things import (
    GONE,
    Lot,
    Product,
    Status,
    Unit,
    is_patient,
    owner_of_patient,
)
from trace import EventKind, Reason, Thing, Touch, identifier_of


def take_unit(act: Act, thing: Thing, unit: Unit | None) -> None:
    """One thing with a code of its own."""
    if unit is None or unit.status is Status.VOID:
        _take_unknown(act, thing, unit)
    elif unit.is_container:
        take_container(act, thing, unit)
    elif thing.part is not None and not _is_all(unit, thing.part):
        take_part(act, thing, unit, thing.part)
    else:
        _take_whole(act, thing, unit)


def _is_all(unit: Unit, part: int) -> bool:
    """Whether a part is a whole pack that nothing was taken out of."""
    return unit.pack is None and unit.start == 0 and unit.quantity == part


def _take_whole(act: Act, thing: Thing, unit: Unit) -> None:
    """A thing; of an opened pack what is left in it, and what lies beside it in the same state."""
    out = loose_of(act, unit)
    ready = unit.location_id == act.here.location_id and unit.status in act.rule.sources
    if not out or (unit.quantity and ready):
        _take_single(act, thing, unit)
        beside = (unit.location_id, unit.status, unit.patient)
        pieces = [
            each
            for each in out
            if (each.location_id, each.status, each.patient) == beside and each.parent is None
        ]
        pieces = pieces if act.has_taken(unit.key) else []
    else:
        pieces = fitting(act, unit, out)
        if not pieces:
            wanted = sum(each.quantity for each in out) if not unit.quantity else unit.quantity
            take_part(act, thing, unit, wanted)
            return
        act.check_label(thing, act.view.lot(unit.lot_id), Touch((unit.unit_id,), (unit.lot_id,)))
        check_goods(act, unit)
    lot, product = act.view.lot(unit.lot_id), act.view.product_of(unit.product_id)
    for piece in pieces:
        take_piece(act, piece, product, lot, piece.quantity, base=unit.key)


def _take_unknown(act: Act, thing: Thing, unit: Unit | None) -> None:
    """It never arrived by our books: a count may find it, anything else is wrong."""
    if act.rule.for_patient and act.view.declared(thing.key):
        act.object(Reason.IS_CONTAINER, key=thing.key)
        return
    if act.rule.arrives and thing.part is None:
        arrive_unit(act, thing, unit)
        return
    if thing.part is not None:
        take_unseen(act, thing, thing.part)
        return
    product = known_product(act, thing)
    if product is None:
        return
    act.object(Reason.NOT_RECEIVED, key=thing.key)
    lot = received_lot(act, thing, product, lot_named_by(thing))
    number = unit.unit_id if unit else act.next_unit()
    status = act.target(Status.AVAILABLE, [(lot, thing.key)], arrives=True)
    new = Unit(number, thing.key, lot.lot_id, product.product_id, act.there.location_id, status)
    owner, count = act.owner(new, status), product.units_in(identifier_of(thing.key))
    act.change.units.append(
        new._replace(patient=owner, quantity=count, parent=act.into, time=act.time)
    )
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
        act.change.see(unit)
        count = unit.quantity or 1
        act.expose(lot, unit.pack or unit.unit_id, count, None, None)
        late = late_word(act, unit, count)
        act.describe(thing.key, product, lot, now=unit.status, was=unit.status, **late)
        return
    act.check_persons(product, touch)
    status = act.target(unit.status, [(lot, unit.key)])
    kept = settle_kept(act, unit)
    go(act, unit, lot, status, parent=act.into)
    more = more_of(act, unit) | kept
    act.describe(thing.key, product, lot, now=status, was=unit.status, since=unit.seq, **more)


def _is_whole(act: Act, unit: Unit, touch: Touch) -> bool:
    """Object to what was mixed into a bag, used up or opened; False: there is nothing to go."""
    if in_bag(act, unit):
        act.object(Reason.COMPOUNDED, touch, unit.key)
        return False
    if not unit.quantity:
        act.object(Reason.PACK_EXHAUSTED, touch, unit.key, wanted=1, present=0)
        return False
    if act.rule.sealed and (unit.is_opened or (unit.pack and act.sends_back)):
        act.object(Reason.IS_OPENED, touch, unit.key)
    return True


def _check_state(  # noqa: PLR0913, PLR0917 -- the thing and what it is
    act: Act, unit: Unit, lot: Lot, product: Product, thing: Thing, touch: Touch
) -> bool:
    """Object to what is wrong; False: whatever happens, it stays as it is."""
    sources, key = act.rule.sources, thing.key
    where = act.view.location_named(unit.location_id)
    if not _is_whole(act, unit, touch):
        return False
    allowed = unit.status in sources
    if not allowed and unit.status is not Status.QUARANTINED:
        act.object(reason_against(act.kind, unit.status), touch, key, location=where)
        if unit.status in GONE:
            return False
    act.gate(product, lot, thing, touch, unit.status)
    if not allowed and unit.status is Status.QUARANTINED:
        act.object(reason_against(act.kind, unit.status), touch, key, product=product.name)
    if unit.location_id != act.here.location_id and not act.rule.anywhere:
        act.object(Reason.NOT_HERE, touch, key, location=where)
    if unit.patient is not None and act.patient not in (None, unit.patient):
        act.object(Reason.WRONG_PATIENT, touch, key)
    if unit.status is Status.RESERVED and act.rule.gated:
        check_kept(act, unit, touch)
    if act.event.after_the_fact and unit.time > act.time:
        act.object(Reason.OUT_OF_ORDER, touch, key)
        return (act.rule.target or unit.status) in GONE
    return True


def take_amount(act: Act, thing: Thing, quantity: int) -> None:
    """An amount of a lot, drawn from one state of one place."""
    product = known_product(act, thing)
    if product is None:
        return
    if act.rule.anywhere:
        take_amount_anywhere(act, thing, product, quantity)
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
    status = act.target(source, [(lot, None)])
    _draw(act, lot, source, status, quantity, kept)
    more = {"for": kept} if kept else {}
    act.describe(thing.key, product, lot, now=status, was=source, quantity=quantity, **more)


def _draw(  # noqa: PLR0913, PLR0917 -- how much of what, from where, to where, and for what
    act: Act, lot: Lot, source: Status, status: Status, quantity: int, kept: str | None
) -> None:
    here = act.here.location_id
    act.lay(lot, (here, source), status, quantity)
    act.expose(lot, 0, quantity, source, act.patient)
    if kept is not None:
        act.keep(kept, lot.lot_id, 0, quantity if act.kind is EventKind.RESERVED else -quantity)


def _take_unknown_amount(act: Act, thing: Thing, product: Product, quantity: int) -> None:
    if not act.rule.arrives:
        act.object(Reason.NOT_RECEIVED, key=thing.key)
    lot = received_lot(act, thing, product, lot_named_by(thing))
    act.check_persons(product, Touch())
    _draw_once(act, lot)
    status = act.target(Status.AVAILABLE, [(lot, None)], arrives=True)
    act.lay(lot, None, status, quantity)
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
    status = act.target(source, [(lot, None)], arrives=True)
    if present and source is not Status.RESERVED:
        act.lay(lot, (here, source), status, present)
    else:
        present = 0
    act.lay(lot, None, status, quantity - present)
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
    wanted = [lot for lot in named if _may_take(act, lot)]
    if thing.expiry is not None:
        expiry = thing.expiry.isoformat()
        wanted = [lot for lot in wanted if lot.expiry == expiry] or wanted
    if act.sends_back:
        wanted = [lot for lot in wanted if lot.owner == act.event.party] or wanted
    wanted.sort(key=lambda lot: (lot.owner is not None, lot.expiry or "", lot.lot_id))
    enough = (lot for lot in wanted if _source(act, lot, quantity)[0] is not None)
    return next(enough, wanted[0] if wanted else named[0])


def _may_take(act: Act, lot: Lot) -> bool:
    """The owner's goods that is named; a patient's own only for that patient."""
    if act.event.owner is not None:
        return lot.owner == act.event.owner
    own = act.event.patient and owner_of_patient(act.event.patient)
    return not is_patient(lot.owner) or lot.owner == own


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
