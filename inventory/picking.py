"""What lies at a place, which of it to take first (FEFO), and what is short.

Usable goods are available, not expired and under no recall. First expired, first out; of the same
day, what came first; goods that never expire last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

import bulk
from inventory import models, store_models
from inventory.arrival_queries import arrivals_of
from inventory.holds import held_goods
from inventory.rows import LOT_COLUMNS, lot_of_row
from inventory.things import GONE, Status

_LOTS = bulk.Lookup(models.lot, LOT_COLUMNS, by="lot_id")


_GONE = tuple(
    status.value
    for status in (*sorted(GONE), Status.MISSING, Status.PATIENTS_OWN, Status.HANDED_BACK)
)
"""The states of goods that no longer lie anywhere, or that are a patient's and none of ours."""


@dataclass(frozen=True, slots=True)
class StockRow:
    """So much of a lot lies at a place in one state.

    Args:
        location_id: the place.
        product_id: of which product.
        lot_id: of which lot.
        lot: the lot's name.
        expiry: its last day of use (ISO).
        status: the state.
        quantity: how much, in base units.
        held: whether an open recall holds it whatever its serials.
        owner: whose it is until it is used; None: the hospital's.
    """

    location_id: int
    product_id: int
    lot_id: int
    lot: str
    expiry: str | None
    status: Status
    quantity: int
    held: bool
    owner: str | None = None

    def usable(self, today: date) -> bool:
        """Whether it may leave for use."""
        return self.status is Status.AVAILABLE and not self.held and not self.expired(today)

    def expired(self, today: date) -> bool:
        """Whether its last day has passed."""
        return self.expiry is not None and self.expiry < today.isoformat()

    @property
    def turn(self) -> tuple[bool, str, bool, int]:
        """Its turn in first expired, first out; of one day our own goods before a supplier's."""
        return self.expiry is None, self.expiry or "", self.owner is not None, self.lot_id


@dataclass(frozen=True, slots=True)
class Pick:
    """Take so much of this."""

    row: StockRow
    quantity: int


@dataclass(frozen=True, slots=True)
class Advice:
    """What to take.

    Args:
        picks: in this order.
        short: how much is lacking.
        skipped: what lies there and may not be taken.
    """

    picks: tuple[Pick, ...]
    short: int
    skipped: tuple[StockRow, ...]


def stock_at(
    connection: Connection,
    ledger_id: int,
    location_id: int,
    *,
    products: Collection[int] | None = None,
    lot: str | None = None,
) -> list[StockRow]:
    """What lies at a place, by product and in the order in which to use it.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        location_id: the place.
        products: only these, by surrogate.
        lot: only lots of this name.
    """
    c = models.balance.c
    query = select(c.location_id, c.product_id, c.lot_id, c.status, c.quantity).where(
        c.ledger_id == ledger_id,
        c.location_id == location_id,
        c.quantity > 0,
        c.status.not_in(_GONE),
    )
    if products is not None:
        query = query.where(c.product_id.in_(products))
    rows = stock_rows(connection, ledger_id, connection.execute(query).all())
    found = rows if lot is None else [row for row in rows if row.lot == lot]
    return sorted(found, key=lambda row: (row.product_id, row.turn, row.status))


def stock_rows(connection: Connection, ledger_id: int, balances: Sequence[Any]) -> list[StockRow]:
    """Rows of `balance` (location, product, lot, state, quantity) with their lots and holds."""
    lots = {
        row[0]: lot_of_row(row)
        for row in _LOTS.fetch(connection, ledger_id, list({row[2] for row in balances}))
    }
    held = held_goods(connection, ledger_id)
    asked = [lot.lot_id for lot in lots.values() if lot.product_id in held.by_arrival]
    arrivals = arrivals_of(connection, ledger_id, asked)
    found = []
    for location_id, product_id, lot_id, status, quantity in balances:
        lot = lots[lot_id]
        found.append(
            StockRow(
                location_id,
                product_id,
                lot_id,
                lot.lot,
                lot.expiry,
                Status(status),
                quantity,
                held.has_all_of(lot, arrivals.get(lot_id, ())),
                lot.owner,
            )
        )
    return found


def advise(  # noqa: PLR0913 -- what, where, how much; the day is named
    connection: Connection,
    ledger_id: int,
    location_id: int,
    product_id: int,
    quantity: int,
    *,
    today: date,
) -> Advice:
    """Which lots to take a quantity of a product from: first expired, first out.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        location_id: where.
        product_id: of which product.
        quantity: how much, in base units.
        today: the day at the place.
    """
    rows = stock_at(connection, ledger_id, location_id, products=[product_id])
    picks, open_ = [], quantity
    for row in (row for row in rows if row.usable(today)):
        taken = min(row.quantity, open_)
        if taken:
            picks.append(Pick(row, taken))
            open_ -= taken
    waiting = [row for row in rows if row.status in _BARRED or row.status is Status.AVAILABLE]
    skipped = tuple(row for row in waiting if not row.usable(today))
    return Advice(tuple(picks), open_, skipped)


_BARRED = frozenset({Status.QUARANTINED, Status.RESERVED, Status.TO_INSPECT, Status.REJECTED})


@dataclass(frozen=True, slots=True)
class Need:
    """A product of which a place has less than it wants.

    Args:
        product_id: the product.
        least: below this it is filled up.
        target: up to this.
        source_id: the place it is filled up from.
        usable: how much may be used there.
        coming: how much is on its way there.
    """

    product_id: int
    least: int
    target: int
    source_id: int | None
    usable: int
    coming: int


def par_levels_of(connection: Connection, ledger_id: int, location_id: int) -> list[Need]:
    """Every par level of a place, with nothing counted yet."""
    c = store_models.par_level.c
    query = select(c.product_id, c.least, c.target, c.source_id).where(
        c.ledger_id == ledger_id, c.location_id == location_id, c.target > 0
    )
    rows = connection.execute(query.order_by(c.product_id))
    return [Need(*row, usable=0, coming=0) for row in rows]


def needs(connection: Connection, ledger_id: int, location_id: int, *, today: date) -> list[Need]:
    """The par levels of a place that what is usable there, or on its way, does not reach.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        location_id: the place.
        today: the day there.
    """
    levels = par_levels_of(connection, ledger_id, location_id)
    wanted = [level.product_id for level in levels]
    usable, coming = Counter[int](), Counter[int]()
    for row in stock_at(connection, ledger_id, location_id, products=wanted):
        usable[row.product_id] += row.quantity if row.usable(today) else 0
        coming[row.product_id] += row.quantity if row.status is Status.IN_TRANSIT else 0
    counted = [
        replace(level, usable=usable[level.product_id], coming=coming[level.product_id])
        for level in levels
    ]
    return [level for level in counted if level.usable + level.coming < level.least]
