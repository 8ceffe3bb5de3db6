"""What a decision looks at, and what it answers: views of the state, and changes to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from inventory.package_relations import DeclaredPackage
from inventory.things import UNSEEN, Arrival, Location, Lot, Product, Status, Unit
from ledger import Entry
from trace import Touch


class View(Protocol):
    """The state that a decision may look at."""

    next_unit: int
    next_lot: int

    def location(self, code: str) -> Location | None:
        """The location of this code."""

    def location_named(self, location_id: int) -> str:
        """The name of a location."""

    def location_code(self, location_id: int) -> str:
        """The code of a location."""

    def product(self, identifier: str) -> Product | None:
        """The product of this identifier."""

    def product_of(self, product_id: int) -> Product:
        """The product of this surrogate."""

    def unit(self, key: str) -> Unit | None:
        """The thing with this code of its own."""

    def unit_numbered(self, unit_id: int) -> Unit:
        """The thing of this surrogate, a container that another one named lies in."""

    def children(self, unit_id: int) -> Sequence[Unit]:
        """What lies directly in a container, as far as it has codes of its own."""

    def contents(self, unit_id: int) -> Mapping[int, int]:
        """How much of which lot lies directly in a container."""

    def parts(self, unit_id: int) -> Sequence[Unit]:
        """What was ever taken out of a pack, by the pack's surrogate; in the order of the pack."""

    def declared(self, key: str) -> Sequence[DeclaredPackage]:
        """What a supplier declared to lie directly in a container that arrives."""

    def lot(self, lot_id: int) -> Lot:
        """The lot of this surrogate."""

    def lots_named(self, product_id: int, lot: str) -> Sequence[Lot]:
        """The lots of this name: one for each owner, nameless ones for each expiry."""

    def loose(self, location_id: int, lot_id: int, status: Status) -> int:
        """How much of a lot can be drawn there in a state."""

    def places_of(self, lot_id: int, status: Status) -> Sequence[int]:
        """Where amounts of a lot are in a state."""

    def kept(self, document: str, location_id: int, lot_id: int, unit_id: int) -> int:
        """How much is kept for a document."""

    def kept_for(self, unit_id: int) -> Sequence[tuple[str, int]]:
        """Which documents a thing is kept for, and where."""

    def held(self, lot: Lot, key: str | None, arrival: Arrival | None = None) -> bool:
        """Whether an open recall blocks goods of a lot: a thing by its key, or an amount (None).

        What comes in by this event comes in by `arrival`.
        """

    def closed_until(self, location_id: int) -> int | None:
        """When the narcotics of a place were closed last (ms since 1970); None: never."""

    def corrected(self, event_id: UUID) -> Entry | None:
        """The entry of an event that is declared wrong."""

    def is_corrected(self, seq: int) -> bool:
        """Whether an entry has been declared wrong already."""


class Flow(NamedTuple):
    """An amount of one lot that changes location or state.

    Args:
        product_id: of which product.
        lot_id: of which lot.
        source: the location and state it was in; None: it comes from outside our books.
        target: the location and state it is in afterwards; None: it never was.
        quantity: how much.
        drawn: whether it was loose before: no thing of its own, in no container.
        laid: whether it is loose afterwards.
    """

    product_id: int
    lot_id: int
    source: tuple[int, Status] | None
    target: tuple[int, Status] | None
    quantity: int
    drawn: bool
    laid: bool


class Exposed(NamedTuple):
    """A patient who gets, or gives back, an amount of a lot; `unit_id` 0: counted by lot only."""

    lot_id: int
    patient: bytes
    unit_id: int
    status: Status
    location_id: int
    quantity: int


class Kept(NamedTuple):
    """So much more, or less, is kept for a document; `unit_id` 0: an amount of a lot."""

    document: str
    location_id: int
    lot_id: int
    unit_id: int
    quantity: int


class Bought(NamedTuple):
    """So much of a consigned lot became the hospital's own there, at `time` (ms since 1970)."""

    owner: str
    lot_id: int
    location_id: int
    quantity: int
    time: int


@dataclass(slots=True)
class StockChange:
    """What one event changes.

    Args:
        renewed: lots that are known and get more goods.
        contents: so much more of a lot lies in a container: its surrogate, the lot's, how much.
        mixed: so much more of a lot went into a bag: the lot's surrogate, the bag's, how much.
        seen: what it is about and leaves as it is, each thing with its lot.
        seen_lots: the same, of amounts.
        of_nobody: implanted or taken out, and nobody said of whom.
        time: when it happened, in milliseconds since 1970.
        arrival: how what comes in by it came in.
    """

    units: list[Unit] = field(default_factory=list)
    lots: list[Lot] = field(default_factory=list)
    renewed: list[Lot] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    contents: list[tuple[int, int, int]] = field(default_factory=list)
    mixed: list[tuple[int, int, int]] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    exposed: list[Exposed] = field(default_factory=list)
    of_nobody: list[Exposed] = field(default_factory=list)
    bought: list[Bought] = field(default_factory=list)
    things: list[dict[str, Any]] = field(default_factory=list)
    exceptions: list[dict[str, Any]] = field(default_factory=list)
    seen: dict[int, int] = field(default_factory=dict)
    seen_lots: set[int] = field(default_factory=set)
    corrects: int | None = None
    time: int = 0
    arrival: Arrival = UNSEEN

    def see(self, unit: Unit) -> None:
        """It is spoken of and stays as it is, and so does the pack that it came out of."""
        self.seen[unit.unit_id] = unit.lot_id
        if unit.pack is not None:
            self.seen[unit.pack] = unit.lot_id

    @property
    def touch(self) -> Touch:
        """The units and lots concerned."""
        lots = dict.fromkeys(flow.lot_id for flow in self.flows)
        lots |= dict.fromkeys(unit.lot_id for unit in self.units if unit.lot_id)
        lots |= dict.fromkeys(lot_id for lot_id in self.seen.values() if lot_id)
        lots |= dict.fromkeys(sorted(self.seen_lots))
        units = dict.fromkeys([*(unit.unit_id for unit in self.units), *self.seen])
        return Touch(tuple(units), tuple(lots))

    @property
    def context(self) -> Mapping[str, Any]:
        """What the goods are, for the reader of the log alone."""
        context: dict[str, Any] = {}
        if self.things:
            context["things"] = self.things
        if self.exceptions:
            context["exceptions"] = self.exceptions
        if self.corrects is not None:
            context["corrects"] = self.corrects
        return context
