"""What a process remembers between batches: products, locations and the rules of open recalls.

Each batch asks the ledger for the versions first, inside the lock; what another process changed is
read anew. Catalogues are large and recalls few: products are remembered as they are met, holds all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

import bulk
from inventory import models
from inventory.counters import CATALOGUE, HOLDS, NARCOTICS
from inventory.holds import HeldGoods, held_goods
from inventory.members import LOCATION_COLUMNS, PRODUCT_COLUMNS, location_of_row, product_of_row
from inventory.narcotic_queries import closed_until
from inventory.things import Arrival, Location, Lot, Product

_IDENTIFIERS = bulk.Lookup(models.product_identifier, ("identifier", "product_id"), by="identifier")
_PRODUCTS = bulk.Lookup(models.product, PRODUCT_COLUMNS, by="product_id")
_LOCATIONS = bulk.Lookup(models.location, LOCATION_COLUMNS, by="code")
_LOCATION_IDS = bulk.Lookup(models.location, LOCATION_COLUMNS, by="location_id")


class Memory:
    """Products, locations and holds of one ledger, as of the last batch."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Start anew: the transaction that things were read in did not commit."""
        self._catalogue_version = -1
        self._hold_version = -1
        self._clear()
        self._held = HeldGoods(())
        self._narcotics_version = -1
        self._closed: dict[int, int] = {}

    def _clear(self) -> None:
        self._identifiers: dict[str, Product | None] = {}
        self._products: dict[int, Product] = {}
        self._locations: dict[str, Location | None] = {}
        self._location_ids: dict[int, Location] = {}

    def refresh(self, connection: Connection, ledger_id: int, counters: dict[str, int]) -> None:
        """Drop what other processes have changed since the last batch."""
        if counters[CATALOGUE] != self._catalogue_version:
            self._clear()
            self._catalogue_version = counters[CATALOGUE]
        if counters[HOLDS] != self._hold_version:
            self._held = held_goods(connection, ledger_id)
            self._hold_version = counters[HOLDS]
        if counters[NARCOTICS] != self._narcotics_version:
            self._closed = closed_until(connection, ledger_id)
            self._narcotics_version = counters[NARCOTICS]

    def learn(
        self,
        connection: Connection,
        ledger_id: int,
        identifiers: Iterable[str],
        codes: Iterable[str],
    ) -> None:
        """Look up the products and locations that are not remembered yet."""
        unknown = [name for name in dict.fromkeys(identifiers) if name not in self._identifiers]
        if unknown:
            found: dict[str, int] = dict(_IDENTIFIERS.fetch(connection, ledger_id, unknown))
            self.learn_products(connection, ledger_id, found.values())
            for name in unknown:
                self._identifiers[name] = self._products.get(found.get(name, 0))
        missing = [code for code in dict.fromkeys(codes) if code not in self._locations]
        if missing:
            self._remember(_LOCATIONS.fetch(connection, ledger_id, missing))
            for code in missing:
                self._locations.setdefault(code, None)

    def learn_products(
        self, connection: Connection, ledger_id: int, product_ids: Iterable[int]
    ) -> None:
        """Look up products by surrogate."""
        unknown = [number for number in set(product_ids) if number not in self._products]
        for row in _PRODUCTS.fetch(connection, ledger_id, unknown):
            self._products[row[0]] = product_of_row(row)

    def learn_locations(
        self, connection: Connection, ledger_id: int, location_ids: Iterable[int]
    ) -> None:
        """Look up locations by surrogate."""
        unknown = [number for number in set(location_ids) if number not in self._location_ids]
        self._remember(_LOCATION_IDS.fetch(connection, ledger_id, unknown))

    def _remember(self, rows: Sequence[bulk.Row]) -> None:
        for row in rows:
            known = location_of_row(row)
            self._locations[known.code] = self._location_ids[known.location_id] = known

    def location(self, code: str) -> Location | None:
        """The location of this code, once learnt."""
        return self._locations[code]

    def location_named(self, location_id: int) -> str:
        """The name of a location, once learnt."""
        return self._location_ids[location_id].name

    def location_code(self, location_id: int) -> str:
        """The code of a location, once learnt."""
        return self._location_ids[location_id].code

    def location_of(self, location_id: int) -> Location:
        """The location of this surrogate, once learnt."""
        return self._location_ids[location_id]

    def closed_until(self, location_id: int) -> int | None:
        """When a place's narcotics were closed last (ms since 1970); None: never."""
        return self._closed.get(location_id)

    def product(self, identifier: str) -> Product | None:
        """The product of this identifier, once learnt."""
        return self._identifiers[identifier]

    def product_of(self, product_id: int) -> Product:
        """The product of this surrogate, once learnt."""
        return self._products[product_id]

    def held(self, lot: Lot, key: str | None, arrivals: Iterable[Arrival] = ()) -> bool:
        """Whether an open recall blocks goods of a lot: a thing by its key, or an amount (None)."""
        return self._held.has(lot, key, arrivals)

    def asks_arrival(self, product_id: int) -> bool:
        """Whether an open recall asks how goods of a product came in."""
        return product_id in self._held.by_arrival
