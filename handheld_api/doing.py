"""What the gate would say: a scan judged by what is about to happen to its thing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from uuid6 import uuid7

from access import signatures_needed
from errors import Invalid
from handheld_api.events import PERMISSION
from handheld_api.reading import Known, Verdict, judge, thing_of
from handheld_api.signatures import NarcoticProducts
from hospital import Hospital
from scanning import Scan
from texts import text_of
from trace import Document, Dose, Event, EventKind, Preview, Reason

_TAKES_ANYTHING = frozenset(
    {EventKind.QUARANTINED, EventKind.REJECTED, EventKind.WASTED, EventKind.DESTROYED}
)
"""What is done with goods that are no good: that they are recalled or expired is why."""


def judge_doing(  # noqa: PLR0913, PLR0917 -- who is asked, what is meant, what was read
    hospital: Hospital,
    preview: Preview,
    narcotics: NarcoticProducts,
    doing: dict[str, Any],
    scan: Scan,
    known: Known,
) -> tuple[Verdict, int]:
    """What to do with a scanned thing, and how many persons sign what is about to happen to it.

    A second person is not missed here: they sign when it is confirmed. Everything else that is
    wrong is told as if they were there.
    """
    try:
        event = _event(hospital, doing, scan)
    except Invalid as error:
        general = judge(hospital, scan, known)
        if general.verdict == "stop":
            return general, 0
        return Verdict("look", error.code, error.text), 0
    narcotic = bool(narcotics.among(thing.key for thing in event.things))
    signatures = signatures_needed(PERMISSION[event.kind], narcotic=narcotic)
    refused = preview.ask(replace(event, second_person=_SOMEBODY))
    if refused is not None:
        return Verdict("stop", refused.reason.value, refused.text), signatures
    if event.kind is EventKind.ADMINISTERED:
        alone = preview.ask(event)
        if alone is not None and alone.reason is Reason.SECOND_PERSON_MISSING:
            signatures = max(signatures, _WATCHED)
    return _warned(hospital, event, scan, known), signatures


def _event(hospital: Hospital, doing: dict[str, Any], scan: Scan) -> Event:
    sent = {"scan": scan.raw, **{name: doing[name] for name in _LABEL if name in doing}}
    patient, parent = doing.get("patient"), doing.get("parent")
    return Event(
        id=uuid7(),
        kind=doing["kind"],
        time=hospital.clock().astimezone(hospital.zone),
        things=(thing_of(sent, "doing"),),
        location=doing["location"],
        destination=doing.get("destination"),
        party=doing.get("party"),
        patient=UUID(patient) if patient else None,
        documents=tuple(Document(each["type"], each["id"]) for each in doing["documents"]),
        parent=thing_of({"scan": parent}, "doing.parent").key if parent else None,
        owner=doing.get("owner"),
        dose=Dose.of(**doing["dose"]) if "dose" in doing else None,
        route=doing.get("route"),
    )


_SOMEBODY = "somebody"
"""Stands for the second person, who has not shown who they are yet."""

_WATCHED = 2
"""Who gives, and who looks on."""

_LABEL = ("quantity", "lot", "expiry")


def _warned(hospital: Hospital, event: Event, scan: Scan, known: Known) -> Verdict:
    """What the gate lets through may still be worth a look."""
    if event.kind in _TAKES_ANYTHING or (event.kind is EventKind.RETURNED and event.party):
        return Verdict("go")
    general = judge(hospital, scan, known)
    if general.reason in {Reason.RECALLED, Reason.EXPIRED}:
        # It passes because it is put apart by itself (docs/rules.md, "Besides").
        return Verdict("look", general.reason, general.text)
    if general.reason == "near-expiry":
        return general
    if known.product is None and (known.unit is None or not known.unit.is_container):
        return Verdict("look", Reason.UNKNOWN_CODE.value, text_of(Reason.UNKNOWN_CODE.value))
    return Verdict("go")
