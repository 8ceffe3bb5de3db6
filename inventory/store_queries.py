"""Looking up what papers and stores name: locations by code, a product's identifiers."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

import bulk
from inventory import models
from inventory.things import Location

_LOCATIONS = bulk.Lookup(
    models.location, ("code", "name", "kind", "parent", "location_id"), by="code"
)


def locations_by_code(
    connection: Connection, ledger_id: int, codes: Iterable[str]
) -> dict[str, Location]:
    """The locations of these codes; those that are not there are left out."""
    rows = _LOCATIONS.fetch(connection, ledger_id, list(dict.fromkeys(codes)))
    return {row[0]: Location(*row) for row in rows}


def identifiers_of(
    connection: Connection, ledger_id: int, product_ids: Iterable[int]
) -> dict[int, tuple[str, ...]]:
    """The identifiers that each product is found by, in-house labels left out."""
    c = models.product_identifier.c
    query = select(c.product_id, c.identifier).where(
        c.ledger_id == ledger_id,
        c.product_id.in_(set(product_ids)),
        c.identifier.not_like("urn:medtrace:in-house:%"),
    )
    found: dict[int, list[str]] = {}
    for product_id, identifier in connection.execute(query.order_by(c.identifier)):
        found.setdefault(product_id, []).append(identifier)
    return {product_id: tuple(names) for product_id, names in found.items()}
