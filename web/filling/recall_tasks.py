"""The tasks of a recall as a page shows them, and reports on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from flask import url_for
from uuid6 import uuid7

from access import Action
from errors import Invalid, NotFound
from recall import Case, StepKind, Task, TaskState, TaskStep, Work, find_case
from texts import Text, text_of
from web.filling.cases import CLASSES, case_clock, case_names
from web.filling.page import Page
from web.view import TaskRow, TasksView, pseudonym_tail

FIELDS: Final = ("work", "place", "patient", "step", "count", "owner", "note")
"""What a report sends."""

_LONGEST: Final = 500
_PAGE: Final = 100
"""Tasks for patients on a page."""
_LONGEST_COUNT: Final = 9


def tasks_view(page: Page, case_id: str, error: Text | None = None, after: int = 0) -> TasksView:
    """The tasks of a case.

    Args:
        page: the page.
        case_id: the number of the case.
        error: why the last report was not taken.
        after: how many tasks for patients come before those of this page.

    Raises:
        NotFound: there is no such case.
    """
    case = find_case(page.connection, page.ledger_id, case_id)
    if case is None:
        raise NotFound("not-found", what=case_id)
    tasks = page.recalls.tasks(page.connection, case)
    places = [task for task in tasks if task.work is Work.SEARCH]
    patients = [task for task in tasks if task.work is not Work.SEARCH]
    after = after if after < len(patients) else 0
    shown = patients[after : after + _PAGE]
    may = _allowed(page, case, [*places, *shown])

    def rows(found: list[Task]) -> tuple[TaskRow, ...]:
        return tuple(_row(page, case, task, may[task.location_id]) for task in found)

    def to(number: int) -> str:
        return url_for("recall_tasks.page", case_id=case.case_id, after=number or None)

    return TasksView(
        case_id=case.case_id,
        name=case_names(page, case),
        recall_class=CLASSES[case.recall_class],
        clock=case_clock(page, case),
        drill=case.drill,
        case_href=url_for("recalls.case", case_id=case.case_id),
        action=url_for("recall_tasks.report", case_id=case.case_id, after=after or None),
        places=rows(places),
        patients=rows(shown),
        for_patients=len(patients),
        more=to(after + _PAGE) if len(patients) > after + _PAGE else None,
        first=to(0) if after else None,
        done=sum(task.state is TaskState.DONE for task in tasks),
        error=error,
    )


def read_report(page: Page, case_id: str, sent: Mapping[str, str]) -> TaskStep:
    """What a report says.

    Raises:
        Invalid: a field is missing or malformed; `field` names it.
    """
    count, note = sent["count"].strip(), sent["note"].strip()
    if count and not (count.isascii() and count.isdigit() and len(count) <= _LONGEST_COUNT):
        raise Invalid("field-integer", field="count")
    if len(note) > _LONGEST or not note.replace("\r\n", "").replace("\n", "").isprintable():
        raise Invalid("malformed", field="note", detail=f"≤ {_LONGEST}")
    try:
        return TaskStep(
            id=uuid7(),
            case_id=case_id,
            time=page.now,
            work=Work(sent["work"]),
            place=sent["place"],
            patient=UUID(sent["patient"]) if sent["patient"] else None,
            step=StepKind(sent["step"]),
            owner=sent["owner"].strip().upper() or None,
            count=int(count) if count else None,
            note=note,
            person=page.principal.number,
        )
    except ValueError:
        raise Invalid("required", field="step") from None


def _allowed(page: Page, case: Case, tasks: list[Task]) -> dict[int, bool]:
    """At which places the reader may work on the case."""
    access, open_ = page.desk.hospital.access, case.closing is None
    return {
        number: open_
        and access.permits(page.principal, Action.WORK_RECALL, page.places.code_of(number))
        for number in {task.location_id for task in tasks}
    }


def _row(page: Page, case: Case, task: Task, may_work: bool) -> TaskRow:  # noqa: FBT001 -- as worked out
    unit = page.product(case.scope[0].product_id)
    search = task.work is Work.SEARCH
    return TaskRow(
        work=text_of(f"work-{task.work.value}"),
        work_code=task.work.value,
        place=page.places.name_of(task.location_id),
        place_code=page.places.code_of(task.location_id),
        state=text_of(f"task-{task.state.value}"),
        state_code=task.state.value,
        expected=page.quantity(task.expected, unit),
        left=page.quantity(task.left, unit) if task.left else None,
        count=None if task.count is None else page.quantity(task.count, unit),
        patient=None if search else pseudonym_tail(task.subject),
        patient_code="" if search else task.subject,
        owner=page.person(task.owner) if task.owner else None,
        done_at=task.done,
        done_by=page.person(task.done_by) if task.done_by else None,
        note=task.note,
        may_work=may_work and task.state is not TaskState.DONE,
    )
