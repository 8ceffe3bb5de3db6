"""Loaner sets (跟台): a supplier's instruments and implants that come for an operation.

What is in a set is declared when it comes, what is used is bought, the rest goes out the same day.
A set that is not out by its day, or whose sums don't agree, waits on the work-list of exceptions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, Final
from uuid import UUID

from errors import Invalid
from ledger import encode, timestamp
from orders.order import LARGEST, Line
from trace import LOCATION, checked_offset

LOANER_SET_TYPE: Final = "medtrace:LoanerSet"
LOANER_NOTE_TYPE: Final = "medtrace:LoanerNote"
LOANER_DOCUMENT: Final = "loaner"
"""The document type of the events of a set."""


class LoanerState(StrEnum):
    """What is to be expected of a set."""

    OPEN = "open"
    CLOSED = "closed"


class Noting(StrEnum):
    """What a note about a set says."""

    CLOSE = "close"
    """Everything that is not used is out; what doesn't add up becomes an exception."""
    OVERDUE = "overdue"
    """Its day is over, and it is not out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanerSet:
    """A set that is to come.

    Args:
        id: made by who says so (UUIDv7).
        time: when, aware of its zone.
        number: its number.
        party: the code of the supplier, who owns it.
        location: the code of the place that it comes to.
        due: the day by which the rest is out again.
        lines: what is in it.
        procedure: the number of the operation that it is for.
        person: the staff number of who says so.
    """

    ledger_kind: ClassVar[str] = "loaner"

    id: UUID
    time: datetime
    number: str
    party: str
    location: str
    due: date
    lines: tuple[Line, ...]
    procedure: str | None = None
    person: str | None = None

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: there is nothing in it, it is too large for an entry, or the time has no zone.
        """
        checked_offset(self.time, "time")
        if not self.lines:
            raise Invalid("required", field="lines")
        if len(self.encode()) > LARGEST:
            raise Invalid("too-large", field="lines", limit=LARGEST)

    def encode(self) -> bytes:
        """The set as canonical JSON."""
        members: dict[str, Any] = {
            "type": LOANER_SET_TYPE,
            "eventID": f"urn:uuid:{self.id}",
            "eventTime": timestamp(self.time),
            "number": self.number,
            "medtrace:party": self.party,
            "readPoint": {"id": LOCATION + self.location},
            "due": self.due.isoformat(),
            "lines": [line.members() for line in self.lines],
            "procedure": self.procedure,
            "medtrace:person": self.person,
        }
        return encode({name: value for name, value in members.items() if value is not None})

    @classmethod
    def parse(cls, members: dict[str, Any]) -> LoanerSet:
        """The set that `encode` wrote, from its parsed JSON."""
        return cls(
            id=UUID(members["eventID"]),
            time=datetime.fromisoformat(members["eventTime"]),
            number=members["number"],
            party=members["medtrace:party"],
            location=members["readPoint"]["id"].removeprefix(LOCATION),
            due=date.fromisoformat(members["due"]),
            lines=tuple(Line.parse(line) for line in members["lines"]),
            procedure=members.get("procedure"),
            person=members.get("medtrace:person"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanerNote:
    """A set is closed, or its day is over.

    Args:
        id: made by who says so (UUIDv7).
        time: when, aware of its zone.
        number: the set's.
        location: the code of the place that it came to.
        noting: which of both.
        person: the staff number of who says so; None: the service itself.
        note: what is to be said of it.
    """

    ledger_kind: ClassVar[str] = "loaner"

    id: UUID
    time: datetime
    number: str
    location: str
    noting: Noting
    person: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: the time has no zone.
        """
        checked_offset(self.time, "time")

    def encode(self) -> bytes:
        """The note as canonical JSON."""
        members: dict[str, Any] = {
            "type": LOANER_NOTE_TYPE,
            "eventID": f"urn:uuid:{self.id}",
            "eventTime": timestamp(self.time),
            "number": self.number,
            "readPoint": {"id": LOCATION + self.location},
            "noting": self.noting.value,
            "medtrace:person": self.person,
            "medtrace:note": self.note,
        }
        return encode({name: value for name, value in members.items() if value is not None})

    @classmethod
    def parse(cls, members: dict[str, Any]) -> LoanerNote:
        """The note that `encode` wrote, from its parsed JSON."""
        return cls(
            id=UUID(members["eventID"]),
            time=datetime.fromisoformat(members["eventTime"]),
            number=members["number"],
            location=members["readPoint"]["id"].removeprefix(LOCATION),
            noting=Noting(members["noting"]),
            person=members.get("medtrace:person"),
            note=members.get("medtrace:note"),
        )
