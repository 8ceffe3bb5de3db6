"""The order: what is meant to happen, so that a scan can be held against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from errors import Invalid
from ledger import encode, timestamp
from orders.schedule import Schedule
from trace import Dose, checked_offset

ORDER_TYPE = "medtrace:Order"

LARGEST = 60_000
"""The most bytes of one order; an entry has room for 65,535 with what the keeper adds."""


class OrderType(StrEnum):
    """The kinds of order; the words are those of an event's documents (CBV 2.0 §7.3)."""

    PURCHASE = "po"
    PRESCRIPTION = "prescription"
    DELIVERY = "desadv"
    TRANSFER = "transfer"
    MEDICATION = "medication"
    """医嘱: one drug for one patient, by a schedule (FHIR MedicationRequest)."""
    PROCEDURE = "procedure"
    """手术: one patient, one theatre, and what is planned to be used (FHIR ServiceRequest)."""


ORDERS_OF_CARE = frozenset({OrderType.PRESCRIPTION, OrderType.MEDICATION, OrderType.PROCEDURE})
"""What is ordered for patients; the others move goods."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order.

    Args:
        identifiers: the product identifiers that fulfil it (`trace.identifier_of`).
        quantity: how many base units.
        product: the product's code in the catalogue, for who reads the entry.
        lot: the only lot that fulfils it; None: any.
        expiry: the last day of use that was told beside the lot.
        generic: the substitution group of the catalogue whose products fulfil it too.
        substitution: whether products of the group stand in for the one that is named.
        dose: how much the patient takes at a time.
        route: how: a code of the hospital's list (`iv`, `po` …).
    """

    identifiers: tuple[str, ...]
    quantity: int
    product: str | None = None
    lot: str | None = None
    expiry: date | None = None
    generic: str | None = None
    substitution: bool = True
    dose: Dose | None = None
    route: str | None = None

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: the quantity is not a positive number, or nothing may fulfil it.
        """
        if self.quantity < 1:
            raise Invalid("quantity-not-positive", field="quantity", found=self.quantity)
        if not self.substitution and self.product is None:
            raise Invalid("required", field="product")

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
        return members | self.care

    @property
    def care(self) -> dict[str, Any]:
        """What an order of care says beside goods and quantity, as JSON."""
        care: dict[str, Any] = {}
        if self.generic is not None:
            care["generic"] = self.generic
        if not self.substitution:
            care["substitution"] = False
        if self.dose is not None:
            care["dose"] = self.dose.members()
        if self.route is not None:
            care["route"] = self.route
        return care

    @classmethod
    def parse(cls, members: dict[str, Any]) -> Line:
        """The line that `members` wrote."""
        expiry, dose = members.get("expiry"), members.get("dose")
        return cls(
            identifiers=tuple(members["identifiers"]),
            quantity=members["quantity"],
            product=members.get("product"),
            lot=members.get("lot"),
            expiry=date.fromisoformat(expiry) if expiry else None,
            generic=members.get("generic"),
            substitution=members.get("substitution", True),
            dose=Dose.parse(dose) if dose else None,
            route=members.get("route"),
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
        schedule: when the doses of a medication order are due.
        planned: when a procedure shall begin.
        high_alert: a second person looks on when it is given, whatever the product says.
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
    schedule: Schedule | None = None
    planned: datetime | None = None
    high_alert: bool = False

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: it asks for nothing, it is too large for one entry (place the first lines and
                add the others by a revision), an order of care lacks a part or another has one, or
                a time has no zone or can't be written.
        """
        checked_offset(self.time, "time")
        if not self.lines:
            raise Invalid("required", field="lines")
        self._check_care()
        if len(self.encode()) > LARGEST:
            raise Invalid("too-large", field="lines", limit=LARGEST)

    def _check_care(self) -> None:
        medication = self.type is OrderType.MEDICATION
        if (self.schedule is not None) is not medication:
            raise Invalid("required" if medication else "not-wanted", field="schedule")
        if self.high_alert and not medication:
            raise Invalid("not-wanted", field="high_alert")
        if self.planned is not None:
            checked_offset(self.planned, "planned")
            if self.type is not OrderType.PROCEDURE:
                raise Invalid("not-wanted", field="planned")
        if self.type in {OrderType.MEDICATION, OrderType.PROCEDURE} and self.patient is None:
            raise Invalid("patient-missing", field="patient")
        if medication:
            if len(self.lines) > 1:
                raise Invalid("medication-one-line", field="lines")
            if self.lines[0].dose is None or self.lines[0].route is None:
                raise Invalid("required", field="lines.0.dose")

    @property
    def care(self) -> dict[str, Any]:
        """What an order of care says beside its lines, as JSON."""
        care: dict[str, Any] = {}
        if self.schedule is not None:
            care["schedule"] = self.schedule.members()
        if self.planned is not None:
            care["planned"] = timestamp(self.planned)
        if self.high_alert:
            care["highAlert"] = True
        return care

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
        return encode(members | self.care)

    @classmethod
    def parse(cls, members: dict[str, Any]) -> Order:
        """The order that `encode` wrote, from its parsed JSON."""
        patient = members["medtrace:patient"]
        schedule, planned = members.get("schedule"), members.get("planned")
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
            schedule=Schedule.parse(schedule) if schedule else None,
            planned=datetime.fromisoformat(planned) if planned else None,
            high_alert=members.get("highAlert", False),
        )
