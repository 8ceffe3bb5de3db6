"""Counts (盘点): the participant. Lines are held against the books as the ledger takes them.

The amount that a line is compared with is that of its own entry: the recorder's lock is held, no
goods move meanwhile, and a rebuild finds the same. An approval names the differences that its
maker saw; when others are there by now it is refused, and with it the events that came along.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Final
from uuid import UUID, uuid5

from sqlalchemy import Connection, Table

import bulk
from inventory import store_models
from inventory.count_queries import (
    COUNTS,
    CountFile,
    Difference,
    count_of_row,
    differences,
    digest_of,
)
from inventory.count_state import CountState, count_line, load_lines
from inventory.counting import Count, CountApproval, CountLines
from inventory.queries import products_by_code
from inventory.store_queries import locations_by_code
from ledger import encode
from trace import (
    NO_CHANGE,
    Event,
    NoChange,
    Reason,
    Recordable,
    Refused,
    Touch,
)

COUNT_DOCUMENT: Final = "count"
"""The document type of the events that adjust the books to a count."""

_PUT_COUNTS = bulk.Insert(
    store_models.stock_count,
    key=("ledger_id", "count_id"),
    replace=("people", "state", "approval", "adjusting"),
)
_PUT_LINES = bulk.Insert(
    store_models.count_line,
    key=("ledger_id", "count_id", "thing"),
    replace=("counted", "expected", "moved", "seq"),
)


def event_ids(approval: UUID, events: int) -> list[UUID]:
    """The ids of the events that an approval brings along."""
    return [uuid5(approval, f"adjustment {number}") for number in range(events)]


@dataclass(frozen=True, slots=True)
class Opened:
    """The change: a count is open."""

    location_id: int
    products: tuple[int, ...]
    touch: Touch = field(default_factory=Touch)
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """The change: so much was seen; the context says what the books said."""

    context: Mapping[str, Any]
    touch: Touch = field(default_factory=Touch)


@dataclass(frozen=True, slots=True)
class Approved:
    """The change: the books follow the count."""

    touch: Touch = field(default_factory=Touch)
    context: Mapping[str, Any] = field(default_factory=dict)


class Counts:
    """Participant: counts, and the approvals that the books follow."""

    tables: ClassVar[Sequence[Table]] = (store_models.stock_count, store_models.count_line)

    def forget(self) -> None:
        """Nothing is remembered between batches."""

    def load(
        self, connection: Connection, ledger_id: int, records: Sequence[Recordable]
    ) -> CountState | None:
        """The counts that the batch names, and what the books say of the things it counts."""
        named = [identity for record in records if (identity := _count_of(record)) is not None]
        if not named:
            return None
        state = CountState(ledger_id)
        wanted = [identity.bytes for identity in dict.fromkeys(named)]
        for row in COUNTS.fetch(connection, ledger_id, wanted):
            found = count_of_row(row)
            state.files[found.count_id] = found
        opened = [record for record in records if isinstance(record, Count)]
        if opened:
            places = locations_by_code(connection, ledger_id, [each.location for each in opened])
            state.places = {code: place.location_id for code, place in places.items()}
            codes = {code for each in opened for code in each.products}
            products = products_by_code(connection, ledger_id, codes) if codes else {}
            state.products = {code: each.product_id for code, each in products.items()}
        for lines in (record for record in records if isinstance(record, CountLines)):
            load_lines(state, connection, lines)
        for approval in (record for record in records if isinstance(record, CountApproval)):
            file = state.files.get(approval.count)
            if file is not None:
                state.differences[file.count_id] = differences(connection, ledger_id, file)
        return state

    def decide(
        self, state: CountState | None, record: Recordable
    ) -> Opened | Seen | Approved | NoChange | Refused:
        """A count is counted while it is open, and approved by somebody who did not count."""
        if state is None:
            return NO_CHANGE
        if isinstance(record, Count):
            return _open(state, record)
        if isinstance(record, CountLines):
            return _see(state, record)
        if isinstance(record, CountApproval):
            return _approve(state, record)
        if isinstance(record, Event):
            return _adjust(state, record)
        return NO_CHANGE

    def accept(
        self, state: CountState, record: Recordable, change: Opened | Seen | Approved, seq: int
    ) -> None:
        """Take the change into the working state."""
        if isinstance(record, Count) and isinstance(change, Opened):
            place, products = change.location_id, change.products
            file = CountFile(record.id, place, products, (), "open", seq, None, 0)
            state.files[record.id] = state.changed[record.id] = file
        elif isinstance(record, CountLines):
            _take_lines(state, record, seq)
        elif isinstance(record, CountApproval):
            file = state.files[record.count]
            state.changed[record.count] = state.files[record.count] = replace(
                file, state="approved", approval=record.id, adjusting=record.events
            )

    def apply(self, connection: Connection, state: CountState | None) -> None:
        """Write counts and lines."""
        if state is None:
            return
        own = state.ledger_id
        _PUT_COUNTS.run(connection, [_count_row(own, file) for file in state.changed.values()])
        _PUT_LINES.run(connection, list(state.rows.values()))


def _count_of(record: Recordable) -> UUID | None:
    if isinstance(record, Event):
        papers = (each.id for each in record.documents if each.type == COUNT_DOCUMENT)
        return next((_uuid(number) for number in papers), None)
    if isinstance(record, Count):
        return record.id
    return record.count if isinstance(record, CountLines | CountApproval) else None


def _uuid(number: str) -> UUID | None:
    try:
        return UUID(number)
    except ValueError:
        return None


def _open(state: CountState, record: Count) -> Opened | Refused:
    place = state.places.get(record.location)
    if place is None:
        return Refused(Reason.UNKNOWN_LOCATION, {"location": record.location})
    for code in record.products:
        if code not in state.products:
            return Refused(Reason.UNKNOWN_PRODUCT, {"product": code})
    return Opened(place, tuple(state.products[code] for code in record.products))


def _see(state: CountState, record: CountLines) -> Seen | Refused:
    file = state.files.get(record.count)
    if file is None:
        return Refused(Reason.UNKNOWN_COUNT, {"count": str(record.count)})
    if file.state != "open":
        return Refused(Reason.COUNT_CLOSED)
    things = [state.lines[record.count, line.key].thing for line in record.lines]
    if len(set(things)) < len(things):
        return Refused(Reason.LISTED_TWICE)  # one lot under two codes of its product
    books = [state.lines[record.count, line.key].book for line in record.lines]
    return Seen({"expected": books})


def _take_lines(state: CountState, record: CountLines, seq: int) -> None:
    file = state.files[record.count]
    if record.person is not None and record.person not in file.people:
        people = (*file.people, record.person)
        state.files[record.count] = state.changed[record.count] = replace(file, people=people)
    for line in record.lines:
        known = state.lines[record.count, line.key]
        count_line(known, line)
        serial = int(line.quantity is None)
        state.rows[record.count, known.thing] = (
            state.ledger_id,
            record.count.bytes,
            known.thing,
            line.key,
            known.product_id,
            known.lot,
            known.expiry,
            serial,
            known.counted,
            known.expected,
            int(known.moved),
            seq,
        )


def _approve(state: CountState, record: CountApproval) -> Approved | Refused:
    file = state.files.get(record.count)
    if file is None:
        return Refused(Reason.UNKNOWN_COUNT, {"count": str(record.count)})
    if file.state != "open":
        return Refused(Reason.COUNT_CLOSED)
    if record.person in file.people:
        return Refused(Reason.COUNTED_BY_SAME)
    found = state.differences[record.count]
    for each in found:
        if each.problem in {"count-unsettled", "count-moved"}:
            return Refused(Reason(each.problem), {"product": each.key})
    if digest_of(found) != record.digest:
        return Refused(Reason.COUNT_MOVED, {"product": _moved(found)})
    return Approved()


def _moved(found: Iterable[Difference]) -> str:
    return ", ".join(each.key for each in found if each.counted is None)[:100]


def _adjust(state: CountState, event: Event) -> NoChange | Refused:
    """An event that names a count is one that its approval called for."""
    identity = _count_of(event)
    file = state.files.get(identity) if identity else None
    if file is None:
        return NO_CHANGE
    if file.approval is None or event.id not in event_ids(file.approval, file.adjusting):
        return Refused(Reason.COUNT_NOT_APPROVED)
    return NO_CHANGE


def _count_row(ledger_id: int, file: CountFile) -> bulk.Row:
    return (
        ledger_id,
        file.count_id.bytes,
        file.location_id,
        encode(list(file.products)).decode(),
        encode(list(file.people)).decode(),
        file.state,
        file.seq,
        file.approval.bytes if file.approval else None,
        file.adjusting,
    )
