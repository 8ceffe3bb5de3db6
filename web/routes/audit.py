"""The audit trail, for the audit administrator: searched, and taken out as a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

from flask import Blueprint, Response, request, url_for

from access import Action, AuditFilter, AuditRecord
from ledger import encode
from web.desk import desk
from web.guard import needs
from web.shell import show
from web.view.audit import AuditRow, AuditView
from web.visitor import address, reader

blueprint = Blueprint("audit", __name__, url_prefix="/audit")

_ROWS: Final = 50
_LAST: Final = 2**63 - 1
_FIELDS: Final = ("by", "object", "action")


@blueprint.get("")
@needs(Action.READ_AUDIT)
def page() -> Response:
    """The trail, newest first, narrowed to a person, an object or an action."""
    narrowed: dict[str, Any] = {
        name: request.args[name] for name in _FIELDS if request.args.get(name)
    }
    before = request.args.get("before", type=int)
    if before is not None:
        before = max(0, min(before, _LAST))
    wanted = AuditFilter(**narrowed, before=before, limit=_ROWS)
    found = desk().hospital.access.audit.search(wanted, by=reader(), address=address())
    older = found[-1].seq if len(found) == _ROWS else None
    view = AuditView(
        rows=_rows(found),
        narrowed=tuple(narrowed.values()),
        everything=url_for("audit.page"),
        older=url_for("audit.page", **narrowed, before=older) if older else None,
        export=url_for("audit.export"),
    )
    return show("audit.html", place="audit", audit=view)


@blueprint.get("/export")
@needs(Action.READ_AUDIT)
def export() -> Response:
    """Every event as a line of JSON, newest first; `seq` is the entry that proves it."""
    records = desk().hospital.access.audit.export(by=reader(), address=address())
    response = Response(_lines(records), content_type="application/x-ndjson")
    response.headers.set("Content-Disposition", "attachment", filename="audit.ndjson")
    return response


def _lines(records: Iterator[AuditRecord]) -> Iterator[bytes]:
    for record in records:
        yield encode({**asdict(record), "at": record.at.isoformat()}) + b"\n"


def _rows(found: list[AuditRecord]) -> tuple[AuditRow, ...]:
    labels = desk().hospital.access.staff.labels({each.by for each in found})
    return tuple(
        AuditRow(
            seq=each.seq,
            at=each.at,
            person=labels[each.by].number if each.by in labels else each.by,
            action=each.action,
            object=each.object,
            result=each.result,
            address=each.address,
            by_same=url_for("audit.page", by=each.by),
            of_same=url_for("audit.page", action=each.action),
            proof=url_for("ledger.proof", seq=each.seq),
        )
        for each in found
    )
