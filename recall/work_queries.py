"""Tasks of a recall as they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection

import bulk
from inventory import Status, locations
from recall import models, work_models
from recall.queries import Answer, Case, answer
from recall.scope import goods_of
from recall.tasks import Work
from trace import last_seq_of_lots

TASK_COLUMNS: Final = tuple(
    column.name for column in work_models.recall_task.columns if column.name != "ledger_id"
)
"""What `task_of_row` takes, in order."""
_PLACE: Final = TASK_COLUMNS.index("location_id")
_ORDER: Final = {work: number for number, work in enumerate(Work)}
_TASKS = bulk.Lookup(work_models.recall_task, TASK_COLUMNS, by="case_id")
_LAST_TOLD = "SELECT max(seq) FROM recall_task WHERE ledger_id=? AND case_id=?"
_DECIDED = "SELECT case_id, decision FROM recall_decision WHERE ledger_id=? ORDER BY seq"
_OPENED = "SELECT case_id FROM recall_case WHERE ledger_id=? ORDER BY seq"
_DRILLS = bulk.Lookup(models.recall_case, ("case_id", "drill"), by="case_id")
_SEARCHES = bulk.Lookup(
    work_models.recall_task,
    ("case_id", "subject"),
    by="case_id",
    condition=f"work = '{Work.SEARCH}' AND done IS NULL",
)

TO_FIND: Final = frozenset({Status.AVAILABLE, Status.TO_INSPECT, Status.RESERVED, Status.DISPENSED})
"""The states of goods that a search has to put into quarantine."""


class TaskState(StrEnum):
    """How far a task is."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    COUNTED = "counted"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Task:
    """A task of a recall.

    Args:
        case_id: of which case.
        work: what is to be done.
        subject: the code of the place, or the patient's pseudonym.
        location_id: the place, or the patient's ward.
        opened: when it was opened.
        expected: how much lay there when it was opened, or the patient got.
        left: how much lies there now and is not in quarantine; None: of a patient.
        owner: the staff number of who is to do it.
        acknowledged: when somebody took notice, and `acknowledged_by` who.
        counted: when it was counted, `counted_by` by whom; `count` how much was found.
        done: when it was finished, and `done_by` by whom.
        note: what was said last.
        seq: the entry that changed it last.
    """

    case_id: str
    work: Work
    subject: str
    location_id: int
    opened: datetime
    expected: int
    owner: str | None = None
    acknowledged: datetime | None = None
    acknowledged_by: str | None = None
    counted: datetime | None = None
    counted_by: str | None = None
    count: int | None = None
    done: datetime | None = None
    done_by: str | None = None
    note: str = ""
    seq: int = 0
    left: int | None = None

    @property
    def state(self) -> TaskState:
        """How far it is."""
        if self.done is not None:
            return TaskState.DONE
        if self.counted is not None:
            return TaskState.COUNTED
        return TaskState.OPEN if self.acknowledged is None else TaskState.ACKNOWLEDGED


def task_of_row(row: Sequence[Any]) -> Task:
    """The task in a row of `TASK_COLUMNS`."""
    case_id, work, subject, location_id, opened, expected, owner, *rest = row
    acknowledged, by, counted, counted_by, count, done, done_by, note, seq = rest
    return Task(
        case_id,
        Work(work),
        subject,
        location_id,
        datetime.fromisoformat(opened),
        expected,
        owner,
        _moment(acknowledged),
        by,
        _moment(counted),
        counted_by,
        count,
        _moment(done),
        done_by,
        note,
        seq,
    )


def recorded_tasks(connection: Connection, ledger_id: int, case_ids: Sequence[str]) -> list[Task]:
    """The tasks of some cases that are on record."""
    return list(map(task_of_row, _TASKS.fetch(connection, ledger_id, case_ids)))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def left_at(found: Answer) -> Counter[int]:
    """How much of a case's goods is still to be put into quarantine, by location."""
    left: Counter[int] = Counter()
    for row in found.balances:
        if row.status in TO_FIND:
            left[row.location_id] += row.quantity
    return left


def tasks_due(
    case_id: str,
    found: Answer,
    codes: dict[int, str],
    opened: datetime,
    location_ids: Collection[int] | None = None,
) -> list[Task]:
    """The tasks that a case's goods ask for now.

    Args:
        case_id: the case.
        found: where its goods are.
        codes: the codes of all places, by surrogate.
        opened: since when they are due.
        location_ids: the places whose tasks are wanted; None: all.
    """
    due = [
        Task(case_id, Work.SEARCH, codes[place], place, opened, count, left=count)
        for place, count in sorted(left_at(found).items())
        if location_ids is None or place in location_ids
    ]
    got: dict[str, tuple[int, int]] = {}
    for each in found.patients:
        patient = str(each.patient)
        before = got.get(patient, (0, 0))[1]
        got[patient] = (each.location_id, before + each.used + each.holding)
    due += [
        Task(case_id, work, patient, ward, opened, count)
        for patient, (ward, count) in sorted(got.items())
        if location_ids is None or ward in location_ids
        for work in (Work.NOTIFY, Work.ASSESS)
    ]
    return due


def tasks_of_case(
    connection: Connection,
    ledger_id: int,
    case: Case,
    found: Answer | None = None,
    location_ids: Collection[int] | None = None,
) -> list[Task]:
    """The tasks of a case: those that are on record, and what its goods ask for since then.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        case: the case.
        found: where its goods are, if that is known already.
        location_ids: the places whose tasks are wanted; None: all.
    """
    found = found or answer(connection, ledger_id, case.scope)
    rows = _TASKS.fetch(connection, ledger_id, [case.case_id])
    left, names = left_at(found), {(work, subject) for _, work, subject, *_ in rows}
    wanted = (row for row in rows if location_ids is None or row[_PLACE] in location_ids)
    told = [_with_left(task_of_row(row), left) for row in wanted]
    if case.closing is None:
        codes = {number: place.code for number, place in locations(connection, ledger_id).items()}
        due = tasks_due(case.case_id, found, codes, case.opened, location_ids)
        told += [task for task in due if (task.work.value, task.subject) not in names]
    return sorted(told, key=lambda task: (_ORDER[task.work], task.subject))


def _with_left(task: Task, left: Counter[int]) -> Task:
    if task.work is not Work.SEARCH:
        return task
    return replace(task, left=left[task.location_id])


def open_case_ids(connection: bulk.Reader, ledger_id: int) -> list[str]:
    """The numbers of all open cases, drills too, in the order in which they were opened."""
    decided: dict[str, str] = dict(bulk.fetch(connection, _DECIDED, [ledger_id]))
    opened = bulk.fetch(connection, _OPENED, [ledger_id])
    return [case_id for (case_id,) in opened if decided.get(case_id) != models.CLOSED]


@dataclass(frozen=True, slots=True)
class Search:
    """An open case of which something has still to be searched.

    Args:
        case_id: the case.
        drill: whether it is an exercise.
        places: the codes of the places.
    """

    case_id: str
    drill: bool
    places: frozenset[str]


def open_searches(connection: bulk.Reader, ledger_id: int, case_ids: Sequence[str]) -> list[Search]:
    """Where something of these cases has still to be searched, case by case in their order."""
    drills: dict[str, bool] = dict(_DRILLS.fetch(connection, ledger_id, case_ids))
    places: dict[str, set[str]] = {case_id: set() for case_id in case_ids}
    for case_id, place in _SEARCHES.fetch(connection, ledger_id, case_ids):
        places[case_id].add(place)
    return [
        Search(case_id, bool(drills[case_id]), frozenset(found))
        for case_id, found in places.items()
        if found
    ]


def position_of(
    connection: Connection, ledger_id: int, case: Case, found: Answer | None = None
) -> int:
    """The entry that changed a case, its goods or its tasks last.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        case: the case.
        found: where its goods are, if that is known already.
    """
    lots = found.lots if found else goods_of(connection, ledger_id, case.scope).lots
    ((told,),) = bulk.fetch(connection, _LAST_TOLD, [ledger_id, case.case_id])
    touched = last_seq_of_lots(connection, ledger_id, [lot.lot_id for lot in lots])
    return max(*case.seqs, told or 0, touched, 0)
