"""Taking in a recall notice: pasted, typed or as a file, then confirmed by a person."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from flask import Blueprint, redirect, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from access import Action
from errors import Invalid
from recall import text_of_file
from texts import Text
from web.filling.page import open_page
from web.filling.recall_notice import OWN_LOTS, notice_again, notice_form, read_confirmed
from web.guard import needs
from web.routes.recalls import record_recall
from web.shell import show
from web.view import NoticeForm
from web.view.recall_notice import FIELDS

blueprint = Blueprint("recall_notices", __name__, url_prefix="/recalls/notice")

_SENT: Final = (*FIELDS, "product_code", "event_id", "drill", "text")


@blueprint.get("")
@needs(Action.OPEN_RECALL)
def page() -> Response:
    """The form for a notice."""
    with open_page() as filled:
        return _form(notice_form(filled))


@blueprint.post("")
@needs(Action.OPEN_RECALL)
def read() -> Response:
    """What was read of a notice: a proposed scope, what was not understood, and what matches."""
    text, error = request.form.get("text", "").replace("\x00", ""), None
    file = request.files.get("file")
    if file is not None and file.filename:
        try:
            text = f"{text}\n{_text_in(file)}".strip()
        except Invalid as problem:
            error = problem.text
    with open_page() as filled:
        return _form(notice_form(filled, text, error))


@blueprint.post("/open")
@needs(Action.OPEN_RECALL)
def open_case() -> Response:
    """Open a case as it was confirmed: its goods are held in the same transaction."""
    sent = {name: request.form.get(name, "").replace("\x00", "") for name in _SENT}
    codes = [code for code in request.form.getlist("product") if "\x00" not in code]
    own = {code: request.form.get(f"{OWN_LOTS}{code}", "").replace("\x00", "") for code in codes}
    problem: Invalid | Text
    try:
        with open_page() as filled:
            confirmed = read_confirmed(filled, sent, codes, own)
        opened = record_recall(confirmed)
    except Invalid as error:
        problem = error
    else:
        if isinstance(opened, str):
            return redirect(url_for("recalls.case", case_id=opened), code=303)
        problem = opened
    with open_page() as filled:
        return _form(notice_again(filled, sent, codes, own, problem))


def _text_in(file: FileStorage) -> str:
    ending = Path(file.filename or "").suffix.lower()
    with NamedTemporaryFile(suffix=ending if ending.isascii() else "") as kept:
        file.save(kept.name)
        return text_of_file(Path(kept.name))


def _form(form: NoticeForm) -> Response:
    back, status = url_for("recall_notices.page"), 422 if form.wrong else 200
    return show("recall_notice.html", place="recall", status=status, back_to=back, form=form)
