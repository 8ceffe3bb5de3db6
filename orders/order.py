"""The order: what is meant to happen, so that a scan can be held against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from errors import Invalid
from ledger import encode, timestamp
from trace import checked_offset

ORDER_TYPE = "medtrace:Order"

LARGEST = 60_000
"""The most bytes of one order; an entry has room for 65,535 with what the keeper adds."""


class OrderType(StrEnum):
    """The kinds of order; the words are those of an event's documents (CBV 2.0 §7.3)."""

    PURCHASE = "po"
    PRESCRIPTION = "prescription"
    DELIVERY = "desadv"
    TRANSFER = "transfer"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order.

    Args:
        identifiers: the product identifiers that fulfil it (`trace.identifier_of`).
        quantity: how many base units.
        product: the product's code in the catalogue, for who reads the entry.
        lot: the only lot that fulfils it; None: any.
        expiry: the last day of use that was told beside the lot.
    """

    identifiers: tuple[str, ...]
    quantity: int
    product: str | None = None
    lot: str | None = None
    expiry: date | None = None

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: the quantity is not a positive number.
        """
        if self.quantity < 1:
            raise Invalid("quantity-not-positive", field="quantity", found=self.quantity)

    def members(self) -> dict[str, Any]:
        """The line as JSON; what is not known is left out."""
        members: dict[str, Any] = {
            "identifiers": list(self.identifiers),
            "quantity": self.quantity,
        }
        if self.product is not None:
            members["product"] = self.product
        if self.lot is not None:
            members["lot"] = self.lot
        if self.expiry is not None:
            members["expiry"] = self.expiry.isoformat()
        return members

    @classmethod
    def parse(cls, members: dict[str, Any]) -> Line:
        """The line that `members` wrote."""
        expiry = members.get("expiry")
        return cls(
            identifiers=tuple(members["identifiers"]),
            quantity=members["quantity"],
            product=members.get("product"),
            lot=members.get("lot"),
            expiry=date.fromisoformat(expiry) if expiry else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order that was placed.

    Args:
        id: made by who placed it (UUIDv7).
        time: when, aware of its zone.
        type: what is ordered.
        number: its number on paper.
        lines: what it asks for.
        party: the code of the other company, for purchases and deliveries.
        source: the code of the location that a transfer is asked from.
        destination: the code of the location it is for.
        patient: the pseudonym of the patient it is for.
        person: the staff number of who placed it.
        references: numbers of the orders that it answers: those of a delivery note.
    """

    ledger_kind: ClassVar[str] = "order"

    id: UUID
    time: datetime
    type: OrderType
    number: str
    lines: tuple[Line, ...]
    party: str | None = None
    source: str | None = None
    destination: str | None = None
    patient: UUID | None = None
    person: str | None = None
    references: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: it asks for nothing, it is too large for one entry (place the first lines and
                add the others by a revision), or the time has no zone or can't be written.
        """
        checked_offset(self.time, "time")
        if not self.lines:
            raise Invalid("required", field="lines")
        if len(self.encode()) > LARGEST:
            raise Invalid("too-large", field="lines", limit=LARGEST)

    def encode(self) -> bytes:
        """The order as canonical JSON."""
        members: dict[str, Any] = {
            "type": ORDER_TYPE,
            "eventID": f"urn:uuid:{self.id}",
            "eventTime": timestamp(self.time),
            "orderType": self.type.value,
            "number": self.number,
            "lines": [line.members() for line in self.lines],
            "medtrace:party": self.party,
            "medtrace:destination": self.destination,
            "medtrace:patient": f"urn:uuid:{self.patient}" if self.patient else None,
            "medtrace:person": self.person,
        }
        if self.source is not None:
            members["medtrace:source"] = self.source
        if self.references:
            members["references"] = list(self.references)
        return encode(members)

    @classmethod
    def parse(cls, members: dict[str, Any]) -> Order:
        """The order that `encode` wrote, from its parsed JSON."""
        patient = members["medtrace:patient"]
        return cls(
            id=UUID(members["eventID"]),
            time=datetime.fromisoformat(members["eventTime"]),
            type=OrderType(members["orderType"]),
            number=members["number"],
            lines=tuple(Line.parse(line) for line in members["lines"]),
            party=members["medtrace:party"],
            source=members.get("medtrace:source"),
            destination=members["medtrace:destination"],
            patient=UUID(patient) if patient else None,
            person=members["medtrace:person"],
            references=tuple(members.get("references", ())),
        )
