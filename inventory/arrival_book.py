"""How the goods of a batch came in: what was loaded of it, and what the batch adds."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

import bulk
from inventory import models
from inventory.changes import StockChange
from inventory.loading import Loaded
from inventory.things import Arrival, Lot, Status, Unit

_PUT = bulk.Insert(models.arrival)


class ArrivalBook:
    """The arrivals of one batch.

    Args:
        ledger_id: which ledger.
        loaded: what the batch names.
    """

    def __init__(self, ledger_id: int, loaded: Loaded) -> None:
        self._ledger_id = ledger_id
        self._loaded = loaded
        self._rows: list[bulk.Row] = []

    def came_in(self, lot: Lot, key: str | None, arrival: Arrival | None) -> list[Arrival]:
        """How goods may have come in; none: nobody knows.

        Args:
            lot: of which lot.
            key: which thing; None: an amount.
            arrival: how it comes in, where it does by the event that is decided.
        """
        loaded = self._loaded
        known = [
            each
            for each in loaded.arrivals.get(lot.lot_id, ())
            if each.seq not in loaded.corrections
        ]
        unit = loaded.units.get(key) if key else None
        if unit is not None and unit.status is not Status.VOID:
            return [each for each in known if each.seq == unit.arrival]
        now = [arrival] if arrival else []
        return now if key else [*(each for each in known if each.amount), *now]

    def arrival_of(self, unit: Unit, before: Unit | None, seq: int) -> int:
        """The entry by which a thing came in: what was taken out of a pack came with the pack.

        Args:
            unit: as it is from entry `seq` on.
            before: as it was.
            seq: the entry that changes it.
        """
        if not unit.lot_id:
            return 0
        if before is not None and before.status is not Status.VOID:
            return before.arrival
        if unit.arrival:  # it came in with the case that it was taken out of
            return unit.arrival
        return seq if unit.pack is None else self._loaded.numbered[unit.pack].arrival

    def take(self, change: StockChange, seq: int, things: Mapping[int, int]) -> None:
        """Put down what came in.

        Args:
            change: what changed.
            seq: by which entry.
            things: how much of each lot came in under codes of its own.
        """
        came: dict[int, int] = {}
        for flow in change.flows:
            if flow.source is None:
                came[flow.lot_id] = came.get(flow.lot_id, 0) + flow.quantity
        for lot_id, quantity in came.items():
            amount = quantity - things.get(lot_id, 0)
            told = change.arrival._replace(seq=seq, quantity=quantity, amount=amount)
            self._rows.append((self._ledger_id, lot_id, *told))
            self._loaded.arrivals.setdefault(lot_id, []).append(told)

    def write(self, connection: Connection) -> None:
        """Write what came in."""
        _PUT.run(connection, self._rows)
