"""What is due now for a patient: the worklist at the bed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection, select

from orders import models
from orders.care import SETTLES
from orders.order import OrderType
from orders.rights import doses_around
from orders.schedule import Around, Rhythm, milliseconds
from orders.standing import OpenLine, OpenOrder, OrderState, SettledDose
from orders.state import DOSES, LINES, ORDER_COLUMNS, line_of_row, order_of_row

_MOST = 500


class Timing(StrEnum):
    """How a dose stands to the present moment."""

    OVERDUE = "overdue"
    """Its time is over and nobody has said what became of it."""
    DUE = "due"
    """It may be given now."""
    LATER = "later"
    """Its time has not come."""
    AS_NEEDED = "as-needed"
    """When the patient needs it."""


@dataclass(frozen=True, slots=True)
class DueDose:
    """A dose of a medication order, as the bedside lists it.

    Args:
        order: the order.
        line: its one line: drug, dose, route.
        timing: whether it may be given now.
        due: when it is due, in milliseconds since 1970 (UTC); None: when needed.
    """

    order: OpenOrder
    line: OpenLine
    timing: Timing
    due: int | None


def due_doses(connection: Connection, ledger_id: int, patient: UUID, moment: int) -> list[DueDose]:
    """The doses around a moment of all open medication orders of a patient, by their time.

    Of each order: what is overdue, what may be given now, else what comes next.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        patient: whose.
        moment: milliseconds since 1970 (UTC).
    """
    orders = _open_orders(connection, ledger_id, patient)
    numbers = [order.name[1] for order in orders]
    rows = (line_of_row(row) for row in LINES.fetch(connection, ledger_id, numbers))
    lines = {line.name: line for line in rows}
    settled = _settled(connection, ledger_id, orders, moment)
    found: list[DueDose] = []
    for order in orders:
        if order.schedule is None:
            continue
        line = lines[order.name]
        if order.schedule.rhythm is Rhythm.AS_NEEDED:
            if _runs(order, moment):
                found.append(DueDose(order, line, Timing.AS_NEEDED, None))
            continue
        around = order.schedule.around(moment)
        done = {due for number, due in settled if number == order.name[1]}
        found += [DueDose(order, line, *each) for each in _doses(around, done)]
    return sorted(found, key=lambda each: (each.due or moment, each.order.name))


def patients_due(connection: Connection, ledger_id: int, places: Sequence[str]) -> list[UUID]:
    """Who has an open medication order that some places wait for.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        places: codes of the places, a ward and its rooms.
    """
    c = models.placed_order.c
    rows = connection.execute(
        select(c.patient)
        .where(
            c.ledger_id == ledger_id,
            c.destination.in_(places),
            c.state == OrderState.OPEN.value,
            c.type == OrderType.MEDICATION.value,
            c.patient.is_not(None),
        )
        .distinct()
    )
    return sorted(UUID(bytes=bytes(row.patient)) for row in rows)


def _doses(around: Around, done: set[int]) -> list[tuple[Timing, int]]:
    found = []
    if around.last is not None and around.last not in done:
        found.append((Timing.OVERDUE, around.last))
    now = [slot for slot in around.open if slot not in done]
    found += [(Timing.DUE, slot) for slot in now[:1]]
    if not now and around.next is not None:
        found.append((Timing.LATER, around.next))
    return found


def _runs(order: OpenOrder, moment: int) -> bool:
    schedule = order.schedule
    assert schedule is not None  # noqa: S101 -- the caller has looked
    ended = schedule.stop is not None and moment >= milliseconds(schedule.stop)
    return not ended and moment >= milliseconds(schedule.start)


def _open_orders(connection: Connection, ledger_id: int, patient: UUID) -> list[OpenOrder]:
    c = models.placed_order.c
    query = select(*(c[name] for name in ORDER_COLUMNS)).where(
        c.ledger_id == ledger_id,
        c.patient == patient.bytes,
        c.state == OrderState.OPEN.value,
        c.type == OrderType.MEDICATION.value,
    )
    rows = connection.execute(query.order_by(c.seq).limit(_MOST))
    return [order_of_row(tuple(row)) for row in rows]


def _settled(
    connection: Connection, ledger_id: int, orders: Sequence[OpenOrder], moment: int
) -> dict[tuple[str, int], SettledDose]:
    """What was given around the moment; a dose that was not given may be given yet."""
    pairs = [
        (order.name[1], due)
        for order in orders
        if order.schedule is not None
        for due in doses_around(order.schedule, moment)
    ]
    rows = [SettledDose(*row) for row in DOSES.fetch(connection, ledger_id, pairs)]
    return {(each.number, each.due): each for each in rows if each.kind in SETTLES}
