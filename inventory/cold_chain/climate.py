"""Which air a place shares with which: down the tree, as far as no place has a range of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select

from inventory import cold_models, models
from inventory.queries import locations, products
from inventory.storage import Temperatures
from inventory.things import Location, Product


class Climate:
    """Every place of a hospital, by what air it has."""

    def __init__(self, places: Iterable[Location]) -> None:
        self.places = {place.code: place for place in places}
        self._children: dict[str, list[Location]] = defaultdict(list)
        for place in self.places.values():
            if place.parent is not None:
                self._children[place.parent].append(place)

    @classmethod
    def read(cls, connection: Connection, ledger_id: int) -> Climate:
        """The places as they are."""
        return cls(locations(connection, ledger_id).values())

    def sharing(self, code: str) -> list[Location]:
        """The place and those below it that a reading there speaks for.

        A place with a range of its own (a fridge in a store) has its own air and sensor; nothing
        below it is meant either.
        """
        found, waiting = [], [self.places[code]]
        while waiting:
            place = waiting.pop()
            found.append(place)
            waiting += [each for each in self._children[place.code] if each.temperatures is None]
        return found


def cold_products_at(
    connection: Connection, ledger_id: int, location_ids: Iterable[int]
) -> dict[int, Product]:
    """The products of the cold chain that lie at some places at present."""
    c, cold = models.balance.c, cold_models.cold_product.c
    query = select(c.product_id).where(
        c.ledger_id == ledger_id, c.location_id.in_(set(location_ids)), c.quantity > 0
    )
    present = set(connection.execute(query.distinct()).scalars())
    flagged = select(cold.product_id).where(
        cold.ledger_id == ledger_id, cold.product_id.in_(present)
    )
    return products(connection, ledger_id, connection.execute(flagged).scalars())


def ranges_of(found: Mapping[int, Product]) -> set[Temperatures]:
    """The ranges that these products are kept in."""
    return {
        product.storage.temperatures
        for product in found.values()
        if product.storage is not None and product.storage.temperatures is not None
    }
