"""What the hospital owes suppliers for: consigned goods it opened, used or wasted (消耗结算)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, exists, func, select

from inventory import care_models, models


@dataclass(frozen=True, slots=True)
class BoughtLine:
    """So much of a lot was bought by an entry.

    Args:
        seq: the entry.
        owner: the code of the supplier.
        lot_id: of which lot.
        location_id: where.
        quantity: how many base units.
        time: when it was used, in milliseconds since 1970.
    """

    seq: int
    owner: str
    lot_id: int
    location_id: int
    quantity: int
    time: int


def _standing(ledger_id: int) -> tuple[ColumnElement[bool], ...]:
    c, wrong = care_models.bought.c, models.correction.c
    corrected = exists().where(wrong.ledger_id == c.ledger_id, wrong.corrected == c.seq)
    return c.ledger_id == ledger_id, ~corrected


def bought_from(  # noqa: PLR0913 -- of whom, from when on
    connection: Connection,
    ledger_id: int,
    owner: str,
    *,
    since: int | None = None,
    until: int | None = None,
    limit: int = 1_000,
) -> list[BoughtLine]:
    """What was bought from a supplier by using it, what was declared wrong left out; oldest first.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        owner: the supplier's code.
        since: from this moment on (ms since 1970).
        until: before this moment.
        limit: how many lines at the most.
    """
    c = care_models.bought.c
    query = select(c.seq, c.owner, c.lot_id, c.location_id, c.quantity, c.time).where(
        *_standing(ledger_id), c.owner == owner
    )
    if since is not None:
        query = query.where(c.time >= since)
    if until is not None:
        query = query.where(c.time < until)
    rows = connection.execute(query.order_by(c.time, c.seq, c.lot_id).limit(limit))
    return [BoughtLine(*row) for row in rows]


def owners_bought_from(connection: Connection, ledger_id: int) -> dict[str, int]:
    """How much was ever bought by using it, by supplier."""
    c = care_models.bought.c
    query = select(c.owner, func.sum(c.quantity)).where(*_standing(ledger_id)).group_by(c.owner)
    return {owner: int(quantity) for owner, quantity in connection.execute(query)}
