"""Parts of packs (拆零): base units that leave a pack, range by range, and may come back.

A pack is a row, and so is each range that was taken out of it; a range is never in two of them, so
no more can leave a pack than it holds. What comes back stays the range it is and goes out first.
"""

from __future__ import annotations

from collections.abc import Sequence

from inventory.act import Act
from inventory.arrivals import known_product, lot_named_by, received_lot
from inventory.changes import Flow
from inventory.going import go, late_word, more_of, take_out
from inventory.rules import reason_against
from inventory.things import GONE, MARK, Lot, Product, Status, Unit
from trace import Reason, Thing, Touch, identifier_of


def loose_of(act: Act, unit: Unit) -> list[Unit]:
    """What was taken out of a pack, or of a dose, and has no label of its own."""
    if unit.pack is None and not unit.start:
        return []
    beginning = unit.key + MARK
    parts = act.view.parts(unit.pack or unit.unit_id)
    return [
        part
        for part in parts
        if part.key.startswith(beginning) and part.quantity and part.status is not Status.VOID
    ]


def in_bag(act: Act, unit: Unit) -> bool:
    """Whether a thing was mixed into a bag, and can't be had alone any more."""
    return unit.parent is not None and act.view.unit_numbered(unit.parent).is_bag


def take_part(act: Act, thing: Thing, unit: Unit, wanted: int) -> None:
    """So many base units of a pack or of a dose."""
    lot, product = act.view.lot(unit.lot_id), act.view.product_of(unit.product_id)
    left = wanted
    for piece in pieces_for(act, thing, unit, wanted):
        count = min(piece.quantity, left)
        if _is_late(act, piece):
            act.object(Reason.OUT_OF_ORDER, Touch((piece.unit_id,), (lot.lot_id,)), thing.key)
            if (act.rule.target or piece.status) not in GONE:
                continue
        take_piece(act, piece, product, lot, count, base=unit.key)
        left -= count
        if not left:
            return
    if left:  # there was no more of it by our books; the patient had something all the same
        act.change.see(unit)
        act.expose(lot, unit.pack or unit.unit_id, left, None, None)
        late = late_word(act, unit, left)
        act.describe(thing.key, product, lot, now=unit.status, was=unit.status, **late)


def take_piece(  # noqa: PLR0913 -- how much of what, and of whose it is a part
    act: Act, piece: Unit, product: Product, lot: Lot, count: int, *, base: str
) -> None:
    """So much of a piece: a range that was out already goes itself where all of it does."""
    if piece.pack is None or count < piece.quantity:
        key = f"{base}{MARK}{piece.start}-{piece.start + count}"
        take_out(act, piece, product, lot, count, key=key)
        return
    status = act.target(piece.status, [(lot, piece.key)])
    go(act, piece, lot, status, parent=act.into)
    more = more_of(act, piece)
    act.describe(piece.key, product, lot, now=status, was=piece.status, since=piece.seq, **more)


def take_unseen(act: Act, thing: Thing, wanted: int) -> None:
    """A part of a pack that never arrived by our books."""
    pack = take_unseen_pack(act, thing)
    if pack is None:
        return
    lot, product = act.lot(pack.lot_id), act.view.product_of(pack.product_id)
    whole = pack.quantity
    take_piece(act, pack, product, lot, min(wanted, whole), base=thing.key)
    if wanted > whole:
        _too_much(act, pack, thing, wanted, whole)
        act.expose(lot, pack.unit_id, wanted - whole, None, None)


def take_unseen_pack(act: Act, thing: Thing) -> Unit | None:
    """A pack that never arrived by our books: where part of it was used, the pack had come in."""
    product = known_product(act, thing)
    if product is None:
        return None
    act.object(Reason.NOT_RECEIVED, key=thing.key)
    lot = received_lot(act, thing, product, lot_named_by(thing))
    known = act.view.unit(thing.key)
    whole = max(product.units_in(identifier_of(thing.key)), 1)
    here = act.here.location_id
    number = known.unit_id if known else act.next_unit()
    pack = Unit(
        number,
        thing.key,
        lot.lot_id,
        product.product_id,
        here,
        Status.AVAILABLE,
        quantity=whole,
        time=act.time,
    )
    act.change.units.append(pack)
    arrived = (here, Status.AVAILABLE)
    act.change.flows.append(
        Flow(product.product_id, lot.lot_id, None, arrived, whole, drawn=False, laid=False)
    )
    more: dict[str, str | int] = {"arrived": whole}
    if act.here != act.there:
        more["at"] = act.here.code
    act.describe(thing.key, product, lot, now=Status.AVAILABLE, was=None, **more)
    return pack


def pieces_for(act: Act, thing: Thing, unit: Unit, wanted: int) -> list[Unit]:
    """The pieces to take it from, in order, once the gate lets it pass."""
    lot, product = act.lot(unit.lot_id), act.view.product_of(unit.product_id)
    touch = Touch((unit.unit_id,), (unit.lot_id,))
    act.check_label(thing, lot, touch)
    pieces = [*loose_of(act, unit), unit]
    pieces = [each for each in pieces if each.quantity and not _is_taken(act, each)]
    chosen = fitting(act, unit, pieces)
    present = sum(each.quantity for each in chosen)
    if present < wanted:
        if any(each.status is Status.QUARANTINED for each in pieces):
            act.gate(product, lot, thing, touch, Status.QUARANTINED)
        _explain(act, thing, unit, pieces, wanted, present)
        chosen += _besides(act, pieces, chosen)
    act.gate(product, lot, thing, touch, chosen[0].status if chosen else Status.AVAILABLE)
    act.check_persons(product, touch)
    return chosen


def fitting(act: Act, unit: Unit, pieces: Sequence[Unit]) -> list[Unit]:
    """The pieces that this may happen to: the patient's own first, the pack itself last."""
    here, sources = act.here.location_id, act.rule.sources
    fit = [
        each
        for each in pieces
        if each.status in sources
        and each.status is not Status.RESERVED
        and each.location_id == here
        and act.patient in (None, each.patient or act.patient)
        and not in_bag(act, each)
    ]
    if act.patient is None and len({each.patient for each in fit}) > 1:
        act.object(Reason.PATIENT_MISSING, Touch((unit.unit_id,), (unit.lot_id,)), unit.key)
    return sorted(
        fit,
        key=lambda each: (
            each.patient != act.patient,
            sources.index(each.status),
            each.pack is None,
            each.start,
        ),
    )


def _besides(act: Act, pieces: Sequence[Unit], chosen: Sequence[Unit]) -> list[Unit]:
    """Where it has happened, it was one of the others, as far as they are not gone."""
    others = [
        each
        for each in pieces
        if each not in chosen and each.status not in GONE and not in_bag(act, each)
    ]
    here = act.here.location_id
    return sorted(
        others,
        key=lambda each: (
            each.patient not in (None, act.patient),
            each.location_id != here,
            each.start,
        ),
    )


def _explain(  # noqa: PLR0913, PLR0917 -- what was wanted, and what there is
    act: Act, thing: Thing, unit: Unit, pieces: Sequence[Unit], wanted: int, present: int
) -> None:
    """Why so much can't be had: the nearest reason first."""
    touch = Touch((unit.unit_id,), (unit.lot_id,))
    sources, here = act.rule.sources, act.here.location_id
    there = [each for each in pieces if each.status in sources and not in_bag(act, each)]
    if present:
        _too_much(act, unit, thing, wanted, present)
    elif any(each.location_id == here for each in there):
        reserved = all(each.status is Status.RESERVED for each in there)
        act.object(Reason.RESERVED if reserved else Reason.WRONG_PATIENT, touch, thing.key)
    elif there:
        where = act.view.location_named(there[-1].location_id)
        act.object(Reason.NOT_HERE, touch, thing.key, location=where)
    elif not unit.quantity and Status.AVAILABLE in sources:
        _too_much(act, unit, thing, wanted, present)
    else:
        told = pieces[-1] if pieces else unit
        where = act.view.location_named(told.location_id)
        name = act.view.product_of(unit.product_id).name
        reason = Reason.COMPOUNDED if in_bag(act, told) else reason_against(act.kind, told.status)
        act.object(reason, touch, thing.key, location=where, product=name)


def _too_much(act: Act, unit: Unit, thing: Thing, wanted: int, present: int) -> None:
    touch = Touch((unit.unit_id,), (unit.lot_id,)) if unit.seq else Touch()
    act.object(Reason.PACK_EXHAUSTED, touch, thing.key, wanted=wanted, present=present)


def _is_taken(act: Act, piece: Unit) -> bool:
    """Whether this event has changed a thing already; a pack that came in with it is whole."""
    return act.has_taken(piece.key) and act.view.unit(piece.key) is not None


def _is_late(act: Act, piece: Unit) -> bool:
    return act.event.after_the_fact and piece.time > act.time
