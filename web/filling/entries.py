"""The ledger's entries as rows of a list, and the head of an entry's own page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import url_for

from access import Action
from inventory import find_lot, find_product, units_by_key
from ledger import Entry, read_entries_at
from recall import (
    CHECK_LEVEL_TYPE,
    CHECK_TYPE,
    RECALL_CLOSING_TYPE,
    RECALL_DELIVERY_TYPE,
    RECALL_NOTICE_TYPE,
    RECALL_REOPENING_TYPE,
    RECALL_REVISION_TYPE,
    RECALL_TYPE,
    REPORT_TYPE,
    TASK_STEP_TYPE,
)
from texts import CATALOGUE, Text, text_of
from trace import CORRECTION_TYPE, EVENT_TYPES, Event, lot_in, step_of
from web.filling.goods import codes_of, serial_of
from web.filling.page import Page
from web.filling.steps import proof_of
from web.today import CATEGORIES
from web.view import EntryCategory, EntryRow, Said, StepKind

_TAIL: Final = 4
_SUBJECTS: Final = ("name", "number", "origin", "document", "location", "place", "identifier")
"""The members of entries about other than goods that say what they are about."""
_OF_RECALLS: Final[dict[str, StepKind | Said]] = {
    RECALL_TYPE: StepKind.RECALLED,
    RECALL_CLOSING_TYPE: text_of("recall-step-closed"),
    RECALL_REOPENING_TYPE: text_of("recall-step-reopened"),
    CHECK_TYPE: text_of("recall-step-checked"),
    CHECK_LEVEL_TYPE: text_of("recall-step-level"),
    REPORT_TYPE: text_of("recall-step-report"),
    RECALL_REVISION_TYPE: text_of("recall-step-revised"),
    TASK_STEP_TYPE: text_of("recall-step-task"),
    RECALL_NOTICE_TYPE: text_of("recall-step-notice"),
    RECALL_DELIVERY_TYPE: text_of("recall-step-delivery"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What an entry says, in three words.

    Args:
        title: what happened.
        subject: to what.
        person: by whom.
        href: the subject's page; None: it has none for this reader.
    """

    title: StepKind | Said
    subject: str
    person: str
    href: str | None = None


def rows(page: Page, entries: Sequence[Entry]) -> tuple[EntryRow, ...]:
    """Entries as rows, in the order given."""
    page.meet(name for entry in entries for name in _people(entry))
    return tuple(_row(page, entry) for entry in entries)


def told(page: Page, entry: Entry) -> Told:
    """What an entry says."""
    members = entry.event
    if withheld(page, entry):
        return Told(text_of("act-other"), "–", "–")
    match members.get("type"):
        case kind if kind in EVENT_TYPES:
            return _of_event(page, entry)
        case kind if kind in _OF_RECALLS:
            return _of_recall(page, entry)
        case _ if entry.kind == "access":
            return _of_access(page, members)
        case kind if kind == CORRECTION_TYPE:
            return _of_correction(page, entry)
        case _:
            return _of_others(page, entry)


def withheld(page: Page, entry: Entry) -> bool:
    """Whether this reader may not know what the entry says: who looked at what."""
    return entry.kind == "access" and not page.may(Action.READ_AUDIT)


def _row(page: Page, entry: Entry) -> EntryRow:
    said = told(page, entry)
    return EntryRow(
        seq=entry.seq,
        at=entry.recorded,
        title=said.title,
        subject=said.subject,
        person=said.person,
        category=CATEGORIES.get(entry.kind, EntryCategory.BUSINESS),
        digest=entry.hash.hex(),
        seal=page.seal(entry),
        href=said.href,
        proof=proof_of(page, entry.seq),
    )


def _people(entry: Entry) -> tuple[str | None, ...]:
    return entry.event.get("medtrace:person"), entry.event.get("by")


def _of_event(page: Page, entry: Entry) -> Told:
    step = step_of(entry)
    event = step.event
    assert event is not None  # noqa: S101 -- its type says so
    kind = StepKind.REFUSED if step.refused else StepKind(event.kind.value)
    subject, href = _goods(page, event)
    if len(event.things) > 1:
        subject = page.say("and-more", first=subject, count=len(event.things))
    return Told(kind, subject, page.person(event.person), href)


def _goods(page: Page, event: Event) -> tuple[str, str | None]:
    """The first thing of an event: its name with the tail of its code, and its page."""
    thing, own = event.things[0], page.ledger_id
    product = find_product(page.connection, own, thing.key)
    name = product.name if product else page.say("code-unknown")
    if thing.quantity is None:
        number = serial_of(thing.key) or codes_of(thing.key)[0].value
        unit = units_by_key(page.connection, own, [thing.key]).get(thing.key)
        if unit is not None and unit.is_container:
            name = page.say("container")
        href = url_for("things.page", unit_id=unit.unit_id) if unit else None
        return f"{name} …{number[-_TAIL:]}", _if_searching(page, href)
    lot_name = lot_in(thing.key) or thing.lot or ""
    lot = find_lot(page.connection, own, product.product_id, lot_name) if product else None
    href = url_for("lots.page", lot_id=lot.lot_id) if lot else None
    unit_word = product.unit if product else ""
    return f"{name} {lot_name} × {thing.quantity:,} {unit_word}", _if_searching(page, href)


def _if_searching(page: Page, href: str | None) -> str | None:
    return href if page.may(Action.SEARCH) else None


def _of_recall(page: Page, entry: Entry) -> Told:
    case_id = entry.event["case"]
    refused = step_of(entry).refused is not None
    may = page.may(Action.SEE_RECALL) and not refused
    return Told(
        StepKind.REFUSED if refused else _OF_RECALLS[entry.event["type"]],
        case_id,
        page.person(entry.event.get("medtrace:person")),
        url_for("recalls.case", case_id=case_id) if may else None,
    )


def _of_correction(page: Page, entry: Entry) -> Told:
    """What was corrected is what the corrected entry is about."""
    person = page.person(entry.event.get("medtrace:person"))
    refused = step_of(entry).refused is not None
    subject, href = "–", None
    wrong = entry.context.get("corrects")
    found = [] if wrong is None else read_entries_at(page.connection, page.ledger_id, [wrong])
    for each in found:
        event = step_of(each).event
        if event is not None:
            subject, href = _goods(page, event)
    return Told(StepKind.REFUSED if refused else StepKind.CORRECTED, subject, person, href)


def _of_access(page: Page, members: dict[str, Any]) -> Told:
    act, result = str(members["action"]), str(members["result"])
    code = f"act-{act}"
    title = text_of(code) if code in CATALOGUE else Text(act, act)
    if result != "ok":
        pattern = text_of("act-denied")
        title = Text(pattern.zh.format(act=title.zh), pattern.en.format(act=title.en))
    about = str(members.get("details", {}).get("about", "")) or str(members["object"])
    return Told(title, about.rpartition(":")[2][-24:], page.person(members["by"]))


def _of_others(page: Page, entry: Entry) -> Told:
    members = entry.event
    names = (members.get(name) for name in _SUBJECTS)
    subject = next(filter(None, names), "–")
    person = page.person(members.get("medtrace:person"))
    if step_of(entry).refused is not None:
        return Told(StepKind.REFUSED, str(subject), person)
    code = f"entry-{entry.kind}"
    title = text_of(code) if code in CATALOGUE else Text(entry.kind, entry.kind)
    return Told(title, str(subject), person)
