"""What lies in a container or a bag, and which entries a correction declares wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

import bulk
from inventory import models
from inventory.lookups import units_by_id
from inventory.rows import UNIT_COLUMNS, unit_of_row
from inventory.things import Status, Unit

_PART = 500
"""Numbers in one question."""
_MIXES = bulk.Lookup(models.mix, ("unit_id",), by="lot_id")
_CORRECTIONS = bulk.Lookup(models.correction, ("corrected", "seq"), by="corrected")
_AMOUNTS = bulk.Lookup(
    models.content, ("parent", "lot_id", "quantity"), by="parent", condition="quantity <> 0"
)

_LOT_AMOUNTS = bulk.Lookup(
    models.content, ("parent", "quantity"), by="lot_id", condition="quantity <> 0"
)


@dataclass(frozen=True, slots=True)
class Contents:
    """What lies directly in a container.

    Args:
        units: things with codes of their own, containers too, in the order they came.
        amounts: how much of which lot, by the lot's surrogate.
        more: how many further things there are.
    """

    units: tuple[Unit, ...]
    amounts: tuple[tuple[int, int], ...]
    more: int = 0


def contents_of(connection: Connection, ledger_id: int, unit_id: int, *, limit: int) -> Contents:
    """What lies directly in a container.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        unit_id: the container's surrogate.
        limit: how many things at the most; amounts are few and come all.
    """
    unit, content = models.unit.c, models.content.c
    here = (
        unit.ledger_id == ledger_id,
        unit.parent == unit_id,
        unit.status != Status.VOID.value,
    )
    query = select(*(unit[name] for name in UNIT_COLUMNS)).where(*here)
    rows = connection.execute(query.order_by(unit.unit_id).limit(limit)).all()
    amounts = connection.execute(
        select(content.lot_id, content.quantity)
        .where(content.ledger_id == ledger_id, content.parent == unit_id, content.quantity > 0)
        .order_by(content.lot_id)
    )
    more = 0
    if len(rows) == limit:
        counted = select(func.count()).select_from(models.unit).where(*here)
        more = connection.execute(counted).scalar_one() - limit
    units = tuple(unit_of_row(row) for row in rows)
    return Contents(units, tuple((row.lot_id, row.quantity) for row in amounts), more)


def bags_of_lots(connection: Connection, ledger_id: int, lot_ids: Sequence[int]) -> dict[int, Unit]:
    """The bags that some lots were mixed into, by surrogate; of a bag in a bag both."""
    numbers = sorted({unit_id for (unit_id,) in _MIXES.fetch(connection, ledger_id, lot_ids)})
    return units_by_id(connection, ledger_id, numbers)


def amounts_in(
    connection: Connection, ledger_id: int, containers: Sequence[int]
) -> list[tuple[int, int, int]]:
    """The amounts that lie directly in containers or bags: the container, the lot, how much."""
    return sorted(map(tuple, _AMOUNTS.fetch(connection, ledger_id, containers)))


def containers_of_lot(
    connection: Connection, ledger_id: int, lot_id: int
) -> list[tuple[Unit, int]]:
    """The containers that amounts of a lot lie in directly, each with how much; no bags."""
    rows = _LOT_AMOUNTS.fetch(connection, ledger_id, [lot_id])
    bags = bags_of_lots(connection, ledger_id, [lot_id])
    amounts = {parent: quantity for parent, quantity in sorted(rows) if parent not in bags}
    units = units_by_id(connection, ledger_id, list(amounts))
    return [(units[number], quantity) for number, quantity in amounts.items()]


def corrections_of(connection: Connection, ledger_id: int, seqs: Sequence[int]) -> dict[int, int]:
    """Which of some entries are declared wrong, each with the entry that does so."""
    rows = _CORRECTIONS.fetch(connection, ledger_id, seqs)
    return {row[0]: row[1] for row in sorted(rows)}


def lots_inside(connection: Connection, ledger_id: int, unit_id: int) -> set[int]:
    """The lots of everything that lies in a container, however deep."""
    unit, content = models.unit.c, models.content.c
    seen, level, lots = {unit_id}, [unit_id], set[int]()
    while level:
        following: set[int] = set()
        for start in range(0, len(level), _PART):
            part = level[start : start + _PART]
            within = (unit.ledger_id == ledger_id, unit.parent.in_(part))
            single = select(unit.lot_id).where(*within, unit.lot_id != 0).distinct()
            amounts = select(content.lot_id).where(
                content.ledger_id == ledger_id, content.parent.in_(part), content.quantity > 0
            )
            deeper = select(unit.unit_id).where(*within, unit.product_id == 0)
            lots.update(connection.execute(single).scalars())
            lots.update(connection.execute(amounts).scalars())
            following.update(connection.execute(deeper).scalars())
        level = sorted(following - seen)
        seen |= following
    return lots
