"""What happened to a thing: its entries, found by the history index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, func, select

import bulk
from ledger import Entry, read_entries_at
from trace import models
from trace.epcis import EVENT_TYPES
from trace.events import Event
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


def histories_of_units(
    connection: Connection, ledger_id: int, unit_ids: Sequence[int]
) -> dict[int, list[Step]]:
    """The whole lives of many serialised things, by surrogate: two questions for all of them."""
    rows = seqs_of_units(connection, ledger_id, list(dict.fromkeys(unit_ids)))
    entries = read_entries_at(connection, ledger_id, sorted({seq for _, seq in rows}))
    steps = {entry.seq: step_of(entry) for entry in entries}
    found: dict[int, list[Step]] = {}
    for unit_id, seq in sorted(rows):
        found.setdefault(unit_id, []).append(steps[seq])
    return found


_UNIT_SEQS = bulk.Lookup(models.event_unit, ("unit_id", "seq"), by="unit_id")


def seqs_of_units(
    connection: Connection, ledger_id: int, unit_ids: Sequence[int]
) -> list[tuple[int, int]]:
    """Pairs of a thing's surrogate and the number of an entry that touched it."""
    return [(row[0], row[1]) for row in _UNIT_SEQS.fetch(connection, ledger_id, unit_ids)]


def first_seq_of_lot(connection: Connection, ledger_id: int, lot_id: int) -> int:
    """The number of the first entry that touched a lot: how it came."""
    c = models.event_lot.c
    query = select(func.min(c.seq)).where(c.ledger_id == ledger_id, c.lot_id == lot_id)
    return int(connection.execute(query).scalar_one())


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


def latest_of_lots(
    connection: Connection, ledger_id: int, lot_ids: Sequence[int], *, since: int = 0, limit: int
) -> list[Step]:
    """The latest entries that touched any of some lots, in the order of the ledger.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        lot_ids: which lots.
        since: only entries with this number or a larger one.
        limit: how many at the most.
    """
    found = latest_entries_of_lots(connection, ledger_id, lot_ids, since=since, limit=limit)
    return [step_of(entry) for entry in found]


def latest_entries_of_lots(
    connection: Connection, ledger_id: int, lot_ids: Sequence[int], *, since: int = 0, limit: int
) -> list[Entry]:
    """The same as they stand in the ledger."""
    few = max(_FEW, 4 * limit // max(len(lot_ids), 1))
    rows = _LATEST_OF_LOTS.fetch(connection, ledger_id, lot_ids, since=since, limit=min(few, limit))
    seqs = sorted({seq for _, seq in rows})[-limit:]
    if few < limit and seqs:
        # Lots of which more than a few are among the latest of all.
        told = Counter(lot_id for lot_id, seq in rows if seq >= seqs[0])
        busy = [lot_id for lot_id, count in told.items() if count == few]
        rows = _LATEST_OF_LOTS.fetch(connection, ledger_id, busy, since=seqs[0], limit=limit)
        seqs = sorted({*seqs, *(seq for _, seq in rows)})[-limit:]
    return read_entries_at(connection, ledger_id, seqs)


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


def seqs_of_lots(connection: Connection, ledger_id: int, lot_ids: Sequence[int]) -> list[int]:
    """The numbers of all entries that touched some lots, each once, in order."""
    c = models.event_lot.c
    seqs: set[int] = set()
    for start in range(0, len(lot_ids), _PART):
        query = select(c.seq).where(
            c.ledger_id == ledger_id, c.lot_id.in_(lot_ids[start : start + _PART])
        )
        seqs.update(connection.execute(query).scalars())
    return sorted(seqs)


def last_seq_of_lots(connection: Connection, ledger_id: int, lot_ids: Sequence[int]) -> int:
    """The number of the last entry that touched some lots; 0: none did."""
    # One step down the index each, however long the lot's history.
    found = _LATEST_OF_LOTS.fetch(connection, ledger_id, lot_ids)
    return max((seq for _, seq in found), default=0)


_FEW = 8
"""Entries that are looked at of each lot first."""
_LATEST_OF_LOTS = bulk.Latest(models.event_lot, by="lot_id", order="seq")
_PART = 500
"""Lots in one question."""


def _seqs(  # noqa: PLR0913 -- the parts of one look-up
    connection: Connection,
    table: Table,
    ledger_id: int,
    thing_id: int,
    *,
    before: int | None = None,
    limit: int | None = None,
) -> list[int]:
    _, thing, _ = table.columns
    query = f"SELECT seq FROM {table.name} WHERE ledger_id=? AND {thing.name}=?"  # noqa: S608 -- names come from the table
    values = [ledger_id, thing_id]
    if before is not None:
        query, values = f"{query} AND seq<?", [*values, before]
    query += " ORDER BY seq DESC"
    if limit is not None:
        query, values = f"{query} LIMIT ?", [*values, limit]
    return [seq for (seq,) in bulk.fetch(connection, query, values)]


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
