"""Questions about orders: those still open at a place, and one with its lines and its life."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from orders import models
from orders.order import OrderType
from orders.state import (
    LINES,
    ORDERS,
    OpenLine,
    OpenOrder,
    OrderState,
    line_of_row,
    order_of_row,
)


@dataclass(frozen=True, slots=True)
class OrderFile:
    """An order with everything that is known of it.

    Args:
        order: as it stands.
        lines: what it asks for and how far it is, by number.
        steps: the entries of its life.
    """

    order: OpenOrder
    lines: tuple[OpenLine, ...]
    steps: tuple[int, ...]


def find_order(
    connection: Connection, ledger_id: int, type_: OrderType, number: str
) -> OrderFile | None:
    """The order of this type and number."""
    name = (type_.value, number)
    found = [order_of_row(row) for row in ORDERS.fetch(connection, ledger_id, [number])]
    order = next((each for each in found if each.name == name), None)
    if order is None:
        return None
    lines = [line_of_row(row) for row in LINES.fetch(connection, ledger_id, [number])]
    c = models.order_step.c
    steps = connection.execute(
        select(c.seq)
        .where(c.ledger_id == ledger_id, c.number == number, c.type == type_.value)
        .order_by(c.seq)
    ).scalars()
    mine = sorted((line for line in lines if line.name == name), key=lambda line: line.number)
    return OrderFile(order, tuple(mine), tuple(steps))


def open_orders(
    connection: Connection,
    ledger_id: int,
    places: Sequence[str],
    *,
    type_: OrderType | None = None,
    limit: int = 200,
) -> list[OpenOrder]:
    """The orders that some places wait for, or that are asked of them; the oldest first.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        places: codes of locations.
        type_: only those of this type.
        limit: how many at the most.
    """
    c = models.placed_order.c
    query = select(
        c.type, c.number, c.party, c.source, c.destination, c.patient, c.state, c.seq
    ).where(
        c.ledger_id == ledger_id,
        or_(
            c.destination.in_(places) & (c.state == OrderState.OPEN.value),
            c.source.in_(places) & (c.state == OrderState.OPEN.value),
        ),
    )
    if type_ is not None:
        query = query.where(c.type == type_.value)
    rows = connection.execute(query.order_by(c.seq).limit(limit))
    return [order_of_row(tuple(row)) for row in rows]
