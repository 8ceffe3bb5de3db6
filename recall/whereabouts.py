"""Where all of a product's goods are, thing by thing, in which state, and who had it.

The same goods as a recall's answer, told one by one: what has a code of its own, what was taken out
of a pack or mixed into a bag, and the amounts that remain. Every row is found from its lot by key,
so the work grows with what is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection

from inventory import Exposure, Lot, Status, Unit, amounts_in, bags_of_lots, units_of_lots
from recall.amounts import amounts_of
from recall.scope import Part, goods_of

Sums = dict[tuple[int, int, Status], int]
"""How much there is, by lot, location and state."""


class Whereabout(NamedTuple):
    """Goods of one lot at one place in one state.

    Args:
        lot_id: of which lot.
        location_id: where.
        status: in which state.
        quantity: how many base units.
        unit: the thing with a code of its own, or the part of a pack; None: an amount.
        bag: the bag that it was mixed into; None: it lies in none.
    """

    lot_id: int
    location_id: int
    status: Status
    quantity: int
    unit: Unit | None = None
    bag: Unit | None = None


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where all goods of a scope are, and who had them.

    Args:
        lots: the lots that ever arrived.
        goods: things in the order they came, then amounts in bags, then other amounts.
        patients: who has or had of it, by pseudonym, one row a patient and lot.
    """

    lots: tuple[Lot, ...]
    goods: tuple[Whereabout, ...]
    patients: tuple[Exposure, ...]


def where(connection: Connection, ledger_id: int, scope: Sequence[Part]) -> Whereabouts:
    """The present place and state of all goods of a scope, and who has or had them.

    Of a lot that is meant in part, amounts are told too as far as they may be meant.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        scope: which products, and which lots, serials and days of each.
    """
    goods = goods_of(connection, ledger_id, scope)
    amounts = amounts_of(connection, ledger_id, goods)
    numbers = [lot.lot_id for lot in goods.lots]
    whole = {lot.lot_id for lot in goods.whole}
    known, bags = whole | goods.amounts, bags_of_lots(connection, ledger_id, numbers)
    told = [
        Whereabout(*_standing(unit), unit.quantity, unit, bags.get(unit.parent or 0))
        for unit in units_of_lots(connection, ledger_id, numbers)
        if unit.quantity and (unit.lot_id in whole or unit.unit_id in goods.units)
    ]
    for number, lot_id, quantity in amounts_in(connection, ledger_id, list(bags)):
        if lot_id in known:
            bag = bags[number]
            told.append(Whereabout(lot_id, bag.location_id, bag.status, quantity, bag=bag))
    sums = {(row.lot_id, row.location_id, row.status): row.quantity for row in amounts.balances}
    return Whereabouts(goods.lots, (*told, *_rest(sums, told)), amounts.patients)


def _standing(unit: Unit) -> tuple[int, int, Status]:
    return unit.lot_id, unit.location_id, unit.status


def _rest(sums: Sums, told: Sequence[Whereabout]) -> list[Whereabout]:
    """What the books have beyond what was told one by one: amounts of lots."""
    left = Counter(sums)
    for each in told:
        left[each.lot_id, each.location_id, each.status] -= each.quantity
    return [Whereabout(*about, quantity) for about, quantity in left.items() if quantity]
