"""Looking up what papers and stores name: locations by code, products and their identifiers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select

import bulk
from inventory import models
from inventory.members import PRODUCT_COLUMNS, product_of_row
from inventory.things import Location, Product
from ledger import encode

_LOCATIONS = bulk.Lookup(
    models.location, ("code", "name", "kind", "parent", "location_id"), by="code"
)

_OWNERS = bulk.Lookup(models.product_identifier, ("identifier", "product_id"), by="identifier")
_PRODUCTS = bulk.Lookup(models.product, PRODUCT_COLUMNS, by="product_id")


def products_by_identifier(
    connection: Connection, ledger_id: int, identifiers: Sequence[str]
) -> dict[str, Product]:
    """The products that own these identifiers; those that nobody owns are left out."""
    owners = _OWNERS.fetch(connection, ledger_id, list(dict.fromkeys(identifiers)))
    numbers = list({product_id for _, product_id in owners})
    rows = _PRODUCTS.fetch(connection, ledger_id, numbers)
    known = {row[0]: product_of_row(row) for row in rows}
    return {name: known[product_id] for name, product_id in owners}


GENERIC = "generic"
"""The name under which a product's details say its substitution group (替换组)."""


def generics_known(connection: Connection, ledger_id: int, groups: Iterable[str]) -> set[str]:
    """Those of these substitution groups that some product is in; it reads the catalogue."""
    c, found = models.product.c, set[str]()
    for group in groups:
        said = encode({GENERIC: group}).decode()[1:-1]
        query = select(c.product_id).where(
            c.ledger_id == ledger_id, c.details.contains(said, autoescape=True)
        )
        if connection.execute(query.limit(1)).first() is not None:
            found.add(group)
    return found


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
