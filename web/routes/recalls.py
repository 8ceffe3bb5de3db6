"""Recall: the cases, opening one, and the patients of one."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Final, Protocol

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from access import Action, Purpose
from errors import MedtraceError, NotFound
from ledger import read_entries_at
from recall import (
    Case,
    CaseDecision,
    Recall,
    RecallClosing,
    RecallReopening,
    cases_opened_by,
    next_case_id,
)
from texts import Text, text_of
from trace import Reason, Refused, seqs_of
from web.desk import desk
from web.filling.cases import (
    PURPOSES,
    case_list,
    case_named,
    case_position,
    case_view,
    patient_list,
)
from web.filling.conclude import FIELDS, decided_before, read_conclusion
from web.filling.conclude import form_again as concluding_again
from web.filling.drills import DRILLS
from web.filling.page import Page, open_page
from web.filling.patients import shown_patients
from web.filling.recall_form import form_again, form_for, read_form, typed
from web.filling.recall_lists import CASES
from web.guard import needs
from web.listing import KeyMalformedError, asked_file, file_links, listed, numbers_in
from web.shell import show, tell
from web.view import Field, PatientList, RecallForm
from web.visitor import address

blueprint = Blueprint("recalls", __name__, url_prefix="/recalls")

_FIELDS: Final = ("product", "other_lots", "recall_class", "reason", "notice", "event_id")
_ATTEMPTS: Final = 3
_SAID: Final = ("class", "reason", "source", "scope", "medtrace:person", "number", "drill")


class Confirmable(Protocol):
    """A notice that somebody confirmed, however it was taken in."""

    def recall(self, page: Page, case_id: str, attempt: int) -> Recall:
        """The recall to be put on record; each attempt under an id of its own, always the same."""


@blueprint.get("")
@needs(Action.SEE_RECALL)
def page() -> Response:
    """All cases."""
    file = asked_file(CASES)
    if file is not None:
        return file
    try:
        after = numbers_in(request.args.get("after", ""), 2)
    except KeyMalformedError:
        after = None
    with open_page() as filled:
        view = case_list(filled, after)
    return show("recalls.html", place="recall", recalls=view, files=file_links("recalls.page"))


@blueprint.get("/new")
@needs(Action.OPEN_RECALL)
def new() -> Response:
    """The form; with a product in the address, for that product."""
    words, lots = request.args.get("product", ""), request.args.getlist("lot")
    with open_page() as filled:
        form = form_for(filled, words, lots)
    return _form(form)


@blueprint.post("")
@needs(Action.OPEN_RECALL)
def open_case() -> Response:
    """Open a case: all stock of its lots is held in the same transaction."""
    sent = {name: request.form.get(name, "").replace("\x00", "") for name in _FIELDS}
    lots = [lot for lot in request.form.getlist("lot") if "\x00" not in lot]
    with open_page() as filled:
        notice = read_form(filled, sent, lots)
    if isinstance(notice, RecallForm):
        return _form(notice)
    opened = record_recall(notice)
    if isinstance(opened, str):
        return redirect(url_for("recalls.case", case_id=opened), code=303)
    with open_page() as filled:
        fields = {**typed(sent), "lots_error": opened}
        return _form(form_again(filled, notice.product, lots, fields))


@blueprint.get("/drills")
@needs(Action.SEE_RECALL)
def drills() -> Response:
    """The drills, and the times that each reached."""
    return listed(DRILLS, "recalls.drills", "drills.html", place="recall")


@blueprint.get("/<case_id>")
@needs(Action.SEE_RECALL)
def case(case_id: str) -> Response:
    """A case: what was received, where it is, who had it, and whether that adds up."""
    return _case(case_id)


@blueprint.get("/<case_id>/live")
@needs(Action.SEE_RECALL)
def live(case_id: str) -> Response:
    """What moves on the page of a case, when anything changed since; else nothing (204).

    The ETag is the entry that changed the case or its goods last.
    """
    with open_page() as filled:
        case = case_named(filled, case_id)
        position = str(case_position(filled, case))
        etag = {"ETag": f'"{position}"', "Cache-Control": "private, no-cache"}
        if request.args.get("since") == position:
            return Response(status=204, headers=etag)
        if request.if_none_match.contains(position):
            return Response(status=304, headers=etag)
        view = case_view(filled, case)
    response = make_response(render_template("recall_live.html", recall=view))
    response.headers.update(etag)
    return response


@blueprint.post("/<case_id>/patients")
@needs(Action.SEE_RECALL, Action.SEE_PATIENTS, somewhere=True)
def patients(case_id: str) -> Response:
    """The case with its patients by name; each reading is put on record with its reason."""
    given = request.form.get("reason", "")
    with open_page() as filled:
        if given not in set(PURPOSES):
            asked = Field(error=text_of("purpose-missing"))
            return _case(case_id, patient_list(filled, case_id, asked), status=422)
        names = shown_patients(filled, case_id, Purpose(given))
    return _case(case_id, names)


@blueprint.post("/<case_id>/closing")
@needs(Action.CLOSE_RECALL)
def close(case_id: str) -> Response:
    """Close a case: two persons sign, and its holds are lifted in the same transaction."""
    return _conclude(case_id.replace("\x00", ""), RecallClosing, "recall-closed")


@blueprint.post("/<case_id>/reopening")
@needs(Action.CLOSE_RECALL)
def reopen(case_id: str) -> Response:
    """Open a closed case again: two persons sign, and its scope is held as before."""
    return _conclude(case_id.replace("\x00", ""), RecallReopening, "recall-reopened")


def _conclude(case_id: str, kind: type[CaseDecision], done: str) -> Response:
    sent = {name: request.form.get(name, "").replace("\x00", "") for name in FIELDS}
    back = redirect(url_for("recalls.case", case_id=case_id), code=303)
    try:
        with open_page() as filled:
            conclusion = read_conclusion(filled, case_id, sent, kind)
            principal = filled.principal
            if decided_before(filled, conclusion.decision):
                return back
        signing = desk().hospital.access.signing
        (signatures,) = signing.sign(principal, [conclusion.deed], address=address())
    except NotFound:
        raise
    except MedtraceError as error:
        return _case(case_id, refused=(sent, error))
    (outcome,) = desk().hospital.recorder.record([conclusion.signed(signatures)])
    if isinstance(outcome, Refused):
        return _case(case_id, refused=(sent, outcome.text))
    tell(done, case=case_id)
    return back


def _case(
    case_id: str,
    names: PatientList | None = None,
    *,
    status: int = 200,
    refused: tuple[dict[str, str], MedtraceError | Text] | None = None,
) -> Response:
    back = url_for("recalls.case", case_id=case_id)
    with open_page() as filled:
        view = case_view(filled, case_named(filled, case_id), names)
    if refused is not None and view.conclude is not None:
        status = 422
        view = replace(view, conclude=concluding_again(view.conclude, *refused))
    return show("recall.html", place="recall", status=status, back_to=back, recall=view)


def _form(form: RecallForm) -> Response:
    wrong = form.lots_error or any(
        isinstance(value, Field) and value.error
        for value in (form.product, form.other_lots, form.recall_class, form.reason, form.notice)
    )
    back = url_for("recalls.new", product=form.product.value or None)
    status = 422 if wrong else 200
    return show("recall_open.html", place="recall", status=status, back_to=back, form=form)


def record_recall(notice: Confirmable) -> str | Text:
    """The number of the case that the notice opened, now or before; or why it opened none."""
    why = text_of("case-exists")
    for attempt in range(_ATTEMPTS):
        with open_page() as filled:
            if known := _opened_before(filled, notice):
                return known
            year = filled.now.astimezone(filled.desk.hospital.zone).year
            case_id = next_case_id(filled.connection, filled.ledger_id, year)
            record = notice.recall(filled, case_id, attempt)
        (outcome,) = desk().hospital.recorder.record([record])
        if not isinstance(outcome, Refused):
            tell("recall-opened", case=case_id)
            return case_id
        why = outcome.text
        if outcome.reason not in {Reason.CASE_EXISTS, Reason.ID_CONFLICT}:
            break
    return why


def _opened_before(filled: Page, notice: Confirmable) -> str | Text | None:
    """The case that this very form opened already; what to say where it was another notice."""
    own = [notice.recall(filled, "", attempt).id for attempt in range(_ATTEMPTS)]
    seqs = seqs_of(filled.connection, filled.ledger_id, own).values()
    opened = cases_opened_by(filled.connection, filled.ledger_id, list(seqs))
    for entry in read_entries_at(filled.connection, filled.ledger_id, list(opened)):
        each = opened[entry.seq]
        return each.case_id if _same(entry.event, notice, filled) else _used(each)
    return None


def _same(opened: dict[str, Any], notice: Confirmable, filled: Page) -> bool:
    """Whether an entry says what a notice does; the moment and the number are its own."""
    asked = json.loads(notice.recall(filled, "", 0).encode())
    return all(opened.get(name) == asked.get(name) for name in _SAID)


def _used(opened: Case) -> Text:
    return text_of("form-used").filled({"case": opened.case_id})
