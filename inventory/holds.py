"""Holds: the rules of open recalls, as the gate sees them.

A hold is a few rule rows and a new version number, whatever the size of the lot; every process asks
for the version inside the lock of its next batch, so from the commit on no exit lets it through.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

import bulk
from inventory import models
from inventory.arrival_queries import arrivals_of
from inventory.counters import HOLDS, read_counter, version_at, write_counters
from inventory.extent import Extent
from inventory.lookups import units_by_id, units_by_key
from inventory.rules import ALL_LOTS
from inventory.things import Arrival, Lot, Unit
from ledger import encode

_PUT = bulk.Insert(models.hold)


@dataclass(frozen=True, slots=True)
class Hold:
    """One rule: so much of this product may not leave.

    Args:
        case_id: the recall that says so.
        part: its number in the scope of the recall.
        product_id: the product.
        extent: what of the product.
        seq: the entry that says so.
    """

    case_id: str
    part: int
    product_id: int
    extent: Extent
    seq: int

    def covers(self, lot: Lot, key: str | None, arrivals: Iterable[Arrival] = ()) -> bool:
        """Whether it holds goods: a thing by its key, or an amount of a lot (None).

        Args:
            lot: of which lot.
            key: which thing.
            arrivals: how it may have come in; none: nobody knows.
        """
        return lot.product_id == self.product_id and self.extent.covers(lot, key, arrivals)


class HeldGoods:
    """The rules in force, arranged so that goods under none are told at once.

    Args:
        holds: the rules.
    """

    def __init__(self, holds: Iterable[Hold]) -> None:
        self._names: dict[int, set[str]] = {}
        self._others: dict[int, list[Hold]] = {}
        for hold in holds:
            if hold.extent.only_names and hold.extent.lots:
                self._names.setdefault(hold.product_id, set()).update(hold.extent.lots)
            else:
                self._others.setdefault(hold.product_id, []).append(hold)
        self.by_arrival = frozenset(
            number
            for number, others in self._others.items()
            if any(each.extent.by_arrival for each in others)
        )
        """The products of which some rule asks how goods came in."""

    def has(self, lot: Lot, key: str | None, arrivals: Iterable[Arrival] = ()) -> bool:
        """Whether one of them holds goods: a thing by its key, or an amount of a lot (None).

        Args:
            lot: of which lot.
            key: which thing.
            arrivals: how it may have come in, if `by_arrival` has its product; none: nobody knows.
        """
        number = lot.product_id
        names = self._names.get(number)
        if names is not None and (lot.lot in names or ALL_LOTS in names):
            return True
        others = self._others.get(number)
        return others is not None and any(each.covers(lot, key, arrivals) for each in others)

    def has_all_of(self, lot: Lot, arrivals: Collection[Arrival] = ()) -> bool:
        """Whether one of them holds a lot whatever its serials, and however it came in."""
        names = self._names.get(lot.product_id, set())
        others = self._others.get(lot.product_id, ())
        whole = (each for each in others if not each.extent.serials)
        return (
            lot.lot in names
            or ALL_LOTS in names
            or any(h.covers(lot, None) and _holds_all(h.extent, arrivals) for h in whole)
        )


def _holds_all(extent: Extent, arrivals: Collection[Arrival]) -> bool:
    """Whether nothing is left that leaves: amounts are held where some of them are meant."""
    others = [each for each in arrivals if not extent.brought(each)]
    meant = any(each.amount for each in arrivals if extent.brought(each))
    return not others or (meant and all(each.quantity == each.amount for each in others))


def place_holds(connection: Connection, ledger_id: int, holds: Sequence[Hold]) -> None:
    """Put holds into force with the commit of this transaction, which holds the ledger's lock."""
    rows = [
        (ledger_id, h.case_id, h.part, h.product_id, encode(h.extent.members()).decode(), h.seq)
        for h in holds
    ]
    _PUT.run(connection, rows)
    write_counters(connection, ledger_id, {HOLDS: version_at(max(h.seq for h in holds))})


def lift_holds(
    connection: Connection, ledger_id: int, case_ids: Sequence[str], *, seq: int
) -> None:
    """Take the holds of these cases out of force with the commit of this transaction.

    Args:
        connection: in the transaction, which holds the ledger's lock.
        ledger_id: whose.
        case_ids: of which recalls.
        seq: the last entry that says so; every process reads the rules anew after it.
    """
    c = models.hold.c
    connection.execute(delete(models.hold).where(c.ledger_id == ledger_id, c.case_id.in_(case_ids)))
    write_counters(connection, ledger_id, {HOLDS: version_at(seq)})


def holds_in_force(
    connection: Connection, ledger_id: int, product_id: int | None = None
) -> list[Hold]:
    """The rules of open recalls, of one product or all, in the order of their cases."""
    c = models.hold.c
    query = select(c.case_id, c.part, c.product_id, c.extent, c.seq).where(c.ledger_id == ledger_id)
    if product_id is not None:
        query = query.where(c.product_id == product_id)
    rows = connection.execute(query.order_by(c.case_id, c.part))
    return [
        Hold(case_id, part, number, Extent.parse(json.loads(extent)), seq)
        for case_id, part, number, extent, seq in rows
    ]


def held_goods(connection: Connection, ledger_id: int) -> HeldGoods:
    """The rules of open recalls, to be asked of many goods."""
    return HeldGoods(holds_in_force(connection, ledger_id))


def hold_version(connection: Connection, ledger_id: int) -> int:
    """A number that changes whenever the rules in force do."""
    return read_counter(connection, ledger_id, HOLDS)


def holding_cases(
    connection: Connection,
    ledger_id: int,
    lot: Lot,
    key: str | None = None,
    *,
    arrival: Arrival | None = None,
) -> list[str]:
    """The numbers of the open recalls that hold goods.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        lot: of which lot the goods are.
        key: the key of a thing; None: an amount, or whatever there is of the lot.
        arrival: how it would come in; None: it came in as the books say.
    """
    rules = holds_in_force(connection, ledger_id, lot.product_id)
    if not rules:
        return []
    known = units_by_key(connection, ledger_id, [key]) if key else {}
    unit = next(iter(known.values()), None)
    told = [arrival] if arrival else _came_in(connection, ledger_id, lot, unit, rules)
    code = key if unit is None else _code(connection, ledger_id, unit)
    return sorted({rule.case_id for rule in rules if rule.covers(lot, code, told)})


def _came_in(
    connection: Connection, ledger_id: int, lot: Lot, unit: Unit | None, rules: Iterable[Hold]
) -> list[Arrival]:
    if not any(rule.extent.by_arrival for rule in rules):
        return []
    arrivals = arrivals_of(connection, ledger_id, [lot.lot_id])[lot.lot_id]
    return [each for each in arrivals if unit is None or each.seq == unit.arrival]


def _code(connection: Connection, ledger_id: int, unit: Unit) -> str:
    """The maker's code of a thing: of what was taken out of a pack, the pack's."""
    packs = units_by_id(connection, ledger_id, [unit.pack]) if unit.pack else {}
    return packs[unit.pack].key if unit.pack else unit.key
