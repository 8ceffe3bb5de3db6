"""The correction: a later event that declares an earlier one wrong (EPCIS 2.0 §7.4.1.2).

The earlier entry stays as it is; what it did is undone, and both are seen. Where something else
happened instead, an event of its own says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Connection

import bulk
from ledger import Entry, encode, read_entries_at, timestamp
from trace import models
from trace.moments import checked_offset
from trace.participant import Recordable
from trace.things import Signature

CORRECTION_TYPE = "medtrace:Correction"


class Error(StrEnum):
    """What was wrong with an event (CBV 2.0 §7.5, error reasons)."""

    DID_NOT_OCCUR = "did_not_occur"
    INCORRECT_DATA = "incorrect_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """An earlier event is declared wrong.

    Args:
        id: made by who corrects (UUIDv7).
        time: when, aware of its zone.
        corrects: the id of the event that is wrong.
        error: what is wrong with it.
        note: why, in the words of who corrects.
        person: the staff number of who corrects.
        second_person: the staff number of who checked it.
        corrective: the ids of the events that say what happened instead.
        signatures: of those who had to show who they are for it.
    """

    ledger_kind: ClassVar[str] = "correction"

    id: UUID
    time: datetime
    corrects: UUID
    error: Error
    note: str | None = None
    person: str | None = None
    second_person: str | None = None
    corrective: tuple[UUID, ...] = ()
    signatures: tuple[Signature, ...] = ()

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: the time has no zone or can't be written.
        """
        checked_offset(self.time, "time")

    def encode(self) -> bytes:
        """The correction as canonical JSON."""
        declaration: dict[str, Any] = {
            "declarationTime": timestamp(self.time),
            "reason": self.error.value,
        }
        if self.corrective:
            declaration["correctiveEventIDs"] = [_urn(each) for each in self.corrective]
        members = {
            "type": CORRECTION_TYPE,
            "eventID": _urn(self.id),
            "eventTime": timestamp(self.time),
            "medtrace:corrects": _urn(self.corrects),
            "errorDeclaration": declaration,
            "medtrace:note": self.note,
            "medtrace:person": self.person,
            "medtrace:secondPerson": self.second_person,
            "medtrace:signatures": [
                {"person": each.person, "method": each.method, "time": timestamp(each.time)}
                for each in self.signatures
            ]
            or None,
        }
        return encode({name: value for name, value in members.items() if value is not None})

    @classmethod
    def parse(cls, members: dict[str, Any]) -> Correction:
        """The correction that `encode` wrote, from its parsed JSON."""
        declaration = members["errorDeclaration"]
        return cls(
            id=UUID(members["eventID"]),
            time=datetime.fromisoformat(members["eventTime"]),
            corrects=UUID(members["medtrace:corrects"]),
            error=Error(declaration["reason"]),
            note=members.get("medtrace:note"),
            person=members.get("medtrace:person"),
            second_person=members.get("medtrace:secondPerson"),
            corrective=tuple(UUID(each) for each in declaration.get("correctiveEventIDs", ())),
            signatures=tuple(
                Signature(each["person"], each["method"], datetime.fromisoformat(each["time"]))
                for each in members.get("medtrace:signatures", ())
            ),
        )


_SEQS = bulk.Lookup(models.event_id, ("id", "seq"), by="id")


def corrected_entries(
    connection: Connection, ledger_id: int, records: Sequence[Recordable]
) -> dict[UUID, Entry]:
    """The entries of the events that the corrections of a batch declare wrong, by event id."""
    ids = {record.corrects.bytes for record in records if isinstance(record, Correction)}
    if not ids:
        return {}
    seqs = [seq for _, seq in _SEQS.fetch(connection, ledger_id, list(ids))]
    entries = read_entries_at(connection, ledger_id, seqs)
    return {UUID(entry.event["eventID"]): entry for entry in entries}


def _urn(identifier: UUID) -> str:
    return f"urn:uuid:{identifier}"
