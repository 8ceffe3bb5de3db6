"""Recall: the cases, opening one, and the patients of one."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from access import Action, Purpose
from errors import MedtraceError, NotFound
from ledger import read_entries_at
from recall import Case, CaseDecision, RecallClosing, RecallReopening, cases, next_case_id
from texts import Text, text_of
from trace import Reason, Refused
from web.desk import desk
from web.filling.cases import PURPOSES, case_list, case_view, patient_list
from web.filling.conclude import FIELDS, decided_before, read_conclusion
from web.filling.conclude import form_again as concluding_again
from web.filling.page import Page, open_page
from web.filling.patients import shown_patients
from web.filling.recall_form import Notice, form_again, form_for, read_form, typed
from web.guard import needs
from web.shell import show, tell
from web.view import Field, PatientList, RecallForm
from web.visitor import address

blueprint = Blueprint("recalls", __name__, url_prefix="/recalls")

_FIELDS: Final = ("product", "other_lots", "recall_class", "reason", "notice", "event_id")
_ATTEMPTS: Final = 3
_RECENT: Final = 20


@blueprint.get("")
@needs(Action.SEE_RECALL)
def page() -> Response:
    """All cases."""
    with open_page() as filled:
        view = case_list(filled)
    return show("recalls.html", place="recall", recalls=view)


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
    opened = _record(notice)
    if isinstance(opened, str):
        return redirect(url_for("recalls.case", case_id=opened), code=303)
    with open_page() as filled:
        fields = {**typed(sent), "lots_error": opened}
        return _form(form_again(filled, notice.product, lots, fields))


@blueprint.get("/<case_id>")
@needs(Action.SEE_RECALL)
def case(case_id: str) -> Response:
    """A case: what was received, where it is, who had it, and whether that adds up."""
    return _case(case_id)


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
        view = case_view(filled, case_id.replace("\x00", ""), names)
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


def _record(notice: Notice) -> str | Text:
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


def _opened_before(filled: Page, notice: Notice) -> str | Text | None:
    """The case that this very form opened already; what to say where it was another notice."""
    recent = cases(filled.connection, filled.ledger_id)[:_RECENT]
    entries = read_entries_at(filled.connection, filled.ledger_id, [each.seq for each in recent])
    ids = {entry.seq: entry.event["eventID"] for entry in entries}
    own = {
        f"urn:uuid:{notice.recall(filled, '', attempt).id}": attempt for attempt in range(_ATTEMPTS)
    }
    for each in recent:
        if ids.get(each.seq) in own:
            same = _same(each, notice, filled)
            return each.case_id if same else _used(each)
    return None


def _same(opened: Case, notice: Notice, filled: Page) -> bool:
    scope = {(notice.product.product_id, lot) for lot in notice.lots}
    said = (opened.recall_class, opened.reason, opened.source, opened.person)
    asked = (notice.recall_class, notice.reason, notice.source, filled.principal.number)
    return set(opened.scope) == scope and said == asked


def _used(opened: Case) -> Text:
    return text_of("form-used").filled({"case": opened.case_id})
