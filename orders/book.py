"""The order book: holds what happens against what was meant to happen.

An event that names an order we know must fit a line of it: the right product, not too many, the
right patient. A document we don't know is kept as a mere reference: paper comes from elsewhere too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import Connection, Table

from orders import models
from orders.fulfilment import Fulfilled, counts_for_any, fulfil, take_back
from orders.order import Order, OrderType
from orders.revision import Revising, Revision
from orders.state import BookState, Name, OpenLine, OpenOrder, OrderState
from trace import (
    NO_CHANGE,
    Correction,
    Event,
    NoChange,
    Reason,
    Recordable,
    Refused,
    Thing,
    Touch,
    corrected_entries,
)

Contents = Callable[[Connection, int, Sequence[str]], Mapping[str, Sequence[Thing]]]
"""Answers (connection, ledger, keys of things) with what each of them is in base units.

A container is what lies in it, a case what it holds; a thing that is one base unit is left out."""


def _no_contents(
    _connection: Connection, _ledger_id: int, _keys: Sequence[str]
) -> Mapping[str, Sequence[Thing]]:
    return {}


@dataclass(frozen=True, slots=True)
class Placed:
    """The change: an order is placed."""

    touch: Touch = field(default_factory=Touch)
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Revised:
    """The change: an order is changed, closed or cancelled."""

    touch: Touch = field(default_factory=Touch)
    context: Mapping[str, Any] = field(default_factory=dict)


class OrderBook:
    """Participant: orders and their fulfilment.

    Args:
        contents: what lies in containers, and how much cases hold.
    """

    tables: ClassVar[Sequence[Table]] = (
        models.placed_order,
        models.order_line,
        models.order_step,
    )

    def __init__(self, contents: Contents = _no_contents) -> None:
        self._contents = contents

    def forget(self) -> None:
        """Nothing is remembered between batches."""

    def load(
        self, connection: Connection, ledger_id: int, records: Sequence[Recordable]
    ) -> BookState | None:
        """The orders that the batch names, with their lines."""
        numbers = {d.id for r in records if isinstance(r, Event) for d in r.documents}
        numbers |= {r.number for r in records if isinstance(r, Order | Revision)}
        wrong = corrected_entries(connection, ledger_id, records)
        numbers |= {
            said["number"] for entry in wrong.values() for said in entry.context.get("orders", ())
        }
        if not numbers:
            return None
        state = BookState(ledger_id)
        state.corrected = wrong
        state.load(connection, list(numbers))
        if state.orders:
            keys = [
                thing.key
                for record in records
                if isinstance(record, Event) and counts_for_any(state, record)
                for thing in record.things
                if thing.quantity is None
            ]
            state.contents = self._contents(connection, ledger_id, keys) if keys else {}
        return state

    def decide(
        self, state: BookState | None, record: Recordable
    ) -> Placed | Revised | Fulfilled | NoChange | Refused:
        """A number is placed once, a revision fits its order, an event the orders it names."""
        if state is None:
            return NO_CHANGE
        if isinstance(record, Order):
            if (record.type.value, record.number) in state.orders:
                return Refused(Reason.ORDER_EXISTS, {"number": record.number})
            return Placed()
        if isinstance(record, Revision):
            return _revise(state, record)
        if isinstance(record, Event) and record.documents:
            return fulfil(state, record)
        wrong = state.corrected.get(record.corrects) if isinstance(record, Correction) else None
        return NO_CHANGE if wrong is None else take_back(state, wrong)

    def accept(
        self, state: BookState, record: Recordable, change: Placed | Revised | Fulfilled, seq: int
    ) -> None:
        """Take the change into the working state."""
        if isinstance(change, Fulfilled):
            _count(state, change, seq)
        elif isinstance(record, Order):
            order = OpenOrder.of(record, seq)
            lines = [OpenLine.of(order.name, n, line) for n, line in enumerate(record.lines, 1)]
            state.place(order, lines)
        elif isinstance(record, Revision):
            _take(state, record, seq)

    def apply(self, connection: Connection, state: BookState | None) -> None:
        """Write orders and lines."""
        if state is not None:
            state.write(connection)


def _lacking(state: BookState, name: Name) -> list[dict[str, Any]]:
    """What a transfer's receiver did not get, or got too much of: for the work-list."""
    if name[0] != OrderType.TRANSFER:
        return []
    return [
        {
            "reason": Reason.TRANSFER_DIFFERENCE.value,
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


def _revise(state: BookState, revision: Revision) -> Revised | Refused:
    name, number = (revision.type.value, revision.number), revision.number
    order = state.orders.get(name)
    if order is None:
        return Refused(Reason.UNKNOWN_ORDER, {"number": number})
    if order.state in {OrderState.CLOSED, OrderState.CANCELLED}:
        return Refused(Reason.ORDER_CLOSED, {"number": number})
    lines = {line.number: line for line in state.lines[name]}
    if revision.doing is Revising.CANCEL:
        done = max((line.fulfilled for line in lines.values()), default=0)
        return Refused(Reason.LINE_FULFILLED, {"done": done}) if done else Revised()
    for line, quantity in revision.quantities.items():
        if line not in lines:
            return Refused(Reason.UNKNOWN_LINE, {"line": line})
        if quantity < lines[line].fulfilled:
            return Refused(Reason.LINE_FULFILLED, {"done": lines[line].fulfilled})
    lacking = _lacking(state, name) if revision.doing is Revising.CLOSE else []
    return Revised(context={"exceptions": lacking} if lacking else {})


def _take(state: BookState, revision: Revision, seq: int) -> None:
    name = (revision.type.value, revision.number)
    order, lines = state.orders[name], state.lines[name]
    if revision.doing is Revising.CHANGE:
        for line in lines:
            if line.number in revision.quantities:
                line.quantity = revision.quantities[line.number]
                state.change(line)
        first = lines[-1].number + 1
        for number, added in enumerate(revision.added, first):
            state.add(OpenLine.of(name, number, added))
        _settle(state, name)
    else:
        closed = revision.doing is Revising.CLOSE
        order.state = OrderState.CLOSED if closed else OrderState.CANCELLED
    state.touch(name, seq)


def _count(state: BookState, change: Fulfilled, seq: int) -> None:
    for each in change.amounts:
        each.line.fulfilled += each.counting.fulfilled * each.quantity
        each.line.accepted += each.counting.accepted * each.quantity
        state.change(each.line)
    for name in dict.fromkeys(each.line.name for each in change.amounts):
        _settle(state, name)
        state.touch(name, seq)


def _settle(state: BookState, name: Name) -> None:
    """Open or fulfilled, by the lines; what was closed stays closed."""
    order = state.orders[name]
    if order.state in {OrderState.OPEN, OrderState.FULFILLED}:
        transfer = name[0] == OrderType.TRANSFER
        done = all(
            (line.accepted if transfer else line.fulfilled) >= line.quantity
            for line in state.lines[name]
        )
        order.state = OrderState.FULFILLED if done else OrderState.OPEN
