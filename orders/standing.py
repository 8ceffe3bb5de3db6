"""Orders and lines as they stand, and what the catalogue says of drugs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from orders.order import ORDERS_OF_CARE, Line, Order, OrderType
from orders.schedule import Schedule
from trace import Dose

Name = tuple[str, str]
"""An order's type and number."""


class OrderState(StrEnum):
    """What is still to be expected of an order."""

    OPEN = "open"
    FULFILLED = "fulfilled"
    STOPPED = "stopped"
    CLOSED = "closed"
    CANCELLED = "cancelled"


ENDED = frozenset({OrderState.STOPPED, OrderState.CLOSED, OrderState.CANCELLED})
"""The states in which nothing is done for an order any more."""


@dataclass(slots=True)
class OpenLine:
    """A line and how far it is fulfilled."""

    name: Name
    number: int
    identifiers: tuple[str, ...]
    quantity: int
    fulfilled: int = 0
    accepted: int = 0
    product: str | None = None
    lot: str | None = None
    expiry: str | None = None
    generic: str | None = None
    substitution: bool = True
    dose: Dose | None = None
    route: str | None = None

    @classmethod
    def of(cls, name: Name, number: int, line: Line) -> OpenLine:
        """A line of which nothing has happened yet."""
        expiry = line.expiry.isoformat() if line.expiry else None
        return cls(
            name,
            number,
            line.identifiers,
            line.quantity,
            product=line.product,
            lot=line.lot,
            expiry=expiry,
            generic=line.generic,
            substitution=line.substitution,
            dose=line.dose,
            route=line.route,
        )

    @property
    def care(self) -> dict[str, Any]:
        """What it says beside goods and quantity, as `Line.care`."""
        return Line(
            self.identifiers,
            max(self.quantity, 1),
            self.product,
            generic=self.generic,
            substitution=self.substitution,
            dose=self.dose,
            route=self.route,
        ).care


@dataclass(slots=True)
class OpenOrder:
    """An order as it stands."""

    name: Name
    party: str | None
    source: str | None
    destination: str | None
    patient: UUID | None
    state: OrderState
    seq: int
    schedule: Schedule | None = None
    planned: str | None = None
    high_alert: bool = False
    given: int | None = None

    @property
    def is_of_care(self) -> bool:
        """Whether it is for a patient."""
        return OrderType(self.name[0]) in ORDERS_OF_CARE

    @classmethod
    def of(cls, order: Order, seq: int) -> OpenOrder:
        """An order that has just been placed."""
        return cls(
            (order.type.value, order.number),
            order.party,
            order.source,
            order.destination,
            order.patient,
            OrderState.OPEN,
            seq,
            order.schedule,
            order.care.get("planned"),
            order.high_alert,
        )

    @property
    def care(self) -> dict[str, Any]:
        """What it says beside its lines, as `Order.care`."""
        care: dict[str, Any] = {}
        if self.schedule is not None:
            care["schedule"] = self.schedule.members()
        if self.planned is not None:
            care["planned"] = self.planned
        if self.high_alert:
            care["highAlert"] = True
        return care


@dataclass(frozen=True, slots=True)
class Drug:
    """What the catalogue says of a product, as far as orders of care ask.

    Args:
        code: the hospital's code of it.
        name: as people say it.
        generic: its substitution group.
    """

    code: str
    name: str
    generic: str | None = None


@dataclass(frozen=True, slots=True)
class SettledDose:
    """A dose that was given, withheld or refused.

    Args:
        number: of the medication order.
        due: when it was due, in milliseconds since 1970 (UTC).
        seq: the entry.
        time: when it happened, as `due`.
        kind: the kind of event.
    """

    number: str
    due: int
    seq: int
    time: int
    kind: str


@dataclass(frozen=True, slots=True)
class Happened:
    """A step of an order of care: what, when, and where things were afterwards."""

    kind: str
    time: int
    place: str | None = None
