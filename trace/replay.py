"""Rebuild: empty every projection and fold the ledger into them again.

Products, places, orders and recalls are entries too, so the same states follow from the same
entries in the same order, with the same surrogates. A test compares every row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete

import bulk
from errors import Conflict
from ledger import Entry, Ledger, read_entries
from trace import models
from trace.outcomes import Refused, Touch
from trace.participant import NoChange, Participant, Recordable, segments
from trace.recorder import REFUSAL, admitted, context_of, exception_rows, load_states, touch_of

Decoder = Callable[[dict[str, Any]], Recordable]
"""Makes a record from its parsed JSON."""


@dataclass(frozen=True, slots=True)
class Fold:
    """A projection that is kept outside the recorder (who saw what).

    Args:
        forget: drops its rows of a ledger.
        replay: writes the rows of these entries again, those of other kinds passed over.
    """

    forget: Callable[[Connection, int], None]
    replay: Callable[[Connection, int, Sequence[Entry]], None]


_STEP = 1_000
_INDEXES = (models.event_id, models.event_unit, models.event_lot, models.exception)


def rebuild(
    ledger: Ledger,
    participants: Sequence[Participant[Any, Any]],
    decoders: Mapping[str, Decoder],
    *,
    folds: Sequence[Fold] = (),
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Empty the projections and replay the ledger, in one transaction.

    Args:
        ledger: whose entries.
        participants: in the order in which the recorder asks them.
        decoders: by the `type` of an event's JSON; entries of other types touch no projection.
        folds: further projections, outside the recorder.
        progress: told (entries replayed, entries in all) now and then.

    Returns:
        How many entries were replayed.

    Raises:
        Conflict: the rules refuse what is on record; nothing was changed.
    """
    _forget(participants)
    try:
        return _replay(ledger, participants, decoders, folds, progress)
    except BaseException:
        _forget(participants)
        raise


def _forget(participants: Sequence[Participant[Any, Any]]) -> None:
    for participant in participants:
        participant.forget()


def _replay(
    ledger: Ledger,
    participants: Sequence[Participant[Any, Any]],
    decoders: Mapping[str, Decoder],
    folds: Sequence[Fold],
    progress: Callable[[int, int], None] | None,
) -> int:
    with ledger.transaction() as transaction:
        connection, size = transaction.connection, transaction.head.size
        for table in (*_INDEXES, *(t for p in participants for t in p.tables)):
            connection.execute(delete(table).where(table.c.ledger_id == ledger.ledger_id))
        for fold in folds:
            fold.forget(connection, ledger.ledger_id)
        replay = _Replay(connection, ledger.ledger_id, participants, decoders)
        for start in range(0, size, _STEP):
            entries = read_entries(connection, ledger.ledger_id, start, start + _STEP)
            for segment in replay.decode(entries):
                replay.fold(segment)
            for fold in folds:
                fold.replay(connection, ledger.ledger_id, entries)
            if progress:
                progress(min(start + _STEP, size), size)
    return size


class _Replay:
    """The fold of entries into projections."""

    def __init__(
        self,
        connection: Connection,
        ledger_id: int,
        participants: Sequence[Participant[Any, Any]],
        decoders: Mapping[str, Decoder],
    ) -> None:
        self._connection = connection
        self._ledger_id = ledger_id
        self._participants = participants
        self._decoders = decoders
        self._broken: list[bulk.Row] = []

    def decode(self, entries: Sequence[Entry]) -> list[list[tuple[Entry, Recordable]]]:
        records = [
            (entry, self._decoders[entry.event["type"]](entry.event))
            for entry in entries
            if entry.event.get("type") in self._decoders
        ]
        return segments(records, lambda pair: pair[1].ledger_kind)

    def fold(self, records: Sequence[tuple[Entry, Recordable]]) -> None:
        told = [record for _, record in records]
        states = load_states(self._participants, self._connection, self._ledger_id, told)
        touches = [(entry, self._take(states, entry, record)) for entry, record in records]
        with bulk.pipeline(self._connection):
            self._index(touches)
            for participant, state in states:
                participant.apply(self._connection, state)

    def _take(
        self, states: Sequence[tuple[Participant[Any, Any], Any]], entry: Entry, record: Recordable
    ) -> Touch:
        changes = []
        for participant, state in states:
            change = participant.decide(state, record)
            if isinstance(change, Refused):
                change = admitted(record, change)
            if isinstance(change, Refused):
                if entry.kind == REFUSAL:
                    return change.touch
                raise Conflict("replay-differs", seq=entry.seq, reason=change.reason.value)
            changes.append(change)
        if entry.kind != REFUSAL:
            for (participant, state), change in zip(states, changes, strict=True):
                if not isinstance(change, NoChange):
                    participant.accept(state, record, change, entry.seq)
        self._broken += exception_rows(self._ledger_id, entry.seq, context_of(changes))
        return touch_of(changes)

    def _index(self, touches: Sequence[tuple[Entry, Touch]]) -> None:
        ids: list[bulk.Row] = []
        units: list[bulk.Row] = []
        lots: list[bulk.Row] = []
        for entry, touch in touches:
            ids.append((self._ledger_id, UUID(entry.event["eventID"]).bytes, entry.seq))
            units += [(self._ledger_id, unit, entry.seq) for unit in touch.units]
            lots += [(self._ledger_id, lot, entry.seq) for lot in touch.lots]
        for table, rows in zip(_INDEXES, (ids, units, lots, self._broken), strict=True):
            bulk.Insert(table).run(self._connection, rows)
        self._broken = []
