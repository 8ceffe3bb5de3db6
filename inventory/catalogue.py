"""The catalogue: products, locations and suppliers, defined on record like everything else.

Who changed a product's identifiers or name, and when, is a question auditors ask; and the log alone
must name what it speaks of. So a definition is a ledger entry, and the tables are its projection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import Connection, Table

from errors import Invalid
from inventory import cold_models, mapping_models, models, store_models
from inventory.catalogue_state import (
    CatalogueState,
    DefinedLocation,
    DefinedProduct,
    DefinedSupplier,
    Mapped,
)
from inventory.counters import read_counters
from inventory.mapping import CodeMapping
from inventory.members import (
    LOCATION_TYPE,
    PRODUCT_TYPE,
    location_from,
    location_members,
    product_from,
    product_members,
)
from inventory.suppliers import SUPPLIER_TYPE, Supplier, supplier_from, supplier_members
from inventory.things import Location, Product
from ledger import encode, timestamp
from trace import NO_CHANGE, NoChange, Recordable, Refused, checked_offset

Defined = Product | Location | Supplier
"""What the catalogue defines."""

_FROM: Final[Mapping[str, Callable[[dict[str, Any]], Defined]]] = {
    PRODUCT_TYPE: product_from,
    LOCATION_TYPE: location_from,
    SUPPLIER_TYPE: supplier_from,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A product, location or supplier as it is from now on.

    Args:
        id: made by who says so (UUIDv7).
        time: when, aware of its zone.
        thing: the product, location or supplier; its surrogate is not looked at.
        person: the staff number of who says so.
    """

    ledger_kind: ClassVar[str] = "catalogue"

    id: UUID
    time: datetime
    thing: Defined
    person: str | None = None

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: the time has no zone or can't be written, or a package level belongs to an
                identifier that the product doesn't have.
        """
        checked_offset(self.time, "time")
        if isinstance(self.thing, Product):
            for name in self.thing.levels.keys() - set(self.thing.identifiers):
                raise Invalid("level-not-of-product", field="levels", identifier=name)

    def encode(self) -> bytes:
        """The definition as canonical JSON."""
        members = _members(self.thing)
        members["eventID"] = f"urn:uuid:{self.id}"
        members["eventTime"] = timestamp(self.time)
        if self.person is not None:
            members["medtrace:person"] = self.person
        return encode(members)

    @classmethod
    def parse(cls, members: dict[str, Any]) -> Definition:
        """The definition that `encode` wrote, from its parsed JSON."""
        return cls(
            id=UUID(members["eventID"]),
            time=datetime.fromisoformat(members["eventTime"]),
            thing=_FROM[members["type"]](members),
            person=members.get("medtrace:person"),
        )


def _members(thing: Defined) -> dict[str, Any]:
    match thing:
        case Product():
            return product_members(thing)
        case Location():
            return location_members(thing)
        case Supplier():
            return supplier_members(thing)


class Catalogue:
    """Participant: definitions of products, locations and suppliers, and what codes stand for."""

    tables: ClassVar[Sequence[Table]] = (
        models.product,
        models.product_identifier,
        models.location,
        store_models.supplier,
        models.counter,
        mapping_models.code_mapping,
        mapping_models.code_claim,
        cold_models.cold_product,
    )

    def forget(self) -> None:
        """Nothing is remembered between batches."""

    def load(
        self, connection: Connection, ledger_id: int, records: Sequence[Recordable]
    ) -> CatalogueState | None:
        """Who has the codes and identifiers already, and how places lie in each other."""
        things = [record.thing for record in records if isinstance(record, Definition)]
        decisions = [record for record in records if isinstance(record, CodeMapping)]
        if not things and not decisions:
            return None
        state = CatalogueState(ledger_id, read_counters(connection, ledger_id))
        products = [thing for thing in things if isinstance(thing, Product)]
        if products or decisions:
            codes = [product.code for product in products]
            codes += [decision.product for decision in decisions]
            names = [name for product in products for name in product.identifiers]
            names += [decision.identifier for decision in decisions]
            state.load_products(connection, codes, names)
        if any(isinstance(thing, Location) for thing in things):
            state.load_locations(connection)
        return state

    def decide(
        self, state: CatalogueState | None, record: Recordable
    ) -> DefinedProduct | DefinedLocation | DefinedSupplier | Mapped | NoChange | Refused:
        """What a definition or a decision changes, or why it may not be."""
        if state is None:
            return NO_CHANGE
        match record:
            case Definition(thing=Product() as product):
                return state.decide_product(product, record.person)
            case Definition(thing=Location() as location):
                return state.decide_location(location)
            case Definition(thing=Supplier() as supplier):
                return DefinedSupplier(supplier)
            case CodeMapping():
                return state.decide_mapping(record)
        return NO_CHANGE

    def accept(
        self,
        state: CatalogueState,
        _record: Recordable,
        change: DefinedProduct | DefinedLocation | DefinedSupplier | Mapped,
        seq: int,
    ) -> None:
        """Take the change into the working state."""
        state.accept(change, seq)

    def apply(self, connection: Connection, state: CatalogueState | None) -> None:
        """Write what was accepted."""
        if state is not None:
            state.write(connection)
