"""Idempotence: an event id that was recorded or refused before gets its first answer again.

The answer comes from the entry itself, so the index is one narrow row. Other content under a known
id is a conflict, told to the caller and never written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Connection

import bulk
from ledger import Entry, Receipt, encode, read_entries
from trace import models
from trace.outcomes import AlreadyRecorded, Outcome, Refused, exceptions_in
from trace.reasons import Reason

_IDS = bulk.Lookup(models.event_id, ("id", "seq"), by="id")
_EVENT_ID = bulk.Insert(models.event_id)


class Identified(Protocol):
    """A record with its id and its canonical bytes."""

    @property
    def record(self) -> Any: ...  # noqa: ANN401, D102 -- anything with an id
    @property
    def event(self) -> bytes: ...  # noqa: D102


class KnownIds:
    """The ids of one batch: those the ledger knows, and those the batch brings.

    Args:
        connection: inside the recorder's transaction.
        ledger_id: which ledger.
        prepared: the batch.
    """

    def __init__(
        self, connection: Connection, ledger_id: int, prepared: Sequence[Identified]
    ) -> None:
        self._connection = connection
        self._ledger_id = ledger_id
        ids = [item.record.id.bytes for item in prepared]
        rows = _IDS.fetch(connection, ledger_id, ids)
        self._stored = {bytes(key): seq for key, seq in rows}
        self._drafted: dict[bytes, tuple[int, bytes]] = {}
        self._refusals: dict[int, Refused] = {}

    def find(self, item: Identified) -> Outcome | int | None:
        """The answer that this id has got: an outcome, this batch's draft number, or None."""
        key = item.record.id.bytes
        if key in self._drafted:
            number, event = self._drafted[key]
            return number if event == item.event else Refused(Reason.ID_CONFLICT)
        seq = self._stored.get(key)
        return None if seq is None else self._first_answer(seq, item.event)

    def remember(self, item: Identified, number: int, refused: Refused | None) -> None:
        """The batch's draft `number` is this item's; `refused` where it is a refusal."""
        self._drafted[item.record.id.bytes] = (number, item.event)
        if refused is not None:
            self._refusals[number] = refused

    def refused(self, number: int) -> Refused | None:
        """The refusal that the draft `number` carries."""
        return self._refusals.get(number)

    def write(self, receipts: Sequence[Receipt]) -> None:
        """Write the batch's ids."""
        rows = [
            (self._ledger_id, key, receipts[number].seq)
            for key, (number, _) in self._drafted.items()
        ]
        _EVENT_ID.run(self._connection, rows)

    def _first_answer(self, seq: int, event: bytes) -> Outcome:
        (entry,) = read_entries(self._connection, self._ledger_id, seq, seq + 1)
        if encode(entry.event) != event:
            return Refused(Reason.ID_CONFLICT)
        return answer_of(entry)


def seqs_of(connection: Connection, ledger_id: int, ids: Sequence[UUID]) -> dict[UUID, int]:
    """The numbers of the entries of these ids; those that nobody has recorded are left out."""
    rows = _IDS.fetch(connection, ledger_id, [each.bytes for each in ids])
    return {UUID(bytes=bytes(key)): seq for key, seq in rows}


def answer_of(entry: Entry) -> Outcome:
    """The answer that an entry gives to who sends its event again."""
    receipt = Receipt(entry.seq, entry.hash, entry.recorded)
    reason = entry.context.get("refused")
    if reason is None:
        return AlreadyRecorded(receipt, exceptions_in(entry.context))
    return Refused(Reason(reason), entry.context["values"], receipt=receipt)
