"""The revision: an order is changed, closed or cancelled. What it was stays on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from errors import Invalid
from ledger import encode, timestamp
from orders.order import LARGEST, Line, OrderType
from trace import checked_offset

REVISION_TYPE = "medtrace:OrderRevision"


class Revising(StrEnum):
    """What a revision does."""

    CHANGE = "change"
    """Quantities of lines become others, lines are added."""
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

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: a change changes nothing, anything else names lines, a quantity is below 0, it
                is too large for an entry, or the time has no zone.
        """
        checked_offset(self.time, "time")
        named = bool(self.quantities or self.added)
        if named is not (self.doing is Revising.CHANGE):
            raise Invalid("revision-lines", field="lines")
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
        return encode(members)

    @classmethod
    def parse(cls, members: dict[str, Any]) -> Revision:
        """The revision that `encode` wrote, from its parsed JSON."""
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
        )
