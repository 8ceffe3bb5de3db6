"""The working state of one batch of counting: what the books say of the things that are counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

import bulk
from inventory import models, store_models
from inventory.count_queries import (
    LOOSE,
    PRESENT,
    UNITS,
    CountFile,
    Difference,
    lot_thing,
)
from inventory.counting import Counted, CountLines
from inventory.things import Status
from trace import identifier_of, lot_in

_IDENTIFIERS = bulk.Lookup(models.product_identifier, ("identifier", "product_id"), by="identifier")
_LOTS = bulk.PairLookup(
    models.lot, ("lot_id", "product_id", "lot", "expiry"), by=("product_id", "lot")
)
_LOT_IDS = bulk.Lookup(models.lot, ("lot_id", "product_id", "lot", "expiry"), by="lot_id")
_LINE_COLUMNS = ("count_id", "thing", "counted", "expected", "moved")
_LINES = bulk.PairLookup(store_models.count_line, _LINE_COLUMNS, by=("count_id", "thing"))
_STATUSES = frozenset(status.value for status in PRESENT)
_SEEN = _STATUSES | {Status.DISPENSED.value}
"""The states in which a thing that is found at the place is no surprise."""
_CONTAINER = (0, 0, "", None)
"""The lot of a container: none."""


@dataclass(slots=True)
class CountedThing:
    """What is known of one thing of a count."""

    thing: str
    product_id: int
    lot: str
    expiry: str | None
    book: int
    counted: int | None = None
    expected: int = 0
    moved: bool = False


class CountState:
    """The working state of one batch."""

    def __init__(self, ledger_id: int) -> None:
        self.ledger_id = ledger_id
        self.files: dict[UUID, CountFile] = {}
        self.places: dict[str, int] = {}
        self.products: dict[str, int] = {}
        self.things: dict[tuple[UUID, str], CountedThing] = {}
        self.lines: dict[tuple[UUID, str], CountedThing] = {}
        self.differences: dict[UUID, list[Difference]] = {}
        self.changed: dict[UUID, CountFile] = {}
        self.rows: dict[tuple[UUID, str], bulk.Row] = {}


def load_lines(state: CountState, connection: Connection, record: CountLines) -> None:
    """What the books say of every thing of a record, at its place, and what was counted of it."""
    file = state.files.get(record.count)
    if file is None:
        return
    own, place = state.ledger_id, file.location_id
    serial = [line.key for line in record.lines if line.quantity is None]
    units = {row[1]: row for row in UNITS.fetch(connection, own, serial)}
    names = [identifier_of(line.key) for line in record.lines if line.key not in units]
    owners: dict[str, int] = dict(_IDENTIFIERS.fetch(connection, own, list(dict.fromkeys(names))))
    lots = {row[0]: row for row in _LOT_IDS.fetch(connection, own, [u[2] for u in units.values()])}
    pairs = {
        (owners[identifier_of(line.key)], _lot(line))
        for line in record.lines
        if line.quantity is not None and identifier_of(line.key) in owners
    }
    rows = _LOTS.fetch(connection, own, list(pairs))
    amounts = {(row[1], row[2]): row for row in rows}
    books = _books(connection, own, place, {row[0]: (row[1], row[2]) for row in rows})
    for line in record.lines:
        if line.key in units:
            _, _, lot_id, product_id, at, status = units[line.key]
            here = int(at == place and status in _SEEN)
            _, _, lot, expiry = lots.get(lot_id, _CONTAINER)
            known = CountedThing(line.key, product_id, lot, expiry, here)
        else:
            product_id, lot = owners.get(identifier_of(line.key), 0), _lot(line)
            found = amounts.get((product_id, lot))
            label = line.expiry.isoformat() if line.expiry else None
            thing = line.key if line.quantity is None else lot_thing(product_id, lot)
            thing = thing if product_id else line.key
            book = books[product_id, lot]
            known = CountedThing(thing, product_id, lot, found[3] if found else label, book)
        shared = state.things.setdefault((record.count, known.thing), known)
        state.lines[record.count, line.key] = shared
    _load_counted(state, connection, record)


def _load_counted(state: CountState, connection: Connection, record: CountLines) -> None:
    """What was counted of the things before."""
    by_thing: dict[str, list[CountedThing]] = defaultdict(list)
    for line in record.lines:
        known = state.lines[record.count, line.key]
        by_thing[known.thing].append(known)
    pairs = [(record.count.bytes, thing) for thing in by_thing]
    for _, thing, counted, expected, moved in _LINES.fetch(connection, state.ledger_id, pairs):
        for known in by_thing[thing]:
            known.counted, known.expected, known.moved = counted, expected, bool(moved)


def _books(
    connection: Connection, ledger_id: int, place: int, lots: Mapping[int, tuple[int, str]]
) -> dict[tuple[int, str], int]:
    """How much of each lot lies loose at the place by the books, whoever it belongs to."""
    books: dict[tuple[int, str], int] = defaultdict(int)
    for at, lot_id, status, loose in LOOSE.fetch(connection, ledger_id, list(lots)):
        if at == place and status in _STATUSES:
            books[lots[lot_id]] += loose
    return books


def _lot(line: Counted) -> str:
    named = lot_in(line.key) if line.quantity is not None else ""
    return named or line.lot or ""


def count_line(known: CountedThing, line: Counted) -> None:
    """Parts of an amount add up; where the books moved between two parts, nobody can say."""
    if line.quantity is None:
        known.counted, known.moved = int(not line.again), False
    elif line.again or known.counted is None:
        known.counted, known.moved = line.quantity, False
    else:
        known.moved = known.moved or known.expected != known.book
        known.counted += line.quantity
    known.expected = known.book
