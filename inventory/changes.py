"""What a decision looks at, and what it answers: views of the state, and changes to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from inventory.things import Location, Lot, Product, Status, Unit
from trace import Touch


class View(Protocol):
    """The state that a decision may look at."""

    next_unit: int
    next_lot: int

    def location(self, code: str) -> Location | None:
        """The location of this code."""

    def location_named(self, location_id: int) -> str:
        """The name of a location."""

    def product(self, identifier: str) -> Product | None:
        """The product of this identifier."""

    def product_of(self, product_id: int) -> Product:
        """The product of this surrogate."""

    def unit(self, key: str) -> Unit | None:
        """The serialised thing of this key."""

    def lot(self, lot_id: int) -> Lot:
        """The lot of this surrogate."""

    def lot_named(self, product_id: int, lot: str) -> Lot | None:
        """The lot of this name."""

    def balance(self, location_id: int, lot_id: int, status: Status) -> int:
        """How much of a lot is there in a state, serialised things left out."""

    def held(self, product_id: int, lot: str) -> bool:
        """Whether an open recall blocks this lot."""


@dataclass(frozen=True, slots=True)
class Flow:
    """An amount of one lot that changes location or state.

    Args:
        product_id: of which product.
        lot_id: of which lot.
        source: the location and state it was in; None: it comes from outside our books.
        target: the location and state it is in afterwards.
        quantity: how much.
        serial: whether it is a serialised thing; an amount can't be drawn from those.
    """

    product_id: int
    lot_id: int
    source: tuple[int, Status] | None
    target: tuple[int, Status]
    quantity: int
    serial: bool


@dataclass(frozen=True, slots=True)
class Exposed:
    """A patient who gets, or gives back, an amount of a lot; `unit_id` 0: counted by lot only."""

    lot_id: int
    patient: bytes
    unit_id: int
    status: Status
    location_id: int
    quantity: int


@dataclass(slots=True)
class StockChange:
    """What one event changes."""

    units: list[Unit] = field(default_factory=list)
    lots: list[Lot] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    exposed: list[Exposed] = field(default_factory=list)
    things: list[dict[str, str]] = field(default_factory=list)

    @property
    def touch(self) -> Touch:
        """The units and lots concerned."""
        lots = tuple(dict.fromkeys(flow.lot_id for flow in self.flows))
        return Touch(tuple(unit.unit_id for unit in self.units), lots)

    @property
    def context(self) -> Mapping[str, Any]:
        """What the goods are, for the reader of the log alone."""
        return {"things": self.things}
