"""How events fulfil orders: which kinds count, and which line a thing belongs to. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from ledger import Entry
from orders.order import OrderType
from orders.state import BookState, Name, OpenLine, OrderState
from trace import (
    NO_CHANGE,
    Event,
    EventKind,
    NoChange,
    Reason,
    Refused,
    Thing,
    Touch,
    identifier_of,
    lot_in,
)


@dataclass(frozen=True, slots=True)
class Counting:
    """What an event of one kind does to a line.

    Args:
        fulfilled: +1 or −1 for each unit, or 0.
        accepted: the same, of what the receiver of a transfer took over.
    """

    fulfilled: int = 0
    accepted: int = 0


_IN = Counting(fulfilled=1)
_OUT = Counting(fulfilled=-1)
_INTO_THE_HOUSE = MappingProxyType(
    {EventKind.ARRIVED: _IN, EventKind.RECEIVED: _IN, EventKind.REJECTED: _OUT}
)

FULFILLED_BY: Mapping[OrderType, Mapping[EventKind, Counting]] = MappingProxyType(
    {
        OrderType.PURCHASE: _INTO_THE_HOUSE,
        OrderType.DELIVERY: _INTO_THE_HOUSE,
        OrderType.PRESCRIPTION: MappingProxyType({EventKind.DISPENSED: _IN}),
        OrderType.TRANSFER: MappingProxyType(
            {
                EventKind.SENT: _IN,
                EventKind.ACCEPTED: Counting(accepted=1),
                EventKind.MOVED: Counting(1, 1),
            }
        ),
    }
)
"""The kinds of event that count for a line of each type of order.

A transfer is sent and then accepted; a move does both at once."""


@dataclass(frozen=True, slots=True)
class Amount:
    """So much of a line."""

    line: OpenLine
    counting: Counting
    quantity: int


@dataclass(frozen=True, slots=True)
class Fulfilled:
    """The change: so many more on these lines."""

    amounts: tuple[Amount, ...]
    touch: Touch = field(default_factory=Touch)
    context: Mapping[str, Any] = field(default_factory=dict)


class _Stop(Exception):  # noqa: N818 -- no error: the way out of a decision
    """Carries the refusal out of the nested checks."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.reason)
        self.refused = refused


def counts_for_any(state: BookState, event: Event) -> bool:
    """Whether an event names an order that its kind counts for: its things must be known then."""
    names = ((document.type, document.id) for document in event.documents)
    return any(
        name in state.orders and event.kind in FULFILLED_BY[OrderType(name[0])] for name in names
    )


def fulfil(state: BookState, event: Event) -> Fulfilled | NoChange | Refused:
    """What an event does to the orders that it names, or why it doesn't fit one of them."""
    taken: list[Amount] = []
    try:
        for document in dict.fromkeys(event.documents):
            name = (document.type, document.id)
            if name in state.orders:
                taken += _on_order(state, event, name)
    except _Stop as stop:
        return stop.refused
    return Fulfilled(tuple(taken), context={"orders": _said(taken)}) if taken else NO_CHANGE


def _said(taken: Sequence[Amount]) -> list[dict[str, Any]]:
    """What the entry says of the lines: a correction takes exactly this back."""
    sums: dict[tuple[Name, int], list[int]] = {}
    for each in taken:
        line = sums.setdefault((each.line.name, each.line.number), [0, 0])
        line[0] += each.counting.fulfilled * each.quantity
        line[1] += each.counting.accepted * each.quantity
    return [
        {
            "type": type_,
            "number": number,
            "line": line,
            "fulfilled": fulfilled,
            "accepted": accepted,
        }
        for ((type_, number), line), (fulfilled, accepted) in sums.items()
    ]


def take_back(state: BookState, entry: Entry) -> Fulfilled | NoChange:
    """What the correction of an entry does to the orders that it counted for."""
    amounts = []
    for said in entry.context.get("orders", ()):
        lines = state.lines[said["type"], said["number"]]
        line = next(each for each in lines if each.number == said["line"])
        back = Counting(-said["fulfilled"], -said["accepted"])
        amounts.append(Amount(line, back, 1))
    return Fulfilled(tuple(amounts)) if amounts else NO_CHANGE


def _on_order(state: BookState, event: Event, name: Name) -> list[Amount]:
    order = state.orders[name]
    counting = FULFILLED_BY[OrderType(name[0])].get(event.kind)
    if counting is None:
        return []
    adds = counting.fulfilled > 0
    if adds and order.state in {OrderState.CLOSED, OrderState.CANCELLED}:
        raise _stop(Reason.ORDER_CLOSED, number=name[1])
    if order.patient is not None and order.patient != event.patient:
        raise _stop(Reason.WRONG_PATIENT)
    lines, taken = state.lines[name], list[Amount]()
    for thing in _leaves(state, event.things):
        line = _line_for(lines, thing, counting, taken)
        if line is not None:
            taken.append(Amount(line, counting, thing.quantity or 1))
    return taken


def _leaves(state: BookState, things: Sequence[Thing]) -> Iterator[Thing]:
    """The things in base units, and instead of a container what lies in it."""
    for thing in things:
        inside = state.contents.get(thing.key) if thing.quantity is None else None
        yield from (thing,) if inside is None else inside


def _line_for(
    lines: Sequence[OpenLine], thing: Thing, counting: Counting, taken: Sequence[Amount]
) -> OpenLine | None:
    """The line that a thing counts for; None: it is taken off, and was never on."""
    fitting = _fitting(lines, thing)
    wanted = thing.quantity or 1
    for line in fitting:
        done, accepted = _with(line, taken)
        if counting.fulfilled > 0 and done + wanted <= line.quantity:
            return line
        if counting.fulfilled < 0 and done >= wanted:
            return line
        if counting.fulfilled == 0 and accepted + wanted <= done:
            return line
    if counting.fulfilled > 0:
        raise _stop(Reason.TOO_MANY, ordered=sum(line.quantity for line in fitting))
    return None if counting.fulfilled < 0 else fitting[-1]


def _fitting(lines: Sequence[OpenLine], thing: Thing) -> list[OpenLine]:
    identifier = identifier_of(thing.key)
    ordered = [line for line in lines if line.quantity and identifier in line.identifiers]
    if not ordered:
        raise _stop(Reason.NOT_ON_ORDER)
    lot = thing.lot or (lot_in(thing.key) if thing.quantity is not None else None)
    fitting = [line for line in ordered if not lot or line.lot in {None, lot}]
    if not fitting:
        expected = ", ".join(str(line.lot) for line in ordered)
        raise _stop(Reason.LOT_MISMATCH, expected=expected, found=str(lot))
    return fitting


def _with(line: OpenLine, taken: Sequence[Amount]) -> tuple[int, int]:
    """How far a line is, what this event took already counted."""
    mine = [each for each in taken if each.line is line]
    fulfilled = sum(each.counting.fulfilled * each.quantity for each in mine)
    accepted = sum(each.counting.accepted * each.quantity for each in mine)
    return line.fulfilled + fulfilled, line.accepted + accepted


def _stop(reason: Reason, **values: str | int) -> _Stop:
    return _Stop(Refused(reason, values))
