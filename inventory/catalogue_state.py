"""The catalogue's working state of one batch: what was loaded, accepted, and is to be written.

It decides too, because what one record of a batch brings in the next one meets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, select

import bulk
from inventory import cold_models, models, store_models
from inventory.counters import CATALOGUE, LOCATION, PRODUCT, version_at, write_counters
from inventory.mapping import CodeMapping, MappingBook
from inventory.members import location_row, product_row
from inventory.suppliers import Supplier, supplier_row
from inventory.things import Flag, Location, Product
from trace import Reason, Refused, Touch

_PRODUCT_CODES = bulk.Lookup(models.product, ("code", "product_id"), by="code")
_CODES_OF = bulk.Lookup(models.product, ("product_id", "code"), by="product_id")
_OWNERS = bulk.Lookup(models.product_identifier, ("identifier", "product_id"), by="identifier")
_PUT_PRODUCTS = bulk.Insert(
    models.product,
    key=("ledger_id", "product_id"),
    replace=(
        *("name", "specification", "category", "unit", "holder"),
        *("details", "flags", "levels", "storage", "search"),
    ),
)
_PUT_IDENTIFIERS = bulk.Insert(
    models.product_identifier, key=("ledger_id", "identifier"), replace=("product_id",)
)
_PUT_COLD = bulk.Insert(cold_models.cold_product, key=("ledger_id", "product_id"))
_DROP_COLD = bulk.Delete(cold_models.cold_product, key=("ledger_id", "product_id"))
_PUT_LOCATIONS = bulk.Insert(
    models.location,
    key=("ledger_id", "location_id"),
    replace=("name", "kind", "parent", "gln", "temperatures"),
)
_PUT_SUPPLIERS = bulk.Insert(
    store_models.supplier,
    key=("ledger_id", "code"),
    replace=("name", "credit_code", "licence", "licence_until", "gln", "phone"),
)


@dataclass(frozen=True, slots=True)
class DefinedProduct:
    """The change: a product with its surrogate, and which of its identifiers another one owns."""

    product: Product
    contested: tuple[tuple[str, int], ...]
    person: str | None
    context: Mapping[str, Any]
    touch: Touch = field(default_factory=Touch)


@dataclass(frozen=True, slots=True)
class DefinedLocation:
    """The change: a location with its surrogate."""

    location: Location
    touch: Touch = field(default_factory=Touch)
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DefinedSupplier:
    """The change: what is known of a supplier."""

    supplier: Supplier
    touch: Touch = field(default_factory=Touch)
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mapped:
    """The change: an identifier stands for a product, by a person's word."""

    decision: CodeMapping
    product_id: int
    owner: int | None
    context: Mapping[str, Any]
    touch: Touch = field(default_factory=Touch)


class CatalogueState:
    """Which codes and identifiers are taken, by whom, and how places lie in each other."""

    def __init__(self, ledger_id: int, counters: dict[str, int]) -> None:
        self._ledger_id = ledger_id
        self._counters = counters
        self._products: dict[str, int] = {}
        self._codes: dict[int, str] = {}
        self._owners: dict[str, int] = {}
        self._locations: dict[str, tuple[int, str | None]] = {}
        self._mappings = MappingBook(ledger_id)
        self._new_products: dict[int, Product] = {}
        self._new_locations: dict[int, Location] = {}
        self._new_suppliers: dict[str, Supplier] = {}
        self._new_owners: dict[str, int] = {}
        self._changed = False

    def load_products(
        self, connection: Connection, codes: Sequence[str], identifiers: Sequence[str]
    ) -> None:
        """Read who has these codes and identifiers."""
        own = self._ledger_id
        self._products.update(dict(_PRODUCT_CODES.fetch(connection, own, codes)))
        self._owners.update(dict(_OWNERS.fetch(connection, own, identifiers)))
        owners = list({*self._owners.values(), *self._products.values()})
        self._codes.update(dict(_CODES_OF.fetch(connection, own, owners)))
        self._mappings.load(connection, identifiers, self._products.values())

    def load_locations(self, connection: Connection) -> None:
        """Read the whole tree: a place may be moved to anywhere in it."""
        c = models.location.c
        query = select(c.code, c.location_id, c.parent).where(c.ledger_id == self._ledger_id)
        self._locations.update(
            {code: (number, parent) for code, number, parent in connection.execute(query)}
        )

    def decide_product(self, product: Product, person: str | None) -> DefinedProduct:
        """A code keeps its surrogate; what another product owns goes on the work-list."""
        number = self._products.get(product.code, self._counters[PRODUCT])
        contested = tuple(
            (name, owner)
            for name in dict.fromkeys(product.identifiers)
            if (owner := self._owners.get(name, number)) != number
        )
        told = [{"identifier": name, "owner": self._codes[owner]} for name, owner in contested]
        context = {"contested": told} if told else {}
        return DefinedProduct(replace(product, product_id=number), contested, person, context)

    def decide_location(self, location: Location) -> DefinedLocation | Refused:
        """A code keeps its surrogate; a place lies in one that there is, and never in itself."""
        around, passed = location.parent, {location.code}
        while around is not None:
            if around in passed:
                return Refused(Reason.PLACE_IN_ITSELF, {"location": location.code})
            if around not in self._locations:
                return Refused(Reason.UNKNOWN_LOCATION, {"location": around})
            passed.add(around)
            around = self._locations[around][1]
        known = self._locations.get(location.code)
        number = self._counters[LOCATION] if known is None else known[0]
        return DefinedLocation(replace(location, location_id=number))

    def decide_mapping(self, decision: CodeMapping) -> Mapped | Refused:
        """An identifier can only stand for a product that there is."""
        number = self._products.get(decision.product)
        if number is None:
            return Refused(Reason.UNKNOWN_PRODUCT, {"product": decision.product})
        owner = self._owners.get(decision.identifier)
        moved = owner is not None and owner != number
        context = {"before": self._codes[owner]} if owner is not None and moved else {}
        return Mapped(decision, number, owner, context)

    def accept(
        self, change: DefinedProduct | DefinedLocation | DefinedSupplier | Mapped, seq: int
    ) -> None:
        """Fold a change in; suppliers change nothing that a scan or a handheld's copy rests on."""
        if isinstance(change, DefinedSupplier):
            self._new_suppliers[change.supplier.code] = change.supplier
            return
        self._changed = True
        self._counters[CATALOGUE] = version_at(seq)
        match change:
            case DefinedProduct():
                self._accept_product(change, seq)
            case DefinedLocation(location):
                number = location.location_id
                self._locations[location.code] = (number, location.parent)
                self._counters[LOCATION] = max(self._counters[LOCATION], number + 1)
                self._new_locations[number] = location
            case Mapped():
                self._mappings.confirm(change.decision, change.product_id, change.owner, seq)
                self._own(change.decision.identifier, change.product_id)

    def _accept_product(self, change: DefinedProduct, seq: int) -> None:
        product, number = change.product, change.product.product_id
        self._products[product.code] = number
        self._codes[number] = product.code
        self._counters[PRODUCT] = max(self._counters[PRODUCT], number + 1)
        self._new_products[number] = product
        self._mappings.withdraw(number, product.identifiers)
        for name, owner in change.contested:
            self._mappings.claim(name, number, owner, seq)
        for name in product.identifiers:
            if name not in self._owners:
                self._mappings.own(name, number, change.person, seq)
                self._own(name, number)

    def _own(self, identifier: str, product_id: int) -> None:
        self._owners[identifier] = self._new_owners[identifier] = product_id

    def write(self, connection: Connection) -> None:
        """Write what was accepted and tell every process that the catalogue has changed."""
        own = self._ledger_id
        suppliers = self._new_suppliers.values()
        _PUT_SUPPLIERS.run(connection, [supplier_row(own, each) for each in suppliers])
        if not self._changed:
            return
        products, locations = self._new_products.values(), self._new_locations.values()
        _PUT_PRODUCTS.run(connection, [product_row(own, product) for product in products])
        cold = {each.product_id for each in products if Flag.COLD_CHAIN in each.flags}
        _PUT_COLD.run(connection, [(own, number) for number in sorted(cold)])
        _DROP_COLD.run(
            connection, [(own, number) for number in self._new_products if number not in cold]
        )
        names = [(own, name, number) for name, number in self._new_owners.items()]
        _PUT_IDENTIFIERS.run(connection, names)
        _PUT_LOCATIONS.run(connection, [location_row(own, location) for location in locations])
        self._mappings.write(connection)
        moved = {name: self._counters[name] for name in (PRODUCT, LOCATION, CATALOGUE)}
        write_counters(connection, own, moved)
