"""What expires soon, and the sweep that takes expired goods off the shelf."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, select

import bulk
from inventory import models
from inventory.count_queries import lot_key
from inventory.picking import StockRow, stock_rows
from inventory.store_queries import identifiers_of
from inventory.things import Status, label_of
from trace import Event, EventKind, Thing

_BALANCES = bulk.Lookup(
    models.balance,
    ("location_id", "product_id", "lot_id", "status", "quantity"),
    by="lot_id",
)
_UNITS = bulk.Lookup(
    models.unit, ("key", "lot_id", "location_id", "status", "quantity"), by="lot_id"
)
_LOOSE = bulk.Lookup(models.balance, ("location_id", "lot_id", "status", "loose"), by="lot_id")
_STEP = 200
"""Things in one event, so that its entry stays small."""


def expiring(
    connection: Connection,
    ledger_id: int,
    first: date,
    last: date,
    *,
    locations: Sequence[int] | None = None,
) -> list[StockRow]:
    """Available goods whose last day of use lies between two days, both included; soonest first.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        first: the first day. Lots that expired long ago are all used up or swept: a late first day
            saves reading them.
        last: the last day.
        locations: only at these places.
    """
    c = models.lot.c
    query = select(c.lot_id).where(
        c.ledger_id == ledger_id, c.expiry.between(first.isoformat(), last.isoformat())
    )
    lots = list(connection.execute(query).scalars())
    balances = [
        row
        for row in _BALANCES.fetch(connection, ledger_id, lots)
        if row[3] == Status.AVAILABLE.value
        and row[4] > 0
        and (locations is None or row[0] in locations)
    ]
    found = stock_rows(connection, ledger_id, balances)
    return sorted(found, key=lambda row: (row.turn, row.location_id))


def sweep_events(  # noqa: PLR0913 -- where, when and who; all named
    connection: Connection,
    ledger_id: int,
    *,
    location: tuple[int, str],
    now: datetime,
    since: date,
    new_id: Callable[[], UUID],
    person: str | None = None,
    device: str | None = None,
) -> list[Event]:
    """Events that quarantine what has expired at a place and is still available.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        location: surrogate and code of the place.
        now: the moment there; goods may be used up to and on their last day.
        since: lots that expired before this day are not looked at: they were swept before.
        new_id: makes the events' ids.
        person: the staff number of who sweeps; None: the service itself.
        device: the id of the device.
    """
    yesterday = now.date() - timedelta(days=1)
    rows = expiring(connection, ledger_id, since, yesterday, locations=[location[0]])
    things = _things(connection, ledger_id, rows, location[0])
    return [
        Event(
            id=new_id(),
            kind=EventKind.QUARANTINED,
            time=now,
            things=tuple(things[start : start + _STEP]),
            location=location[1],
            person=person,
            device=device,
            note="过期",
        )
        for start in range(0, len(things), _STEP)
    ]


def _things(
    connection: Connection, ledger_id: int, rows: Sequence[StockRow], location_id: int
) -> list[Thing]:
    """The things with codes of their own, and what of the lots is loose."""
    lots = {row.lot_id: row for row in rows}
    labels = {
        label_of(key)
        for key, _, at, status, quantity in _UNITS.fetch(connection, ledger_id, list(lots))
        if at == location_id and status == Status.AVAILABLE.value and quantity
    }
    things = [Thing(key) for key in labels]
    names = identifiers_of(connection, ledger_id, {row.product_id for row in rows})
    things.sort(key=lambda thing: thing.key)
    for at, lot_id, status, loose in _LOOSE.fetch(connection, ledger_id, list(lots)):
        if at == location_id and status == Status.AVAILABLE.value and loose:
            row = lots[lot_id]
            key = lot_key(names[row.product_id][0], row.lot)
            things.append(Thing(key, loose, lot=row.lot or None))
    return things
