"""Questions about a case's file: how it was checked, which reports went out, what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from inventory import Location, corrections_of, departments_around
from ledger import read_entries_at
from recall import file_models
from recall.effectiveness import DEFAULT_LEVEL, CheckLevel, EffectivenessCheck
from recall.queries import Answer, Case, answer
from recall.work_queries import tasks_of_case
from trace import LOCATION, seqs_of_lots

_CHECK = file_models.recall_check.c
_LEVEL = file_models.recall_level.c
_REPORT = file_models.recall_report.c


@dataclass(frozen=True, slots=True)
class Check:
    """A check as it stands in the file.

    Args:
        place: the code of the department.
        informed: whether the notice had reached it.
        acted: whether it had acted.
        found: how many units were found that were not held apart.
        note: what was seen.
        checked: when.
        person: who checked.
        seq: the entry.
    """

    place: str
    informed: bool
    acted: bool
    found: int
    note: str
    checked: datetime
    person: str
    seq: int

    @property
    def effective(self) -> bool:
        """Whether the recall worked there."""
        return self.informed and self.acted and self.found == 0


@dataclass(frozen=True, slots=True)
class Checking:
    """How far the effectiveness checks of a case have come.

    Args:
        level: the level in force.
        places: the departments that the notice has to reach.
        checks: by place, the last check.
        level_seqs: the entries that chose a level.
        check_seqs: the entries of all checks, earlier ones of a place too.
    """

    level: CheckLevel
    places: tuple[Location, ...]
    checks: Mapping[str, Check]
    level_seqs: tuple[int, ...] = ()
    check_seqs: tuple[int, ...] = ()

    @property
    def needed(self) -> int:
        """How many departments have to be checked."""
        return self.level.of(len(self.places))

    @property
    def done(self) -> int:
        """How many were, and the recall had worked there."""
        concerned = {place.code for place in self.places}
        return sum(each.effective for code, each in self.checks.items() if code in concerned)

    @property
    def missing(self) -> int:
        """How many are still to be checked."""
        return max(self.needed - self.done, 0)

    def after(self, check: EffectivenessCheck) -> Checking:
        """The same after one more check."""
        seen = (check.place, check.informed, check.acted, check.found, check.note)
        new = Check(*seen, check.time, check.person, 0)
        return replace(self, checks={**self.checks, check.place: new})

    def at(self, level: CheckLevel) -> Checking:
        """The same at another level."""
        return replace(self, level=level)


@dataclass(frozen=True, slots=True)
class IssuedReport:
    """A report that went out.

    Args:
        report: the SHA-256 of the file, in hexadecimal.
        entries_digest: the digest of the numbers of the entries that it rests on.
        issued: when.
        person: who issued it.
        seq: the entry that says so.
    """

    report: str
    entries_digest: str
    issued: datetime
    person: str
    seq: int


def checking_of(
    connection: Connection, ledger_id: int, case: Case, found: Answer | None = None
) -> Checking:
    """How far the effectiveness checks of a case have come."""
    found = found or answer(connection, ledger_id, case.scope)
    levels = connection.execute(
        select(_LEVEL.level, _LEVEL.seq)
        .where(_LEVEL.ledger_id == ledger_id, _LEVEL.case_id == case.case_id)
        .order_by(_LEVEL.seq)
    ).all()
    checks = _checks(connection, ledger_id, case.case_id)
    seqs = seqs_of_lots(connection, ledger_id, [lot.lot_id for lot in found.lots])
    places = departments_around(connection, ledger_id, _codes(connection, ledger_id, seqs))
    return Checking(
        CheckLevel(levels[-1].level) if levels else DEFAULT_LEVEL[case.recall_class],
        tuple(places),
        {check.place: check for check in checks},
        tuple(row.seq for row in levels),
        tuple(check.seq for check in checks),
    )


def _codes(connection: Connection, ledger_id: int, seqs: Sequence[int]) -> set[str]:
    """The codes of all places where something happened, told by the entries themselves.

    What went through a place within one batch never stood in its balance.
    """
    codes: set[str] = set()
    for start in range(0, len(seqs), _PART):
        part = seqs[start : start + _PART]
        wrong = corrections_of(connection, ledger_id, part)
        for entry in read_entries_at(connection, ledger_id, part):
            if entry.kind == "trace" and entry.seq not in wrong:
                ends = (entry.event.get(end) for end in ("readPoint", "bizLocation"))
                codes |= {end["id"].removeprefix(LOCATION) for end in ends if end}
    return codes


_PART = 500
"""Entries in one question."""


def _checks(connection: Connection, ledger_id: int, case_id: str) -> list[Check]:
    c = _CHECK
    rows = connection.execute(
        select(c.place, c.informed, c.acted, c.found, c.note, c.checked, c.person, c.seq)
        .where(c.ledger_id == ledger_id, c.case_id == case_id)
        .order_by(c.seq)
    )
    return [
        Check(place, bool(informed), bool(acted), found, note, datetime.fromisoformat(at), *rest)
        for place, informed, acted, found, note, at, *rest in rows
    ]


def reports_of(connection: Connection, ledger_id: int, case_id: str) -> list[IssuedReport]:
    """The reports on a case that went out, in order."""
    c = _REPORT
    rows = connection.execute(
        select(c.report, c.entries_digest, c.issued, c.person, c.seq)
        .where(c.ledger_id == ledger_id, c.case_id == case_id)
        .order_by(c.seq)
    )
    return [
        IssuedReport(report, digest, datetime.fromisoformat(issued), person, seq)
        for report, digest, issued, person, seq in rows
    ]


def entries_of_case(
    connection: Connection, ledger_id: int, case: Case, found: Answer, checking: Checking
) -> list[int]:
    """The numbers of all entries that a report on a case rests on, in order.

    Everything that ever happened to the lots of its scope, what was refused with them too, the
    case's own, and the last word on each of its tasks.
    """
    seqs = set(seqs_of_lots(connection, ledger_id, [lot.lot_id for lot in found.lots]))
    worked = {task.seq for task in tasks_of_case(connection, ledger_id, case, found) if task.seq}
    return sorted(seqs.union(case.seqs, checking.level_seqs, checking.check_seqs, worked))
