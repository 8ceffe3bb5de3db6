"""The catalogue: products and locations, defined on record like everything else.

Who changed a product's identifiers or name, and when, is a question auditors ask; and the log alone
must name what it speaks of. So a definition is a ledger entry, and the tables are its projection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Connection, Table

import bulk
from errors import Invalid
from inventory import models
from inventory.counters import (
    CATALOGUE,
    LOCATION,
    PRODUCT,
    read_counters,
    version_at,
    write_counters,
)
from inventory.members import (
    PRODUCT_TYPE,
    location_from,
    location_members,
    location_row,
    product_from,
    product_members,
    product_row,
)
from inventory.things import Location, Product
from ledger import encode, timestamp
from trace import NO_CHANGE, NoChange, Reason, Recordable, Refused, Touch, checked_offset

_PRODUCT_CODES = bulk.Lookup(models.product, ("code", "product_id"), by="code")
_LOCATION_CODES = bulk.Lookup(models.location, ("code", "location_id"), by="code")
_OWNERS = bulk.Lookup(models.product_identifier, ("identifier", "product_id"), by="identifier")
_PUT_PRODUCTS = bulk.Insert(
    models.product,
    key=("ledger_id", "product_id"),
    replace=(
        *("name", "specification", "category", "unit", "holder"),
        *("details", "flags", "levels", "storage"),
    ),
)
_PUT_IDENTIFIERS = bulk.Insert(models.product_identifier, key=("ledger_id", "identifier"))
_PUT_LOCATIONS = bulk.Insert(
    models.location,
    key=("ledger_id", "location_id"),
    replace=("name", "kind", "parent", "gln", "temperatures"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A product or location as it is from now on.

    Args:
        id: made by who says so (UUIDv7).
        time: when, aware of its zone.
        thing: the product or location; its surrogate is not looked at.
        person: the staff number of who says so.
    """

    ledger_kind: ClassVar[str] = "catalogue"

    id: UUID
    time: datetime
    thing: Product | Location
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
        members = (
            product_members(self.thing)
            if isinstance(self.thing, Product)
            else location_members(self.thing)
        )
        members["eventID"] = f"urn:uuid:{self.id}"
        members["eventTime"] = timestamp(self.time)
        if self.person is not None:
            members["medtrace:person"] = self.person
        return encode(members)

    @classmethod
    def parse(cls, members: dict[str, Any]) -> Definition:
        """The definition that `encode` wrote, from its parsed JSON."""
        is_product = members["type"] == PRODUCT_TYPE
        return cls(
            id=UUID(members["eventID"]),
            time=datetime.fromisoformat(members["eventTime"]),
            thing=product_from(members) if is_product else location_from(members),
            person=members.get("medtrace:person"),
        )


@dataclass(frozen=True, slots=True)
class Defined:
    """The change: the thing with the surrogate it has or gets."""

    thing: Product | Location
    touch: Touch = field(default_factory=Touch)
    context: Mapping[str, Any] = field(default_factory=dict)


class CatalogueState:
    """The working state of one batch: which codes and identifiers are taken, and by whom."""

    def __init__(self, ledger_id: int, counters: dict[str, int]) -> None:
        self.ledger_id = ledger_id
        self.counters = counters
        self.products: dict[str, int] = {}
        self.locations: dict[str, int] = {}
        self.owners: dict[str, int] = {}
        self.defined: dict[tuple[str, int], Product | Location] = {}


class Catalogue:
    """Participant: definitions of products and locations."""

    tables: ClassVar[Sequence[Table]] = (
        models.product,
        models.product_identifier,
        models.location,
        models.counter,
    )

    def forget(self) -> None:
        """Nothing is remembered between batches."""

    def load(
        self, connection: Connection, ledger_id: int, records: Sequence[Recordable]
    ) -> CatalogueState | None:
        """The surrogates that the codes and identifiers have already."""
        things = [record.thing for record in records if isinstance(record, Definition)]
        if not things:
            return None
        state = CatalogueState(ledger_id, read_counters(connection, ledger_id))
        products = [thing for thing in things if isinstance(thing, Product)]
        codes = [product.code for product in products]
        names = [name for product in products for name in product.identifiers]
        places = [thing.code for thing in things if isinstance(thing, Location)]
        state.products.update(dict(_PRODUCT_CODES.fetch(connection, ledger_id, codes)))
        state.owners.update(dict(_OWNERS.fetch(connection, ledger_id, names)))
        state.locations.update(dict(_LOCATION_CODES.fetch(connection, ledger_id, places)))
        return state

    def decide(
        self, state: CatalogueState | None, record: Recordable
    ) -> Defined | NoChange | Refused:
        """A code keeps its surrogate; an identifier belongs to one product."""
        if state is None or not isinstance(record, Definition):
            return NO_CHANGE
        thing = record.thing
        if isinstance(thing, Location):
            number = state.locations.get(thing.code, state.counters[LOCATION])
            return Defined(replace(thing, location_id=number))
        number = state.products.get(thing.code, state.counters[PRODUCT])
        for name in thing.identifiers:
            if state.owners.get(name, number) != number:
                return Refused(Reason.IDENTIFIER_TAKEN, {"identifier": name})
        return Defined(replace(thing, product_id=number))

    def accept(self, state: CatalogueState, _record: Recordable, change: Defined, seq: int) -> None:
        """Take the definition into the working state."""
        thing = change.thing
        state.counters[CATALOGUE] = version_at(seq)
        if isinstance(thing, Location):
            state.locations[thing.code] = thing.location_id
            state.counters[LOCATION] = max(state.counters[LOCATION], thing.location_id + 1)
            state.defined["location", thing.location_id] = thing
        else:
            state.products[thing.code] = thing.product_id
            state.owners.update(dict.fromkeys(thing.identifiers, thing.product_id))
            state.counters[PRODUCT] = max(state.counters[PRODUCT], thing.product_id + 1)
            state.defined["product", thing.product_id] = thing

    def apply(self, connection: Connection, state: CatalogueState | None) -> None:
        """Write the definitions and tell every process that the catalogue has changed."""
        if state is None or not state.defined:
            return
        own = state.ledger_id
        products = [thing for thing in state.defined.values() if isinstance(thing, Product)]
        locations = [thing for thing in state.defined.values() if isinstance(thing, Location)]
        _PUT_PRODUCTS.run(connection, [product_row(own, product) for product in products])
        names = [(own, name, number) for name, number in state.owners.items()]
        _PUT_IDENTIFIERS.run(connection, names)
        _PUT_LOCATIONS.run(connection, [location_row(own, location) for location in locations])
        moved = {name: state.counters[name] for name in (PRODUCT, LOCATION, CATALOGUE)}
        write_counters(connection, own, moved)
