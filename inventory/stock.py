"""The stock's part in every recording: load what the batch touches, decide, write in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import ClassVar

from sqlalchemy import Connection, Table

import bulk
from inventory import models
from inventory.changes import Flow, StockChange
from inventory.counters import LOT, UNIT, read_counters, write_counters
from inventory.decision import decide, lot_named_by
from inventory.memory import Memory
from inventory.things import Lot, Status, Unit
from trace import NO_CHANGE, Event, NoChange, Recordable, Refused, Thing, identifier_of

_UNIT_COLUMNS = ("unit_id", "key", "lot_id", "product_id", "location_id", "status", "patient")
_UNITS = bulk.Lookup(models.unit, _UNIT_COLUMNS, by="key")
_LOT_COLUMNS = ("lot_id", "product_id", "lot", "expiry", "supplier")
_LOTS = bulk.Lookup(models.lot, _LOT_COLUMNS, by="lot_id")
_LOT_NAMES = bulk.PairLookup(models.lot, _LOT_COLUMNS, by=("product_id", "lot"))
_BALANCES = bulk.Lookup(
    models.balance, ("location_id", "lot_id", "status", "quantity"), by="lot_id"
)
_SERIAL = bulk.Lookup(models.unit, ("location_id", "lot_id", "status"), by="lot_id")

_PUT_UNITS = bulk.Insert(
    models.unit,
    key=("ledger_id", "unit_id"),
    replace=("location_id", "status", "patient", "seq"),
)
_ADD_LOTS = bulk.Insert(models.lot, key=("ledger_id", "lot_id"), add=("received",))
_BALANCE_KEY = ("ledger_id", "location_id", "product_id", "lot_id", "status")
_ADD_BALANCES = bulk.Insert(models.balance, key=_BALANCE_KEY, add=("quantity",))
_DROP_BALANCES = bulk.Delete(models.balance, key=_BALANCE_KEY, condition="balance.quantity = 0")
_PUT_EXPOSURES = bulk.Insert(models.exposure)

_STATUS = {status.value: status for status in Status}


class Stock:
    """Participant: what there is. Keeps in memory what changes seldom; one per recorder."""

    tables: ClassVar[Sequence[Table]] = (
        models.unit,
        models.lot,
        models.balance,
        models.exposure,
        models.hold,
    )

    def __init__(self) -> None:
        self._memory = Memory()

    def forget(self) -> None:
        """Drop what is remembered: a transaction failed."""
        self._memory.forget()

    def load(
        self, connection: Connection, ledger_id: int, records: Sequence[Recordable]
    ) -> StockState | None:
        """The states of every thing, lot and location that the events name."""
        events = [record for record in records if isinstance(record, Event)]
        if not events:
            return None
        state = StockState(self._memory, ledger_id, read_counters(connection, ledger_id))
        self._memory.refresh(connection, ledger_id, state.counters)
        state.load(connection, events)
        return state

    def decide(
        self, state: StockState | None, record: Recordable
    ) -> StockChange | NoChange | Refused:
        """By the one gate."""
        if state is None or not isinstance(record, Event):
            return NO_CHANGE
        return decide(state, record)

    def accept(self, state: StockState, _record: Recordable, change: StockChange, seq: int) -> None:
        """Take the change into the working state."""
        state.accept(change, seq)

    def apply(self, connection: Connection, state: StockState | None) -> None:
        """Write the changed rows."""
        if state is not None:
            state.write(connection)


class StockState:
    """The working state of one batch: what was loaded, with what was accepted folded in.

    Implements `inventory.changes.View`.
    """

    def __init__(self, memory: Memory, ledger_id: int, counters: dict[str, int]) -> None:
        self.counters = counters
        self.next_unit = counters[UNIT]
        self.next_lot = counters[LOT]
        self.location = memory.location
        self.location_named = memory.location_named
        self.product = memory.product
        self.product_of = memory.product_of
        self.held = memory.held
        self._memory = memory
        self._ledger_id = ledger_id
        self._units: dict[str, Unit] = {}
        self._lots: dict[int, Lot] = {}
        self._lot_names: dict[tuple[int, str], Lot] = {}
        self._balances: dict[tuple[int, int, Status], int] = defaultdict(int)
        self._changed: dict[str, tuple[Unit, int]] = {}
        self._received: dict[int, int] = defaultdict(int)
        self._moved: dict[tuple[int, int, int, Status], int] = defaultdict(int)
        self._exposures: list[bulk.Row] = []

    def load(self, connection: Connection, events: Sequence[Event]) -> None:
        """Read the states of everything the events name, a query a table."""
        things = [thing for event in events for thing in event.things]
        self._memory.learn(
            connection,
            self._ledger_id,
            (identifier_of(thing.key) for thing in things),
            (code for event in events for code in (event.location, event.whereabouts)),
        )
        keys = list({thing.key for thing in things if thing.quantity is None})
        for row in _UNITS.fetch(connection, self._ledger_id, keys):
            self._keep_unit(row)
        self._load_lots(connection, things)
        units = self._units.values()
        self._memory.learn_products(connection, self._ledger_id, (u.product_id for u in units))
        self._memory.learn_locations(connection, self._ledger_id, (u.location_id for u in units))

    def _keep_unit(self, row: bulk.Row) -> None:
        unit_id, key, lot_id, product_id, location_id, status, patient = row
        owner = None if patient is None else bytes(patient)
        self._units[key] = Unit(
            unit_id, key, lot_id, product_id, location_id, _STATUS[status], owner
        )

    def _load_lots(self, connection: Connection, things: Iterable[Thing]) -> None:
        by_id = list({unit.lot_id for unit in self._units.values()})
        self._keep_lots(_LOTS.fetch(connection, self._ledger_id, by_id))
        pairs, amounts = set(), set()
        for thing in things:
            product = self.product(identifier_of(thing.key))
            if product is None or thing.key in self._units:
                continue
            pair = (product.product_id, lot_named_by(thing))
            if pair not in self._lot_names:
                pairs.add(pair)
            if thing.quantity is not None:
                amounts.add(pair)
        self._keep_lots(_LOT_NAMES.fetch(connection, self._ledger_id, list(pairs)))
        lots = [self._lot_names[pair].lot_id for pair in amounts if pair in self._lot_names]
        for location_id, lot_id, status, quantity in _BALANCES.fetch(
            connection, self._ledger_id, lots
        ):
            self._balances[location_id, lot_id, _STATUS[status]] = quantity
        for location_id, lot_id, status in _SERIAL.fetch(connection, self._ledger_id, lots):
            self._balances[location_id, lot_id, _STATUS[status]] -= 1

    def _keep_lots(self, rows: Sequence[bulk.Row]) -> None:
        for row in rows:
            lot = Lot(*row)
            self._lots[lot.lot_id] = self._lot_names[lot.product_id, lot.lot] = lot

    def unit(self, key: str) -> Unit | None:
        """The serialised thing of this key."""
        return self._units.get(key)

    def lot(self, lot_id: int) -> Lot:
        """The lot of this surrogate."""
        return self._lots[lot_id]

    def lot_named(self, product_id: int, lot: str) -> Lot | None:
        """The lot of this name."""
        return self._lot_names.get((product_id, lot))

    def balance(self, location_id: int, lot_id: int, status: Status) -> int:
        """How much of a lot is there in a state, serialised things left out."""
        return self._balances[location_id, lot_id, status]

    def accept(self, change: StockChange, seq: int) -> None:
        """Fold a change in."""
        for lot in change.lots:
            self._lots[lot.lot_id] = self._lot_names[lot.product_id, lot.lot] = lot
        self.next_lot += len(change.lots)
        for unit in change.units:
            self.next_unit = max(self.next_unit, unit.unit_id + 1)
            self._units[unit.key] = unit
            self._changed[unit.key] = (unit, seq)
        for flow in change.flows:
            if flow.source is None:
                self._received[flow.lot_id] += flow.quantity
            else:
                self._move(flow, flow.source, -flow.quantity)
            self._move(flow, flow.target, flow.quantity)
        for row in change.exposed:
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

    def _move(self, flow: Flow, end: tuple[int, Status], count: int) -> None:
        location_id, status = end
        self._moved[location_id, flow.product_id, flow.lot_id, status] += count
        if not flow.serial:
            self._balances[location_id, flow.lot_id, status] += count

    def write(self, connection: Connection) -> None:
        """Write what was accepted, a statement a table."""
        if not self._changed and not self._moved:
            return
        own = self._ledger_id
        received = [self._lot_row(self._lots[lot], n) for lot, n in self._received.items()]
        _ADD_LOTS.run(connection, received)
        _PUT_UNITS.run(connection, [self._row(unit, seq) for unit, seq in self._changed.values()])
        moved = [
            (own, location_id, product_id, lot_id, status.value, quantity)
            for (location_id, product_id, lot_id, status), quantity in self._moved.items()
            if quantity
        ]
        _ADD_BALANCES.run(connection, moved)
        _DROP_BALANCES.run(connection, [row[:-1] for row in moved if row[-1] < 0])
        _PUT_EXPOSURES.run(connection, self._exposures)
        self._write_counters(connection)

    def _lot_row(self, lot: Lot, received: int) -> bulk.Row:
        own = self._ledger_id
        return (own, lot.lot_id, lot.product_id, lot.lot, lot.expiry, lot.supplier, received)

    def _row(self, unit: Unit, seq: int) -> bulk.Row:
        return (
            self._ledger_id,
            unit.unit_id,
            unit.key,
            unit.lot_id,
            unit.product_id,
            unit.location_id,
            unit.status.value,
            unit.patient,
            seq,
        )

    def _write_counters(self, connection: Connection) -> None:
        now = {UNIT: self.next_unit, LOT: self.next_lot}
        moved = {name: value for name, value in now.items() if value != self.counters[name]}
        write_counters(connection, self._ledger_id, moved)
