"""The recorder: the one door through which everything that happened gets into the ledger.

One batch is one transaction: load the states that the batch touches, decide event by event, append
the entries, apply the changes. A refusal is an entry too and changes nothing else; it never fails
its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

import bulk
from errors import Invalid
from ledger import MAX_ENTRY, Batcher, Draft, Ledger, Receipt, Transaction, encode
from trace import models
from trace.known_ids import KnownIds
from trace.outcomes import AlreadyRecorded, Outcome, Recorded, Refused, Touch, exceptions_in
from trace.participant import (
    NO_CHANGE,
    Change,
    NoChange,
    Participant,
    Recordable,
    segments,
)
from trace.reasons import Reason

REFUSAL = "refusal"
"""The kind of a ledger entry that says what was stopped."""


class Recorder:
    """Puts events on record, one outcome for each.

    Safe to share between threads: callers that come together share a transaction.

    Args:
        ledger: where the entries go.
        participants: the rules and projections, in the order in which they decide.
    """

    def __init__(self, ledger: Ledger, participants: Sequence[Participant[Any, Any]]) -> None:
        self._ledger = ledger
        self._participants = tuple(participants)
        self._batcher: Batcher[Prepared, Outcome] = Batcher(self.write)

    def record(self, records: Sequence[Recordable]) -> list[Outcome]:
        """Record what happened, or refuse it; durable when this returns.

        Returns:
            For each record, in order: `Recorded`, `AlreadyRecorded` (same id, same content) or
            `Refused`. Of one call, none is recorded after a crash or all that were not refused.
        """
        return list(self._batcher.submit([prepare(record) for record in records]))

    def write(self, prepared: Sequence[Prepared]) -> list[Outcome]:
        """Record one batch in one transaction; what `record` does with those who wait."""
        try:
            with self._ledger.transaction() as transaction:
                return [
                    outcome
                    for segment in segments(prepared, lambda item: item.record.ledger_kind)
                    for outcome in self._segment(transaction, segment)
                ]
        except BaseException:
            for participant in self._participants:
                participant.forget()
            raise

    def _segment(self, transaction: Transaction, prepared: Sequence[Prepared]) -> list[Outcome]:
        return _Segment(transaction, self._ledger.ledger_id, self._participants, prepared).write()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A record with its canonical bytes, made before the lock is taken."""

    record: Recordable
    event: bytes

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: it holds a NUL, which PostgreSQL's texts can't (`text-with-nul`), or it is too
                long for an entry (`too-large`).
        """
        if len(self.event) > _LARGEST:
            raise Invalid("too-large", field="event", limit=_LARGEST)
        if b"\\u0000" in self.event and _NUL.search(self.event):
            raise Invalid("text-with-nul")


_ENVELOPE = 512
"""Bytes that an envelope has at the most, its event and context left out."""

_LARGEST = MAX_ENTRY - 4 * _ENVELOPE
"""Bytes of a record: a refusal of it has to fit into an entry too."""

_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""The escape of U+0000, and not a backslash that is followed by these letters."""


def prepare(record: Recordable) -> Prepared:
    """Encode a record for the ledger."""
    return Prepared(record, record.encode())


class _Segment:
    """Records of one kind, decided and written under the lock."""

    def __init__(
        self,
        transaction: Transaction,
        ledger_id: int,
        participants: Sequence[Participant[Any, Any]],
        prepared: Sequence[Prepared],
    ) -> None:
        self._transaction = transaction
        self._connection: Connection = transaction.connection
        self._ledger_id = ledger_id
        self._prepared = prepared
        self._ids = KnownIds(self._connection, ledger_id, prepared)
        records = [item.record for item in prepared]
        self._states = load_states(participants, self._connection, ledger_id, records)
        self._drafts: list[Draft] = []
        self._touches: list[Touch] = []
        self._outcomes: list[Outcome | int] = []
        self._exceptions: dict[int, tuple[Refused, ...]] = {}
        self._broken: list[bulk.Row] = []

    def write(self) -> list[Outcome]:
        for item in self._prepared:
            self._outcomes.append(self._decide(item))
        with bulk.pipeline(self._connection):
            receipts = self._transaction.append(self._drafts)
            self._index(receipts)
            for participant, state in self._states:
                participant.apply(self._connection, state)
        return self._answer(receipts)

    def _decide(self, item: Prepared) -> Outcome | int:
        """An outcome, or the number of the draft that will carry it."""
        known = self._ids.find(item)
        if known is not None:
            return known
        record = item.record
        changes = decided(self._states, record)
        if isinstance(changes, Refused):
            return self._draft(item, REFUSAL, encode(_refusal(changes)), changes.touch, changes)
        context = context_of(changes)
        told = encode(context) if context else None
        if told is not None and len(item.event) + len(told) > MAX_ENTRY - _ENVELOPE:
            much = Refused(Reason.TOO_MUCH, {}, Touch())
            return self._draft(item, REFUSAL, encode(_refusal(much)), much.touch, much)
        seq = self._transaction.head.size + len(self._drafts)
        for (participant, state), change in zip(self._states, changes, strict=True):
            if not isinstance(change, NoChange):
                participant.accept(state, record, change, seq)
        number = self._draft(item, record.ledger_kind, told, touch_of(changes))
        if "exceptions" in context:
            self._exceptions[number] = exceptions_in(context)
            self._broken += exception_rows(self._ledger_id, seq, context)
        return number

    def _draft(
        self,
        item: Prepared,
        kind: str,
        context: bytes | None,
        touch: Touch,
        refused: Refused | None = None,
    ) -> int:
        number = len(self._drafts)
        self._drafts.append(Draft(kind, item.event, context))
        self._touches.append(touch)
        self._ids.remember(item, number, refused)
        return number

    def _index(self, receipts: Sequence[Receipt]) -> None:
        units, lots = [], []
        for receipt, touch in zip(receipts, self._touches, strict=True):
            units += [(self._ledger_id, unit, receipt.seq) for unit in touch.units]
            lots += [(self._ledger_id, lot, receipt.seq) for lot in touch.lots]
        _EVENT_UNIT.run(self._connection, units)
        _EVENT_LOT.run(self._connection, lots)
        _EXCEPTION.run(self._connection, self._broken)
        self._ids.write(receipts)

    def _answer(self, receipts: Sequence[Receipt]) -> list[Outcome]:
        first: set[int] = set()
        answers: list[Outcome] = []
        for outcome in self._outcomes:
            if not isinstance(outcome, int):
                answers.append(outcome)
                continue
            receipt, refused = receipts[outcome], self._ids.refused(outcome)
            if refused is not None:
                answers.append(replace(refused, receipt=receipt))
            else:
                made = AlreadyRecorded if outcome in first else Recorded
                answers.append(made(receipt, self._exceptions.get(outcome, ())))
            first.add(outcome)
        return answers


_EVENT_UNIT = bulk.Insert(models.event_unit)
_EVENT_LOT = bulk.Insert(models.event_lot)
_EXCEPTION = bulk.Insert(models.exception)


def _refusal(refused: Refused) -> dict[str, Any]:
    return {"refused": refused.reason.value, "values": dict(refused.values)}


States = Sequence[tuple[Participant[Any, Any], Any]]
"""Participants, each with the states that it has read."""

Changes = Sequence[Any]
"""What each of them would do, in the same order."""


def load_states(
    participants: Sequence[Participant[Any, Any]],
    connection: Connection,
    ledger_id: int,
    records: Sequence[Recordable],
) -> States:
    """Those whom a batch concerns, each with the states that it reads."""
    states = [(each, each.load(connection, ledger_id, records)) for each in participants]
    return [(participant, state) for participant, state in states if state is not None]


def decided(states: States, record: Recordable) -> Changes | Refused:
    """What all participants agree to, or why one of them does not."""
    changes = []
    for participant, state in states:
        change = participant.decide(state, record)
        if isinstance(change, Refused):
            change = _admitted(record, change)
            if isinstance(change, Refused):
                return change
        changes.append(change)
    return changes


def _admitted(record: Recordable, refused: Refused) -> Refused | NoChange:
    """A refusal; of what has happened already, the exception that it is instead."""
    if not getattr(record, "has_happened", False):
        return refused
    broken = {"reason": refused.reason.value, "values": dict(refused.values)}
    return NoChange(refused.touch, {"exceptions": [broken]})


def context_of(changes: Sequence[Change | NoChange]) -> dict[str, Any]:
    """What several participants have to say beside an event."""
    said = [change.context for change in changes if change is not NO_CHANGE]
    if len(said) == 1:
        return dict(said[0])
    context: dict[str, Any] = {}
    exceptions: list[Any] = []
    for each in said:
        context.update(each)
        exceptions += each.get("exceptions", ())
    if exceptions:
        context["exceptions"] = exceptions
    return context


def exception_rows(ledger_id: int, seq: int, context: Mapping[str, Any]) -> list[bulk.Row]:
    """The rows of the work-list for an entry with this context."""
    return [
        (ledger_id, seq, number, each["reason"], each.get("key"), None)
        for number, each in enumerate(context.get("exceptions", ()))
    ]


def touch_of(changes: Sequence[Change | NoChange]) -> Touch:
    """Everything that several participants' changes are about."""
    touching = [change.touch for change in changes if change is not NO_CHANGE]
    if len(touching) == 1:
        return touching[0]
    units = dict.fromkeys(unit for touch in touching for unit in touch.units)
    lots = dict.fromkeys(lot for touch in touching for lot in touch.lots)
    return Touch(tuple(units), tuple(lots))
