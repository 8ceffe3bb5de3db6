"""The work-list of exceptions: what broke a rule and is on record all the same.

Each waits until somebody named resolves it, with a note of what was found. A resolution is an entry
like any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Connection, Table, select

import bulk
from errors import Invalid
from ledger import Entry, encode, read_entries_at, timestamp
from trace import models
from trace.epcis import LOCATION
from trace.moments import checked_offset
from trace.outcomes import Refused, Touch, exceptions_in
from trace.participant import NO_CHANGE, NoChange, Recordable
from trace.reasons import Reason

RESOLUTION_TYPE = "medtrace:Resolution"

_COLUMNS = ("seq", "number", "reason", "key", "resolved")
_ROWS = bulk.Lookup(models.exception, _COLUMNS, by="seq")
_PUT = bulk.Insert(models.exception, key=("ledger_id", "seq", "number"), replace=("resolved",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """An exception is resolved.

    Args:
        id: made by who resolves it (UUIDv7).
        time: when, aware of its zone.
        seq: the entry that broke the rule.
        number: which of its exceptions, from 0.
        person: the staff number of who resolves it.
        note: what was found, and what was done.
    """

    ledger_kind: ClassVar[str] = "resolution"

    id: UUID
    time: datetime
    seq: int
    number: int
    person: str
    note: str

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: nobody resolves it, nothing was noted, or the time has no zone.
        """
        checked_offset(self.time, "time")
        for name in ("person", "note"):
            if not getattr(self, name).strip():
                raise Invalid("required", field=name)

    def encode(self) -> bytes:
        """The resolution as canonical JSON."""
        return encode(
            {
                "type": RESOLUTION_TYPE,
                "eventID": f"urn:uuid:{self.id}",
                "eventTime": timestamp(self.time),
                "exception": {"seq": self.seq, "number": self.number},
                "medtrace:person": self.person,
                "medtrace:note": self.note,
            }
        )

    @classmethod
    def parse(cls, members: dict[str, Any]) -> Resolution:
        """The resolution that `encode` wrote, from its parsed JSON."""
        return cls(
            id=UUID(members["eventID"]),
            time=datetime.fromisoformat(members["eventTime"]),
            seq=members["exception"]["seq"],
            number=members["exception"]["number"],
            person=members["medtrace:person"],
            note=members["medtrace:note"],
        )


@dataclass(frozen=True, slots=True)
class OpenException:
    """An exception that waits for somebody.

    Args:
        entry: that broke the rule.
        number: which of its exceptions, from 0.
        key: the thing it is about.
        broken: the rule, with what fills its sentence.
        place: the code of the place whose work it is: where it happened, unless its entry says
            another (`at`); None: nobody said.
    """

    entry: Entry
    number: int
    key: str | None
    broken: Refused
    place: str | None


@dataclass(frozen=True, slots=True)
class Resolved:
    """The change: an exception is resolved."""

    touch: Touch = field(default_factory=Touch)
    context: Mapping[str, Any] = field(default_factory=dict)


class ResolutionState:
    """The working state of one batch: the exceptions of the entries that it names."""

    def __init__(self, ledger_id: int) -> None:
        self.ledger_id = ledger_id
        self.open: dict[tuple[int, int], bulk.Row] = {}
        self.rows: list[bulk.Row] = []


class Resolutions:
    """Participant: resolves exceptions. Their rows are the recorder's, in its own table."""

    tables: ClassVar[Sequence[Table]] = ()

    def forget(self) -> None:
        """Nothing is remembered between batches."""

    def load(
        self, connection: Connection, ledger_id: int, records: Sequence[Recordable]
    ) -> ResolutionState | None:
        """The open exceptions of the entries that are named."""
        seqs = {record.seq for record in records if isinstance(record, Resolution)}
        if not seqs:
            return None
        state = ResolutionState(ledger_id)
        for row in _ROWS.fetch(connection, ledger_id, list(seqs)):
            seq, number, *_, resolved = row
            if resolved is None:
                state.open[seq, number] = row
        return state

    def decide(
        self, state: ResolutionState | None, record: Recordable
    ) -> Resolved | NoChange | Refused:
        """What is open is resolved once."""
        if state is None or not isinstance(record, Resolution):
            return NO_CHANGE
        if (record.seq, record.number) not in state.open:
            return Refused(Reason.NOT_OPEN, {"seq": record.seq})
        return Resolved()

    def accept(
        self, state: ResolutionState, record: Recordable, _change: Resolved, seq: int
    ) -> None:
        """Take the resolution into the working state."""
        assert isinstance(record, Resolution)  # noqa: S101 -- `decide` said so; for the type checker
        row = state.open.pop((record.seq, record.number))
        state.rows.append((state.ledger_id, *row[:-1], seq))

    def apply(self, connection: Connection, state: ResolutionState | None) -> None:
        """Write which entry resolved what."""
        if state is not None:
            _PUT.run(connection, state.rows)


def open_exceptions(
    connection: Connection, ledger_id: int, *, after: int = -1, limit: int = 100
) -> list[OpenException]:
    """The exceptions that nobody has resolved, the oldest first.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        after: only those of later entries, to page on.
        limit: how many at the most.
    """
    c = models.exception.c
    query = select(c.seq, c.number, c.key).where(
        c.ledger_id == ledger_id, c.resolved.is_(None), c.seq > after
    )
    rows = connection.execute(query.order_by(c.seq, c.number).limit(limit)).all()
    return _told(connection, ledger_id, [tuple(row) for row in rows])


def exceptions_of(connection: Connection, ledger_id: int, seq: int) -> list[OpenException]:
    """The exceptions of one entry, resolved or not."""
    rows = [row[:2] + row[3:4] for row in _ROWS.fetch(connection, ledger_id, [seq])]
    return _told(connection, ledger_id, sorted(rows, key=lambda row: row[1]))


def _told(connection: Connection, ledger_id: int, rows: Sequence[bulk.Row]) -> list[OpenException]:
    seqs = list(dict.fromkeys(row[0] for row in rows))
    entries = {entry.seq: entry for entry in read_entries_at(connection, ledger_id, seqs)}
    broken = {seq: exceptions_in(entry.context) for seq, entry in entries.items()}
    return [
        OpenException(entries[seq], number, key, broken[seq][number], _place(entries[seq], number))
        for seq, number, key in rows
    ]


def _place(entry: Entry, number: int) -> str | None:
    told: str | None = entry.context["exceptions"][number].get("at")
    point = entry.event.get("readPoint")
    return told or (point["id"].removeprefix(LOCATION) if point else None)
