"""Closing a case, and opening it again: what is said, by whom, and who signed.

A case is closed by two: one who worked on it, and quality. From the commit of a closing its holds
are lifted, from that of a reopening they are in force again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from ledger import encode, timestamp
from recall.about_case import AboutCase, head_of
from trace import Signature

RECALL_CLOSING_TYPE = "medtrace:RecallClosing"
RECALL_REOPENING_TYPE = "medtrace:RecallReopening"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDecision(AboutCase):
    """What a closing and a reopening have in common.

    Args:
        person: the staff number of who decides.
        second_person: the staff number of who looked at it too.
        signatures: of both.
        explanation: why: of a closing, what became of goods that are not settled; else empty.
    """

    person: str
    second_person: str | None = None
    signatures: tuple[Signature, ...] = ()
    explanation: str = ""

    @property
    def signed(self) -> bool:
        """Whether two different persons signed, who decides and the second one."""
        signers = {each.person for each in self.signatures}
        return self.second_person != self.person and signers == {self.person, self.second_person}

    def statement(self) -> bytes:
        """What people sign: everything but the moment and they themselves, as canonical JSON."""
        return encode(self.said())

    def encode(self) -> bytes:
        """The decision as canonical JSON."""
        return encode(
            {
                **self.said(),
                "eventTime": timestamp(self.time),
                "medtrace:secondPerson": self.second_person,
                "medtrace:signatures": [
                    {"person": each.person, "method": each.method, "time": timestamp(each.time)}
                    for each in self.signatures
                ],
            }
        )

    def said(self) -> dict[str, object]:
        """What people sign, as JSON members."""
        head = {name: value for name, value in self.head().items() if name != "eventTime"}
        return {
            **head,
            "explanation": self.explanation,
            "medtrace:person": self.person,
        }

    @classmethod
    def parse(cls, members: dict[str, Any]) -> Self:
        """The decision that `encode` wrote, from its parsed JSON."""
        return cls(**decided_in(members))


def decided_in(members: dict[str, Any]) -> dict[str, Any]:
    """The fields of `CaseDecision` that `encode` wrote, by their names."""
    return {
        **head_of(members),
        "person": members["medtrace:person"],
        "second_person": members["medtrace:secondPerson"],
        "signatures": tuple(
            Signature(each["person"], each["method"], datetime.fromisoformat(each["time"]))
            for each in members["medtrace:signatures"]
        ),
        "explanation": members["explanation"],
    }


class RecallClosing(CaseDecision):
    """A case is closed: everybody concerned knows and acted, every unit is settled or explained."""

    __slots__ = ()
    type: ClassVar[str] = RECALL_CLOSING_TYPE


class RecallReopening(CaseDecision):
    """A closed case is opened again: its scope is held as before."""

    __slots__ = ()
    type: ClassVar[str] = RECALL_REOPENING_TYPE
