"""The working state of one batch: the orders it names, and what it makes of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection

import bulk
from ledger import Entry, encode
from orders import models
from orders.order import Line, Order
from trace import Thing

Name = tuple[str, str]
"""An order's type and number."""


class OrderState(StrEnum):
    """What is still to be expected of an order."""

    OPEN = "open"
    FULFILLED = "fulfilled"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(slots=True)
class OpenLine:
    """A line and how far it is fulfilled."""

    name: Name
    number: int
    identifiers: tuple[str, ...]
    quantity: int
    fulfilled: int = 0
    accepted: int = 0
    product: str | None = None
    lot: str | None = None
    expiry: str | None = None

    @classmethod
    def of(cls, name: Name, number: int, line: Line) -> OpenLine:
        """A line of which nothing has happened yet."""
        expiry = line.expiry.isoformat() if line.expiry else None
        return cls(
            name,
            number,
            line.identifiers,
            line.quantity,
            product=line.product,
            lot=line.lot,
            expiry=expiry,
        )


@dataclass(slots=True)
class OpenOrder:
    """An order as it stands."""

    name: Name
    party: str | None
    source: str | None
    destination: str | None
    patient: UUID | None
    state: OrderState
    seq: int

    @classmethod
    def of(cls, order: Order, seq: int) -> OpenOrder:
        """An order that has just been placed."""
        return cls(
            (order.type.value, order.number),
            order.party,
            order.source,
            order.destination,
            order.patient,
            OrderState.OPEN,
            seq,
        )


ORDERS = bulk.Lookup(
    models.placed_order,
    ("type", "number", "party", "source", "destination", "patient", "state", "seq"),
    by="number",
)
LINES = bulk.Lookup(
    models.order_line,
    (
        "type",
        "number",
        "line",
        "identifiers",
        "quantity",
        "fulfilled",
        "accepted",
        "product",
        "lot",
        "expiry",
    ),
    by="number",
)
_ORDER_KEY = ("ledger_id", "number", "type")
_PUT_ORDERS = bulk.Insert(models.placed_order, key=_ORDER_KEY, replace=("state",))
_LINE_KEY = ("ledger_id", "number", "type", "line")
_PUT_LINES = bulk.Insert(
    models.order_line, key=_LINE_KEY, replace=("quantity", "fulfilled", "accepted")
)
_PUT_STEPS = bulk.Insert(models.order_step, key=("ledger_id", "number", "type", "seq"))


def order_of_row(row: bulk.Row) -> OpenOrder:
    """The order in a row of `ORDERS`."""
    type_, number, party, source, destination, patient, state, seq = row
    owner = UUID(bytes=bytes(patient)) if patient else None
    return OpenOrder((type_, number), party, source, destination, owner, OrderState(state), seq)


def line_of_row(row: bulk.Row) -> OpenLine:
    """The line in a row of `LINES`."""
    type_, number, line, identifiers, *rest = row
    return OpenLine((type_, number), line, tuple(json.loads(identifiers)), *rest)


class BookState:
    """The orders that a batch names, with what was accepted of it folded in.

    Args:
        ledger_id: which ledger.
    """

    def __init__(self, ledger_id: int) -> None:
        self.ledger_id = ledger_id
        self.orders: dict[Name, OpenOrder] = {}
        self.lines: dict[Name, list[OpenLine]] = {}
        self.contents: Mapping[str, Sequence[Thing]] = {}
        self.corrected: Mapping[UUID, Entry] = {}
        self._changed: dict[Name, OpenOrder] = {}
        self._changed_lines: dict[tuple[Name, int], OpenLine] = {}
        self._steps: dict[tuple[Name, int], None] = {}

    def load(self, connection: Connection, numbers: Sequence[str]) -> None:
        """Read the orders of these numbers."""
        for row in ORDERS.fetch(connection, self.ledger_id, numbers):
            order = order_of_row(row)
            self.orders[order.name] = order
        found = map(line_of_row, LINES.fetch(connection, self.ledger_id, numbers))
        for line in sorted(found, key=lambda each: (each.name, each.number)):
            self.lines.setdefault(line.name, []).append(line)

    def place(self, order: OpenOrder, lines: Iterable[OpenLine]) -> None:
        """A new order."""
        self.orders[order.name] = order
        self.lines[order.name] = []
        for line in lines:
            self.add(line)
        self.touch(order.name, order.seq)

    def add(self, line: OpenLine) -> None:
        """A line is new."""
        self.lines[line.name].append(line)
        self.change(line)

    def change(self, line: OpenLine) -> None:
        """A line is to be written."""
        self._changed_lines[line.name, line.number] = line

    def touch(self, name: Name, seq: int) -> None:
        """An entry is about this order, whose state is to be written."""
        self._changed[name] = self.orders[name]
        self._steps[name, seq] = None

    def write(self, connection: Connection) -> None:
        """Write what has changed, a statement a table."""
        own = self.ledger_id
        _PUT_ORDERS.run(connection, [_order_row(own, each) for each in self._changed.values()])
        lines = self._changed_lines.values()
        _PUT_LINES.run(connection, [_line_row(own, each) for each in lines])
        steps = [(own, number, type_, seq) for (type_, number), seq in self._steps]
        _PUT_STEPS.run(connection, steps)


def _order_row(ledger_id: int, order: OpenOrder) -> bulk.Row:
    type_, number = order.name
    return (
        ledger_id,
        number,
        type_,
        order.party,
        order.destination,
        order.patient.bytes if order.patient else None,
        order.seq,
        order.source,
        order.state.value,
    )


def _line_row(ledger_id: int, line: OpenLine) -> bulk.Row:
    type_, number = line.name
    return (
        ledger_id,
        number,
        type_,
        line.number,
        encode(list(line.identifiers)).decode(),
        line.quantity,
        line.fulfilled,
        line.accepted,
        line.product,
        line.lot,
        line.expiry,
    )
