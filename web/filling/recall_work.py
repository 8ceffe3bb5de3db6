"""The work-list of recalls: what is still to be done at the reader's places."""

from __future__ import annotations

from typing import Final

from flask import url_for

from access import Action
from recall import Case, Task, TaskState, Work
from texts import text_of
from web.filling.page import Page
from web.listing import Listing, Wanted, numbers_in
from web.view import pseudonym_tail
from web.view.table import Cell, Column, Row

_LOOKS: Final = {TaskState.OPEN: "look", TaskState.ACKNOWLEDGED: "act", TaskState.COUNTED: "act"}


def _tasks(page: Page, _wanted: Wanted, after: str, limit: int) -> list[Row]:
    """Case by case, the oldest first; a key is the case's entry and how many of it came before."""
    begun, shown = numbers_in(after, 2) or (-1, 0)
    reach, told = page.reach(Action.WORK_RECALL), list[Row]()
    for case in page.recalls.cases(page.connection):
        if case.seq < begun:
            continue
        if len(told) >= limit:
            break
        tasks = page.recalls.tasks(page.connection, case, reach)
        left = [task for task in tasks if task.state is not TaskState.DONE]
        first = shown if case.seq == begun else 0
        part = left[first : first + limit - len(told)]
        told += [_row(page, case, task, first + at) for at, task in enumerate(part, 1)]
    return told


def _row(page: Page, case: Case, task: Task, number: int) -> Row:
    subject = page.places.name(task.subject)
    if task.work is not Work.SEARCH:
        subject = pseudonym_tail(task.subject)
    return Row(
        (
            Cell(case.case_id, url_for("recall_tasks.page", case_id=case.case_id)),
            Cell(text_of(f"work-{task.work}")),
            Cell(subject, note=page.places.name_of(task.location_id)),
            Cell(task.expected),
            Cell(text_of(f"task-{task.state}"), look=_LOOKS.get(task.state, "")),
            Cell(case.deadline),
        ),
        key=f"{case.seq}.{number}",
    )


RECALL_TASKS: Final = Listing(
    name="recall-tasks",
    columns=(
        Column("case", "strong"),
        Column("to-do"),
        Column("subject"),
        Column("quantity", "number"),
        Column("state", "chip"),
        Column("due", "moment", wide=True),
    ),
    fetch=_tasks,
    empty=text_of("no-recall-task"),
)
"""What is still to be done for open recalls."""
