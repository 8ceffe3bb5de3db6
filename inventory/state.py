"""The working state of one batch: what was loaded, with what was accepted folded in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection

import bulk
from inventory import care_models, models
from inventory.arrival_book import ArrivalBook
from inventory.changes import Exposed, Flow, StockChange
from inventory.counters import LOT, UNIT, write_counters
from inventory.implant_book import ImplantBook
from inventory.loading import Loaded
from inventory.memory import Memory
from inventory.narcotic_lines import NarcoticLines
from inventory.package_relations import DeclaredPackage
from inventory.things import Arrival, Lot, Status, Unit
from ledger import Entry

_PUT_UNITS = bulk.Insert(
    models.unit,
    key=("ledger_id", "unit_id"),
    replace=(
        "lot_id",
        "product_id",
        "location_id",
        "status",
        "patient",
        "quantity",
        "parent",
        "time",
        "seq",
        "start",
        "pack",
        "arrival",
    ),
)
_ADD_LOTS = bulk.Insert(
    models.lot, key=("ledger_id", "lot_id"), replace=("produced",), add=("received",)
)
_BALANCE_KEY = ("ledger_id", "location_id", "product_id", "lot_id", "status")
_ADD_BALANCES = bulk.Insert(models.balance, key=_BALANCE_KEY, add=("quantity", "loose"))
_DROP_BALANCES = bulk.Delete(models.balance, key=_BALANCE_KEY, condition="balance.quantity = 0")
_PUT_EXPOSURES = bulk.Insert(models.exposure)
_PUT_BOUGHT = bulk.Insert(care_models.bought)
_CONTENT_KEY = ("ledger_id", "parent", "lot_id")
_ADD_CONTENTS = bulk.Insert(models.content, key=_CONTENT_KEY, add=("quantity",))
_DROP_CONTENTS = bulk.Delete(models.content, key=_CONTENT_KEY, condition="content.quantity = 0")
_MIX_KEY = ("ledger_id", "lot_id", "unit_id")
_ADD_MIXES = bulk.Insert(models.mix, key=_MIX_KEY, add=("quantity",))
_DROP_MIXES = bulk.Delete(models.mix, key=_MIX_KEY, condition="mix.quantity = 0")
_KEPT_KEY = ("ledger_id", "document", "location_id", "lot_id", "unit_id")
_ADD_KEPT = bulk.Insert(models.reservation, key=_KEPT_KEY, add=("quantity",))
_DROP_KEPT = bulk.Delete(models.reservation, key=_KEPT_KEY, condition="reservation.quantity = 0")
_PUT_CORRECTIONS = bulk.Insert(models.correction)


def _merged(exposed: Sequence[Exposed]) -> Sequence[Exposed]:
    """One row for what a patient gets of a lot, however many containers it lay in."""
    if len(exposed) < _SEVERAL:
        return exposed
    rows: dict[tuple[int, bytes, int, Status], Exposed] = {}
    for row in exposed:
        name = (row.lot_id, row.patient, row.unit_id, row.status)
        before = rows.get(name)
        rows[name] = row._replace(quantity=row.quantity + before.quantity) if before else row
    return [row for row in rows.values() if row.quantity]


_SEVERAL = 2


class StockState:
    """Implements `inventory.changes.View`.

    Args:
        memory: products, places and holds.
        ledger_id: which ledger.
        counters: its next surrogates.
        loaded: what the batch names.
    """

    def __init__(
        self, memory: Memory, ledger_id: int, counters: dict[str, int], loaded: Loaded
    ) -> None:
        self.counters = counters
        self.next_unit = counters[UNIT]
        self.next_lot = counters[LOT]
        self.location = memory.location
        self.location_named = memory.location_named
        self.location_code = memory.location_code
        self.product = memory.product
        self.product_of = memory.product_of
        self.closed_until = memory.closed_until
        self._memory = memory
        self._narcotics = NarcoticLines(memory.product_of, memory.location_of)
        self._ledger_id = ledger_id
        self._loaded = loaded
        self._units = loaded.units
        self._loose = defaultdict(int, loaded.loose)
        self._kept = defaultdict(int, loaded.kept)
        self._changed: dict[str, Unit] = {}
        self._received: dict[int, int] = defaultdict(int)
        self._arrivals = ArrivalBook(ledger_id, loaded)
        self._moved: dict[tuple[int, int, int, Status], list[int]] = {}
        self._contents: dict[tuple[int, int], int] = defaultdict(int)
        self._mixed: dict[tuple[int, int], int] = defaultdict(int)
        self._keeping: dict[tuple[str, int, int, int], int] = defaultdict(int)
        self._exposures: list[bulk.Row] = []
        self._bought: list[bulk.Row] = []
        self.implants = ImplantBook(ledger_id)
        self._corrections: list[bulk.Row] = []

    def unit(self, key: str) -> Unit | None:
        """The thing with this code of its own."""
        return self._units.get(key)

    def unit_numbered(self, unit_id: int) -> Unit:
        """The thing of this surrogate."""
        return self._loaded.numbered[unit_id]

    def children(self, unit_id: int) -> Sequence[Unit]:
        """What lies directly in a container, as far as it has codes of its own."""
        inside = [self._units[key] for key in self._loaded.children.get(unit_id, ())]
        return sorted(inside, key=lambda unit: unit.unit_id)

    def contents(self, unit_id: int) -> Mapping[int, int]:
        """How much of which lot lies directly in a container."""
        return self._loaded.contents.get(unit_id, {})

    def parts(self, unit_id: int) -> Sequence[Unit]:
        """What was ever taken out of a pack, in the order of the pack."""
        found = [self._units[key] for key in self._loaded.parts.get(unit_id, ())]
        return sorted(found, key=lambda part: (part.start, part.unit_id))

    def declared(self, key: str) -> Sequence[DeclaredPackage]:
        """What a supplier declared to lie directly in a container that arrives."""
        return self._loaded.declared.get(key, ())

    def lot(self, lot_id: int) -> Lot:
        """The lot of this surrogate."""
        return self._loaded.lots[lot_id]

    def lots_named(self, product_id: int, lot: str) -> Sequence[Lot]:
        """The lots of this name."""
        return self._loaded.named.get((product_id, lot), ())

    def loose(self, location_id: int, lot_id: int, status: Status) -> int:
        """How much of a lot can be drawn there in a state."""
        return self._loose[location_id, lot_id, status]

    def places_of(self, lot_id: int, status: Status) -> Sequence[int]:
        """Where amounts of a lot are in a state."""
        return [
            place
            for (place, lot, state), loose in self._loose.items()
            if loose > 0 and (lot, state) == (lot_id, status)
        ]

    def kept(self, document: str, location_id: int, lot_id: int, unit_id: int) -> int:
        """How much is kept for a document."""
        return self._kept[document, location_id, lot_id, unit_id]

    def kept_for(self, unit_id: int) -> Sequence[tuple[str, int]]:
        """Which documents a thing is kept for, and where."""
        return [
            (name[0], name[1]) for name, count in self._kept.items() if name[3] == unit_id and count
        ]

    def held(self, lot: Lot, key: str | None, arrival: Arrival | None = None) -> bool:
        """Whether an open recall blocks goods of a lot: a thing by its key, or an amount (None)."""
        if not self._memory.asks_arrival(lot.product_id):
            return self._memory.held(lot, key)
        return self._memory.held(lot, key, self._arrivals.came_in(lot, key, arrival))

    def corrected(self, event_id: UUID) -> Entry | None:
        """The entry of an event that is declared wrong."""
        return self._loaded.corrected.get(event_id)

    def is_corrected(self, seq: int) -> bool:
        """Whether an entry has been declared wrong already."""
        return seq in self._loaded.corrections

    def accept(self, change: StockChange, seq: int) -> None:
        """Fold a change in."""
        for lot in change.lots:
            self._loaded.lots[lot.lot_id] = lot
            self._loaded.named.setdefault((lot.product_id, lot.lot), []).append(lot)
        self.next_lot += len(change.lots)
        for lot in change.renewed:
            self._renew(lot)
        things: dict[int, int] = {}
        for unit in change.units:
            before = self._units.get(unit.key)
            number = self._arrivals.arrival_of(unit, before, seq)
            if number == seq != (before.arrival if before else 0) and unit.pack is None:
                things[unit.lot_id] = things.get(unit.lot_id, 0) + unit.quantity
            self._accept_unit(Unit(*unit[:10], unit.seq or seq, *unit[11:13], number), before)
        for flow in change.flows:
            self._accept_flow(flow)
        self._arrivals.take(change, seq, things)
        self._narcotics.accept(change, seq)
        for parent, lot_id, quantity in change.contents:
            self._accept_content(parent, lot_id, quantity)
        for lot_id, bag, quantity in change.mixed:
            self._mixed[lot_id, bag] += quantity
        for kept in change.kept:
            name = (kept.document, kept.location_id, kept.lot_id, kept.unit_id)
            self._kept[name] += kept.quantity
            self._keeping[name] += kept.quantity
        self._accept_exposures(change, seq)
        self._accept_bought(change, seq)
        if change.corrects is not None:
            self._loaded.corrections.add(change.corrects)
            self._corrections.append((self._ledger_id, change.corrects, seq))

    def _renew(self, lot: Lot) -> None:
        """Take in what another delivery says of a lot."""
        named = self._loaded.named.get((lot.product_id, lot.lot), [])
        named[:] = [lot if each.lot_id == lot.lot_id else each for each in named]
        self._loaded.lots[lot.lot_id] = lot

    def _accept_unit(self, unit: Unit, before: Unit | None) -> None:
        loaded = self._loaded
        self.next_unit = max(self.next_unit, unit.unit_id + 1)
        if before is not None and before.parent != unit.parent and before.parent:
            siblings = loaded.children.get(before.parent)
            if siblings is not None:
                siblings.remove(unit.key)
        if unit.parent and (before is None or before.parent != unit.parent):
            loaded.children.setdefault(unit.parent, []).append(unit.key)
        if unit.is_container:
            loaded.children.setdefault(unit.unit_id, [])
        if unit.pack and before is None:
            loaded.parts.setdefault(unit.pack, []).append(unit.key)
        self._units[unit.key] = loaded.numbered[unit.unit_id] = self._changed[unit.key] = unit

    def _accept_flow(self, flow: Flow) -> None:
        lot_id, count = flow.lot_id, flow.quantity
        if flow.source is None:
            self._received[lot_id] += count
        else:
            self._move(flow, flow.source, -count, -count if flow.drawn else 0)
        if flow.target is None:
            self._received[lot_id] -= count
        else:
            self._move(flow, flow.target, count, count if flow.laid else 0)

    def _move(self, flow: Flow, end: tuple[int, Status], count: int, loose: int) -> None:
        location_id, status = end
        if loose:
            self._loose[location_id, flow.lot_id, status] += loose
        name = (location_id, flow.product_id, flow.lot_id, status)
        moved = self._moved.get(name)
        if moved is None:
            self._moved[name] = [count, loose]
        else:
            moved[0] += count
            moved[1] += loose

    def _accept_content(self, parent: int, lot_id: int, quantity: int) -> None:
        inside = self._loaded.contents.setdefault(parent, {})
        inside[lot_id] = inside.get(lot_id, 0) + quantity
        if not inside[lot_id]:
            del inside[lot_id]
        self._contents[parent, lot_id] += quantity

    def _accept_exposures(self, change: StockChange, seq: int) -> None:
        for row in _merged(change.exposed):
            self._exposures.append(
                (
                    self._ledger_id,
                    row.lot_id,
                    row.patient,
                    seq,
                    row.unit_id,
                    row.status.value,
                    row.location_id,
                    row.quantity,
                )
            )

    def _accept_bought(self, change: StockChange, seq: int) -> None:
        sums: dict[tuple[str, int], int] = {}
        for owner, lot_id, *_, quantity, _ in change.bought:
            sums[owner, lot_id] = sums.get((owner, lot_id), 0) + quantity
        for (owner, lot_id), quantity in sums.items():
            first = next(each for each in change.bought if each[:2] == (owner, lot_id))
            place, time = first.location_id, first.time
            self._bought.append((self._ledger_id, owner, seq, lot_id, place, quantity, time))

    def write(self, connection: Connection) -> None:
        """Write what was accepted, a statement a table."""
        own = self._ledger_id
        received = [self._lot_row(self._loaded.lots[lot], n) for lot, n in self._received.items()]
        _ADD_LOTS.run(connection, received)
        self._arrivals.write(connection)
        _PUT_UNITS.run(connection, [self._row(unit) for unit in self._changed.values()])
        moved = [
            (own, location_id, product_id, lot_id, status.value, count, loose)
            for (location_id, product_id, lot_id, status), (count, loose) in self._moved.items()
            if count or loose
        ]
        _ADD_BALANCES.run(connection, moved)
        _DROP_BALANCES.run(connection, [row[:5] for row in moved if row[5] < 0])
        _PUT_EXPOSURES.run(connection, self._exposures)
        _PUT_BOUGHT.run(connection, self._bought)
        self.implants.write(connection)
        self._narcotics.write(connection, own)
        contents = [(own, *name, count) for name, count in self._contents.items() if count]
        _ADD_CONTENTS.run(connection, contents)
        _DROP_CONTENTS.run(connection, [row[:3] for row in contents if row[3] < 0])
        mixed = [(own, *name, count) for name, count in self._mixed.items() if count]
        _ADD_MIXES.run(connection, mixed)
        _DROP_MIXES.run(connection, [row[:3] for row in mixed if row[3] < 0])
        kept = [(own, *name, count) for name, count in self._keeping.items() if count]
        _ADD_KEPT.run(connection, kept)
        _DROP_KEPT.run(connection, [row[:5] for row in kept if row[5] < 0])
        _PUT_CORRECTIONS.run(connection, self._corrections)
        self._write_counters(connection)

    def _lot_row(self, lot: Lot, received: int) -> bulk.Row:
        own = self._ledger_id
        return (
            own,
            lot.lot_id,
            lot.product_id,
            lot.lot,
            lot.expiry,
            lot.supplier,
            lot.owner,
            received,
            lot.produced,
        )

    def _row(self, unit: Unit) -> bulk.Row:
        return (
            self._ledger_id,
            unit.unit_id,
            unit.key,
            unit.lot_id,
            unit.product_id,
            unit.location_id,
            unit.status.value,
            unit.patient,
            unit.quantity,
            unit.parent,
            unit.time,
            unit.seq,
            unit.start,
            unit.pack,
            unit.arrival,
        )

    def _write_counters(self, connection: Connection) -> None:
        now = {UNIT: self.next_unit, LOT: self.next_lot}
        moved = {name: value for name, value in now.items() if value != self.counters[name]}
        write_counters(connection, self._ledger_id, moved)
