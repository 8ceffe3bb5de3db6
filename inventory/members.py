"""How products and locations are written: as JSON members of entries, and as rows of tables.

What is not there is not written, so that entries from before a member existed read, and are sent
again, as they are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import bulk
from inventory.storage import Storage, Temperatures
from inventory.things import Category, Flag, Location, Product
from inventory.wording import search_words
from ledger import encode

PRODUCT_TYPE = "medtrace:Product"
LOCATION_TYPE = "medtrace:Location"

PRODUCT_COLUMNS = (
    *("product_id", "code", "name", "specification", "category", "unit", "holder"),
    *("details", "flags", "levels", "storage"),
)
"""What `product_of_row` reads."""

LOCATION_COLUMNS = ("location_id", "code", "name", "kind", "parent", "gln", "temperatures")
"""What `location_of_row` reads."""


def product_members(product: Product) -> dict[str, Any]:
    """A product as its entry says it."""
    members: dict[str, Any] = {
        "type": PRODUCT_TYPE,
        "code": product.code,
        "name": product.name,
        "specification": product.specification,
        "category": product.category.value,
        "unit": product.unit,
        "holder": product.holder,
        "identifiers": list(product.identifiers),
        "details": dict(product.details),
    }
    if product.flags:
        members["flags"] = _flag_texts(product)
    if product.levels:
        members["levels"] = dict(product.levels)
    if product.storage is not None:
        members["storage"] = product.storage.members()
    return members


def product_from(members: dict[str, Any]) -> Product:
    """The product that `product_members` wrote."""
    storage = members.get("storage")
    return Product(
        code=members["code"],
        name=members["name"],
        specification=members["specification"],
        category=Category(members["category"]),
        unit=members["unit"],
        holder=members["holder"],
        identifiers=tuple(members["identifiers"]),
        details=members["details"],
        flags=frozenset(map(Flag, members.get("flags", ()))),
        levels=members.get("levels", {}),
        storage=None if storage is None else Storage.parse(storage),
    )


def product_row(ledger_id: int, product: Product) -> bulk.Row:
    """A product as a row of its table."""
    return (
        ledger_id,
        product.product_id,
        product.code,
        product.name,
        product.specification,
        product.category.value,
        product.unit,
        product.holder,
        _json(dict(product.details)),
        _json(_flag_texts(product)),
        _json(dict(product.levels)),
        None if product.storage is None else _json(product.storage.members()),
        search_words(product),
    )


def product_of_row(row: Sequence[Any]) -> Product:
    """The product in a row of `PRODUCT_COLUMNS`; its identifiers stand in their own table."""
    number, code, name, specification, category, unit, holder, *written = row
    details, flags, levels, storage = written
    return Product(
        code=code,
        name=name,
        specification=specification,
        category=Category(category),
        unit=unit,
        holder=holder,
        details=json.loads(details),
        product_id=number,
        flags=frozenset(map(Flag, json.loads(flags))),
        levels=json.loads(levels),
        storage=None if storage is None else Storage.parse(json.loads(storage)),
    )


def location_members(location: Location) -> dict[str, Any]:
    """A location as its entry says it."""
    members: dict[str, Any] = {
        "type": LOCATION_TYPE,
        "code": location.code,
        "name": location.name,
        "kind": location.kind,
        "parent": location.parent,
    }
    if location.gln is not None:
        members["gln"] = location.gln
    if location.temperatures is not None:
        members["temperatures"] = location.temperatures.members()
    return members


def location_from(members: dict[str, Any]) -> Location:
    """The location that `location_members` wrote."""
    temperatures = members.get("temperatures")
    return Location(
        code=members["code"],
        name=members["name"],
        kind=members["kind"],
        parent=members["parent"],
        gln=members.get("gln"),
        temperatures=None if temperatures is None else Temperatures.parse(temperatures),
    )


def location_row(ledger_id: int, location: Location) -> bulk.Row:
    """A location as a row of its table."""
    temperatures = location.temperatures
    return (
        ledger_id,
        location.location_id,
        location.code,
        location.name,
        location.kind,
        location.parent,
        location.gln,
        None if temperatures is None else _json(temperatures.members()),
    )


def location_of_row(row: Sequence[Any]) -> Location:
    """The location in a row of `LOCATION_COLUMNS`."""
    number, code, name, kind, parent, gln, temperatures = row
    limits = None if temperatures is None else Temperatures.parse(json.loads(temperatures))
    return Location(code, name, kind, parent, number, gln, limits)


def _flag_texts(product: Product) -> list[str]:
    return sorted(flag.value for flag in product.flags)


def _json(value: dict[str, Any] | list[str]) -> str:
    return encode(value).decode()
