"""What a revision does to an order, or why it may not be. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orders.months import months_between, months_until
from orders.order import OrderType
from orders.revision import Revising, Revision
from orders.schedule import Rhythm, milliseconds
from orders.standing import ENDED, Happened, Name, OpenLine, OpenOrder, OrderState
from orders.state import BookState
from trace import Reason, Refused, Touch


@dataclass(frozen=True, slots=True)
class Revised:
    """The change: an order is changed, stopped, closed or cancelled."""

    touch: Touch = field(default_factory=Touch)
    context: Mapping[str, Any] = field(default_factory=dict)


def revise(state: BookState, revision: Revision) -> Revised | Refused:
    """Whether a revision fits its order."""
    name, number = (revision.type.value, revision.number), revision.number
    order = state.orders.get(name)
    if order is None:
        return Refused(Reason.UNKNOWN_ORDER, {"number": number})
    if order.state in ENDED:
        return Refused(ended_reason(order.state), {"number": number})
    lines = {line.number: line for line in state.lines[name]}
    if revision.doing is Revising.CANCEL:
        done = max((line.fulfilled for line in lines.values()), default=0)
        return Refused(Reason.LINE_FULFILLED, {"done": done}) if done else Revised()
    for line, quantity in revision.quantities.items():
        if line not in lines:
            return Refused(Reason.UNKNOWN_LINE, {"line": line})
        if quantity < (done := lines[line].fulfilled):
            return Refused(Reason.LINE_FULFILLED, {"done": done})
    lacking = _lacking(state, order) if revision.doing is Revising.CLOSE else []
    return Revised(context={"exceptions": lacking} if lacking else {})


def ended_reason(state: OrderState) -> Reason:
    """Why nothing is done for an order that has ended."""
    stopped = state is OrderState.STOPPED
    return Reason.ORDER_STOPPED if stopped else Reason.ORDER_CLOSED


def _lacking(state: BookState, order: OpenOrder) -> list[dict[str, Any]]:
    """What a transfer's receiver did not get, or got too much of: for their work-list."""
    name, place = order.name, order.destination or order.source
    if name[0] != OrderType.TRANSFER:
        return []
    return [
        {
            "reason": Reason.TRANSFER_DIFFERENCE.value,
            **({"at": place} if place else {}),
            "values": {
                "number": name[1],
                "line": line.number,
                "product": line.product or "",
                "sent": line.fulfilled,
                "accepted": line.accepted,
            },
        }
        for line in state.lines[name]
        if line.fulfilled != line.accepted
    ]


_ENDS = {
    Revising.STOP: OrderState.STOPPED,
    Revising.CLOSE: OrderState.CLOSED,
    Revising.CANCEL: OrderState.CANCELLED,
}


def take(state: BookState, revision: Revision, seq: int) -> None:
    """Take a revision that fits into the working state; what it says holds from here on."""
    name = (revision.type.value, revision.number)
    order = state.orders[name]
    if revision.doing is Revising.CHANGE:
        _change_lines(state, name, revision)
        _change_care(state, name, revision)
        settle(state, name)
    else:
        order.state = _ENDS[revision.doing]
        if order.schedule is not None:
            end = milliseconds(revision.time)
            state.runs_in(order.name[1], months_between(order.schedule, end))
    told = Happened(revision.doing.value, milliseconds(revision.time)) if order.is_of_care else None
    state.touch(name, seq, told)


def _change_lines(state: BookState, name: Name, revision: Revision) -> None:
    lines = state.lines[name]
    for line in lines:
        if line.number in revision.quantities:
            line.quantity = revision.quantities[line.number]
            state.change(line)
    first = lines[-1].number + 1
    for number, added in enumerate(revision.added, first):
        state.add(OpenLine.of(name, number, added))


def _change_care(state: BookState, name: Name, revision: Revision) -> None:
    order, line = state.orders[name], state.lines[name][0]
    if revision.dose is not None or revision.route is not None:
        line.dose, line.route = revision.dose or line.dose, revision.route or line.route
        state.change(line)
    if revision.schedule is not None:
        if order.schedule is not None:
            end = milliseconds(revision.time)
            state.runs_in(name[1], months_between(order.schedule, end))
        order.schedule = revision.schedule
        state.runs_in(name[1], months_until(revision.schedule))


def settle(state: BookState, name: Name) -> None:
    """Open or fulfilled, by the lines; what was ended stays ended.

    A medication order of several doses is open until it is stopped.
    """
    order = state.orders[name]
    if order.state not in {OrderState.OPEN, OrderState.FULFILLED}:
        return
    if order.schedule is not None:
        done = order.schedule.rhythm is Rhythm.ONCE and state.lines[name][0].fulfilled > 0
    else:
        transfer = name[0] == OrderType.TRANSFER
        done = all(
            (line.accepted if transfer else line.fulfilled) >= line.quantity
            for line in state.lines[name]
        )
    order.state = OrderState.FULFILLED if done else OrderState.OPEN
