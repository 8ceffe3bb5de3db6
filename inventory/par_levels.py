"""Par levels: how much of a product a place wants to have, said on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Connection, Table

import bulk
from errors import Invalid
from inventory import store_models
from inventory.queries import products_by_code
from inventory.store_queries import locations_by_code
from ledger import encode, timestamp
from trace import NO_CHANGE, NoChange, Reason, Recordable, Refused, Touch, checked_offset

PAR_LEVEL_TYPE = "medtrace:ParLevel"

_KEY = ("ledger_id", "location_id", "product_id")
_PUT = bulk.Insert(
    store_models.par_level, key=_KEY, replace=("least", "target", "source_id", "seq")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParLevel:
    """What a place wants to have of a product from now on.

    Args:
        id: made by who says so (UUIDv7).
        time: when, aware of its zone.
        location: the code of the place.
        product: the product's code.
        least: below this it is filled up.
        target: up to this; 0: the place no longer keeps the product.
        source: the code of the place it is filled up from.
        person: the staff number of who says so.
    """

    ledger_kind: ClassVar[str] = "par-level"

    id: UUID
    time: datetime
    location: str
    product: str
    least: int
    target: int
    source: str | None = None
    person: str | None = None

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: not 0 ≤ least ≤ target, or the time has no zone.
        """
        checked_offset(self.time, "time")
        if not 0 <= self.least <= self.target:
            raise Invalid("par-level-order", field="least", least=self.least, target=self.target)

    def encode(self) -> bytes:
        """The level as canonical JSON."""
        members: dict[str, Any] = {
            "type": PAR_LEVEL_TYPE,
            "eventID": f"urn:uuid:{self.id}",
            "eventTime": timestamp(self.time),
            "location": self.location,
            "product": self.product,
            "least": self.least,
            "target": self.target,
        }
        if self.source is not None:
            members["source"] = self.source
        if self.person is not None:
            members["medtrace:person"] = self.person
        return encode(members)

    @classmethod
    def parse(cls, members: dict[str, Any]) -> ParLevel:
        """The level that `encode` wrote, from its parsed JSON."""
        return cls(
            id=UUID(members["eventID"]),
            time=datetime.fromisoformat(members["eventTime"]),
            location=members["location"],
            product=members["product"],
            least=members["least"],
            target=members["target"],
            source=members.get("source"),
            person=members.get("medtrace:person"),
        )


@dataclass(frozen=True, slots=True)
class Leveled:
    """The change: the level of this place and product."""

    location_id: int
    product_id: int
    source_id: int | None
    touch: Touch = field(default_factory=Touch)
    context: Mapping[str, Any] = field(default_factory=dict)


class LevelState:
    """The working state of one batch: the places and products that it names."""

    def __init__(self, ledger_id: int) -> None:
        self.ledger_id = ledger_id
        self.places: dict[str, int] = {}
        self.products: dict[str, int] = {}
        self.rows: dict[tuple[int, int], bulk.Row] = {}


class ParLevels:
    """Participant: par levels."""

    tables: ClassVar[Sequence[Table]] = (store_models.par_level,)

    def forget(self) -> None:
        """Nothing is remembered between batches."""

    def load(
        self, connection: Connection, ledger_id: int, records: Sequence[Recordable]
    ) -> LevelState | None:
        """The surrogates of the places and products."""
        levels = [record for record in records if isinstance(record, ParLevel)]
        if not levels:
            return None
        state = LevelState(ledger_id)
        codes = {code for each in levels for code in (each.location, each.source) if code}
        places = locations_by_code(connection, ledger_id, codes)
        state.places = {code: place.location_id for code, place in places.items()}
        products = products_by_code(connection, ledger_id, {each.product for each in levels})
        state.products = {code: product.product_id for code, product in products.items()}
        return state

    def decide(self, state: LevelState | None, record: Recordable) -> Leveled | NoChange | Refused:
        """Places and products are those that there are."""
        if state is None or not isinstance(record, ParLevel):
            return NO_CHANGE
        for code in (record.location, record.source):
            if code is not None and code not in state.places:
                return Refused(Reason.UNKNOWN_LOCATION, {"location": code})
        if record.product not in state.products:
            return Refused(Reason.UNKNOWN_PRODUCT, {"product": record.product})
        source = state.places[record.source] if record.source else None
        return Leveled(state.places[record.location], state.products[record.product], source)

    def accept(self, state: LevelState, record: Recordable, change: Leveled, seq: int) -> None:
        """Take the level into the working state."""
        assert isinstance(record, ParLevel)  # noqa: S101 -- `decide` said so; for the type checker
        place = (change.location_id, change.product_id)
        levels = (record.least, record.target, change.source_id, seq)
        state.rows[place] = (state.ledger_id, *place, *levels)

    def apply(self, connection: Connection, state: LevelState | None) -> None:
        """Write the levels."""
        if state is not None:
            _PUT.run(connection, list(state.rows.values()))
