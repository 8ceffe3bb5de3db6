"""The audit trail, for the audit administrator: searched, and taken out as files with proofs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, Final

from flask import Blueprint, Response, request, url_for

from access import Action, AuditFilter, AuditRecord, Label
from errors import Invalid
from recall import stream_bundle
from web.desk import desk
from web.filling.audit import COLUMNS, MOST, bundle_files, line_of, rows_of
from web.filling.trail import (
    action_choices,
    action_said,
    object_said,
    person_said,
    result_said,
)
from web.guard import needs
from web.shell import show
from web.tables import file_of
from web.view import Said
from web.view.audit import AuditRow, AuditView
from web.view.table import Filter, Row
from web.visitor import address, reader

blueprint = Blueprint("audit", __name__, url_prefix="/audit")

_ROWS: Final = 50
_LAST: Final = 2**63 - 1
_FIELDS: Final = ("by", "object", "action")
_DAYS: Final = ("since", "until")
_LONGEST: Final = 32
_STEP: Final = 1_000
_FILES: Final = ("ndjson", "csv", "xlsx")
"""The files that the trail comes as."""


@blueprint.get("")
@needs(Action.READ_AUDIT)
def page() -> Response:
    """The trail, newest first, narrowed to a person, an object, an action or days."""
    narrowed, told = _narrowed()
    before = request.args.get("before", type=int)
    if before is not None:
        before = max(0, min(before, _LAST))
    wanted = replace(_filter(), before=before, limit=_ROWS)
    found = desk().hospital.access.audit.search(wanted, by=reader(), address=address())
    action = str(narrowed.get("action", ""))
    older = found[-1].seq if len(found) == _ROWS else None
    view = AuditView(
        rows=_rows(found),
        narrowed=_told(narrowed),
        everything=url_for("audit.page"),
        older=url_for("audit.page", **narrowed, **told, before=older) if older else None,
        files=tuple(
            (kind, url_for("audit.export", **narrowed, **told, format=kind)) for kind in _FILES
        ),
        bundle=url_for("audit.bundle", **narrowed, **told),
        action=url_for("audit.page"),
        filters=(
            Filter("person", request.args.get("person", "").strip()),
            Filter("action", action, action_choices(action)),
            Filter("since", told.get("since", ""), kind="date"),
            Filter("until", told.get("until", ""), kind="date"),
        ),
    )
    return show("audit.html", place="audit", audit=view)


def _told(narrowed: Mapping[str, str]) -> tuple[Said, ...]:
    """What the trail is narrowed to, in words."""
    labels = desk().hospital.access.staff.labels(set(narrowed.values()))
    says = {
        "by": lambda value: person_said(value, labels),
        "object": lambda value: object_said("", value, labels),
        "action": action_said,
    }
    return tuple(says[name](value) for name, value in narrowed.items())


def _narrowed() -> tuple[dict[str, Any], dict[str, Any]]:
    """What the trail is narrowed to, as addresses say it: words, and days."""
    narrowed: dict[str, Any] = {
        name: request.args[name] for name in _FIELDS if request.args.get(name)
    }
    person = request.args.get("person", "").strip()
    if person and "by" not in narrowed:
        narrowed["by"] = _uri_of(person)
    told = {name: day.isoformat() for name in _DAYS if (day := _day(name)) is not None}
    return narrowed, told


def _filter() -> AuditFilter:
    """The same as the trail is asked."""
    narrowed, told = _narrowed()
    days = {name: date.fromisoformat(day) for name, day in told.items()}
    return AuditFilter(**narrowed, **_span(days))


def _day(name: str) -> date | None:
    """A day that the address names; what is none counts as not given."""
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _span(days: Mapping[str, date]) -> dict[str, Any]:
    """The instants between which events are wanted, the last day included."""
    zone = desk().hospital.zone
    span: dict[str, Any] = {}
    if "since" in days:
        span["since"] = datetime.combine(days["since"], time(), zone)
    if "until" in days and days["until"] < date.max:
        span["until"] = datetime.combine(days["until"] + timedelta(days=1), time(), zone)
    return span


def _uri_of(number: str) -> str:
    """The URI of the account with this staff number; the number itself where nobody has it."""
    roster = desk().hospital.access.roster
    found = roster.page(by=reader(), query=number[:_LONGEST], limit=_ROWS, address=address())
    return next((each.uri for each in found if each.number == number.upper()), number)


@blueprint.get("/export")
@needs(Action.READ_AUDIT)
def export() -> Response:
    """The events that match, newest first: NDJSON, CSV or XLSX; `seq` is the entry that proves it.

    Raises:
        Invalid: `format-unknown`.
    """
    kind = request.args.get("format", _FILES[0])
    if kind not in _FILES:
        raise Invalid("format-unknown", field="format", found=kind[:20])
    records = desk().hospital.access.audit.export(_filter(), by=reader(), address=address())
    if kind == _FILES[0]:
        response = Response(map(line_of, records), content_type="application/x-ndjson")
        response.headers.set("Content-Disposition", "attachment", filename="audit.ndjson")
        return response
    return file_of("audit", kind, COLUMNS, lambda: _lines(records))


def _lines(records: Iterator[AuditRecord]) -> Iterator[Row]:
    """The events as rows, the people of a thousand looked up together."""
    while step := list(islice(records, _STEP)):
        yield from rows_of(step, _labels(step))


@blueprint.post("/bundle.zip")
@needs(Action.READ_AUDIT)
def bundle() -> Response:
    """The events that match as a zip: a summary, tables, and every entry with its proof.

    Raises:
        Invalid: `audit-too-many`.
    """
    access, notary = desk().hospital.access, desk().notary
    records = list(islice(access.audit.export(_filter(), by=reader(), address=address()), MOST + 1))
    if len(records) > MOST:
        raise Invalid("audit-too-many", field="since", limit=MOST)
    seqs = [each.seq for each in reversed(records)]
    signed = notary.checkpoints.covering(seqs[-1]) if seqs else None
    files = bundle_files(notary, records, _labels(records), desk().hospital.zone)
    parts = stream_bundle(
        notary.checkpoints,
        signed or notary.checkpoint()[0],
        seqs,
        files,
        desk().hospital.clock(),
    )
    response = Response(parts, content_type="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename="audit.zip")
    return response


def _labels(records: Sequence[AuditRecord]) -> Mapping[str, Label]:
    """The people who did something, and whom something was done to."""
    names = {name for each in records for name in (each.by, each.object)}
    return desk().hospital.access.staff.labels(names)


def _rows(found: list[AuditRecord]) -> tuple[AuditRow, ...]:
    labels = _labels(found)
    return tuple(
        AuditRow(
            seq=each.seq,
            at=each.at,
            person=person_said(each.by, labels),
            action=action_said(each.action),
            object=object_said(each.action, each.object, labels),
            result=result_said(each.result),
            done=each.result == "ok",
            address=each.address,
            by_same=url_for("audit.page", by=each.by),
            of_same=url_for("audit.page", action=each.action),
            proof=url_for("ledger.proof", seq=each.seq),
        )
        for each in found
    )
