"""The account book of narcotics (专用账册) as the stock writes it: what came and went, where."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

import bulk
from inventory import care_models
from inventory.changes import StockChange
from inventory.kinds import PlaceKind
from inventory.things import Flag, Location, Product, Status

_PUT = bulk.Insert(care_models.narcotic_line)

_LYING = frozenset(
    {Status.AVAILABLE, Status.TO_INSPECT, Status.RESERVED, Status.QUARANTINED, Status.REJECTED}
    | {Status.OPENED}
)
"""The states of what lies at a place and is answered for there."""

_COUNTERS = frozenset({PlaceKind.PHARMACY, PlaceKind.STORE, PlaceKind.SAFE, PlaceKind.DOCK})
"""Kinds of place where what is dispensed has gone over the counter; a ward has it still."""

_Name = tuple[int, int, int, int]


class NarcoticLines:
    """The lines of one batch.

    Args:
        product_of: the product of a surrogate.
        location_of: the location of a surrogate.
    """

    def __init__(
        self, product_of: Callable[[int], Product], location_of: Callable[[int], Location]
    ) -> None:
        self._product_of = product_of
        self._location_of = location_of
        self._lines: dict[_Name, list[int]] = {}

    def accept(self, change: StockChange, seq: int) -> None:
        """Note what a change brings and takes away."""
        for flow in change.flows:
            if Flag.NARCOTIC not in self._product_of(flow.product_id).flags:
                continue
            moves = ((flow.source, -flow.quantity), (flow.target, flow.quantity))
            used = _used(flow.source, -flow.quantity) + _used(flow.target, flow.quantity)
            sums: dict[int, int] = {}
            for end, count in moves:
                if end is not None and self._lies(*end):
                    sums[end[0]] = sums.get(end[0], 0) + count
            end = flow.source or flow.target
            if used and end is not None:
                sums.setdefault(end[0], 0)
            for place, count in sums.items():
                name = (place, flow.product_id, seq, flow.lot_id)
                line = self._lines.setdefault(name, [change.time, 0, 0, 0])
                line[1] += max(count, 0)
                line[2] += max(-count, 0)
                line[3] += used if end is not None and place == end[0] else 0

    def _lies(self, location_id: int, status: Status) -> bool:
        if status is Status.DISPENSED:
            return self._location_of(location_id).kind not in _COUNTERS
        return status in _LYING

    def write(self, connection: Connection, ledger_id: int) -> None:
        """Write the lines; a line that says nothing is none."""
        rows = [
            (ledger_id, *name, time, came, went, used)
            for name, (time, came, went, used) in self._lines.items()
            if came or went or used
        ]
        _PUT.run(connection, rows)


def _used(end: tuple[int, Status] | None, count: int) -> int:
    return count if end is not None and end[1] is Status.ADMINISTERED else 0
