"""The tasks of a recall, place by place and patient by patient."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from web.view.recall import Clock, RecallClass
from web.view.said import Said


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task.

    Args:
        work: what is to be done, and `work_code` as forms send it.
        place: the place or the patient's ward; `place_code` as forms send it.
        patient: the end of the patient's pseudonym; None: of a search.
        patient_code: the pseudonym as forms send it.
        state: how far it is, and `state_code` as a word of the program.
        expected, left, count: how much lay there, is still to be held, and was found.
        owner: who is to do it.
        done_at: when it was done, and `done_by` by whom.
        note: what was said last.
        may_work: whether this reader may report on it.
    """

    work: Said
    work_code: str
    place: str
    place_code: str
    state: Said
    state_code: str
    expected: str
    left: str | None = None
    count: str | None = None
    patient: str | None = None
    patient_code: str = ""
    owner: str | None = None
    done_at: datetime | None = None
    done_by: str | None = None
    note: str = ""
    may_work: bool = False


@dataclass(frozen=True, slots=True)
class TasksView:
    """The tasks of a case (`recall_tasks.html`, variable `tasks`).

    Args:
        case_id, name, recall_class, clock, drill: the case.
        case_href: its page.
        action: POST address of every form.
        places: its searches.
        patients: what is to be done for patients, as far as this page goes.
        for_patients: how much that is in all.
        done: how many of all are done.
        more: the next page; None: this is the last.
        first: the first page; None: this is it.
        error: why the last report was not taken.
    """

    case_id: str
    name: str
    recall_class: RecallClass
    clock: Clock
    drill: bool
    case_href: str
    action: str
    places: tuple[TaskRow, ...]
    patients: tuple[TaskRow, ...]
    for_patients: int
    done: int
    more: str | None = None
    first: str | None = None
    error: Said | None = None

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self.places) + self.for_patients
