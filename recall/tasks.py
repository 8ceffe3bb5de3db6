"""Tasks of a recall: what is to be done at a place and for a patient, and each step of it.

Opening a case opens a task for every place where goods of it lie, to find them, count them and put
them into quarantine, and two for every patient who got some: to be told, and to be looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from errors import Invalid
from ledger import encode
from recall.about_case import AboutCase, head_of

TASK_STEP_TYPE = "medtrace:RecallTaskStep"


class Work(StrEnum):
    """What is to be done."""

    SEARCH = "search"
    """At a place: find the goods, count them by scanning, put them into quarantine."""
    NOTIFY = "notify"
    """Tell a patient."""
    ASSESS = "assess"
    """Look at a patient: were they harmed?"""


class StepKind(StrEnum):
    """What happens to a task."""

    ASSIGNED = "assigned"
    ACKNOWLEDGED = "acknowledged"
    COUNTED = "counted"
    DONE = "done"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskStep(AboutCase):
    """A step of a task.

    Args:
        work: what is to be done.
        place: the code of the place, of a search; of the others the patient's ward.
        patient: the pseudonym of the patient; None: of a search.
        step: what happened.
        owner: of an assignment, the staff number of who is to do it.
        count: of a count, how many units were found.
        note: what was seen or said, in words.
        person: the staff number of who says so.
    """

    type: ClassVar[str] = TASK_STEP_TYPE

    work: Work
    place: str
    patient: UUID | None = None
    step: StepKind
    owner: str | None = None
    count: int | None = None
    note: str = ""
    person: str

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: the time has no zone or can't be written, a patient is missing or too many, or
                a step lacks what it is about.
        """
        AboutCase.__post_init__(self)
        if (self.patient is None) is not (self.work is Work.SEARCH):
            raise Invalid("required", field="patient")
        if self.step is StepKind.COUNTED and (self.count is None or self.count < 0):
            raise Invalid("required", field="count")
        if self.step is StepKind.ASSIGNED and not self.owner:
            raise Invalid("required", field="owner")

    @property
    def subject(self) -> str:
        """Whom or what the task is about: the patient's pseudonym, or the code of the place."""
        return self.place if self.patient is None else str(self.patient)

    @property
    def ends_search(self) -> bool:
        """Whether it says that a place has been searched."""
        return self.work is Work.SEARCH and self.step is StepKind.DONE

    def encode(self) -> bytes:
        """The step as canonical JSON; what is not said is not written."""
        members: dict[str, Any] = {
            **self.head(),
            "work": self.work.value,
            "place": self.place,
            "step": self.step.value,
            "note": self.note,
            "medtrace:person": self.person,
        }
        if self.patient is not None:
            members["medtrace:patient"] = f"urn:uuid:{self.patient}"
        if self.owner is not None:
            members["owner"] = self.owner
        if self.count is not None:
            members["count"] = self.count
        return encode(members)

    @classmethod
    def parse(cls, members: dict[str, Any]) -> TaskStep:
        """The step that `encode` wrote, from its parsed JSON."""
        patient = members.get("medtrace:patient")
        return cls(
            **head_of(members),
            work=Work(members["work"]),
            place=members["place"],
            patient=UUID(patient) if patient else None,
            step=StepKind(members["step"]),
            owner=members.get("owner"),
            count=members.get("count"),
            note=members["note"],
            person=members["medtrace:person"],
        )
