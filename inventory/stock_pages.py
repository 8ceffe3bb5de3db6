"""Stock as lists show it: by product, by place, by last day of use; each page by its key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    and_,
    distinct,
    func,
    or_,
    select,
    text,
    tuple_,
)

import bulk
from inventory import models
from inventory.picking import StockRow, stock_rows
from inventory.things import GONE, Status

LYING: Final = tuple(
    status for status in Status if status not in {*GONE, Status.MISSING, Status.DISPENSED}
)
"""The states of goods that lie somewhere for the hospital to use, or wait for a decision."""

_LYING: Final = tuple(status.value for status in LYING)
_BALANCE: Final = models.balance.c
_LOT: Final = models.lot.c
_BALANCES: Final = bulk.Lookup(
    models.balance, ("location_id", "product_id", "lot_id", "status", "quantity"), by="lot_id"
)
_BY_PRODUCT: Final = "INDEXED BY balance_product_idx"
"""Without figures about the table SQLite reads it from its beginning."""
_PART: Final = 400
"""Lots that are looked at together on the way through the days."""


@dataclass(slots=True)
class Totals:
    """How much of a product, or how many products, there is.

    Args:
        by_status: base units by their state.
        soonest: the first last day of use among what is available (ISO).
        places: how many places have some.
        products: how many products there are.
    """

    by_status: dict[Status, int] = field(default_factory=dict)
    soonest: str | None = None
    places: int = 0
    products: int = 0

    def of(self, *statuses: Status) -> int:
        """How much is in these states."""
        return sum(self.by_status.get(each, 0) for each in statuses)

    @property
    def lying(self) -> int:
        """How much lies in the house."""
        return self.of(*LYING)


def stocked_products(
    connection: Connection, ledger_id: int, *, after: int = 0, limit: int
) -> list[int]:
    """The products of which something lies in the house, in the catalogue's order.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        after: only products with a larger surrogate.
        limit: how many at the most.
    """
    query = (
        select(_BALANCE.product_id)
        .where(
            _BALANCE.ledger_id == ledger_id,
            _BALANCE.product_id > after,
            _BALANCE.status.in_(_LYING),
            _BALANCE.quantity > 0,
        )
        .group_by(_BALANCE.product_id)
        .order_by(_BALANCE.product_id)
        .limit(limit)
    )
    return list(connection.execute(query).scalars())


def product_totals(
    connection: Connection, ledger_id: int, product_ids: Collection[int]
) -> Mapping[int, Totals]:
    """What there is of some products, all places together."""
    lying = _lying(ledger_id, _BALANCE.product_id, product_ids)
    found = _by_status(connection, _BALANCE.product_id, lying)
    for product_id, count in _counted(
        connection, _BALANCE.product_id, _BALANCE.location_id, lying
    ).items():
        found[product_id].places = count
    for product_id, soonest in connection.execute(
        select(_BALANCE.product_id, func.min(_LOT.expiry))
        .select_from(models.balance.join(models.lot, _same_lot()))
        .where(lying, _BALANCE.status == Status.AVAILABLE.value)
        .group_by(_BALANCE.product_id)
    ):
        found[product_id].soonest = soonest
    return found


def place_totals(
    connection: Connection, ledger_id: int, location_ids: Collection[int]
) -> Mapping[int, Totals]:
    """What there is at some places: products, and how many rows of which state."""
    lying = _lying(ledger_id, _BALANCE.location_id, location_ids)
    found = _by_status(connection, _BALANCE.location_id, lying)
    for place, count in _counted(
        connection, _BALANCE.location_id, _BALANCE.product_id, lying
    ).items():
        found[place].products = count
    return found


def _lying(ledger_id: int, by: Column[int], numbers: Collection[int]) -> ColumnElement[bool]:
    """What lies in the house, of some products or at some places."""
    return and_(
        _BALANCE.ledger_id == ledger_id,
        by.in_(numbers),
        _BALANCE.status.in_(_LYING),
        _BALANCE.quantity > 0,
    )


def _by_status(
    connection: Connection, by: Column[int], lying: ColumnElement[bool]
) -> dict[int, Totals]:
    """How much of each product, or at each place, is in which state."""
    found: dict[int, Totals] = defaultdict(Totals)
    query = select(by, _BALANCE.status, func.sum(_BALANCE.quantity)).where(lying)
    for number, status, quantity in connection.execute(query.group_by(by, _BALANCE.status)):
        found[number].by_status[Status(status)] = int(quantity)
    return found


def _counted(
    connection: Connection, by: Column[int], other: Column[int], lying: ColumnElement[bool]
) -> dict[int, int]:
    """At how many places each product is, or how many products at each place."""
    query = select(by, func.count(distinct(other))).where(lying).group_by(by)
    return {number: count for number, count in connection.execute(query)}  # noqa: C416 -- rows are no pairs to dict


def products_at(
    connection: Connection, ledger_id: int, location_id: int, *, after: int = 0, limit: int
) -> list[int]:
    """The products that lie at a place, in the catalogue's order."""
    query = (
        select(_BALANCE.product_id)
        .where(
            _BALANCE.ledger_id == ledger_id,
            _BALANCE.location_id == location_id,
            _BALANCE.product_id > after,
            _BALANCE.status.in_(_LYING),
            _BALANCE.quantity > 0,
        )
        .group_by(_BALANCE.product_id)
        .order_by(_BALANCE.product_id)
        .limit(limit)
    )
    return list(connection.execute(query).scalars())


def stock_of(connection: Connection, ledger_id: int, product_id: int) -> list[StockRow]:
    """What there is of a product anywhere, in the order in which to use it (FEFO)."""
    query = select(
        _BALANCE.location_id,
        _BALANCE.product_id,
        _BALANCE.lot_id,
        _BALANCE.status,
        _BALANCE.quantity,
    ).where(
        _BALANCE.ledger_id == ledger_id,
        _BALANCE.product_id == product_id,
        _BALANCE.status.in_(_LYING),
        _BALANCE.quantity > 0,
    )
    query = query.with_hint(models.balance, _BY_PRODUCT, "sqlite")
    rows = stock_rows(connection, ledger_id, connection.execute(query).all())
    return sorted(rows, key=lambda row: (row.turn, row.location_id, row.status))


def waiting_stock(  # noqa: PLR0913 -- which state, where, and the page; all named
    connection: Connection,
    ledger_id: int,
    status: Status,
    *,
    locations: Collection[int] | None = None,
    after: tuple[int, int] | None = None,
    limit: int,
) -> list[StockRow]:
    """Goods that wait for somebody: to be inspected, accepted, released or sent away.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        status: one of those in `models.WAITING`.
        locations: only at these places.
        after: only rows behind this place and lot, to page on.
        limit: how many at the most.
    """
    query = select(
        _BALANCE.location_id,
        _BALANCE.product_id,
        _BALANCE.lot_id,
        _BALANCE.status,
        _BALANCE.quantity,
    ).where(
        text(models.WAITING),
        _BALANCE.ledger_id == ledger_id,
        _BALANCE.status == status.value,
        _BALANCE.quantity > 0,
    )
    if locations is not None:
        query = query.where(_BALANCE.location_id.in_(locations))
    if after is not None:
        query = query.where(tuple_(_BALANCE.location_id, _BALANCE.lot_id) > after)
    query = query.order_by(_BALANCE.location_id, _BALANCE.lot_id).limit(limit)
    return stock_rows(connection, ledger_id, connection.execute(query).all())


def stock_by_expiry(  # noqa: PLR0913 -- from when to when, where, and the page; all named
    connection: Connection,
    ledger_id: int,
    *,
    first: date,
    last: date | None = None,
    statuses: Sequence[Status] = (Status.AVAILABLE,),
    locations: Collection[int] | None = None,
    after: tuple[str, int] | None = None,
    limit: int,
) -> list[StockRow]:
    """Goods by their last day of use, the soonest first; lots come whole.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        first: the first day.
        last: the last one; None: any.
        statuses: in which states.
        locations: only at these places.
        after: only lots behind this day (ISO) and surrogate, to page on.
        limit: at least so many rows, where there are as many.
    """
    found: list[StockRow] = []
    while len(found) < limit:
        lots = _next_lots(connection, ledger_id, first, last, after)
        if not lots:
            break
        found += _rows_of(connection, ledger_id, lots, statuses, locations)
        after = lots[-1]
    return found


def _next_lots(
    connection: Connection,
    ledger_id: int,
    first: date,
    last: date | None,
    after: tuple[str, int] | None,
) -> list[tuple[str, int]]:
    query = select(_LOT.expiry, _LOT.lot_id).where(
        _LOT.ledger_id == ledger_id, _LOT.expiry >= (after[0] if after else first.isoformat())
    )
    if last is not None:
        query = query.where(_LOT.expiry <= last.isoformat())
    if after is not None:
        same_day = and_(_LOT.expiry == after[0], _LOT.lot_id > after[1])
        query = query.where(or_(_LOT.expiry > after[0], same_day))
    query = query.order_by(_LOT.expiry, _LOT.lot_id).limit(_PART)
    return [(row[0], row[1]) for row in connection.execute(query)]


def _rows_of(
    connection: Connection,
    ledger_id: int,
    lots: Iterable[tuple[str, int]],
    statuses: Sequence[Status],
    locations: Collection[int] | None,
) -> list[StockRow]:
    wanted = {status.value for status in statuses}
    rows = [
        row
        for row in _BALANCES.fetch(connection, ledger_id, [lot_id for _, lot_id in lots])
        if row[3] in wanted and row[4] > 0 and (locations is None or row[0] in locations)
    ]
    return sorted(stock_rows(connection, ledger_id, rows), key=_by_day)


def _by_day(row: StockRow) -> tuple[str, int, int, str]:
    return row.expiry or "", row.lot_id, row.location_id, row.status


def _same_lot() -> ColumnElement[bool]:
    return and_(_BALANCE.ledger_id == _LOT.ledger_id, _BALANCE.lot_id == _LOT.lot_id)
