"""What things are in base units: a case what it holds, a container what lies in it.

Orders count base units, scans name things. What the books have is counted as they have it; what
arrives is counted as it was declared, what is here already left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

import bulk
from inventory import models
from inventory.count_queries import lot_key
from inventory.package_relations import declared_contents
from inventory.queries import products
from inventory.rows import UNIT_COLUMNS, unit_of_row
from inventory.store_queries import identifiers_of
from inventory.things import Status, Unit
from trace import Thing, identifier_of

_UNITS = bulk.Lookup(models.unit, UNIT_COLUMNS, by="key")
_KEYS = bulk.Lookup(models.unit, ("unit_id", "key"), by="unit_id")
_CHILDREN = bulk.Lookup(models.unit, UNIT_COLUMNS, by="parent")
_CONTENTS = bulk.Lookup(models.content, ("parent", "lot_id", "quantity"), by="parent")
_LOTS = bulk.Lookup(models.lot, ("lot_id", "product_id", "lot"), by="lot_id")
_IDENTIFIERS = bulk.Lookup(models.product_identifier, ("identifier", "product_id"), by="identifier")


def base_units_of(
    connection: Connection, ledger_id: int, keys: Sequence[str]
) -> dict[str, list[Thing]]:
    """The base units of things with codes of their own; one that is a base unit is left out.

    Args:
        connection: inside the recorder's transaction.
        ledger_id: which ledger.
        keys: of the things.
    """
    known = _known(connection, ledger_id, keys)
    found = _inside(connection, ledger_id, known)
    new = [key for key in keys if key not in known]
    declared = declared_contents(connection, ledger_id, new) if new else {}
    inside = {thing.key for things in declared.values() for thing in things}
    here = _known(connection, ledger_id, list(inside)) if inside else {}
    alone = [key for key in new if key not in declared]
    held = _by_level(connection, ledger_id, [*alone, *inside])
    for key, things in declared.items():
        found[key] = [
            replace(thing, quantity=held.get(thing.key, thing.quantity))
            for thing in things
            if thing.key not in here
        ]
    found |= {key: [Thing(key, held[key])] for key in alone if key in held}
    return found


def _known(connection: Connection, ledger_id: int, keys: Sequence[str]) -> dict[str, Unit]:
    units = map(unit_of_row, _UNITS.fetch(connection, ledger_id, keys))
    return {unit.key: unit for unit in units if unit.status is not Status.VOID}


def _inside(
    connection: Connection, ledger_id: int, known: Mapping[str, Unit]
) -> dict[str, list[Thing]]:
    """What the books have: of a container all that lies in it, of a case what it counts as."""
    packs = _packs(connection, ledger_id, known.values())
    found = {
        unit.key: [_counted(unit, packs)] if unit.quantity else []
        for unit in known.values()
        if (unit.quantity != 1 or unit.pack) and not unit.is_container
    }
    owner = {unit.unit_id: unit.key for unit in known.values() if unit.is_container}
    found |= {key: [] for key in owner.values()}
    level, amounts = list(owner), list[bulk.Row]()
    while level:
        amounts += _CONTENTS.fetch(connection, ledger_id, level)
        children = [unit_of_row(row) for row in _CHILDREN.fetch(connection, ledger_id, level)]
        packs = _packs(connection, ledger_id, children)
        for unit in sorted(children, key=lambda each: each.unit_id):
            outermost = owner[unit.parent or 0]
            if unit.is_container:
                owner[unit.unit_id] = outermost
            else:
                found[outermost].append(_counted(unit, packs))
        level = [unit.unit_id for unit in children if unit.is_container]
    _add_amounts(connection, ledger_id, found, [(owner[row[0]], *row[1:]) for row in amounts])
    return found


def _add_amounts(
    connection: Connection,
    ledger_id: int,
    found: Mapping[str, list[Thing]],
    amounts: Sequence[tuple[str, int, int]],
) -> None:
    lots = {
        lot_id: (product_id, lot)
        for lot_id, product_id, lot in _LOTS.fetch(
            connection, ledger_id, [lot_id for _, lot_id, _ in amounts]
        )
    }
    names = identifiers_of(connection, ledger_id, {product_id for product_id, _ in lots.values()})
    for outermost, lot_id, quantity in sorted(amounts):
        product_id, lot = lots[lot_id]
        found[outermost].append(
            Thing(lot_key(names[product_id][0], lot), quantity, lot=lot or None)
        )


def _packs(connection: Connection, ledger_id: int, units: Iterable[Unit]) -> dict[int, str]:
    """The codes of the packs that things were taken out of: a dose's label names no product."""
    numbers = {unit.pack for unit in units if unit.pack is not None}
    return dict(_KEYS.fetch(connection, ledger_id, list(numbers))) if numbers else {}


def _counted(unit: Unit, packs: Mapping[int, str]) -> Thing:
    key = packs.get(unit.pack or 0, unit.key)
    return Thing(key, unit.quantity if unit.quantity > 1 else None)


def _by_level(connection: Connection, ledger_id: int, keys: Sequence[str]) -> dict[str, int]:
    """Cases that nobody has received: how much they hold, by the level of their identifier."""
    names = list({identifier_of(key) for key in keys})
    owners: dict[str, int] = dict(_IDENTIFIERS.fetch(connection, ledger_id, names))
    known = products(connection, ledger_id, owners.values()) if owners else {}
    held = {}
    for key in keys:
        name = identifier_of(key)
        product = known.get(owners.get(name, 0))
        if product is not None and product.units_in(name) > 1:
            held[key] = product.units_in(name)
    return held
