"""Lists of recalls that look otherwise on the page, as files: cases, and the tasks of a case."""

from __future__ import annotations

from typing import Final

from flask import request

from recall import Case, Task, Work
from texts import text_of
from web.filling.cases import case_named, case_names, cases_after
from web.filling.page import Page
from web.listing import Listing, Wanted, numbers_in
from web.view import pseudonym_tail
from web.view.table import Cell, Column, Row


def _cases(page: Page, _wanted: Wanted, after: str, limit: int) -> list[Row]:
    return [_case(page, case) for case in cases_after(page, numbers_in(after, 2), limit)]


def _case(page: Page, case: Case) -> Row:
    closing = case.closing
    return Row(
        (
            Cell(case.case_id),
            Cell(text_of("drills") if case.drill else None),
            Cell(case_names(page, case)),
            Cell(case.opened),
            Cell(case.deadline),
            Cell(None if closing is None else closing.decided),
        ),
        key=f"{int(closing is not None)}.{case.seq}",
    )


def _tasks(page: Page, _wanted: Wanted, after: str, limit: int) -> list[Row]:
    case = case_named(page, str((request.view_args or {}).get("case_id", "")))
    before = (numbers_in(after, 1) or (0,))[0]
    tasks = page.recalls.tasks(page.connection, case)[before : before + limit]
    return [_task(page, task, str(before + number)) for number, task in enumerate(tasks, 1)]


def _task(page: Page, task: Task, key: str) -> Row:
    search = task.work is Work.SEARCH
    return Row(
        (
            Cell(text_of(f"work-{task.work.value}")),
            Cell(page.places.name_of(task.location_id)),
            Cell(None if search else pseudonym_tail(task.subject)),
            Cell(task.expected),
            Cell(task.count),
            Cell(text_of(f"task-{task.state.value}")),
            Cell(page.person(task.owner) if task.owner else None),
            Cell(task.done),
        ),
        key=key,
    )


CASES: Final = Listing(
    name="recalls",
    columns=(
        Column("case", "strong"),
        Column("kind"),
        Column("product"),
        Column("opened", "moment"),
        Column("due", "moment"),
        Column("closed", "moment"),
    ),
    fetch=_cases,
)
"""Every case: the open ones first, then the closed ones, the newest first."""

TASKS: Final = Listing(
    name="recall-tasks",
    columns=(
        Column("to-do", "strong"),
        Column("place"),
        Column("patient"),
        Column("expected", "number"),
        Column("counted", "number"),
        Column("state"),
        Column("person"),
        Column("done", "moment"),
    ),
    fetch=_tasks,
)
"""The tasks of the case in the address, patients by the end of their pseudonyms."""
