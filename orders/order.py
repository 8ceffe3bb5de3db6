"""The order: what is meant to happen, so that a scan can be held against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from errors import Invalid
from ledger import encode, timestamp
from trace import checked_offset

ORDER_TYPE = "medtrace:Order"


class OrderType(StrEnum):
    """The kinds of order; the words are those of an event's documents (CBV 2.0 §7.3)."""

    PURCHASE = "po"
    PRESCRIPTION = "prescription"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order.

    Args:
        identifiers: the product identifiers that fulfil it (`trace.identifier_of`).
        quantity: how many base units.
    """

    identifiers: tuple[str, ...]
    quantity: int

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: the quantity is not a positive number.
        """
        if self.quantity < 1:
            raise Invalid("quantity-not-positive", field="quantity", found=self.quantity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order that was placed.

    Args:
        id: made by who placed it (UUIDv7).
        time: when, aware of its zone.
        type: what is ordered.
        number: its number on paper.
        lines: what it asks for.
        party: the code of the other company, for purchases.
        destination: the code of the location it is for.
        patient: the pseudonym of the patient it is for.
        person: the staff number of who placed it.
    """

    ledger_kind: ClassVar[str] = "order"

    id: UUID
    time: datetime
    type: OrderType
    number: str
    lines: tuple[Line, ...]
    party: str | None = None
    destination: str | None = None
    patient: UUID | None = None
    person: str | None = None

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: it asks for nothing, or the time has no zone or can't be written.
        """
        checked_offset(self.time, "time")
        if not self.lines:
            raise Invalid("required", field="lines")

    def encode(self) -> bytes:
        """The order as canonical JSON."""
        return encode(
            {
                "type": ORDER_TYPE,
                "eventID": f"urn:uuid:{self.id}",
                "eventTime": timestamp(self.time),
                "orderType": self.type.value,
                "number": self.number,
                "lines": [
                    {"identifiers": list(line.identifiers), "quantity": line.quantity}
                    for line in self.lines
                ],
                "medtrace:party": self.party,
                "medtrace:destination": self.destination,
                "medtrace:patient": f"urn:uuid:{self.patient}" if self.patient else None,
                "medtrace:person": self.person,
            }
        )

    @classmethod
    def parse(cls, members: dict[str, Any]) -> Order:
        """The order that `encode` wrote, from its parsed JSON."""
        patient = members["medtrace:patient"]
        return cls(
            id=UUID(members["eventID"]),
            time=datetime.fromisoformat(members["eventTime"]),
            type=OrderType(members["orderType"]),
            number=members["number"],
            lines=tuple(
                Line(tuple(line["identifiers"]), line["quantity"]) for line in members["lines"]
            ),
            party=members["medtrace:party"],
            destination=members["medtrace:destination"],
            patient=UUID(patient) if patient else None,
            person=members["medtrace:person"],
        )
