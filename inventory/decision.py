"""The gate: one pure decision over the table of rules.

Every exit passes here, whoever asks: expired, recalled, quarantined, used already and not here are
decided nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator

from inventory.act import Act
from inventory.arrivals import arrive_amount, arrive_unit
from inventory.changes import StockChange, View
from inventory.judge import Judge, Lenient, Stop, Strict
from inventory.mixing import compound, split
from inventory.packing import pack_or_unpack
from inventory.transitions import take_amount, take_unit
from inventory.withheld import withhold
from trace import AGGREGATIONS, CAUSE_REQUIRED, Event, EventKind, Reason, Refused, Thing

_STRICT = Strict()
_ON_PAPER = frozenset({EventKind.RESERVED, EventKind.FREED})
"""Nothing moves by these, so one that was wrong has changed nothing."""

_ARRIVING = frozenset({EventKind.ARRIVED, EventKind.RECEIVED})


def decide(view: View, event: Event) -> StockChange | Refused:
    """What an event changes, or why it may not happen. Pure.

    What has happened already (`Event.has_happened`) is never refused: what is wrong with it
    stands in the change's exceptions, and the state follows as far as it can.

    Args:
        view: the present state of everything the event names.
        event: what is to happen.
    """
    try:
        return _decided(view, event, _STRICT)
    except Stop as stop:
        if not event.has_happened:
            return stop.refused
    lenient = Lenient()
    change = _decided(view, event, lenient)
    if event.kind in _ON_PAPER:
        change = StockChange(exceptions=change.exceptions, seen=change.seen, time=change.time)
    change.exceptions += lenient.exceptions
    return change


def _decided(view: View, event: Event, judge: Judge) -> StockChange:
    act = Act(view, event, judge)
    if not act.locate():
        return act.change
    if act.rule.for_patient and act.patient is None:
        act.object(Reason.PATIENT_MISSING)
    act.check_waste()
    if event.kind in AGGREGATIONS:
        pack_or_unpack(act)
        return act.change
    if event.kind is EventKind.SPLIT:
        split(act)
    elif event.kind is EventKind.COMPOUNDED:
        compound(act, _take, list(_distinct(act)))
    else:
        take = withhold if event.kind in CAUSE_REQUIRED else _take
        for thing in _distinct(act):
            take(act, thing)
    return act.change


def _distinct(act: Act) -> Iterator[Thing]:
    things = act.event.things
    if len(things) > 1 and len({thing.key for thing in things}) < len(things):
        act.object(Reason.LISTED_TWICE)
        return iter({thing.key: thing for thing in things}.values())
    return iter(things)


def _take(act: Act, thing: Thing) -> None:
    if thing.quantity is None:
        unit = act.view.unit(thing.key)
        if act.has_taken(thing.key):
            act.object(Reason.LISTED_TWICE, key=thing.key)
        elif act.kind in _ARRIVING:
            arrive_unit(act, thing, unit)
        else:
            take_unit(act, thing, unit)
    elif act.kind in _ARRIVING:
        arrive_amount(act, thing, thing.quantity)
    else:
        take_amount(act, thing, thing.quantity)
