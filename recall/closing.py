"""Closing a case, and opening it again: what is said, by whom, and who signed.

A case is closed by two: one who worked on it, and quality. From the commit of a closing its holds
are lifted, from that of a reopening they are in force again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from ledger import encode, timestamp
from trace import Signature, checked_offset

RECALL_CLOSING_TYPE = "medtrace:RecallClosing"
RECALL_REOPENING_TYPE = "medtrace:RecallReopening"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDecision:
    """What a closing and a reopening have in common.

    Args:
        id: made by who decides (UUIDv7).
        case_id: the case's number.
        time: when, aware of its zone.
        person: the staff number of who decides.
        second_person: the staff number of who looked at it too.
        signatures: of both.
        explanation: why: of a closing, what became of goods that are not settled; else empty.
    """

    ledger_kind: ClassVar[str] = "recall"
    type: ClassVar[str]

    id: UUID
    case_id: str
    time: datetime
    person: str
    second_person: str | None = None
    signatures: tuple[Signature, ...] = ()
    explanation: str = ""

    def __post_init__(self) -> None:
        """Hold what no caller may break: the time is from the start what the entry will say.

        Raises:
            Invalid: the time has no zone or can't be written.
        """
        checked_offset(self.time, "time")
        object.__setattr__(self, "time", self.time.astimezone(UTC))

    @property
    def signed(self) -> bool:
        """Whether two different persons signed, who decides and the second one."""
        signers = {each.person for each in self.signatures}
        return self.second_person != self.person and signers == {self.person, self.second_person}

    def statement(self) -> bytes:
        """What people sign: everything but the moment and they themselves, as canonical JSON."""
        return encode(self._said())

    def encode(self) -> bytes:
        """The decision as canonical JSON."""
        return encode(
            {
                **self._said(),
                "eventTime": timestamp(self.time),
                "medtrace:secondPerson": self.second_person,
                "medtrace:signatures": [
                    {"person": each.person, "method": each.method, "time": timestamp(each.time)}
                    for each in self.signatures
                ],
            }
        )

    def _said(self) -> dict[str, object]:
        return {
            "type": self.type,
            "eventID": f"urn:uuid:{self.id}",
            "case": self.case_id,
            "explanation": self.explanation,
            "medtrace:person": self.person,
        }

    @classmethod
    def parse(cls, members: dict[str, Any]) -> Self:
        """The decision that `encode` wrote, from its parsed JSON."""
        return cls(
            id=UUID(members["eventID"]),
            case_id=members["case"],
            time=datetime.fromisoformat(members["eventTime"]),
            person=members["medtrace:person"],
            second_person=members["medtrace:secondPerson"],
            signatures=tuple(
                Signature(each["person"], each["method"], datetime.fromisoformat(each["time"]))
                for each in members["medtrace:signatures"]
            ),
            explanation=members["explanation"],
        )


class RecallClosing(CaseDecision):
    """A case is closed: everybody concerned knows and acted, every unit is settled or explained."""

    __slots__ = ()
    type: ClassVar[str] = RECALL_CLOSING_TYPE


class RecallReopening(CaseDecision):
    """A closed case is opened again: its scope is held as before."""

    __slots__ = ()
    type: ClassVar[str] = RECALL_REOPENING_TYPE
