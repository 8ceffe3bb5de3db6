"""What the catalogue says of drugs, for orders of care: the order book knows no catalogue."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from inventory import GENERIC, products_by_identifier
from orders import Drug


def drugs_of(connection: Connection, ledger_id: int, identifiers: Sequence[str]) -> dict[str, Drug]:
    """What the catalogue says of the products that have these identifiers.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        identifiers: the beginnings of things' keys (`trace.identifier_of`).
    """
    found = products_by_identifier(connection, ledger_id, identifiers)
    return {
        name: Drug(product.code, product.name, product.details.get(GENERIC))
        for name, product in found.items()
    }
