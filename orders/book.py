"""The order book: holds what happens against what was meant to happen.

An event that names an order we know must fit a line of it: the right product, not too many, the
right patient. A document we don't know is kept as a mere reference: paper comes from elsewhere too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Connection, Table

import bulk
from ledger import encode
from orders import models
from orders.order import Order, OrderType
from trace import (
    NO_CHANGE,
    Event,
    EventKind,
    NoChange,
    Reason,
    Recordable,
    Refused,
    Thing,
    Touch,
    identifier_of,
)

FULFILLED_BY = {
    OrderType.PURCHASE: EventKind.RECEIVED,
    OrderType.PRESCRIPTION: EventKind.DISPENSED,
}
"""The kind of event that fulfils a line of each type of order."""

_ORDERS = bulk.Lookup(models.placed_order, ("type", "number", "patient"), by="number")
_LINES = bulk.Lookup(
    models.order_line,
    ("type", "number", "line", "identifiers", "quantity", "fulfilled"),
    by="number",
)
_PUT_ORDERS = bulk.Insert(models.placed_order)
_LINE_KEY = ("ledger_id", "number", "type", "line")
_PUT_LINES = bulk.Insert(models.order_line, key=_LINE_KEY, replace=("fulfilled",))

Name = tuple[str, str]
"""An order's type and number."""


@dataclass(slots=True)
class OpenLine:
    """A line and how far it is fulfilled."""

    name: Name
    line: int
    identifiers: tuple[str, ...]
    quantity: int
    fulfilled: int


@dataclass(frozen=True, slots=True)
class Placed:
    """The change: an order is placed."""

    touch: Touch = field(default_factory=Touch)
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fulfilled:
    """The change: so many more on these lines."""

    amounts: tuple[tuple[OpenLine, int], ...]
    touch: Touch = field(default_factory=Touch)
    context: Mapping[str, Any] = field(default_factory=dict)


class BookState:
    """The working state of one batch: the orders it names."""

    def __init__(self, ledger_id: int) -> None:
        self.ledger_id = ledger_id
        self.patients: dict[Name, UUID | None] = {}
        self.lines: dict[Name, list[OpenLine]] = {}
        self.placed: list[bulk.Row] = []
        self.changed: dict[tuple[Name, int], OpenLine] = {}


class OrderBook:
    """Participant: orders and their fulfilment."""

    tables: ClassVar[Sequence[Table]] = (models.placed_order, models.order_line)

    def forget(self) -> None:
        """Nothing is remembered between batches."""

    def load(
        self, connection: Connection, ledger_id: int, records: Sequence[Recordable]
    ) -> BookState | None:
        """The orders that the batch names, with their lines."""
        numbers = {d.id for r in records if isinstance(r, Event) for d in r.documents}
        numbers |= {r.number for r in records if isinstance(r, Order)}
        if not numbers:
            return None
        state, wanted = BookState(ledger_id), list(numbers)
        for type_, number, patient in _ORDERS.fetch(connection, ledger_id, wanted):
            state.patients[type_, number] = UUID(bytes=bytes(patient)) if patient else None
        for type_, number, line, identifiers, quantity, done in sorted(
            _LINES.fetch(connection, ledger_id, wanted)
        ):
            name = (type_, number)
            state.lines.setdefault(name, []).append(
                OpenLine(name, line, tuple(json.loads(identifiers)), quantity, done)
            )
        return state

    def decide(
        self, state: BookState | None, record: Recordable
    ) -> Placed | Fulfilled | NoChange | Refused:
        """An order number is placed once; an event fits the orders that it names."""
        if state is None:
            return NO_CHANGE
        if isinstance(record, Order):
            if (record.type.value, record.number) in state.patients:
                return Refused(Reason.ORDER_EXISTS, {"number": record.number})
            return Placed()
        if isinstance(record, Event) and record.documents:
            return _fulfil(state, record)
        return NO_CHANGE

    def accept(
        self, state: BookState, record: Recordable, change: Placed | Fulfilled, seq: int
    ) -> None:
        """Take the change into the working state."""
        if isinstance(change, Fulfilled):
            for open_line, amount in change.amounts:
                open_line.fulfilled += amount
                state.changed[open_line.name, open_line.line] = open_line
        elif isinstance(record, Order):
            _place(state, record, seq)

    def apply(self, connection: Connection, state: BookState | None) -> None:
        """Write orders and lines."""
        if state is None:
            return
        _PUT_ORDERS.run(connection, state.placed)
        rows = [
            (
                state.ledger_id,
                each.name[1],
                each.name[0],
                each.line,
                encode(list(each.identifiers)).decode(),
                each.quantity,
                each.fulfilled,
            )
            for each in state.changed.values()
        ]
        _PUT_LINES.run(connection, rows)


def _place(state: BookState, order: Order, seq: int) -> None:
    name = (order.type.value, order.number)
    state.patients[name] = order.patient
    patient = order.patient.bytes if order.patient else None
    state.placed.append(
        (
            state.ledger_id,
            order.number,
            order.type.value,
            order.party,
            order.destination,
            patient,
            seq,
        )
    )
    for number, line in enumerate(order.lines, 1):
        open_line = OpenLine(name, number, line.identifiers, line.quantity, 0)
        state.lines.setdefault(name, []).append(open_line)
        state.changed[name, number] = open_line


def _fulfil(state: BookState, event: Event) -> Fulfilled | NoChange | Refused:
    amounts: list[tuple[OpenLine, int]] = []
    for document in dict.fromkeys(event.documents):
        name = (document.type, document.id)
        if name not in state.patients or FULFILLED_BY[OrderType(name[0])] is not event.kind:
            continue
        patient = state.patients[name]
        if patient is not None and patient != event.patient:
            return Refused(Reason.WRONG_PATIENT)
        for thing in event.things:
            found = _fit(state.lines[name], thing, amounts)
            if isinstance(found, Refused):
                return found
            amounts.append((found, thing.quantity or 1))
    return Fulfilled(tuple(amounts)) if amounts else NO_CHANGE


def _fit(
    lines: Sequence[OpenLine], thing: Thing, taken: Sequence[tuple[OpenLine, int]]
) -> OpenLine | Refused:
    """The line that still has room for the thing, what this event took already counted."""
    identifier = identifier_of(thing.key)
    fitting = [line for line in lines if identifier in line.identifiers]
    for line in fitting:
        done = line.fulfilled + sum(amount for other, amount in taken if other is line)
        if done + (thing.quantity or 1) <= line.quantity:
            return line
    if fitting:
        return Refused(Reason.TOO_MANY, {"ordered": sum(line.quantity for line in fitting)})
    return Refused(Reason.NOT_ON_ORDER)
