"""Holding what an excursion has harmed: `quarantined` events for all of it that is in the house."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, func, select

from database import Database
from inventory import cold_models, models
from inventory.cold_chain.climate import Climate
from inventory.cold_chain.queries import Excursion, open_excursions
from inventory.cold_chain.there import ThingsThere, Window, things_there
from inventory.count_queries import lot_key
from inventory.queries import locations, products
from inventory.rows import LOT_COLUMNS, lot_of_row
from inventory.things import Location, Lot, Status, label_of
from trace import Document, Event, EventKind, Outcome, Recordable, Recorded, Thing

_MOST: Final = 200
"""Things in one event."""
_HOLDABLE: Final = frozenset({Status.AVAILABLE, Status.DISPENSED})

EXCURSION_DOCUMENT: Final = "excursion"
READING_DOCUMENT: Final = "reading"
"""The types of the documents that such an event names: the excursion, the reading's entry."""


@dataclass(frozen=True, slots=True)
class ColdKeeper:
    """What holding needs of the house.

    Args:
        database: where to read.
        ledger_id: which ledger.
        record: puts events on record (`Recorder.record`).
        clock: says when it is.
        new_id: makes the ids of events.
    """

    database: Database
    ledger_id: int
    record: Callable[[Sequence[Recordable]], Sequence[Outcome]]
    clock: Callable[[], datetime]
    new_id: Callable[[], UUID]


def hold_excursions(keeper: ColdKeeper) -> int:
    """Quarantine what every open excursion has harmed and nothing holds yet.

    It may be asked at any time and again: what it has held it holds once, so that what is released
    stays free; what came since is found. An excursion that goes on lasts until now.

    Args:
        keeper: what it needs of the house.

    Returns:
        How many events were recorded.
    """
    count = 0
    with keeper.database.read() as connection:
        waiting = [each.number for each in open_excursions(connection, keeper.ledger_id)]
    for number in reversed(waiting):
        with keeper.database.read() as connection:
            events = _events(connection, keeper, number)
        outcomes = keeper.record(events) if events else ()
        count += sum(isinstance(outcome, Recorded) for outcome in outcomes)
    return count


def _events(connection: Connection, keeper: ColdKeeper, number: int) -> list[Event]:
    own = keeper.ledger_id
    excursion = next(
        (each for each in open_excursions(connection, own) if each.number == number), None
    )
    if excursion is None:
        return []
    now = keeper.clock()
    climate = Climate.read(connection, own)
    places = {place.code for place in climate.sharing(excursion.place.code)}
    lots = _lots(connection, own, excursion)
    until = excursion.until if excursion.ended else max(now, excursion.until)
    ground = Document(EXCURSION_DOCUMENT, str(excursion.number))
    window = Window(places, excursion.started, until, but=ground)
    exposed = things_there(connection, own, lots, window)
    things = _holdable(connection, own, exposed, lots)
    known = locations(connection, own, things)
    return [
        _event(keeper, excursion, known[location_id], part, now)
        for location_id, found in sorted(things.items())
        for part in _parts(found)
    ]


def _lots(connection: Connection, ledger_id: int, excursion: Excursion) -> list[Lot]:
    """The lots in the house of every product of the cold chain that the range speaks for."""
    cold = cold_models.cold_product.c
    flagged = connection.execute(
        select(cold.product_id).where(cold.ledger_id == ledger_id)
    ).scalars()
    meant = [
        product.product_id
        for product in products(connection, ledger_id, flagged).values()
        if excursion.of_place
        or (product.storage is not None and product.storage.temperatures == excursion.limits)
    ]
    lot, balance = models.lot.c, models.balance.c
    there = select(balance.lot_id).where(
        balance.ledger_id == ledger_id,
        balance.lot_id == lot.lot_id,
        balance.status.in_([status.value for status in _HOLDABLE]),
        balance.quantity > 0,
    )
    query = select(*(lot[name] for name in LOT_COLUMNS)).where(
        lot.ledger_id == ledger_id, lot.product_id.in_(meant), there.exists()
    )
    return [lot_of_row(row) for row in connection.execute(query.order_by(lot.lot_id))]


def _holdable(
    connection: Connection, ledger_id: int, exposed: ThingsThere, lots: Sequence[Lot]
) -> dict[int, list[Thing]]:
    """What of it can be held, by where it is: units in stock or handed out, amounts in stock."""
    things: dict[int, list[Thing]] = defaultdict(list)
    labels = {
        (unit.location_id, label_of(unit.key)): None
        for unit in exposed.units
        if unit.status in _HOLDABLE and unit.quantity
    }
    for location_id, label in labels:
        things[location_id].append(Thing(label))
    by_id = {lot.lot_id: lot for lot in lots}
    names = _identifiers(connection, ledger_id, {lot.product_id for lot in lots})
    for (location_id, lot_id), amount in sorted(exposed.amounts.items()):
        lot = by_id[lot_id]
        most = min(amount, _in_stock(connection, ledger_id, location_id, lot))
        if most > 0:
            key = lot_key(names[lot.product_id], lot.lot)
            things[location_id].append(Thing(key, most, lot=lot.lot or None))
    return things


def _identifiers(connection: Connection, ledger_id: int, product_ids: set[int]) -> dict[int, str]:
    """One identifier of each product."""
    c = models.product_identifier.c
    query = select(c.product_id, func.min(c.identifier)).where(
        c.ledger_id == ledger_id, c.product_id.in_(product_ids)
    )
    return {row[0]: row[1] for row in connection.execute(query.group_by(c.product_id))}


def _in_stock(connection: Connection, ledger_id: int, location_id: int, lot: Lot) -> int:
    """How much of a lot is available at a place, serialised things left out."""
    b, u = models.balance.c, models.unit.c
    available = Status.AVAILABLE.value
    quantity = connection.execute(
        select(b.quantity).where(
            b.ledger_id == ledger_id,
            b.location_id == location_id,
            b.product_id == lot.product_id,
            b.lot_id == lot.lot_id,
            b.status == available,
        )
    ).scalar()
    serial = connection.execute(
        select(func.coalesce(func.sum(u.quantity), 0)).where(
            u.ledger_id == ledger_id,
            u.lot_id == lot.lot_id,
            u.location_id == location_id,
            u.status == available,
        )
    ).scalar_one()
    return (quantity or 0) - int(serial)


def _parts(things: Sequence[Thing]) -> Iterator[tuple[Thing, ...]]:
    for start in range(0, len(things), _MOST):
        yield tuple(things[start : start + _MOST])


def _event(
    keeper: ColdKeeper,
    excursion: Excursion,
    place: Location,
    things: Iterable[Thing],
    now: datetime,
) -> Event:
    said = f"{excursion.limits}: {excursion.lowest} … {excursion.highest} ℃"
    return Event(
        id=keeper.new_id(),
        kind=EventKind.QUARANTINED,
        time=now,
        things=tuple(things),
        location=place.code,
        device=excursion.sensor,
        documents=(
            Document(EXCURSION_DOCUMENT, str(excursion.number)),
            Document(READING_DOCUMENT, str(excursion.first_seq)),
        ),
        note=f"{excursion.place.name} {said}",
    )
