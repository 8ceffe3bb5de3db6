"""The recall case: a notice, what it is about, and by when everyone must know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from errors import Invalid
from ledger import encode, timestamp
from recall.scope import Scope
from trace import checked_offset

RECALL_TYPE = "medtrace:Recall"


class RecallClass(StrEnum):
    """How dangerous it is: I may do serious harm, III hardly any."""

    FIRST = "I"
    SECOND = "II"
    THIRD = "III"


NOTICE_WITHIN: Mapping[RecallClass, timedelta] = {
    RecallClass.FIRST: timedelta(hours=24),
    RecallClass.SECOND: timedelta(hours=48),
    RecallClass.THIRD: timedelta(hours=72),
}
"""By when users must know: the stricter of the rules in force (docs/recall.md)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """A recall that is opened.

    Args:
        id: made by who opens it (UUIDv7).
        case_id: its number, `RC-2026-0031`.
        time: when it is opened, aware of its zone.
        notified: when the notice arrived; the clock counts from there.
        recall_class: how dangerous it is.
        reason: why, in the words of the notice.
        source: who says so: maker, regulator, our own finding.
        scope: what it is about.
        person: the staff number of who opens it.
        due: by when everyone must know; None: as the class says.
        number: what the regulator calls it.
        drill: whether it is an exercise: everything is done but nothing is held.
    """

    ledger_kind: ClassVar[str] = "recall"

    id: UUID
    case_id: str
    time: datetime
    notified: datetime
    recall_class: RecallClass
    reason: str
    source: str
    scope: tuple[Scope, ...]
    person: str | None = None
    due: datetime | None = None
    number: str = ""
    drill: bool = False

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: the scope names nothing, or a time has no zone or can't be written.
        """
        checked_offset(self.time, "time")
        checked_offset(self.notified, "notified")
        if self.due is not None:
            checked_offset(self.due, "due")
        if not self.scope or any(part.extent.is_empty for part in self.scope):
            raise Invalid("required", field="scope")

    @property
    def deadline(self) -> datetime:
        """By when everyone must know."""
        return self.due or self.notified + NOTICE_WITHIN[self.recall_class]

    def encode(self) -> bytes:
        """The recall as canonical JSON."""
        members: dict[str, Any] = {
            "type": RECALL_TYPE,
            "eventID": f"urn:uuid:{self.id}",
            "eventTime": timestamp(self.time),
            "case": self.case_id,
            "notified": timestamp(self.notified),
            "class": self.recall_class.value,
            "reason": self.reason,
            "source": self.source,
            "scope": [part.members() for part in self.scope],
            "medtrace:person": self.person,
        }
        if self.due is not None:
            members["due"] = timestamp(self.due)
        if self.number:
            members["number"] = self.number
        if self.drill:
            members["drill"] = True
        return encode(members)

    @classmethod
    def parse(cls, members: dict[str, Any]) -> Recall:
        """The recall that `encode` wrote, from its parsed JSON."""
        return cls(
            id=UUID(members["eventID"]),
            case_id=members["case"],
            time=datetime.fromisoformat(members["eventTime"]),
            notified=datetime.fromisoformat(members["notified"]),
            recall_class=RecallClass(members["class"]),
            reason=members["reason"],
            source=members["source"],
            scope=tuple(map(Scope.parse, members["scope"])),
            person=members["medtrace:person"],
            due=datetime.fromisoformat(members["due"]) if "due" in members else None,
            number=members.get("number", ""),
            drill=members.get("drill", False),
        )
