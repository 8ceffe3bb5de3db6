"""The medication orders that ran in a month, with their doses and steps: what a report asks for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

import bulk
from orders import models
from orders.months import bounds_of
from orders.order import OrderType
from orders.schedule import milliseconds
from orders.standing import OpenLine, OpenOrder, OrderState, SettledDose
from orders.state import LINES, ORDER_COLUMNS, ORDERS, line_of_row, order_of_row

_DOSES = bulk.Lookup(models.order_dose, ("number", "due", "seq", "time", "kind"), by="number")
_STEPS = bulk.Lookup(
    models.order_step, ("type", "number", "seq", "kind", "time", "place"), by="number"
)


@dataclass(frozen=True, slots=True)
class OrderStep:
    """An entry of an order's life.

    Args:
        seq: the entry.
        kind: the kind of event, `placed`, or what a revision did.
        time: when, in milliseconds since 1970 (UTC).
        place: the code of the location where things were afterwards.
    """

    seq: int
    kind: str
    time: int
    place: str | None


@dataclass(frozen=True, slots=True)
class Course:
    """A medication order with everything that happened to it.

    Args:
        order: as it stands.
        line: its one line.
        doses: those that were settled, by their time.
        steps: its life, in the order of the ledger.
    """

    order: OpenOrder
    line: OpenLine
    doses: tuple[SettledDose, ...]
    steps: tuple[OrderStep, ...]

    @property
    def ended(self) -> int | None:
        """When it was stopped, in milliseconds since 1970 (UTC)."""
        if self.order.state in {OrderState.OPEN, OrderState.FULFILLED}:
            return None
        return next((s.time for s in reversed(self.steps) if s.kind in _ENDS), None)


_ENDS = frozenset({"stop", "close", "cancel"})


def courses_in(
    connection: Connection, ledger_id: int, month: str, zone: str, wards: Collection[str]
) -> list[Course]:
    """The medication orders of some wards that ran in a month.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        month: `2026-11`.
        zone: the hospital's, an IANA name.
        wards: codes of locations.

    Raises:
        Invalid: `month-malformed`.
    """
    _, end = bounds_of(month, zone)
    c = models.order_month.c
    noted = select(c.number).where(c.ledger_id == ledger_id, c.month == month)
    numbers = set(connection.execute(noted).scalars())
    orders = {order.name: order for order in _open(connection, ledger_id, wards)}
    rows = ORDERS.fetch(connection, ledger_id, sorted(numbers))
    orders |= {order.name: order for order in map(order_of_row, rows)}
    found = [
        order
        for order in orders.values()
        if order.destination in wards
        and order.schedule is not None
        and (milliseconds(order.schedule.start) <= end or order.name[1] in numbers)
    ]
    return _courses(connection, ledger_id, found)


def _open(connection: Connection, ledger_id: int, wards: Collection[str]) -> list[OpenOrder]:
    """Those that run until they are stopped: their months ahead are noted nowhere."""
    c = models.placed_order.c
    query = select(*(c[name] for name in ORDER_COLUMNS)).where(
        c.ledger_id == ledger_id,
        c.destination.in_(sorted(wards)),
        c.state == OrderState.OPEN.value,
        c.type == OrderType.MEDICATION.value,
    )
    found = [order_of_row(tuple(row)) for row in connection.execute(query)]
    return [each for each in found if each.schedule is not None and each.schedule.stop is None]


def _courses(connection: Connection, ledger_id: int, orders: Sequence[OpenOrder]) -> list[Course]:
    numbers = [order.name[1] for order in orders]
    lines = {
        line.name: line for line in map(line_of_row, LINES.fetch(connection, ledger_id, numbers))
    }
    doses: dict[str, list[SettledDose]] = {}
    for row in _DOSES.fetch(connection, ledger_id, numbers):
        doses.setdefault(row[0], []).append(SettledDose(*row))
    steps: dict[tuple[str, str], list[OrderStep]] = {}
    for type_, number, seq, kind, time, place in _STEPS.fetch(connection, ledger_id, numbers):
        if kind is not None:
            steps.setdefault((type_, number), []).append(OrderStep(seq, kind, time, place))
    return [
        Course(
            order,
            lines[order.name],
            tuple(sorted(doses.get(order.name[1], ()), key=lambda dose: dose.due)),
            tuple(sorted(steps.get(order.name, ()), key=lambda step: step.seq)),
        )
        for order in sorted(orders, key=lambda each: each.seq)
    ]
