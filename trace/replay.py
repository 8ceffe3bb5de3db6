"""Rebuild: empty every projection and fold the ledger into them again.

Products, places, orders and recalls are entries too, so the same states follow from the same
entries in the same order, with the same surrogates. A test compares every row.

The ledger says what happened, and rules grow stricter with time. An event on record is therefore
folded even where today's rules would refuse it: its state follows, its exceptions stay those it was
recorded with, and the caller is told the rule. Only which things a refused attempt was about is
worked out by the rules of today.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete

import bulk
from errors import Conflict
from ledger import Entry, Ledger, read_entries
from trace import models
from trace.events import Event
from trace.outcomes import Refused, Touch
from trace.participant import NoChange, Participant, Recordable, segments
from trace.reasons import Reason
from trace.recorder import (
    REFUSAL,
    Changes,
    States,
    decided,
    exception_rows,
    load_states,
    touch_of,
)

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


@dataclass(frozen=True, slots=True)
class Difference:
    """An event on record that today's rules would refuse.

    Args:
        seq: the number of its entry.
        reason: the rule.
    """

    seq: int
    reason: Reason


_STEP = 1_000
_INDEXES = (models.event_id, models.event_unit, models.event_lot, models.exception)
_INSERTS = tuple(map(bulk.Insert, _INDEXES))


def rebuild(
    ledger: Ledger,
    participants: Sequence[Participant[Any, Any]],
    decoders: Mapping[str, Decoder],
    *,
    folds: Sequence[Fold] = (),
    progress: Callable[[int, int], None] | None = None,
) -> list[Difference]:
    """Empty the projections and replay the ledger, in one transaction.

    Args:
        ledger: whose entries.
        participants: in the order in which the recorder asks them.
        decoders: by the `type` of an event's JSON; entries of other types touch no projection.
        folds: further projections, outside the recorder.
        progress: told (entries replayed, entries in all) now and then.

    Returns:
        The events on record that today's rules would refuse, in order. They were folded all the
        same.

    Raises:
        Conflict: the rules refuse a record that is no event (a product, an order, a recall), and
            nothing can be said of what follows (`replay-differs`); nothing was changed.
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
) -> list[Difference]:
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
    return replay.differences


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
        self.differences: list[Difference] = []

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
        touches = [
            (record.id.bytes, entry.seq, self._take(states, entry, record))
            for entry, record in records
        ]
        with bulk.pipeline(self._connection):
            self._index(touches)
            for participant, state in states:
                participant.apply(self._connection, state)

    def _take(self, states: States, entry: Entry, record: Recordable) -> Touch:
        changes = decided(states, record)
        if isinstance(changes, Refused) and entry.kind != REFUSAL:
            changes = self._standing(states, entry, record, changes)
        if isinstance(changes, Refused):
            return changes.touch
        if entry.kind != REFUSAL:
            for (participant, state), change in zip(states, changes, strict=True):
                if not isinstance(change, NoChange):
                    participant.accept(state, record, change, entry.seq)
            self._broken += exception_rows(self._ledger_id, entry.seq, entry.context)
        return touch_of(changes)

    def _standing(
        self, states: States, entry: Entry, record: Recordable, refused: Refused
    ) -> Changes:
        """What a record changed that would be refused today."""
        if isinstance(record, Event):
            changes = decided(states, record.standing())
            if not isinstance(changes, Refused):
                self.differences.append(Difference(entry.seq, refused.reason))
                return changes
        raise Conflict("replay-differs", seq=entry.seq, reason=refused.reason.value)

    def _index(self, touches: Sequence[tuple[bytes, int, Touch]]) -> None:
        ids: list[bulk.Row] = []
        units: list[bulk.Row] = []
        lots: list[bulk.Row] = []
        own = self._ledger_id
        for key, seq, touch in touches:
            ids.append((own, key, seq))
            units += [(own, unit, seq) for unit in touch.units]
            lots += [(own, lot, seq) for lot in touch.lots]
        for insert, rows in zip(_INSERTS, (ids, units, lots, self._broken), strict=True):
            insert.run(self._connection, rows)
        self._broken = []
