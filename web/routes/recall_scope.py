"""The scope of a recall: widened by whoever may open one, narrowed by two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from access import Action
from errors import MedtraceError, NotFound
from recall import CaseDecision
from texts import Text
from trace import Reason, Refused
from web.desk import desk
from web.filling.conclude import Conclusion, deed_of
from web.filling.page import open_page
from web.filling.recall_scope import (
    NARROWING,
    WIDENING,
    read_narrowing,
    read_widening,
    scope_again,
    scope_view,
)
from web.guard import needs
from web.shell import show, tell
from web.visitor import address, reader

blueprint = Blueprint("recall_scope", __name__, url_prefix="/recalls/<case_id>/scope")


@blueprint.get("")
@needs(Action.OPEN_RECALL)
def page(case_id: str) -> Response:
    """What a case names, and the forms that change it."""
    return _page(case_id)


@blueprint.post("/widening")
@needs(Action.OPEN_RECALL)
def widen(case_id: str) -> Response:
    """Add to the scope: what comes to it is held in the same transaction."""
    case_id, sent = case_id.replace("\x00", ""), _sent(WIDENING)
    try:
        with open_page() as filled:
            revision = read_widening(filled, case_id, sent)
    except NotFound:
        raise
    except MedtraceError as error:
        return _page(case_id, (sent, (), error))
    return _record(case_id, revision, sent, ())


@blueprint.post("/narrowing")
@needs(Action.CLOSE_RECALL)
def narrow(case_id: str) -> Response:
    """Take out of the scope: two persons sign; what leaves it is free in the same transaction."""
    case_id, sent = case_id.replace("\x00", ""), _sent(NARROWING)
    tokens = request.form.getlist("drop")
    try:
        with open_page() as filled:
            revision = read_narrowing(filled, case_id, sent, tokens)
        conclusion = Conclusion(revision, deed_of(revision, sent))
        signing = desk().hospital.access.signing
        (signatures,) = signing.sign(reader(), [conclusion.deed], address=address())
    except NotFound:
        raise
    except MedtraceError as error:
        return _page(case_id, (sent, tokens, error))
    return _record(case_id, conclusion.signed(signatures), sent, tokens)


def _sent(names: Sequence[str]) -> dict[str, str]:
    return {name: request.form.get(name, "").replace("\x00", "") for name in names}


def _record(
    case_id: str, decision: CaseDecision, sent: Mapping[str, str], tokens: Sequence[str]
) -> Response:
    (outcome,) = desk().hospital.recorder.record([decision])
    if isinstance(outcome, Refused) and outcome.reason is not Reason.ID_CONFLICT:
        return _page(case_id, (sent, tokens, outcome.text))
    tell("scope-changed", case=case_id)  # the same form twice: it was taken the first time
    return redirect(url_for("recalls.case", case_id=case_id), code=303)


def _page(
    case_id: str,
    refused: tuple[Mapping[str, str], Sequence[str], MedtraceError | Text] | None = None,
) -> Response:
    back = url_for("recall_scope.page", case_id=case_id)
    with open_page() as filled:
        view = scope_view(filled, case_id.replace("\x00", ""))
    if refused is not None:
        view = scope_again(view, *refused)
    status = 422 if refused else 200
    return show("recall_scope.html", place="recall", status=status, back_to=back, scope=view)
