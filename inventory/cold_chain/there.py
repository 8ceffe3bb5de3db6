"""What was at a place between two moments, and where of it the goods are now.

Nothing keeps a book of every place's past. The present is known (balances, units), and the history
index knows every entry of a lot; so the past is the present with the entries since then undone. The
work grows with what lies there, and with what has happened to the lots in question since.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from inventory import models
from inventory.arrivals import lot_named_by
from inventory.lookups import units_by_key
from inventory.queries import find_lot, find_product, locations
from inventory.things import Lot, Status, Unit
from trace import Document, Event, EventKind, Thing, history_of_lot

_PAGE = 200


@dataclass(slots=True)
class ThingsThere:
    """What was there, as it is now.

    Args:
        units: serialised things that were there at some moment.
        amounts: how much of what was there lies where now, by location and lot.
    """

    units: list[Unit] = field(default_factory=list)
    amounts: dict[tuple[int, int], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Window:
    """Some places between two moments.

    Args:
        places: the codes of the places.
        since: the first moment, included.
        until: the last moment, included.
        but: leave out what an event with this document has quarantined: it is dealt with, also
            where it was released again.
    """

    places: Collection[str]
    since: datetime
    until: datetime
    but: Document | None = None


def things_there(
    connection: Connection, ledger_id: int, lots: Sequence[Lot], window: Window
) -> ThingsThere:
    """Which goods of some lots were at some places between two moments.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        lots: the lots in question.
        window: where and when.
    """
    known = locations(connection, ledger_id)
    numbers = {place.code: place.location_id for place in known.values()}
    inside = {numbers[code] for code in window.places}
    past = _Past(numbers, inside, window)
    found = ThingsThere()
    for lot in lots:
        events = _events_since(connection, ledger_id, lot, window.since)
        found.units += _units_there(connection, ledger_id, lot, events, past)
        for location_id, amount in _amounts(connection, ledger_id, lot, events, past).items():
            found.amounts[location_id, lot.lot_id] = amount
    return found


@dataclass(frozen=True, slots=True)
class _Past:
    numbers: dict[str, int]
    inside: set[int]
    window: Window

    def has_held(self, event: Event) -> bool:
        """Whether an event has quarantined for the reason that is asked for."""
        return event.kind is EventKind.QUARANTINED and self.window.but in event.documents


@dataclass(frozen=True, slots=True)
class _Move:
    """An amount that went from one place to another; None: from or to outside of the house."""

    time: datetime
    source: int | None
    target: int | None
    amount: int
    held: bool


def _events_since(connection: Connection, ledger_id: int, lot: Lot, since: datetime) -> list[Event]:
    """What happened to a lot since a moment, in order of time.

    What was recorded before that moment did not happen after it.
    """
    events: list[Event] = []
    before: int | None = None
    while True:
        steps = history_of_lot(connection, ledger_id, lot.lot_id, before=before, limit=_PAGE)
        events += [
            step.event
            for step in steps
            if step.event is not None and step.refused is None and step.event.time >= since
        ]
        if len(steps) < _PAGE or any(step.entry.recorded < since for step in steps):
            return sorted(events, key=lambda event: event.time)
        before = min(step.entry.seq for step in steps)


def _units_there(
    connection: Connection, ledger_id: int, lot: Lot, events: Sequence[Event], past: _Past
) -> list[Unit]:
    c = models.unit.c
    query = select(c.key).where(
        c.ledger_id == ledger_id, c.lot_id == lot.lot_id, c.location_id.in_(past.inside)
    )
    keys = set(connection.execute(query).scalars())
    touched: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        for thing in event.things:
            if thing.quantity is None:
                touched[thing.key].append(event)
    units = units_by_key(connection, ledger_id, [*keys, *(k for k in touched if k not in keys)])
    return sorted(
        (
            unit
            for key, unit in units.items()
            if unit.lot_id == lot.lot_id and _was_there(unit, touched[key], past)
        ),
        key=lambda unit: unit.unit_id,
    )


def _was_there(unit: Unit, events: Sequence[Event], past: _Past) -> bool:
    """Whether any of its stays since then was inside and began before the end."""
    if not events:
        return unit.location_id in past.inside
    if any(past.has_held(event) for event in events):
        return False
    first = events[0]
    if first.kind is not EventKind.RECEIVED and past.numbers.get(first.location) in past.inside:
        return True
    return any(
        event.time <= past.window.until and past.numbers.get(event.whereabouts) in past.inside
        for event in events
    )


def _amounts(
    connection: Connection, ledger_id: int, lot: Lot, events: Sequence[Event], past: _Past
) -> dict[int, int]:
    """Follow what was there through every move since.

    Nobody can tell which pieces of a lot were taken from a shelf: what moves on counts as exposed
    as far as there was any, and so does what stays behind.
    """
    moves = list(_moves(connection, ledger_id, lot, events, past))
    stock = _counted(connection, ledger_id, lot)
    for move in reversed(moves):
        _shift(stock, move.target, move.source, move.amount)
    exposed = defaultdict(int, {place: stock[place] for place in past.inside})
    for move in moves:
        _shift(stock, move.source, move.target, move.amount)
        _follow(exposed, stock, move, past)
    return {place: amount for place, amount in exposed.items() if amount > 0}


def _follow(exposed: dict[int, int], stock: Mapping[int, int], move: _Move, past: _Past) -> None:
    moved = 0
    if move.source is not None:
        moved = min(move.amount, max(exposed[move.source], 0))
        left = exposed[move.source] - moved if move.held else stock[move.source]
        exposed[move.source] = min(exposed[move.source], left)
    if move.target is not None and not move.held:
        arrives = move.target in past.inside and move.time <= past.window.until
        exposed[move.target] += move.amount if arrives else moved


def _shift(stock: dict[int, int], source: int | None, target: int | None, amount: int) -> None:
    if source is not None:
        stock[source] -= amount
    if target is not None:
        stock[target] += amount


def _moves(
    connection: Connection, ledger_id: int, lot: Lot, events: Sequence[Event], past: _Past
) -> Iterator[_Move]:
    for event in events:
        for thing in event.things:
            if thing.quantity is None or not _is_of(connection, ledger_id, lot, thing):
                continue
            arrived = event.kind is EventKind.RECEIVED
            source = None if arrived else past.numbers.get(event.location)
            used = event.kind in _USED or (event.kind is EventKind.RETURNED and event.party)
            target = None if used else past.numbers.get(event.whereabouts)
            held = past.has_held(event)
            if source != target or held:
                yield _Move(event.time, source, target, thing.quantity, held)


_USED = frozenset({EventKind.ADMINISTERED, EventKind.IMPLANTED})


def _is_of(connection: Connection, ledger_id: int, lot: Lot, thing: Thing) -> bool:
    product = find_product(connection, ledger_id, thing.key)
    if product is None or product.product_id != lot.product_id:
        return False
    found = find_lot(connection, ledger_id, product.product_id, lot_named_by(thing))
    return found is not None and found.lot_id == lot.lot_id


def _counted(connection: Connection, ledger_id: int, lot: Lot) -> defaultdict[int, int]:
    """How much of a lot lies where, serialised things left out, whatever its state but used."""
    b, u = models.balance.c, models.unit.c
    rows = connection.execute(
        select(b.location_id, b.status, b.quantity).where(
            b.ledger_id == ledger_id, b.lot_id == lot.lot_id
        )
    )
    counted: defaultdict[int, int] = defaultdict(int)
    for location_id, status, quantity in rows:
        if status not in _GONE:
            counted[location_id] += quantity
    serial = select(u.location_id, u.status).where(u.ledger_id == ledger_id, u.lot_id == lot.lot_id)
    for location_id, status in connection.execute(serial):
        if status not in _GONE:
            counted[location_id] -= 1
    return counted


_GONE = frozenset({Status.ADMINISTERED.value, Status.IMPLANTED.value, Status.SENT_BACK.value})
