"""The revision: an order is changed, stopped, closed or cancelled. What it was stays on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from errors import Invalid
from ledger import encode, timestamp
from orders.order import LARGEST, ORDERS_OF_CARE, Line, OrderType
from orders.schedule import Schedule
from trace import Dose, checked_offset

REVISION_TYPE = "medtrace:OrderRevision"


class Revising(StrEnum):
    """What a revision does."""

    CHANGE = "change"
    """Quantities of lines become others, lines are added; of a medication order dose, route and
    schedule."""
    STOP = "stop"
    """An order of care ends here (停医嘱): from now on nothing of it is handed out or given."""
    CLOSE = "close"
    """No more is expected; what a transfer lacks becomes an exception."""
    CANCEL = "cancel"
    """It shall not happen; possible as long as nothing of it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A change of an order that was placed.

    Args:
        id: made by who says so (UUIDv7).
        time: when, aware of its zone.
        type: the order's type.
        number: its number.
        doing: what is done to it.
        quantities: the new quantity of lines, by line number from 1; 0: the line is dropped.
        added: further lines; they get the next numbers.
        person: the staff number of who says so.
        note: why.
        dose: the new dose of a medication order.
        route: its new route.
        schedule: its new schedule.
    """

    ledger_kind: ClassVar[str] = "order"

    id: UUID
    time: datetime
    type: OrderType
    number: str
    doing: Revising
    quantities: Mapping[int, int] = field(default_factory=dict)
    added: tuple[Line, ...] = ()
    person: str | None = None
    note: str | None = None
    dose: Dose | None = None
    route: str | None = None
    schedule: Schedule | None = None

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: a change changes nothing, anything else names lines, a quantity is below 0, it
                is too large for an entry, it is not for orders of this type, or the time has no
                zone.
        """
        checked_offset(self.time, "time")
        care = bool(self.dose or self.route or self.schedule)
        named = bool(self.quantities or self.added)
        if (named or care) is not (self.doing is Revising.CHANGE):
            raise Invalid("revision-lines", field="lines")
        medication = self.type is OrderType.MEDICATION
        if (care and not medication) or (named and medication):
            raise Invalid("not-wanted", field="lines" if named else "schedule")
        if self.doing is Revising.STOP and self.type not in ORDERS_OF_CARE:
            raise Invalid("not-wanted", field="doing")
        for quantity in self.quantities.values():
            if quantity < 0:
                raise Invalid("quantity-not-positive", field="quantity", found=quantity)
        if len(self.encode()) > LARGEST:
            raise Invalid("too-large", field="lines", limit=LARGEST)

    def encode(self) -> bytes:
        """The revision as canonical JSON."""
        members: dict[str, Any] = {
            "type": REVISION_TYPE,
            "eventID": f"urn:uuid:{self.id}",
            "eventTime": timestamp(self.time),
            "orderType": self.type.value,
            "number": self.number,
            "doing": self.doing.value,
        }
        if self.quantities:
            members["lines"] = [
                {"line": line, "quantity": quantity}
                for line, quantity in sorted(self.quantities.items())
            ]
        if self.added:
            members["added"] = [line.members() for line in self.added]
        if self.person is not None:
            members["medtrace:person"] = self.person
        if self.note is not None:
            members["medtrace:note"] = self.note
        if self.dose is not None:
            members["dose"] = self.dose.members()
        if self.route is not None:
            members["route"] = self.route
        if self.schedule is not None:
            members["schedule"] = self.schedule.members()
        return encode(members)

    @classmethod
    def parse(cls, members: dict[str, Any]) -> Revision:
        """The revision that `encode` wrote, from its parsed JSON."""
        dose, schedule = members.get("dose"), members.get("schedule")
        return cls(
            id=UUID(members["eventID"]),
            time=datetime.fromisoformat(members["eventTime"]),
            type=OrderType(members["orderType"]),
            number=members["number"],
            doing=Revising(members["doing"]),
            quantities={each["line"]: each["quantity"] for each in members.get("lines", ())},
            added=tuple(Line.parse(line) for line in members.get("added", ())),
            person=members.get("medtrace:person"),
            note=members.get("medtrace:note"),
            dose=Dose.parse(dose) if dose else None,
            route=members.get("route"),
            schedule=Schedule.parse(schedule) if schedule else None,
        )
