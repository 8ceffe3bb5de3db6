"""Questions about orders: those still open at a place, and one with its lines and its life."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from orders import models
from orders.order import OrderType
from orders.standing import Name, OpenLine, OpenOrder, OrderState
from orders.state import LINES, ORDER_COLUMNS, ORDERS, line_of_row, order_of_row


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


def order_page(  # noqa: PLR0913 -- what is asked for, and the page; all named
    connection: Connection,
    ledger_id: int,
    *,
    types: Sequence[OrderType] = (),
    states: Sequence[OrderState] = (),
    places: Collection[str] | None = None,
    toward: bool = False,
    words: str = "",
    before: int | None = None,
    limit: int,
) -> list[OpenOrder]:
    """Orders, the last placed first.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        types: only of these types; none: all.
        states: only in these states; none: all.
        places: only those that go to, or are asked of, one of these places.
        toward: only those that go there.
        words: only those whose number begins so, or whose party has it in its name.
        before: only those placed before this entry, to page on.
        limit: how many at the most.
    """
    c = models.placed_order.c
    query = select(*(c[name] for name in ORDER_COLUMNS)).where(c.ledger_id == ledger_id)
    if types:
        query = query.where(c.type.in_([each.value for each in types]))
    if states:
        query = query.where(c.state.in_([each.value for each in states]))
    if places is not None:
        there = c.destination.in_(places)
        query = query.where(there if toward else or_(there, c.source.in_(places)))
    if words:
        number = c.number.startswith(words, autoescape=True)
        query = query.where(or_(number, c.party.contains(words, autoescape=True)))
    if before is not None:
        query = query.where(c.seq < before)
    rows = connection.execute(query.order_by(c.seq.desc()).limit(limit))
    return [order_of_row(tuple(row)) for row in rows]


def placed_at(connection: Connection, ledger_id: int, seq: int) -> OrderFile | None:
    """The order that an entry placed; None: it placed none."""
    c = models.placed_order.c
    query = select(c.type, c.number).where(c.ledger_id == ledger_id, c.seq == seq)
    found = connection.execute(query).first()
    if found is None:
        return None
    return find_order(connection, ledger_id, OrderType(found.type), found.number)


def orders_numbered(connection: Connection, ledger_id: int, number: str) -> list[OpenOrder]:
    """The orders of this number, of whatever type."""
    return [order_of_row(row) for row in ORDERS.fetch(connection, ledger_id, [number])]


def orders_named(
    connection: Connection, ledger_id: int, names: Collection[Name]
) -> dict[Name, OpenOrder]:
    """The orders of these types and numbers; those that are not there are left out."""
    rows = ORDERS.fetch(connection, ledger_id, sorted({number for _, number in names}))
    found = map(order_of_row, rows)
    return {order.name: order for order in found if order.name in names}


def lines_of_orders(
    connection: Connection, ledger_id: int, orders: Sequence[OpenOrder]
) -> dict[Name, list[OpenLine]]:
    """The lines of some orders, by the orders' names."""
    numbers = list(dict.fromkeys(each.name[1] for each in orders))
    found: dict[Name, list[OpenLine]] = {each.name: [] for each in orders}
    for row in LINES.fetch(connection, ledger_id, numbers):
        line = line_of_row(row)
        if line.name in found:
            found[line.name].append(line)
    return found


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
    query = select(*(c[name] for name in ORDER_COLUMNS)).where(
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
