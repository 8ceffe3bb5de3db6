"""Reading what a batch touches: a query a table, and one more for each level of containers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

import bulk
from inventory import models
from inventory.arrival_queries import arrivals_of
from inventory.arrivals import lot_named_by
from inventory.memory import Memory
from inventory.package_relations import DeclaredPackage, declared_children
from inventory.rows import LOT_COLUMNS, STATUS, UNIT_COLUMNS, lot_of_row, unit_of_row
from inventory.rules import RULES
from inventory.things import Arrival, Lot, Status, Unit
from ledger import Entry
from trace import (
    Correction,
    Event,
    Recordable,
    Thing,
    corrected_entries,
    identifier_of,
)

_UNITS = bulk.Lookup(models.unit, UNIT_COLUMNS, by="key")
_UNIT_IDS = bulk.Lookup(models.unit, UNIT_COLUMNS, by="unit_id")
_CHILDREN = bulk.Lookup(models.unit, UNIT_COLUMNS, by="parent")
_PARTS = bulk.Lookup(models.unit, UNIT_COLUMNS, by="pack")
_CONTENTS = bulk.Lookup(models.content, ("parent", "lot_id", "quantity"), by="parent")
_LOTS = bulk.Lookup(models.lot, LOT_COLUMNS, by="lot_id")
_LOT_NAMES = bulk.PairLookup(models.lot, LOT_COLUMNS, by=("product_id", "lot"))
_LOOSE = bulk.Lookup(models.balance, ("location_id", "lot_id", "status", "loose"), by="lot_id")
_KEPT_COLUMNS = ("document", "location_id", "lot_id", "unit_id", "quantity")
_KEPT = bulk.Lookup(models.reservation, _KEPT_COLUMNS, by="document")
_KEPT_UNITS = bulk.Lookup(models.reservation, _KEPT_COLUMNS, by="unit_id")
_CORRECTED = bulk.Lookup(models.correction, ("corrected",), by="corrected")


@dataclass(slots=True)
class Loaded:
    """What was read of a batch's goods."""

    units: dict[str, Unit] = field(default_factory=dict)
    numbered: dict[int, Unit] = field(default_factory=dict)
    children: dict[int, list[str]] = field(default_factory=dict)
    contents: dict[int, dict[int, int]] = field(default_factory=dict)
    parts: dict[int, list[str]] = field(default_factory=dict)
    declared: dict[str, list[DeclaredPackage]] = field(default_factory=dict)
    lots: dict[int, Lot] = field(default_factory=dict)
    named: dict[tuple[int, str], list[Lot]] = field(default_factory=dict)
    loose: dict[tuple[int, int, Status], int] = field(default_factory=dict)
    kept: dict[tuple[str, int, int, int], int] = field(default_factory=dict)
    corrected: dict[UUID, Entry] = field(default_factory=dict)
    corrections: set[int] = field(default_factory=set)
    arrivals: dict[int, list[Arrival]] = field(default_factory=dict)


class Loader:
    """Reads for one batch.

    Args:
        connection: inside the recorder's transaction.
        ledger_id: which ledger.
        memory: products and places that need not be read again.
    """

    def __init__(self, connection: Connection, ledger_id: int, memory: Memory) -> None:
        self._connection = connection
        self._ledger_id = ledger_id
        self._memory = memory
        self._found = Loaded()
        self._divided: set[str] = set()

    def load(self, records: Sequence[Recordable]) -> Loaded:
        """Read the states of everything that the records name."""
        events = [record for record in records if isinstance(record, Event)]
        keys = {key for event in events for key in _keys(event)}
        codes = {code for event in events for code in (event.location, event.whereabouts)}
        things = [thing for event in events for thing in (*event.things, *event.outputs)]
        if any(isinstance(record, Correction) for record in records):
            wrong = self._load_corrected(records)
            events += wrong
            things += [thing for event in wrong for thing in (*event.things, *event.outputs)]
            keys |= {event.parent for event in wrong if event.parent}
            for entry in self._found.corrected.values():
                keys |= set(_keys_said(entry))
                codes |= set(_codes_said(entry))
        self._divided = {thing.key for thing in things if thing.part is not None}
        self._load_units(keys)
        self._load_declared(events)
        self._learn(things, codes)
        self._load_lots(things)
        self._load_arrivals()
        self._load_kept(events)
        if any(RULES[event.kind].anywhere for event in events):
            places = {place for place, _, _ in self._found.loose}
            self._memory.learn_locations(self._connection, self._ledger_id, places)
        return self._found

    def _load_corrected(self, records: Sequence[Recordable]) -> list[Event]:
        found = corrected_entries(self._connection, self._ledger_id, records)
        seqs = [entry.seq for entry in found.values()]
        rows = _CORRECTED.fetch(self._connection, self._ledger_id, seqs)
        self._found.corrected = found
        self._found.corrections = {seq for (seq,) in rows}
        wrong = [entry for entry in found.values() if entry.kind == "trace"]
        return [Event.parse(entry.event) for entry in wrong]

    def _load_units(self, keys: Iterable[str]) -> None:
        fresh = self._take(_UNITS.fetch(self._connection, self._ledger_id, list(keys)))
        self._load_around([*fresh, *self._load_parts(fresh)])
        self._load_inside(fresh)

    def _load_parts(self, units: Sequence[Unit]) -> Sequence[Unit]:
        """The packs that things were taken out of, and all else that was."""
        found = self._found
        opened = {
            unit.pack or unit.unit_id
            for unit in units
            if unit.pack or unit.start or unit.key in self._divided
        }
        wanted = list(opened - found.parts.keys())
        if not wanted:
            return ()
        missing = [number for number in wanted if number not in found.numbered]
        packs = self._take(_UNIT_IDS.fetch(self._connection, self._ledger_id, missing))
        parts = self._take(_PARTS.fetch(self._connection, self._ledger_id, wanted))
        found.parts |= {number: [] for number in wanted}
        for unit in sorted(parts, key=lambda each: each.unit_id):
            found.parts[unit.pack or 0].append(unit.key)
        return packs + parts

    def _take(self, rows: Sequence[bulk.Row]) -> list[Unit]:
        units = [unit_of_row(row) for row in rows]
        for unit in units:
            self._found.units[unit.key] = self._found.numbered[unit.unit_id] = unit
        return units

    def _load_around(self, units: Sequence[Unit]) -> None:
        """The containers that things lie in, up to the outermost."""
        known = self._found.numbered
        while wanted := {u.parent for u in units if u.parent and u.parent not in known}:
            rows = _UNIT_IDS.fetch(self._connection, self._ledger_id, list(wanted))
            units = self._take(rows)

    def _load_inside(self, units: Sequence[Unit]) -> None:
        """What lies in containers that were named, down to the innermost."""
        children = self._found.children
        while wanted := [u.unit_id for u in units if u.is_container and u.unit_id not in children]:
            for number in wanted:
                children[number] = []
            inside = self._take(_CHILDREN.fetch(self._connection, self._ledger_id, wanted))
            for unit in sorted(inside, key=lambda each: each.unit_id):
                children[unit.parent or 0].append(unit.key)
            rows = _CONTENTS.fetch(self._connection, self._ledger_id, wanted)
            for parent, lot_id, quantity in sorted(rows):
                self._found.contents.setdefault(parent, {})[lot_id] = quantity
            units = inside
            packs = {unit.pack for unit in inside if unit.pack} - self._found.numbered.keys()
            if packs:
                self._take(_UNIT_IDS.fetch(self._connection, self._ledger_id, list(packs)))

    def _load_declared(self, events: Sequence[Event]) -> None:
        """What suppliers declared of containers that arrive, down to the innermost."""
        level = {
            thing.key
            for event in events
            if RULES[event.kind].arrives
            for thing in event.things
            if thing.quantity is None and not self._is_known(thing.key)
        }
        while level:
            rows = declared_children(self._connection, self._ledger_id, list(level))
            for package in rows:
                self._found.declared.setdefault(package.parent_key, []).append(package)
            inside = {package.key for package in rows if package.quantity is None}
            self._load_units(inside - self._found.units.keys())
            level = inside - self._found.declared.keys() - level

    def _learn(self, things: Sequence[Thing], codes: Iterable[str]) -> None:
        declared = [each for rows in self._found.declared.values() for each in rows]
        identifiers = [identifier_of(thing.key) for thing in things]
        identifiers += [package.identifier for package in declared]
        self._memory.learn(self._connection, self._ledger_id, identifiers, codes)
        units = self._found.numbered.values()
        products = {unit.product_id for unit in units if unit.product_id}
        self._memory.learn_products(self._connection, self._ledger_id, products)
        places = {unit.location_id for unit in units}
        self._memory.learn_locations(self._connection, self._ledger_id, places)

    def _load_lots(self, things: Iterable[Thing]) -> None:
        found = self._found
        inside = {lot for amounts in found.contents.values() for lot in amounts}
        inside |= {number for entry in found.corrected.values() for number in _lots_said(entry)}
        wanted = {unit.lot_id for unit in found.numbered.values() if unit.lot_id} | inside
        self._keep_lots(_LOTS.fetch(self._connection, self._ledger_id, list(wanted)))
        # An owner's goods are told from another's by all the rows of their name.
        pairs = {
            (lot.product_id, lot.lot) for lot_id, lot in found.lots.items() if lot_id in inside
        }
        amounts = set()
        for thing in (*things, *self._declared_things()):
            product = self._memory.product(identifier_of(thing.key))
            if product is None or (thing.quantity is None and self._is_known(thing.key)):
                continue
            pair = (product.product_id, lot_named_by(thing))
            pairs.add(pair)
            if thing.quantity is not None:
                amounts.add(pair)
        rows = _LOT_NAMES.fetch(self._connection, self._ledger_id, list(pairs))
        self._keep_lots(rows)
        for row in sorted(rows, key=lambda each: each[0]):
            lot = found.lots[row[0]]
            found.named.setdefault((lot.product_id, lot.lot), []).append(lot)
        self._load_loose(amounts)
        products = {lot.product_id for lot in found.lots.values()}
        self._memory.learn_products(self._connection, self._ledger_id, products)

    def _load_arrivals(self) -> None:
        """How goods came in, where an open recall asks it."""
        asked = [
            lot.lot_id
            for lot in self._found.lots.values()
            if self._memory.asks_arrival(lot.product_id)
        ]
        if asked:
            self._found.arrivals = arrivals_of(self._connection, self._ledger_id, asked)

    def _is_known(self, key: str) -> bool:
        """Whether a thing has its lot already; one that never was may come back as another's."""
        unit = self._found.units.get(key)
        return unit is not None and unit.status is not Status.VOID

    def _declared_things(self) -> Iterator[Thing]:
        for rows in self._found.declared.values():
            yield from (package.thing for package in rows)

    def _keep_lots(self, rows: Sequence[bulk.Row]) -> None:
        for row in rows:
            lot = lot_of_row(row)
            self._found.lots[lot.lot_id] = lot

    def _load_loose(self, amounts: Iterable[tuple[int, str]]) -> None:
        found = self._found
        lots = [lot.lot_id for pair in amounts for lot in found.named.get(pair, ())]
        lots += [lot for inside in found.contents.values() for lot in inside]
        lots += [number for entry in found.corrected.values() for number in _lots_said(entry)]
        rows = _LOOSE.fetch(self._connection, self._ledger_id, lots)
        for location_id, lot_id, status, loose in rows:
            found.loose[location_id, lot_id, STATUS[status]] = loose

    def _load_kept(self, events: Sequence[Event]) -> None:
        rows: list[bulk.Row] = []
        documents = {document.id for event in events for document in event.documents}
        if documents:
            rows += _KEPT.fetch(self._connection, self._ledger_id, list(documents))
        units = self._found.numbered.values()
        kept = [unit.unit_id for unit in units if unit.status is Status.RESERVED]
        if kept:
            rows += _KEPT_UNITS.fetch(self._connection, self._ledger_id, kept)
        for *name, quantity in rows:
            document, location_id, lot_id, unit_id = name
            self._found.kept[document, location_id, lot_id, unit_id] = quantity


def _keys(event: Event) -> Iterator[str]:
    yield from (thing.key for thing in event.things if thing.quantity is None)
    if event.outputs:
        yield from (thing.key for thing in event.outputs)
    if event.parent is not None:
        yield event.parent


def _said(entry: Entry) -> list[dict[str, Any]]:
    things: list[dict[str, Any]] = entry.context.get("things", [])
    return things


def _keys_said(entry: Entry) -> Iterator[str]:
    """The things that an entry described, those in containers and those it left alone too."""
    for said in _said(entry):
        yield said["key"]
        yield from said.get("containers", ())
        if "from" in said:
            yield said["from"]
        yield from (said[name] for name in ("out", "case") if name in said)
        for group in said.get("contents", ()):
            yield from group.get("keys", ())
    yield from (each["key"] for each in entry.context.get("exceptions", ()) if "key" in each)


def _lots_said(entry: Entry) -> Iterator[int]:
    """The lots of amounts that an entry took out of a container, which nobody scanned."""
    yield from (said["number"] for said in _said(entry) if "number" in said)


def _codes_said(entry: Entry) -> Iterator[str]:
    yield from (said["at"] for said in _said(entry) if "at" in said)
    if entry.kind == "trace":
        event = Event.parse(entry.event)
        yield from (event.location, event.whereabouts)
