"""Tasks in a recording: opened with their case, changed by steps; parts of the recall desk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection

import bulk
from inventory import Location, locations, locations_by_code
from ledger import timestamp
from recall import work_models
from recall.queries import answer
from recall.scope import Part
from recall.tasks import StepKind, TaskStep, Work
from recall.work_queries import TASK_COLUMNS, Task, recorded_tasks, tasks_due
from trace import Reason, Refused, Touch

_KEY = ("ledger_id", "case_id", "work", "subject")
_PUT = bulk.Insert(work_models.recall_task, key=_KEY, replace=TASK_COLUMNS[3:])

TaskName = tuple[str, Work, str]
"""A task by its case, what is to be done, and whom or what it is about."""


@dataclass(frozen=True, slots=True)
class Stepped:
    """The change: a task is a step further; goods stay as they are."""

    step: TaskStep
    location_id: int
    context: Mapping[str, Any] = field(default_factory=dict)
    touch: Touch = field(default_factory=Touch)


def places_of(
    connection: Connection, ledger_id: int, steps: Sequence[TaskStep]
) -> dict[str, Location]:
    """The places that steps name."""
    return locations_by_code(connection, ledger_id, {step.place for step in steps})


def decide_step(
    step: TaskStep, *, open_: bool | None, place: Location | None, left: int
) -> Stepped | Refused:
    """Whether a step may be taken.

    Args:
        step: the step.
        open_: whether its case is open; None: there is none.
        place: the place that it names; None: there is none.
        left: how much of the case's goods still lies there and is not in quarantine.
    """
    if not open_:
        reason = Reason.UNKNOWN_CASE if open_ is None else Reason.CASE_CLOSED
        return Refused(reason, {"case": step.case_id})
    if place is None:
        return Refused(Reason.UNKNOWN_LOCATION, {"location": step.place})
    if step.ends_search and left and not step.note:
        return Refused(Reason.TASK_UNFINISHED, {"location": place.name, "count": left})
    context = {"left": left} if step.ends_search else {}
    return Stepped(step, place.location_id, context)


def tasks_of_cases(
    connection: Connection, ledger_id: int, case_ids: Sequence[str]
) -> dict[TaskName, Task]:
    """The tasks on record of some cases."""
    found = recorded_tasks(connection, ledger_id, list(dict.fromkeys(case_ids)))
    return {(task.case_id, task.work, task.subject): task for task in found}


def tasks_asked(
    connection: Connection, ledger_id: int, case_id: str, scope: Sequence[Part], opened: datetime
) -> list[Task]:
    """The tasks that the goods of a scope ask for."""
    found = answer(connection, ledger_id, scope)
    codes = {number: place.code for number, place in locations(connection, ledger_id).items()}
    return tasks_due(case_id, found, codes, opened)


def write_tasks(connection: Connection, ledger_id: int, tasks: Iterable[tuple[Task, int]]) -> None:
    """Write tasks as they stand, each with the entry that changed it."""
    written = cache(timestamp)  # all that a case opens are opened at one moment
    _PUT.run(connection, [_row(ledger_id, task, seq, written) for task, seq in tasks])


def task_after(tasks: Mapping[TaskName, Task], change: Stepped) -> Task:
    """How a task stands after a step.

    Goods may come to a place, and a patient get some, after the case was opened.
    """
    step = change.step
    name = (step.case_id, step.work, step.subject)
    fresh = Task(*name, change.location_id, step.time, step.count or 0)
    return _after(tasks.get(name, fresh), step)


def _after(task: Task, step: TaskStep) -> Task:
    told = replace(task, note=step.note or task.note)
    match step.step:
        case StepKind.ASSIGNED:
            return replace(told, owner=step.owner)
        case StepKind.ACKNOWLEDGED:
            return _acknowledged(told, step)
        case StepKind.COUNTED:
            counted = replace(told, counted=step.time, counted_by=step.person, count=step.count)
            return _acknowledged(counted, step)
        case StepKind.DONE:
            return _acknowledged(replace(told, done=step.time, done_by=step.person), step)
        case StepKind.REOPENED:
            return replace(told, done=None, done_by=None)


def _acknowledged(task: Task, step: TaskStep) -> Task:
    """Whoever does something has taken notice; the first to do so stays."""
    if task.acknowledged is not None:
        return task
    return replace(task, acknowledged=step.time, acknowledged_by=step.person)


def _row(ledger_id: int, task: Task, seq: int, written: Callable[[datetime], str]) -> bulk.Row:
    return (
        ledger_id,
        task.case_id,
        task.work.value,
        task.subject,
        task.location_id,
        written(task.opened),
        task.expected,
        task.owner,
        task.acknowledged and written(task.acknowledged),
        task.acknowledged_by,
        task.counted and written(task.counted),
        task.counted_by,
        task.count,
        task.done and written(task.done),
        task.done_by,
        task.note,
        seq,
    )
