"""How much of a scope's goods arrived, where it is, and which patients had it.

Lots that are meant whole are sums of the books. Of lots that are meant by serial or by arrival,
things are looked at one by one. Amounts have no code: all of a lot are meant, or none of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from inventory import (
    Balance,
    Exposure,
    Status,
    Unit,
    bags_of_lots,
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
    for counted in (goods.amounts, frozenset(n.lot_id for n in goods.partly) - goods.amounts):
        more = _of_parts(connection, ledger_id, goods, sorted(counted))
        arrived += more.received
        rows += more.balances
        patients += more.patients
    rows.sort(key=lambda row: (row.location_id, row.lot_id, row.status))
    return Amounts(arrived, tuple(rows), tuple(patients))


def _of_parts(connection: Connection, ledger_id: int, goods: Goods, lots: Sequence[int]) -> Amounts:
    """The sums of lots that are meant in part: of all amounts, or (the others) of none."""
    if not lots:
        return Amounts(0, (), ())
    units = units_of_lots(connection, ledger_id, lots, void=True)
    real = [unit for unit in units if unit.status is not Status.VOID]
    inside = [unit for unit in real if unit.unit_id in goods.units]
    left_out = {unit.unit_id for unit in units if unit.unit_id not in goods.units}
    if goods.amounts.issuperset(lots):
        # Things outside the scope are taken out of the sums of their lots.
        outside = [unit for unit in real if unit.unit_id in left_out]
        arrived = received(connection, ledger_id, lots) - sum(unit.quantity for unit in outside)
        rows = _less(balances(connection, ledger_id, lots), outside)
    else:
        arrived, rows = sum(unit.quantity for unit in inside), _sums(inside)
        left_out |= {0, *bags_of_lots(connection, ledger_id, lots)}
    patients = exposures(connection, ledger_id, lots, without=left_out)
    return Amounts(arrived, tuple(rows), tuple(patients))


def _sums(units: Sequence[Unit]) -> list[Balance]:
    sums: Counter[tuple[int, int, int, Status]] = Counter()
    for unit in units:
        sums[unit.location_id, unit.product_id, unit.lot_id, unit.status] += unit.quantity
    return [Balance(*name, quantity) for name, quantity in sums.items() if quantity]


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
