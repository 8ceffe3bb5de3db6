"""What to order for a place: its par levels, less what lies there, comes, or is ordered already."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Connection

from hospital.assembly import Hospital
from inventory import Location, Need, Product, locations, needs, products
from orders import OrderType, find_order, open_orders

_COMING = (OrderType.TRANSFER, OrderType.PURCHASE)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Fill a product up.

    Args:
        product: which.
        source: the place to ask; None: nobody said, buy it.
        need: what the place wants, has, and what is on its way.
        ordered: how much is ordered and has not been sent.
        quantity: how much to ask for.
    """

    product: Product
    source: Location | None
    need: Need
    ordered: int
    quantity: int


def proposals(hospital: Hospital, location: Location) -> list[Proposal]:
    """What a place lacks by its par levels, product by product."""
    own = hospital.ledger_id
    with hospital.database.read() as connection:
        lacking = needs(connection, own, location.location_id, today=hospital.today())
        ordered = _ordered(connection, own, location.code) if lacking else Counter[str]()
        known = products(connection, own, [need.product_id for need in lacking])
        sources = [need.source_id for need in lacking if need.source_id is not None]
        places = locations(connection, own, sources)
    found = []
    for need in lacking:
        product = known[need.product_id]
        there = need.usable + need.coming + ordered[product.code]
        if there < need.least:
            source = places.get(need.source_id or 0)
            open_ = ordered[product.code]
            found.append(Proposal(product, source, need, open_, need.target - there))
    return found


def _ordered(connection: Connection, ledger_id: int, place: str) -> Counter[str]:
    """How much of each product is ordered for a place and neither sent nor received."""
    ordered = Counter[str]()
    for type_ in _COMING:
        for order in open_orders(connection, ledger_id, [place], type_=type_):
            file = find_order(connection, ledger_id, type_, order.name[1])
            if file is None or order.destination != place:
                continue
            for line in file.lines:
                if line.product is not None:
                    ordered[line.product] += max(line.quantity - line.fulfilled, 0)
    return ordered
