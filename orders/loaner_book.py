"""The participant of loaner sets: what came, was used and went out, against what was declared."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar

from sqlalchemy import Connection, Table

import bulk
from ledger import Entry, encode
from orders import theatre_models as models
from orders.book import Contents
from orders.loaner import LOANER_DOCUMENT, LoanerNote, LoanerSet, LoanerState, Noting
from trace import (
    NO_CHANGE,
    Correction,
    Event,
    EventKind,
    NoChange,
    Reason,
    Recordable,
    Refused,
    Thing,
    Touch,
    corrected_entries,
    identifier_of,
)

_SET_COLUMNS = ("number", "party", "location", "due", "procedure", "state", "told", "seq")
_LINE_COLUMNS = (
    *("number", "line", "identifiers", "product"),
    *("quantity", "came", "used", "went_out"),
)
SETS = bulk.Lookup(models.loaner_set, _SET_COLUMNS, by="number")
LINES = bulk.Lookup(models.loaner_line, _LINE_COLUMNS, by="number")
_PUT_SETS = bulk.Insert(models.loaner_set, key=("ledger_id", "number"), replace=("state", "told"))
_PUT_LINES = bulk.Insert(
    models.loaner_line,
    key=("ledger_id", "number", "line"),
    replace=("came", "used", "went_out"),
)

_COLUMN = MappingProxyType(
    {
        EventKind.ARRIVED: "came",
        EventKind.RECEIVED: "came",
        EventKind.USED: "used",
        EventKind.IMPLANTED: "used",
        EventKind.WASTED: "used",
        EventKind.RETURNED: "went_out",
    }
)
"""What an event that names a set counts as; goods that are wasted are bought like used ones."""


@dataclass(slots=True)
class LoanerLine:
    """A line of a set: so many declared, come, used and out again."""

    number: str
    line: int
    identifiers: tuple[str, ...]
    product: str | None
    quantity: int
    came: int = 0
    used: int = 0
    went_out: int = 0

    @property
    def agrees(self) -> bool:
        """Whether all that came is used or out."""
        return self.came == self.used + self.went_out


@dataclass(slots=True)
class LoanerFile:
    """A set as it stands."""

    number: str
    party: str
    location: str
    due: str
    procedure: str | None
    state: LoanerState
    told: int
    seq: int
    lines: list[LoanerLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Counted:
    """The change: so much more came, was used or went out, line by line."""

    amounts: tuple[tuple[LoanerLine, str, int], ...]
    context: Mapping[str, Any]
    touch: Touch = field(default_factory=Touch)


@dataclass(frozen=True, slots=True)
class Noted:
    """The change: a set is declared, closed or overdue."""

    context: Mapping[str, Any] = field(default_factory=dict)
    touch: Touch = field(default_factory=Touch)


class LoanerBook:
    """The sets that a batch names."""

    def __init__(self, ledger_id: int) -> None:
        self.ledger_id = ledger_id
        self.sets: dict[str, LoanerFile] = {}
        self.contents: Mapping[str, Sequence[Thing]] = {}
        self.corrected: Mapping[Any, Entry] = {}
        self.changed: dict[str, LoanerFile] = {}


def file_of_rows(row: bulk.Row, lines: Sequence[bulk.Row]) -> LoanerFile:
    """A set from a row of `SETS` and those of `LINES`."""
    number, party, location, due, procedure, state, told, seq = row
    mine = [
        LoanerLine(name, line, tuple(json.loads(identifiers)), *rest)
        for name, line, identifiers, *rest in lines
        if name == number
    ]
    mine.sort(key=lambda each: each.line)
    return LoanerFile(number, party, location, due, procedure, LoanerState(state), told, seq, mine)


class LoanerSets:
    """Participant: loaner sets.

    Args:
        contents: how much cases hold.
    """

    tables: ClassVar[Sequence[Table]] = (models.loaner_set, models.loaner_line)

    def __init__(self, contents: Contents) -> None:
        self._contents = contents

    def forget(self) -> None:
        """Nothing is remembered between batches."""

    def load(
        self, connection: Connection, ledger_id: int, records: Sequence[Recordable]
    ) -> LoanerBook | None:
        """The sets that the batch names."""
        events = [r for r in records if isinstance(r, Event) and _numbers(r)]
        numbers = {number for event in events for number in _numbers(event)}
        numbers |= {r.number for r in records if isinstance(r, LoanerSet | LoanerNote)}
        wrong = corrected_entries(connection, ledger_id, records)
        numbers |= {
            said["number"] for entry in wrong.values() for said in entry.context.get("loaner", ())
        }
        if not numbers:
            return None
        state = LoanerBook(ledger_id)
        state.corrected = wrong
        lines = LINES.fetch(connection, ledger_id, list(numbers))
        for row in SETS.fetch(connection, ledger_id, list(numbers)):
            found = file_of_rows(row, lines)
            state.sets[found.number] = found
        keys = [t.key for event in events for t in event.things if t.quantity is None]
        state.contents = self._contents(connection, ledger_id, keys) if keys else {}
        return state

    def decide(
        self, state: LoanerBook | None, record: Recordable
    ) -> Counted | Noted | NoChange | Refused:
        """A set is declared once, its goods fit its lines, and it is closed once."""
        if state is None:
            return NO_CHANGE
        if isinstance(record, LoanerSet):
            if record.number in state.sets:
                return Refused(Reason.ORDER_EXISTS, {"number": record.number})
            return Noted()
        if isinstance(record, LoanerNote):
            return _note(state, record)
        if isinstance(record, Event):
            return _count(state, record)
        wrong = state.corrected.get(record.corrects) if isinstance(record, Correction) else None
        return NO_CHANGE if wrong is None else _take_back(state, wrong)

    def accept(
        self, state: LoanerBook, record: Recordable, change: Counted | Noted, seq: int
    ) -> None:
        """Take it into the working state."""
        if isinstance(change, Counted):
            for line, column, quantity in change.amounts:
                setattr(line, column, getattr(line, column) + quantity)
                state.changed[line.number] = state.sets[line.number]
        elif isinstance(record, LoanerSet):
            state.sets[record.number] = state.changed[record.number] = _opened(record, seq)
        elif isinstance(record, LoanerNote):
            file = state.changed[record.number] = state.sets[record.number]
            if record.noting is Noting.CLOSE:
                file.state = LoanerState.CLOSED
            file.told = 1

    def apply(self, connection: Connection, state: LoanerBook | None) -> None:
        """Write sets and lines."""
        if state is None:
            return
        own, files = state.ledger_id, list(state.changed.values())
        _PUT_SETS.run(connection, [_set_row(own, file) for file in files])
        _PUT_LINES.run(connection, [_line_row(own, line) for file in files for line in file.lines])


def _numbers(event: Event) -> list[str]:
    return [each.id for each in event.documents if each.type == LOANER_DOCUMENT]


def _note(state: LoanerBook, record: LoanerNote) -> Noted | Refused:
    file = state.sets.get(record.number)
    if file is None:
        return Refused(Reason.UNKNOWN_ORDER, {"number": record.number})
    if file.state is LoanerState.CLOSED:
        return Refused(Reason.ORDER_CLOSED, {"number": record.number})
    if record.noting is Noting.OVERDUE:
        values = {"number": file.number, "party": file.party, "day": file.due}
        return Noted({"exceptions": [{"reason": Reason.LOANER_OVERDUE.value, "values": values}]})
    lacking = [
        {"reason": Reason.LOANER_DIFFERENCE.value, "values": _sums(line)}
        for line in file.lines
        if not line.agrees
    ]
    return Noted({"exceptions": lacking} if lacking else {})


def _sums(line: LoanerLine) -> dict[str, str | int]:
    return {
        "number": line.number,
        "line": line.line,
        "product": line.product or "",
        "came": line.came,
        "used": line.used,
        "out": line.went_out,
    }


def _count(state: LoanerBook, event: Event) -> Counted | NoChange | Refused:
    column = _COLUMN.get(event.kind)
    if event.kind is EventKind.RETURNED and event.party is None:
        column = None  # back to the shelf, not to the supplier
    amounts: dict[tuple[str, int], int] = {}
    for number in dict.fromkeys(_numbers(event)):
        file = state.sets.get(number)
        if file is None or column is None:
            continue
        refused = _barred(file, event, column)
        if refused is not None:
            return refused
        for thing in _leaves(state, event.things):
            line = _line_for(file, thing, column, amounts)
            if isinstance(line, Refused):
                return line
            name = (number, line.line)
            amounts[name] = amounts.get(name, 0) + (thing.quantity or 1)
    if not amounts or column is None:
        return NO_CHANGE
    told = [{"number": n, "line": line, column: count} for (n, line), count in amounts.items()]
    taken = tuple(
        (state.sets[number].lines[line - 1], column, count)
        for (number, line), count in amounts.items()
    )
    return Counted(taken, {"loaner": told})


def _barred(file: LoanerFile, event: Event, column: str) -> Refused | None:
    """A set that is closed takes nothing, and what comes with it is its supplier's."""
    if file.state is LoanerState.CLOSED:
        return Refused(Reason.ORDER_CLOSED, {"number": file.number})
    if column == "came" and event.owner != file.party:
        return Refused(Reason.WRONG_OWNER, {"owner": file.party})
    return None


def _leaves(state: LoanerBook, things: Sequence[Thing]) -> Iterator[Thing]:
    for thing in things:
        inside = state.contents.get(thing.key) if thing.quantity is None else None
        yield from (thing,) if inside is None else inside


def _line_for(
    file: LoanerFile, thing: Thing, column: str, amounts: Mapping[tuple[str, int], int]
) -> LoanerLine | Refused:
    identifier, wanted = identifier_of(thing.key), thing.quantity or 1
    fitting = [line for line in file.lines if identifier in line.identifiers]
    if not fitting:
        return Refused(Reason.NOT_ON_ORDER)
    room = 0
    for line in fitting:
        most = line.quantity if column == "came" else line.came
        done = line.came if column == "came" else line.used + line.went_out
        left = most - done - amounts.get((file.number, line.line), 0)
        room = max(room, most)
        if left >= wanted:
            return line
    return Refused(Reason.TOO_MANY, {"ordered": room})


def _take_back(state: LoanerBook, entry: Entry) -> Counted | NoChange:
    amounts = tuple(
        (state.sets[said["number"]].lines[said["line"] - 1], column, -said[column])
        for said in entry.context.get("loaner", ())
        for column in ("came", "used", "went_out")
        if column in said
    )
    return Counted(amounts, {}) if amounts else NO_CHANGE


def _opened(record: LoanerSet, seq: int) -> LoanerFile:
    lines = [
        LoanerLine(record.number, n, line.identifiers, line.product, line.quantity)
        for n, line in enumerate(record.lines, 1)
    ]
    return LoanerFile(
        record.number,
        record.party,
        record.location,
        record.due.isoformat(),
        record.procedure,
        LoanerState.OPEN,
        0,
        seq,
        lines,
    )


def _set_row(ledger_id: int, file: LoanerFile) -> bulk.Row:
    return (
        ledger_id,
        file.number,
        file.party,
        file.location,
        file.due,
        file.procedure,
        file.state.value,
        file.told,
        file.seq,
    )


def _line_row(ledger_id: int, line: LoanerLine) -> bulk.Row:
    return (
        ledger_id,
        line.number,
        line.line,
        encode(list(line.identifiers)).decode(),
        line.product,
        line.quantity,
        line.came,
        line.used,
        line.went_out,
    )
