"""A case's file in every recording: checks, their level, reports that went out, and what they ask.

A case is closed when enough departments were checked; with fewer, only with an explanation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import Connection, Table

import bulk
from inventory import locations_by_code
from ledger import timestamp
from recall import file_models, models
from recall.case import Recall
from recall.closing import RecallClosing
from recall.effectiveness import EffectivenessCheck, LevelChoice
from recall.file_queries import Checking, checking_of
from recall.queries import find_case
from recall.report_issue import ReportIssue
from trace import NO_CHANGE, NoChange, Reason, Recordable, Refused, Touch

_CASES = bulk.Lookup(models.recall_case, ("case_id",), by="case_id")
_PUT_CHECKS = bulk.Insert(file_models.recall_check)
_PUT_LEVELS = bulk.Insert(file_models.recall_level)
_PUT_REPORTS = bulk.Insert(file_models.recall_report)

_Filed = EffectivenessCheck | LevelChoice | ReportIssue


@dataclass(frozen=True, slots=True)
class FileChange:
    """The change: something goes into a case's file, or a closing says how it was checked."""

    filed: _Filed | None
    context: Mapping[str, Any] = field(default_factory=dict)
    touch: Touch = field(default_factory=Touch)


class FileState:
    """The working state of one batch."""

    def __init__(self, ledger_id: int) -> None:
        self.ledger_id = ledger_id
        self.cases: set[str] = set()
        self.places: set[str] = set()
        self.checking: dict[str, Checking] = {}
        self.filed: list[tuple[_Filed, int]] = []


class CaseFile:
    """Participant: the files of recall cases."""

    tables: ClassVar[Sequence[Table]] = (
        file_models.recall_check,
        file_models.recall_level,
        file_models.recall_report,
    )

    def forget(self) -> None:
        """Nothing is remembered between batches."""

    def load(
        self, connection: Connection, ledger_id: int, records: Sequence[Recordable]
    ) -> FileState | None:
        """Which cases and places there are, and how far the checks of closing cases have come."""
        filed = [each for each in records if isinstance(each, _Filed)]
        closings = [each for each in records if isinstance(each, RecallClosing)]
        if not filed and not closings:
            return None
        state = FileState(ledger_id)
        names = [each.case_id for each in (*filed, *closings)]
        state.cases = {row[0] for row in _CASES.fetch(connection, ledger_id, names)}
        state.cases |= {each.case_id for each in records if isinstance(each, Recall)}
        places = {each.place for each in filed if isinstance(each, EffectivenessCheck)}
        state.places = set(locations_by_code(connection, ledger_id, places)) if places else set()
        for closing in closings:
            case = find_case(connection, ledger_id, closing.case_id)
            if case is not None:
                state.checking[case.case_id] = checking_of(connection, ledger_id, case)
        return state

    def decide(
        self, state: FileState | None, record: Recordable
    ) -> FileChange | NoChange | Refused:
        """What is filed belongs to a case that there is; a closing says how it was checked."""
        if state is None:
            return NO_CHANGE
        if isinstance(record, RecallClosing):
            return _closing(state, record)
        if not isinstance(record, _Filed):
            return NO_CHANGE
        if record.case_id not in state.cases:
            return Refused(Reason.UNKNOWN_CASE, {"case": record.case_id})
        if isinstance(record, EffectivenessCheck) and record.place not in state.places:
            return Refused(Reason.UNKNOWN_LOCATION, {"location": record.place})
        return FileChange(record)

    def accept(self, state: FileState, _record: Recordable, change: FileChange, seq: int) -> None:
        """Take it into the working state."""
        if change.filed is None:
            return
        state.filed.append((change.filed, seq))
        checking = state.checking.get(change.filed.case_id)
        if checking is not None and isinstance(change.filed, EffectivenessCheck):
            state.checking[change.filed.case_id] = checking.after(change.filed)
        if checking is not None and isinstance(change.filed, LevelChoice):
            state.checking[change.filed.case_id] = checking.at(change.filed.level)

    def apply(self, connection: Connection, state: FileState | None) -> None:
        """Write the rows."""
        if state is None:
            return
        rows: dict[type, list[bulk.Row]] = {}
        for filed, seq in state.filed:
            rows.setdefault(type(filed), []).append(_row(state.ledger_id, filed, seq))
        _PUT_CHECKS.run(connection, rows.get(EffectivenessCheck, []))
        _PUT_LEVELS.run(connection, rows.get(LevelChoice, []))
        _PUT_REPORTS.run(connection, rows.get(ReportIssue, []))


def _closing(state: FileState, closing: RecallClosing) -> FileChange | NoChange | Refused:
    checking = state.checking.get(closing.case_id)
    if checking is None:
        return NO_CHANGE
    told = {"level": checking.level.value, "needed": checking.needed, "done": checking.done}
    if checking.missing and not closing.explanation:
        return Refused(Reason.CASE_UNCHECKED, {"case": closing.case_id, "count": checking.missing})
    return FileChange(None, {"checks": told})


def _row(ledger_id: int, filed: _Filed, seq: int) -> bulk.Row:
    head = (ledger_id, filed.case_id, seq)
    match filed:
        case EffectivenessCheck():
            seen = (filed.place, filed.informed, filed.acted, filed.found, filed.note)
            return (*head, *seen, timestamp(filed.time), filed.person)
        case LevelChoice():
            return (*head, filed.level.value, filed.reason, filed.person)
        case ReportIssue():
            issued = timestamp(filed.time)
            return (*head, filed.report, filed.entries_digest, issued, filed.person)
