"""Reading the audit trail: who did what, for those who may know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from access.audit import AccessEvent
from access.context import Context, deny, text_field
from access.models import access_event
from access.permissions import Action
from access.principal import Principal, permits
from errors import Invalid
from ledger import read_entries_at

EXPORTED = "audit-exported"
MOST = 1000
"""Records in one answer, at most."""


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One access event as it was found, with its place in the ledger (which proves it)."""

    seq: int
    at: datetime
    by: str
    action: str
    object: str
    result: str
    address: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which access events are wanted; None means any.

    Args:
        by: the actor's URI.
        object: the object's URI or code.
        action: the action's word.
        since: not before this.
        until: before this.
        before: entries older than this seq: the last one of the page before.
        limit: records at most, 1 to 1000.
    """

    by: str | None = None
    object: str | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    limit: int = 100


class AuditTrail:
    """The access events of the ledger, searchable. Reading them is an access event itself."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def search(self, wanted: AuditFilter, *, by: Principal, address: str = "") -> list[AuditRecord]:
        """The events that match, newest first.

        Raises:
            Forbidden: the principal isn't an audit administrator; recorded.
            Invalid: the limit is out of bounds.
        """
        if not 1 <= wanted.limit <= MOST:
            raise Invalid("malformed", field="limit", detail=f"1–{MOST}")
        with self._context.act() as act:
            if not permits(by, Action.READ_AUDIT):
                raise deny(act, by, Action.READ_AUDIT, "audit", address)
            act.record(AccessEvent(Action.READ_AUDIT, by.uri, "audit", address=address))
        return self._find(wanted)

    def export(
        self, wanted: AuditFilter | None = None, *, by: Principal, address: str = ""
    ) -> Iterator[AuditRecord]:
        """Every event that matches, newest first; one entry says that they were taken out.

        Args:
            wanted: which; its limit and where it begins don't count. None: all of them.
            by: who takes them out.
            address: the network address.

        Raises:
            Forbidden: the principal isn't an audit administrator; recorded.
        """
        with self._context.act() as act:
            if not permits(by, Action.READ_AUDIT):
                raise deny(act, by, EXPORTED, "audit", address)
            act.record(AccessEvent(EXPORTED, by.uri, "audit", address=address))
        return self._all(replace(wanted or AuditFilter(), before=None, limit=MOST))

    def _all(self, wanted: AuditFilter) -> Iterator[AuditRecord]:
        while found := self._find(wanted):
            yield from found
            wanted = replace(wanted, before=found[-1].seq)

    def _find(self, wanted: AuditFilter) -> list[AuditRecord]:
        columns = access_event.c
        query = select(columns.seq).where(columns.ledger_id == self._context.ledger_id)
        for column, value in (
            (columns.made_by, wanted.by),
            (columns.object, wanted.object),
            (columns.action, wanted.action),
        ):
            if value is not None:
                query = query.where(column == text_field(value, column.name, empty=True))
        if wanted.since is not None:
            query = query.where(columns.at >= wanted.since)
        if wanted.until is not None:
            query = query.where(columns.at < wanted.until)
        if wanted.before is not None:
            query = query.where(columns.seq < wanted.before)
        query = query.order_by(columns.seq.desc()).limit(wanted.limit)
        ledger_id = self._context.ledger_id
        with self._context.database.read() as connection:
            found = connection.execute(query).scalars().all()
            entries = read_entries_at(connection, ledger_id, sorted(found))
        return [_record(entry.seq, entry.event) for entry in reversed(entries)]


def _record(seq: int, event: Mapping[str, object]) -> AuditRecord:
    details = event.get("details", {})
    return AuditRecord(
        seq=seq,
        at=datetime.fromisoformat(str(event["at"])),
        by=str(event["by"]),
        action=str(event["action"]),
        object=str(event["object"]),
        result=str(event["result"]),
        address=str(event.get("address", "")),
        details=details if isinstance(details, dict) else {},
    )
