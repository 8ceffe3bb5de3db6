"""Finding single things by what people and pages hold of them: numbers, keys, serials."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from sqlalchemy import Connection, select

import bulk
from inventory import models
from inventory.rows import LOT_COLUMNS, UNIT_COLUMNS, lot_of_row, unit_of_row
from inventory.things import Lot, Unit

_BY_KEY = bulk.Lookup(models.unit, UNIT_COLUMNS, by="key")
_BY_ID = bulk.Lookup(models.unit, UNIT_COLUMNS, by="unit_id")
_GS1 = "https://id.gs1.org/01/"
_DRUG = "urn:medtrace:cn-drug:"


def unit_of(connection: Connection, ledger_id: int, unit_id: int) -> Unit | None:
    """The serialised thing of this surrogate."""
    c = models.unit.c
    query = select(*(c[name] for name in UNIT_COLUMNS))
    row = connection.execute(query.where(c.ledger_id == ledger_id, c.unit_id == unit_id)).first()
    return None if row is None else unit_of_row(row)


def units_by_id(connection: Connection, ledger_id: int, unit_ids: Sequence[int]) -> dict[int, Unit]:
    """The things of these surrogates; those that are not there are left out."""
    return {row[0]: unit_of_row(row) for row in _BY_ID.fetch(connection, ledger_id, unit_ids)}


def units_by_key(connection: Connection, ledger_id: int, keys: Sequence[str]) -> dict[str, Unit]:
    """The serialised things of these keys; those that are not there are left out."""
    return {row[1]: unit_of_row(row) for row in _BY_KEY.fetch(connection, ledger_id, keys)}


def parts_of_pack(connection: Connection, ledger_id: int, unit_id: int, limit: int) -> list[Unit]:
    """What was taken out of a pack, in the order of its base units."""
    c = models.unit.c
    query = select(*(c[name] for name in UNIT_COLUMNS)).where(
        c.ledger_id == ledger_id, c.pack == unit_id
    )
    rows = connection.execute(query.order_by(c.start, c.unit_id).limit(limit))
    return [unit_of_row(row) for row in rows]


def units_by_serial(connection: Connection, ledger_id: int, serial: str) -> list[Unit]:
    """The things with this serial, of whatever product.

    A key holds the serial behind the product's identifier, so every identifier of the catalogue
    gives one key to look up: an index access each, whatever the number of things.
    """
    c = models.product_identifier.c
    names = connection.execute(select(c.identifier).where(c.ledger_id == ledger_id)).scalars()
    keys = [_key(name, quote(serial, safe="")) for name in names if not name.startswith(_DRUG)]
    found = units_by_key(connection, ledger_id, keys)
    return sorted(found.values(), key=lambda unit: unit.unit_id)


def lots_by_id(connection: Connection, ledger_id: int, lot_ids: Sequence[int]) -> dict[int, Lot]:
    """The lots of these surrogates; those that are not there are left out."""
    c = models.lot.c
    query = select(*(c[name] for name in LOT_COLUMNS))
    rows = connection.execute(query.where(c.ledger_id == ledger_id, c.lot_id.in_(set(lot_ids))))
    return {row.lot_id: lot_of_row(row) for row in rows}


def _key(identifier: str, serial: str) -> str:
    between = "/21/" if identifier.startswith(_GS1) else ":"
    return f"{identifier}{between}{serial}"
