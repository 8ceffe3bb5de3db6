"""What every record about a case has in common."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from ledger import timestamp
from trace import checked_offset


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutCase:
    """Something that is put on record about a case.

    Args:
        id: made by who says so (UUIDv7).
        case_id: the case's number.
        time: when, aware of its zone; kept in UTC.
    """

    ledger_kind: ClassVar[str] = "recall"
    type: ClassVar[str]

    id: UUID
    case_id: str
    time: datetime

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: the time has no zone or can't be written.
        """
        checked_offset(self.time, "time")
        object.__setattr__(self, "time", self.time.astimezone(UTC))

    def head(self) -> dict[str, Any]:
        """What it is, its id, its time and its case, as JSON members."""
        return {
            "type": self.type,
            "eventID": f"urn:uuid:{self.id}",
            "eventTime": timestamp(self.time),
            "case": self.case_id,
        }


def head_of(members: dict[str, Any]) -> dict[str, Any]:
    """The fields of `AboutCase` that `head` wrote, by their names."""
    return {
        "id": UUID(members["eventID"]),
        "case_id": members["case"],
        "time": datetime.fromisoformat(members["eventTime"]),
    }
