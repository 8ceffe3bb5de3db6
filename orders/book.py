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
from orders.care import without_order
from orders.counting import Fulfilled, made_in
from orders.fulfilment import concerns_orders, fulfil, take_back
from orders.loading import Drugs, load_care, numbers_named, numbers_of_patients
from orders.months import month_of, months_until
from orders.order import Order, OrderType
from orders.revising import Revised, revise, settle, take
from orders.revision import Revision
from orders.schedule import milliseconds
from orders.standing import Drug, Happened, OpenLine, OpenOrder, SettledDose
from orders.state import BookState
from trace import (
    NO_CHANGE,
    Correction,
    Event,
    EventKind,
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


def _no_drugs(
    _connection: Connection, _ledger_id: int, _identifiers: Sequence[str]
) -> Mapping[str, Drug]:
    return {}


@dataclass(frozen=True, slots=True)
class Placed:
    """The change: an order is placed."""

    touch: Touch = field(default_factory=Touch)
    context: Mapping[str, Any] = field(default_factory=dict)


class OrderBook:
    """Participant: orders and their fulfilment.

    Args:
        contents: what lies in containers, and how much cases hold.
        drugs: what the catalogue says of products, for orders of care.
    """

    tables: ClassVar[Sequence[Table]] = (
        models.placed_order,
        models.order_line,
        models.order_step,
        models.order_dose,
        models.order_month,
    )

    def __init__(self, contents: Contents = _no_contents, drugs: Drugs = _no_drugs) -> None:
        self._contents = contents
        self._drugs = drugs

    def forget(self) -> None:
        """Nothing is remembered between batches."""

    def load(
        self, connection: Connection, ledger_id: int, records: Sequence[Recordable]
    ) -> BookState | None:
        """The orders that the batch names, with their lines."""
        wrong = corrected_entries(connection, ledger_id, records)
        numbers = numbers_named(records, list(wrong.values()))
        state = BookState(ledger_id)
        state.corrected = wrong
        state.load(connection, list(numbers))
        others = numbers_of_patients(connection, state, records) - numbers
        if not numbers and not others:
            return None
        state.load(connection, list(others))
        if state.orders:
            keys = [
                thing.key
                for record in records
                if isinstance(record, Event) and concerns_orders(state, record)
                for thing in record.things
                if thing.quantity is None
            ]
            known = self._contents(connection, ledger_id, keys) if keys else {}
            state.contents = {**made_in(records), **known}
            load_care(connection, state, records, self._drugs)
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
            return revise(state, record)
        if isinstance(record, Event):
            missing = without_order(state, record)
            return missing or (fulfil(state, record) if record.documents else NO_CHANGE)
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
            placed = Happened("placed", milliseconds(record.time)) if order.is_of_care else None
            state.place(order, lines, placed)
            if order.schedule is not None:
                state.runs_in(order.name[1], months_until(order.schedule))
        elif isinstance(record, Revision):
            take(state, record, seq)

    def apply(self, connection: Connection, state: BookState | None) -> None:
        """Write orders and lines."""
        if state is not None:
            state.write(connection)


def _count(state: BookState, change: Fulfilled, seq: int) -> None:
    for each in change.amounts:
        each.line.fulfilled += each.counting.fulfilled * each.quantity
        each.line.accepted += each.counting.accepted * each.quantity
        state.change(each.line)
    _settle_doses(state, change, seq)
    if change.corrects is not None:
        for name in change.happened:
            state.touch(name, change.corrects)  # what it said of care never was
    for name in dict.fromkeys([*(each.line.name for each in change.amounts), *change.happened]):
        settle(state, name)
        told = change.happened.get(name) if change.corrects is None else None
        state.touch(name, seq, told)


def _settle_doses(state: BookState, change: Fulfilled, seq: int) -> None:
    for dose in change.settled:
        order = state.orders[OrderType.MEDICATION.value, dose.number]
        state.settle_dose(SettledDose(dose.number, dose.due, seq, dose.time, dose.kind))
        if dose.kind == EventKind.ADMINISTERED:
            order.given = max(order.given or dose.time, dose.time)
        assert order.schedule is not None  # noqa: S101 -- every medication order has one
        state.runs_in(dose.number, [month_of(dose.due, order.schedule.zone)])
    for opened in change.reopened:
        state.open_dose(opened.number, opened.due)
        state.orders[OrderType.MEDICATION.value, opened.number].given = opened.given
