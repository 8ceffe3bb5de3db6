"""The page of a case's file: how it adds up, how it was checked, its papers, what goes back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from uuid import UUID

from flask import url_for
from uuid6 import uuid7

from access import Action
from errors import Invalid
from inventory import Status
from recall import CheckLevel, EffectivenessCheck, LevelChoice, reports_of
from web.filling.cases import CLASSES, REASONS
from web.filling.dossier import Dossier
from web.filling.extents import scope_words
from web.filling.goods import exposure_of
from web.filling.page import Page
from web.view import CaseFileView, CheckRow, ReportRow, SendingBack, SentBack

LONGEST: Final = 500
MOST_FOUND: Final = 1_000_000


def file_view(page: Page, case_id: str) -> CaseFileView:
    """The page of a case's file.

    Raises:
        NotFound: there is no such case.
    """
    dossier = Dossier(page, case_id)
    case, found, checking = dossier.case, dossier.found, dossier.checking
    names = _action(page, "names", case_id, Action.SEE_PATIENTS) if found.patients else None
    return CaseFileView(
        case_id=case.case_id,
        name="、".join(product.name for product in dossier.products),
        lots=scope_words(page, case.scope),
        recall_class=CLASSES[case.recall_class],
        drill=case.drill,
        closed=case.closing is not None,
        exposure=exposure_of(found.balances, found.received, dossier.unit),
        unsettled=page.quantity(found.unsettled, dossier.products[0]) if found.unsettled else None,
        level=checking.level.value,
        levels=tuple(level.value for level in CheckLevel),
        needed=checking.needed,
        done=checking.done,
        checks=tuple(_check_rows(page, dossier)),
        token=str(uuid7()),
        entries=len(dossier.seqs),
        case_href=url_for("recalls.case", case_id=case_id),
        report_href=url_for("case_file.report", case_id=case_id),
        bundle_action=url_for("case_file.bundle", case_id=case_id),
        checks_action=_action(page, "check", case_id, Action.WORK_RECALL),
        level_action=_action(page, "level", case_id, Action.CLOSE_RECALL),
        names_action=names,
        reports=tuple(_report_rows(page, case.case_id)),
        purposes=REASONS,
        back=sending_back(page, dossier),
        back_action=_action(page, "send_back", case_id, Action.RETURN),
        sent_back=tuple(_sent_back(page, dossier)),
    )


def _action(page: Page, view: str, case_id: str, action: Action) -> str | None:
    return url_for(f"case_file.{view}", case_id=case_id) if page.may(action) else None


def sending_back(page: Page, dossier: Dossier) -> tuple[SendingBack, ...]:
    """What of the case is held apart where, and from whom it came: it may go back."""
    lots = {lot.lot_id: lot for lot in dossier.found.lots}
    return tuple(
        SendingBack(
            place=page.places.by_id[row.location_id].code,
            place_name=page.places.name_of(row.location_id),
            lot_id=row.lot_id,
            lot=lots[row.lot_id].lot,
            party=lots[row.lot_id].owner or lots[row.lot_id].supplier or "",
            quantity=page.quantity(row.quantity, page.product(row.product_id)),
            token=str(uuid7()),
        )
        for row in dossier.found.balances
        if row.status in {Status.QUARANTINED, Status.REJECTED}
    )


def _sent_back(page: Page, dossier: Dossier) -> Iterator[SentBack]:
    for each in dossier.happened:
        if each.sends_back:
            yield SentBack(
                each.event.time,
                each.event.party or "–",
                "、".join(document.id for document in each.event.documents) or "–",
                page.quantity(each.amount, dossier.products[0]),
                url_for("case_file.note", case_id=dossier.case.case_id, seq=each.seq),
            )


def read_check(page: Page, case_id: str, sent: Mapping[str, str]) -> EffectivenessCheck:
    """The check that a form says.

    Raises:
        Invalid: a field is missing or malformed; `field` names it.
    """
    found = sent["found"].strip() or "0"
    digits = found.isascii() and found.isdigit() and len(found) <= len(str(MOST_FOUND))
    if not digits or int(found) > MOST_FOUND:
        raise Invalid("malformed", field="found", detail=f"0–{MOST_FOUND}")
    if not sent["place"]:
        raise Invalid("required", field="place")
    return EffectivenessCheck(
        id=_uuid(sent["event_id"]),
        case_id=case_id,
        time=page.now,
        place=sent["place"],
        informed=_answered(sent, "informed"),
        acted=_answered(sent, "acted"),
        found=int(found),
        note=_line(sent["note"], "note"),
        person=page.principal.number,
    )


def _answered(sent: Mapping[str, str], name: str) -> bool:
    """Yes or no; what nobody answered is neither."""
    if sent[name] not in {"yes", "no"}:
        raise Invalid("required", field=name)
    return sent[name] == "yes"


def read_level(page: Page, case_id: str, sent: Mapping[str, str]) -> LevelChoice:
    """The level that a form chooses.

    Raises:
        Invalid: a field is missing or malformed; `field` names it.
    """
    if sent["level"] not in set(CheckLevel):
        raise Invalid("required", field="level")
    return LevelChoice(
        id=_uuid(sent["event_id"]),
        case_id=case_id,
        time=page.now,
        level=CheckLevel(sent["level"]),
        reason=_line(sent["reason"], "reason"),
        person=page.principal.number,
    )


def _check_rows(page: Page, dossier: Dossier) -> Iterator[CheckRow]:
    checking = dossier.checking
    for place in checking.places:
        check = checking.checks.get(place.code)
        if check is None:
            yield CheckRow(place.code, place.name)
            continue
        yield CheckRow(
            place.code,
            place.name,
            informed=check.informed,
            acted=check.acted,
            found=check.found,
            note=check.note,
            person=page.person(check.person),
            at=check.checked,
            seq=check.seq,
        )


def _report_rows(page: Page, case_id: str) -> Iterator[ReportRow]:
    for report in reversed(reports_of(page.connection, page.ledger_id, case_id)):
        yield ReportRow(
            report.issued,
            page.person(report.person),
            report.report,
            report.seq,
            url_for("ledger.proof", seq=report.seq) if page.may(Action.VIEW_LEDGER) else None,
        )


def _line(text: str, field: str) -> str:
    told = text.strip()
    if len(told) > LONGEST or not told.replace("\r\n", "").replace("\n", "").isprintable():
        raise Invalid("malformed", field=field, detail=f"≤ {LONGEST}")
    return told


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("malformed", field="event_id", detail="UUID") from None
