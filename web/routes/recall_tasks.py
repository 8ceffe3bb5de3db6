"""The tasks of a recall: what is to be done where and for whom, and reports on it."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from access import Action
from errors import Invalid
from texts import Text
from trace import Refused
from web.desk import desk
from web.filling.cases import case_named
from web.filling.page import open_page
from web.filling.recall_lists import TASKS
from web.filling.recall_tasks import FIELDS, read_report, tasks_view
from web.guard import needs
from web.listing import asked_file, file_links
from web.shell import show, tell
from web.visitor import address, reader

_LONGEST: Final = 9

blueprint = Blueprint("recall_tasks", __name__, url_prefix="/recalls/<case_id>/tasks")


@blueprint.get("")
@needs(Action.SEE_RECALL)
def page(case_id: str) -> Response:
    """The tasks of a case."""
    if "format" in request.args:
        with open_page() as filled:
            case_named(filled, case_id)  # a file once begun can't say that there is none
    return asked_file(TASKS) or _page(case_id)


@blueprint.post("")
@needs(Action.WORK_RECALL, somewhere=True)
def report(case_id: str) -> Response:
    """Put on record what was done of a task; only where the reader may."""
    case_id = case_id.replace("\x00", "")
    sent = {name: request.form.get(name, "").replace("\x00", "") for name in FIELDS}
    house = desk().hospital
    try:
        with open_page() as filled:
            step = read_report(filled, case_id, sent)
    except Invalid as error:
        return _page(case_id, error.text)
    house.access.require(reader(), Action.WORK_RECALL, step.place, address=address())
    (outcome,) = house.recorder.record([step])
    if isinstance(outcome, Refused):
        return _page(case_id, outcome.text)
    tell("task-noted")
    return redirect(url_for("recall_tasks.page", case_id=case_id, after=_after() or None), code=303)


def _after() -> int:
    """How many tasks for patients come before those of this page; a number that is none: 0."""
    wanted = request.args.get("after", "")
    return int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) <= _LONGEST else 0


def _page(case_id: str, error: Text | None = None) -> Response:
    back = url_for("recall_tasks.page", case_id=case_id)
    with open_page() as filled:
        view = tasks_view(filled, case_id.replace("\x00", ""), error, _after())
    status = 422 if error else 200
    return show(
        "recall_tasks.html",
        place="recall",
        status=status,
        back_to=back,
        tasks=view,
        files=file_links("recall_tasks.page", case_id=view.case_id),
    )
