"""What happened to a thing: its entries, found by the history index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, func, select

from ledger import Entry, read_entries_at
from trace import models
from trace.events import EVENT_TYPES, Event
from trace.outcomes import Refused
from trace.reasons import Reason


@dataclass(frozen=True, slots=True)
class Step:
    """One entry in the life of a thing.

    Args:
        entry: as it stands in the ledger.
        event: what happened or was attempted; None for an entry of another kind (a recall).
        refused: why it was stopped, or None where it happened.
    """

    entry: Entry
    event: Event | None
    refused: Refused | None


def history_of_unit(connection: Connection, ledger_id: int, unit_id: int) -> list[Step]:
    """The whole life of one serialised thing, in the order of the ledger."""
    return _steps(connection, ledger_id, _seqs(connection, models.event_unit, ledger_id, unit_id))


def history_of_lot(
    connection: Connection, ledger_id: int, lot_id: int, *, before: int | None = None, limit: int
) -> list[Step]:
    """The latest entries that touched a lot, in the order of the ledger.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        lot_id: which lot.
        before: only entries with a smaller number, to page back.
        limit: how many at the most.
    """
    seqs = _seqs(connection, models.event_lot, ledger_id, lot_id, before=before, limit=limit)
    return _steps(connection, ledger_id, seqs)


def steps_of_lot(
    connection: Connection, ledger_id: int, lot_id: int, *, before: int | None = None
) -> int:
    """How many entries touched a lot; with `before`, how many with a smaller number."""
    c = models.event_lot.c
    query = select(func.count()).where(c.ledger_id == ledger_id, c.lot_id == lot_id)
    if before is not None:
        query = query.where(c.seq < before)
    return connection.execute(query).scalar_one()


def lots_touched_since(
    connection: Connection, ledger_id: int, lot_ids: Sequence[int], seq: int
) -> set[int]:
    """Which of some lots an entry after `seq` is about."""
    c = models.event_lot.c
    touched: set[int] = set()
    for start in range(0, len(lot_ids), _PART):
        query = select(c.lot_id).where(
            c.ledger_id == ledger_id, c.lot_id.in_(lot_ids[start : start + _PART]), c.seq > seq
        )
        touched.update(connection.execute(query.distinct()).scalars())
    return touched


_PART = 500
"""Lots in one question."""


def _seqs(  # noqa: PLR0913 -- the five parts of one look-up
    connection: Connection,
    table: Table,
    ledger_id: int,
    thing_id: int,
    *,
    before: int | None = None,
    limit: int | None = None,
) -> list[int]:
    _, thing, seq = table.columns
    query = select(seq).where(table.c.ledger_id == ledger_id, thing == thing_id)
    if before is not None:
        query = query.where(seq < before)
    query = query.order_by(seq.desc()).limit(limit)
    return list(connection.execute(query).scalars())


def _steps(connection: Connection, ledger_id: int, seqs: Sequence[int]) -> list[Step]:
    return [step_of(entry) for entry in read_entries_at(connection, ledger_id, seqs)]


def step_of(entry: Entry) -> Step:
    """What an entry says happened."""
    refused = _refused(entry.context)
    is_event = entry.event.get("type") in EVENT_TYPES
    return Step(entry, Event.parse(entry.event) if is_event else None, refused)


def _refused(context: dict[str, Any]) -> Refused | None:
    reason = context.get("refused")
    return None if reason is None else Refused(Reason(reason), context["values"])
