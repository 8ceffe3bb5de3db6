"""What a handheld needs to work out of reach, told as what changed since it asked last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection

from access import Principal
from handheld_api.recall_routes import told_block
from hospital import Hospital
from inventory import (
    Location,
    LotAtPlaces,
    Product,
    identifiers_of,
    locations,
    places_inside,
    products,
    products_coded,
    stock_since,
    versions,
)
from ledger import read_entries
from orders import OrderFile, OrderType, orders_since
from recall import blocks_in_force

MOST_ENTRIES: Final = 20_000
"""How far back changes are followed; who knows less is told everything."""

_CATALOGUE: Final = "catalogue"


def changes(
    hospital: Hospital,
    device: Principal,
    since: int | None,
    origin: str | None,
    *,
    all_stock: bool = False,
) -> dict[str, Any]:
    """What `sync_schemas.SyncSchema` writes.

    Args:
        hospital: whose.
        device: who asks; what lies at its station and in it is told.
        since: the ledger's size that it knows; None: it knows nothing.
        origin: the ledger that it knows; another one's position means nothing.
        all_stock: the stock is wanted complete.
    """
    head, own = hospital.ledger.head(), hospital.ledger_id
    known = since if since is not None and origin == head.origin else None
    if known is not None and not head.size - MOST_ENTRIES <= known <= head.size:
        known = None
    station = device.station or ""
    with hospital.database.read() as connection:
        catalogue, holds = versions(connection, own)
        places = locations(connection, own)
        inside = places_inside(connection, own, station)
        changed = _changed_products(connection, own, known, head.size, catalogue)
        seen = None if all_stock else known
        stock, lots = stock_since(connection, own, [each.location_id for each in inside], seen)
        codes = [place.code for place in inside]
        orders = orders_since(connection, own, codes, known)
        blocked = _blocked(connection, own) if known is None or holds > known else None
        named = products(connection, own, {each.product_id for each in stock})
        told = _products(connection, own, changed)
    return {
        "origin": head.origin,
        "position": head.size,
        "full": known is None,
        "now": int(hospital.clock().timestamp() * 1000),
        "station": station,
        "profile": device.profile.name if device.profile else "",
        "trusted": hospital.access.offline.still_trusted(device),
        "products": told,
        "locations": list(places.values()) if known is None or catalogue > known else None,
        "stock": [_lot(each, named, places) for each in stock],
        "lots": lots,
        "orders": [_order(each) for each in orders],
        "blocked": blocked,
    }


def _changed_products(
    connection: Connection, ledger_id: int, known: int | None, size: int, version: int
) -> list[Product]:
    """The products that entries since then define, or give or take an identifier."""
    if known is None:
        return products_coded(connection, ledger_id)
    if version <= known:
        return []
    codes: set[str] = set()
    for entry in read_entries(connection, ledger_id, known, size):
        if entry.kind == _CATALOGUE:
            codes |= {entry.event.get("code", ""), entry.event.get("product", "")}
    return products_coded(connection, ledger_id, codes)


def _products(
    connection: Connection, ledger_id: int, found: Sequence[Product]
) -> list[dict[str, Any]]:
    names = identifiers_of(connection, ledger_id, [each.product_id for each in found])
    return [
        {
            "code": each.code,
            "name": each.name,
            "specification": each.specification,
            "unit": each.unit,
            "category": each.category.value,
            "holder": each.holder,
            "flags": sorted(each.flags),
            "identifiers": names.get(each.product_id, ()),
        }
        for each in found
    ]


def _blocked(connection: Connection, ledger_id: int) -> list[dict[str, Any]]:
    return [told_block(each) for each in blocks_in_force(connection, ledger_id)[1]]


def _lot(
    found: LotAtPlaces, named: dict[int, Product], places: dict[int, Location]
) -> dict[str, Any]:
    rows = [
        {
            "location": places[row.location_id].code,
            "expiry": row.expiry,
            "status": row.status.value,
            "quantity": row.quantity,
        }
        for row in found.rows
    ]
    return {"product": named[found.product_id].code, "lot": found.lot, "rows": rows}


def _order(found: OrderFile) -> dict[str, Any]:
    """An order as a device may know it: without whom it is for."""
    type_, number = found.order.name
    head = {name: getattr(found.order, name) for name in _HEAD}
    return {"type": OrderType(type_), "number": number, "lines": _lines(found), **head}


_HEAD: Final = ("state", "party", "source", "destination", "seq")


def _lines(found: OrderFile) -> list[dict[str, Any]]:
    return [
        {
            "line": line.number,
            "product": line.product,
            "identifiers": line.identifiers,
            "lot": line.lot,
            "expiry": line.expiry,
            "quantity": line.quantity,
            "fulfilled": line.fulfilled,
            "accepted": line.accepted,
        }
        for line in found.lines
    ]
