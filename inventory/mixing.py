"""Making things of things: doses with labels out of a pack (拆零), one bag out of many (配制)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from inventory.act import Act
from inventory.going import take_out
from inventory.parts import pieces_for, take_unseen_pack
from inventory.things import Status, Unit
from trace import Reason, Thing, Touch


def split(act: Act) -> None:
    """Doses with labels of their own leave a pack, each a range of it."""
    thing = act.event.things[0]
    unit = act.view.unit(thing.key)
    if unit is None or unit.status is Status.VOID:
        unit = take_unseen_pack(act, thing)
    if unit is None or not all(_is_free(act, each) for each in act.event.outputs):
        return
    touch = Touch((unit.unit_id,), (unit.lot_id,) if unit.lot_id else ())
    if unit.is_container:
        act.object(Reason.NOT_DIVISIBLE, touch, thing.key)
        return
    lot, product = act.lot(unit.lot_id), act.view.product_of(unit.product_id)
    pieces = pieces_for(act, thing, unit, thing.part or 1)
    for dose in act.event.outputs:
        count = dose.part or 1
        place = next((n for n, each in enumerate(pieces) if each.quantity >= count), None)
        if place is None:
            present = max((each.quantity for each in pieces), default=0)
            act.object(Reason.PACK_EXHAUSTED, touch, dose.key, wanted=count, present=present)
            continue
        pieces[place] = take_out(act, pieces[place], product, lot, count, key=dose.key)


def compound(act: Act, take: Callable[[Act, Thing], None], things: list[Thing]) -> None:
    """Things become one bag; lot by lot it is known from then on what is in it.

    Args:
        act: the event.
        take: what becomes of one of its things.
        things: what goes in.
    """
    (bag,) = act.event.outputs
    if not _is_free(act, bag):
        return
    known = act.view.unit(bag.key)
    number = known.unit_id if known else act.next_unit()
    there, now = act.there.location_id, Status.COMPOUNDED
    act.change.units.append(
        Unit(number, bag.key, 0, 0, there, now, act.patient, quantity=1, time=act.time)
    )
    act.change.things.append({"key": bag.key, "is": now.value})
    act.into = number
    for thing in things:
        take(act, thing)
    mixed: Counter[int] = Counter()
    for flow in act.change.flows:
        if flow.target == (there, now):
            mixed[flow.lot_id] += flow.quantity
    act.change.mixed += [(lot_id, number, count) for lot_id, count in mixed.items()]


def _is_free(act: Act, output: Thing) -> bool:
    """Whether a label names nothing yet: no thing, and no product."""
    known = act.view.unit(output.key)
    if (known is None or known.status is Status.VOID) and act.product(output) is None:
        return True
    touch = Touch((known.unit_id,), (known.lot_id,) if known.lot_id else ()) if known else Touch()
    act.object(Reason.LABEL_TAKEN, touch, output.key)
    return False
