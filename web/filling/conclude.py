"""Closing a recall case and opening it again: the form, what it says, and who signed it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from flask import url_for
from uuid6 import uuid7

from access import Action, Deed, Shown
from access import Signature as Signed
from errors import Invalid, MedtraceError, NotFound
from ledger import read_entries_at
from recall import Answer, Case, CaseDecision, RecallClosing, find_case
from texts import Text, text_of
from trace import Signature
from web.filling.page import Page
from web.view import ConcludeForm, Field, SignerFields

FIELDS: Final = (
    "event_id",
    "explanation",
    "way",
    "secret",
    "second_number",
    "second_way",
    "second_secret",
)
"""What the form sends."""

_LONGEST: Final = 500
_WAYS: Final = ("pin", "code", "password")
WAYS: Final = tuple((way, text_of(f"signs-with-{way}")) for way in _WAYS)
"""By what somebody signs, with its words."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A form as it was sent: what is to be decided, and what both persons showed.

    Args:
        decision: not signed yet.
        deed: what is signed.
    """

    decision: CaseDecision
    deed: Deed

    def signed(self, signatures: tuple[Signed, ...]) -> CaseDecision:
        """The decision with the signatures that were taken for it."""
        return replace(
            self.decision,
            second_person=signatures[1].number,
            signatures=tuple(
                Signature(each.number, each.method.value, each.at) for each in signatures
            ),
        )


def conclude_form(page: Page, case: Case, found: Answer) -> ConcludeForm | None:
    """The form that closes an open case or reopens a closed one, for those who may.

    Args:
        page: the page.
        case: the case.
        found: where its goods are.
    """
    if not page.may(Action.CLOSE_RECALL):
        return None
    reopens = case.closing is not None
    unsettled = page.quantity(found.unsettled, page.product(case.scope[0][0]))
    endpoint = "recalls.reopen" if reopens else "recalls.close"
    return ConcludeForm(
        action=url_for(endpoint, case_id=case.case_id),
        reopens=reopens,
        token=str(uuid7()),
        unsettled=unsettled if found.unsettled and not reopens else None,
        own=SignerFields(page.principal.number),
        ways=WAYS,
    )


def read_conclusion(
    page: Page, case_id: str, sent: Mapping[str, str], kind: type[CaseDecision]
) -> Conclusion:
    """What a form says.

    Raises:
        NotFound: there is no such case.
        MedtraceError: a field is missing or malformed; `field` names it.
    """
    case = find_case(page.connection, page.ledger_id, case_id)
    if case is None:
        raise NotFound("not-found", what=case_id)
    decision = kind(
        id=_uuid(sent["event_id"]),
        case_id=case_id,
        time=page.now,
        person=page.principal.number,
        explanation=_explanation(sent["explanation"]),
    )
    if kind is RecallClosing and not decision.explanation:
        _check_settled(page, case)
    return Conclusion(decision, deed_of(decision, sent))


def deed_of(decision: CaseDecision, sent: Mapping[str, str]) -> Deed:
    """What two persons are to sign for a decision, and what they showed.

    Raises:
        Invalid: something that they have to show is missing; `field` says whose.
    """
    own = _shown(sent["way"], sent["secret"], "own", None)
    second = _shown(sent["second_way"], sent["second_secret"], "second", sent["second_number"])
    return Deed(
        action=Action.CLOSE_RECALL,
        second=Action.APPROVE_CLOSING,
        about=decision.case_id,
        needed=2,
        shown=(own, second),
        digest=hashlib.sha256(decision.statement()).hexdigest(),
    )


def decided_before(page: Page, decision: CaseDecision) -> bool:
    """Whether the last word on the case came from this very form: it was sent twice."""
    case = find_case(page.connection, page.ledger_id, decision.case_id)
    if case is None or not case.decisions:
        return False
    seqs = [case.decisions[-1].seq]
    (last,) = read_entries_at(page.connection, page.ledger_id, seqs)
    return bool(last.event["eventID"] == f"urn:uuid:{decision.id}")


def form_again(
    form: ConcludeForm, sent: Mapping[str, str], error: MedtraceError | Text
) -> ConcludeForm:
    """The form with what was typed, but for secrets, and with what is wrong."""
    text = error if isinstance(error, Text) else error.text
    field = None if isinstance(error, Text) else error.field
    own = SignerFields(form.own.number, _way(sent["way"]))
    second = SignerFields(sent["second_number"], _way(sent["second_way"]))
    shown = replace(form, explanation=Field(sent["explanation"]), own=own, second=second, sent=True)
    match field:
        case "explanation":
            return replace(shown, explanation=Field(sent["explanation"], text))
        case "own" | "signatures.0":
            return replace(shown, own=replace(own, error=text))
        case "second" | "signatures.1":
            return replace(shown, second=replace(second, error=text))
        case _:
            return replace(shown, error=text)


def _check_settled(page: Page, case: Case) -> None:
    """Ask for the explanation before anybody signs; the recorder asks for it again."""
    unsettled = page.recalls.answer(page.connection, case.scope).unsettled
    if unsettled:
        values = {"case": case.case_id, "count": unsettled}
        raise Invalid("case-unsettled", field="explanation", **values)


def _way(text: str) -> str:
    return text if text in _WAYS else _WAYS[0]


def _shown(way: str, secret: str, field: str, number: str | None) -> Shown:
    if not secret or number == "" or way not in _WAYS:
        raise Invalid("required", field=field)
    return Shown(number=number, **{way: secret[:_LONGEST]})


def _explanation(text: str) -> str:
    told = text.strip()
    if len(told) > _LONGEST or not told.replace("\r\n", "").replace("\n", "").isprintable():
        raise Invalid("malformed", field="explanation", detail=f"≤ {_LONGEST}")
    return told


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("malformed", field="event_id", detail="UUID") from None
