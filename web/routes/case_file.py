"""A recall case's file: checks for effect, the report, the bundle that proves itself."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Final

from flask import Blueprint, redirect, request, url_for
from uuid6 import uuid7
from werkzeug.wrappers import Response

from access import Action, Purpose
from errors import Invalid
from recall import EffectivenessCheck, LevelChoice, ReportIssue, reports_of, stream_bundle
from texts import Text, text_of
from trace import Refused
from web.desk import desk
from web.filling.bundle import bundle_files
from web.filling.case_file import file_view, read_check, read_level
from web.filling.cases import PURPOSES
from web.filling.dossier import Dossier
from web.filling.names import names_paper
from web.filling.page import open_page
from web.filling.report import Report
from web.filling.sending_back import FIELDS, read_return, return_note
from web.guard import needs
from web.paths import NUMBER
from web.print import print_paper
from web.shell import show, tell

blueprint = Blueprint("case_file", __name__, url_prefix="/recalls/<case_id>/file")

_CHECK: Final = ("event_id", "place", "informed", "acted", "found", "note")
_LEVEL: Final = ("event_id", "level", "reason")


@blueprint.get("")
@needs(Action.SEE_RECALL)
def page(case_id: str) -> Response:
    """How the case adds up, how it was checked, and its papers."""
    return _page(case_id)


@blueprint.post("/checks")
@needs(Action.SEE_RECALL, Action.WORK_RECALL, somewhere=True)
def check(case_id: str) -> Response:
    """File an effectiveness check."""
    sent = _sent(_CHECK)
    try:
        with open_page() as filled:
            record = read_check(filled, _named(case_id), sent)
            desk().hospital.access.require(filled.principal, Action.WORK_RECALL, place=record.place)
    except Invalid as error:
        return _page(case_id, wrong=error.text)
    return _file(case_id, record, "check-filed")


@blueprint.post("/level")
@needs(Action.CLOSE_RECALL)
def level(case_id: str) -> Response:
    """Choose another level of checking."""
    try:
        with open_page() as filled:
            record = read_level(filled, _named(case_id), _sent(_LEVEL))
    except Invalid as error:
        return _page(case_id, wrong=error.text)
    return _file(case_id, record, "level-chosen")


@blueprint.get("/report.pdf")
@needs(Action.SEE_RECALL)
def report(case_id: str) -> Response:
    """The report as a paper."""
    with open_page() as filled:
        dossier = Dossier(filled, _named(case_id))
        content = print_paper(Report(dossier).paper())
    return _download(content, "application/pdf", f"{dossier.case.case_id}.pdf")


@blueprint.post("/names.pdf")
@needs(Action.SEE_RECALL, Action.SEE_PATIENTS, somewhere=True)
def names(case_id: str) -> Response:
    """The annex with the patients by name; drawing it is put on record with its reason."""
    given = request.form.get("reason", "")
    if given not in set(PURPOSES):
        return _page(case_id, wrong=text_of("purpose-missing"))
    with open_page() as filled:
        paper = names_paper(filled, _named(case_id), Purpose(given))
    return _download(print_paper(paper), "application/pdf", f"{_named(case_id)}-names.pdf")


@blueprint.post("/bundle.zip")
@needs(Action.SEE_RECALL)
def bundle(case_id: str) -> Response:
    """Issue the report: what goes out is on record, and goes out with the proofs of all of it."""
    with open_page() as filled:
        dossier = Dossier(filled, _named(case_id))
        seqs = dossier.seqs
        if dossier.checkpoint() is None:
            desk().notary.checkpoint()  # its foot names the one that covers all of it
        content = print_paper(Report(dossier).paper())
        issue = ReportIssue(
            id=uuid7(),
            case_id=dossier.case.case_id,
            time=filled.now,
            report=hashlib.sha256(content).hexdigest(),
            entries=len(seqs),
            entries_digest=dossier.digest,
            person=filled.principal.number,
        )
        before = reports_of(filled.connection, filled.ledger_id, issue.case_id)
    said = (issue.report, issue.entries_digest)
    known = next((each for each in before if (each.report, each.entries_digest) == said), None)
    if known is None:
        (outcome,) = desk().hospital.recorder.record([issue])
        if isinstance(outcome, Refused):
            return _page(case_id, wrong=outcome.text)
        seq, moment = outcome.receipt.seq, issue.time
    else:
        seq, moment = known.seq, known.issued
    notary = desk().notary
    signed = notary.checkpoints.covering(seq) or notary.checkpoint()[0]
    files = bundle_files(notary, dossier.case.case_id, content)
    parts = stream_bundle(notary.checkpoints, signed, [*seqs, seq], files, moment)
    response = Response(parts, content_type="application/zip")
    name = f"{dossier.case.case_id}.zip"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@blueprint.post("/returns")
@needs(Action.SEE_RECALL, Action.RETURN, somewhere=True)
def send_back(case_id: str) -> Response:
    """Send what is held apart at a place back to who supplied it, with a document."""
    sent = _sent(FIELDS)
    try:
        with open_page() as filled:
            records = read_return(filled, _named(case_id), sent)
            back = records[-1]
            desk().hospital.access.require(filled.principal, Action.RETURN, place=back.location)
    except Invalid as error:
        return _page(case_id, wrong=error.text)
    for outcome in desk().hospital.recorder.record(records):
        if isinstance(outcome, Refused):
            return _page(case_id, wrong=outcome.text)
    tell("goods-sent-back", party=back.party, document=back.documents[0].id)
    return redirect(url_for("case_file.page", case_id=_named(case_id)), code=303)


@blueprint.get(f"/returns/<{NUMBER}:seq>.pdf")
@needs(Action.SEE_RECALL)
def note(case_id: str, seq: int) -> Response:
    """The note of a return."""
    with open_page() as filled:
        paper = return_note(filled, _named(case_id), seq)
    return _download(print_paper(paper), "application/pdf", f"{_named(case_id)}-{seq}.pdf")


def _page(case_id: str, *, wrong: Text | None = None) -> Response:
    back = url_for("case_file.page", case_id=_named(case_id))
    with open_page() as filled:
        view = file_view(filled, _named(case_id))
    return show(
        "case_file.html",
        place="recall",
        status=422 if wrong else 200,
        back_to=back,
        file=replace(view, wrong=wrong),
    )


def _file(case_id: str, record: EffectivenessCheck | LevelChoice, done: str) -> Response:
    (outcome,) = desk().hospital.recorder.record([record])
    if isinstance(outcome, Refused):
        return _page(case_id, wrong=outcome.text)
    tell(done)
    return redirect(url_for("case_file.page", case_id=_named(case_id)), code=303)


def _sent(names: tuple[str, ...]) -> dict[str, str]:
    return {name: request.form.get(name, "").replace("\x00", "") for name in names}


def _named(case_id: str) -> str:
    return case_id.replace("\x00", "")


def _download(content: bytes, content_type: str, name: str) -> Response:
    response = Response(content, content_type=content_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
