"""Orders that changed: what a handheld that knows an earlier state has to be told."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, exists, or_, select

from orders import models
from orders.order import ORDERS_OF_CARE
from orders.queries import OrderFile
from orders.standing import OrderState
from orders.state import LINES, ORDER_COLUMNS, line_of_row, order_of_row


def orders_since(
    connection: Connection,
    ledger_id: int,
    places: Sequence[str],
    since: int | None,
    *,
    limit: int = 500,
) -> list[OrderFile]:
    """Orders of some places with their lines, the oldest first; their steps are left out.

    Orders of care are for somebody, and no device is told them with nobody at it.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        places: codes of the locations that wait for them, or that they are asked of.
        since: the size of the ledger that the asker knows: what no entry after it speaks of is left
            out, and what is no longer open is told; None: all that are open.
        limit: how many at the most.
    """
    c, step = models.placed_order.c, models.order_step.c
    query = select(*(c[name] for name in ORDER_COLUMNS)).where(
        c.ledger_id == ledger_id,
        c.type.not_in([each.value for each in ORDERS_OF_CARE]),
        or_(c.destination.in_(places), c.source.in_(places)),
    )
    if since is None:
        query = query.where(c.state == OrderState.OPEN.value)
    else:
        query = query.where(
            exists().where(
                step.ledger_id == c.ledger_id,
                step.number == c.number,
                step.type == c.type,
                step.seq >= since,
            )
        )
    rows = connection.execute(query.order_by(c.seq).limit(limit)).all()
    found = [order_of_row(tuple(row)) for row in rows]
    numbers = list(dict.fromkeys(order.name[1] for order in found))
    lines = [line_of_row(row) for row in LINES.fetch(connection, ledger_id, numbers)]
    lines.sort(key=lambda line: line.number)
    return [
        OrderFile(order, tuple(line for line in lines if line.name == order.name), ())
        for order in found
    ]
