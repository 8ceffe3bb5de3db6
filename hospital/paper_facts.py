"""What the books say of everything that papers name, asked once for all of them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from hospital.assembly import Hospital
from inventory import (
    Product,
    find_product,
    generics_known,
    identifiers_of,
    locations_by_code,
    products_by_code,
)
from orders import Paper, find_order
from scanning import Granularity, read
from trace import identifier_of


class PaperFacts:
    """What the books say of everything that some papers name."""

    def __init__(self, hospital: Hospital, papers: Sequence[Paper]) -> None:
        own = hospital.ledger_id
        lines = [line for paper in papers for line in paper.lines]
        codes = {line.product for line in lines if line.product is not None}
        groups = {line.generic for line in lines if line.generic is not None}
        places = {place for paper in papers for place in (paper.source, paper.destination) if place}
        with hospital.database.read() as connection:
            self.products = products_by_code(connection, own, codes)
            self.generics = generics_known(connection, own, groups)
            self.places = set(locations_by_code(connection, own, places))
            self.orders = {
                (paper.type, paper.number)
                for paper in papers
                if find_order(connection, own, paper.type, paper.number)
            }
            self._owners = _owners(connection, own, papers)
            numbers = {each.product_id for each in (*self.products.values(), *self.owners)}
            self.identifiers = identifiers_of(connection, own, numbers)

    @property
    def owners(self) -> list[Product]:
        """The products of the things that lie in packages."""
        return [product for product in self._owners.values() if product is not None]

    def owner(self, key: str) -> Product | None:
        """The product that a thing's key belongs to."""
        return self._owners.get(identifier_of(key))


def _owners(
    connection: Connection, ledger_id: int, papers: Sequence[Paper]
) -> dict[str, Product | None]:
    owners: dict[str, Product | None] = {}
    for scan in (read(each.code) for paper in papers for each in paper.packages):
        if scan.key and scan.granularity is not Granularity.LOGISTIC_UNIT:
            name = identifier_of(scan.key)
            if name not in owners:
                owners[name] = find_product(connection, ledger_id, scan.key)
    return owners
