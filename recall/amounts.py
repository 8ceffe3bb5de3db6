"""How much of a scope's goods arrived, where it is, and which patients had it.

Lots that are meant whole are sums of the books. Of lots that are meant by serial, things are looked
at one by one, and what has no serial is taken to be meant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from inventory import (
    Balance,
    Exposure,
    Unit,
    balances,
    exposures,
    received,
    units_of_lots,
)
from recall.scope import Goods


@dataclass(frozen=True, slots=True)
class Amounts:
    """The sums of a scope.

    Args:
        received: how much arrived, counted at the door.
        balances: how much is where, by location, lot and state.
        patients: who has or had it.
    """

    received: int
    balances: tuple[Balance, ...]
    patients: tuple[Exposure, ...]


def amounts_of(connection: Connection, ledger_id: int, goods: Goods) -> Amounts:
    """The sums of the goods of a scope."""
    whole = [lot.lot_id for lot in goods.whole]
    arrived = received(connection, ledger_id, whole)
    rows = balances(connection, ledger_id, whole)
    patients = exposures(connection, ledger_id, whole)
    if goods.partly:
        partly = [lot.lot_id for lot in goods.partly]
        units = units_of_lots(connection, ledger_id, partly)
        # Things outside the scope are taken out of the sums of their lots.
        outside = [unit for unit in units if unit.unit_id not in goods.units]
        arrived += received(connection, ledger_id, partly)
        arrived -= sum(unit.quantity for unit in outside)
        rows += _less(balances(connection, ledger_id, partly), outside)
        left_out = {unit.unit_id for unit in outside}
        patients += exposures(connection, ledger_id, partly, without=left_out)
    rows.sort(key=lambda row: (row.location_id, row.lot_id, row.status))
    return Amounts(arrived, tuple(rows), tuple(patients))


def _less(rows: Sequence[Balance], outside: Sequence[Unit]) -> list[Balance]:
    gone: Counter[tuple[int, int, str]] = Counter()
    for unit in outside:
        gone[unit.location_id, unit.lot_id, unit.status] += unit.quantity
    left = ((row, row.quantity - gone[row.location_id, row.lot_id, row.status]) for row in rows)
    return [
        Balance(row.location_id, row.product_id, row.lot_id, row.status, quantity)
        for row, quantity in left
        if quantity
    ]
