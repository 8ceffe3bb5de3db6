"""The page of a recall case's file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from web.view.recall import RecallClass
from web.view.said import Said
from web.view.sums import SumBar


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A department that the notice has to reach, and the last check there.

    Args:
        place, name: its code and what people call it.
        informed, acted, found, note: what was seen; `at` None: nobody has checked yet.
        person: who checked.
        at: when (UTC).
        seq: the entry.
    """

    place: str
    name: str
    informed: bool = False
    acted: bool = False
    found: int = 0
    note: str = ""
    person: str = ""
    at: datetime | None = None
    seq: int = 0

    @property
    def effective(self) -> bool:
        """Whether the recall worked there."""
        return self.at is not None and self.informed and self.acted and self.found == 0


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report that went out.

    Args:
        at: when (UTC).
        person: who issued it.
        digest: the SHA-256 of the file.
        seq: the entry.
        href: the entry's page; None: not for this reader.
    """

    at: datetime
    person: str
    digest: str
    seq: int
    href: str | None = None


@dataclass(frozen=True, slots=True)
class SendingBack:
    """Goods of a case that are held apart at one place and may go back to where they came from.

    Args:
        place, place_name: where.
        lot_id, lot: of which lot.
        party: who supplied or owns it; empty: nobody knows.
        quantity: how much.
        token: the id of the return that its form makes.
    """

    place: str
    place_name: str
    lot_id: int
    lot: str
    party: str
    quantity: str
    token: str


@dataclass(frozen=True, slots=True)
class SentBack:
    """A return that is on record: when, to whom, with which document, how much, and its note."""

    at: datetime
    party: str
    document: str
    quantity: str
    note: str


@dataclass(frozen=True, slots=True)
class CaseFileView:
    """The page of a case's file (`case_file.html`, variable `file`).

    Args:
        case_id, name, lots, recall_class: which case.
        drill: whether it is an exercise.
        closed: whether it is closed.
        exposure: where every received unit is.
        unsettled: what a closing has to explain; None: nothing.
        level: the level of the effectiveness checks.
        levels: to choose from.
        needed, done: how many departments have to be checked, and how many were.
        checks: the departments.
        token: the id of what a form on the page makes.
        entries: how many entries a report rests on.
        reports: those that went out, the newest first.
        case_href, report_href, bundle_action: the case's page, the report, the zip.
        checks_action, level_action, names_action: where the forms go; None: not for this reader.
        purposes: why somebody may want the names.
        wrong: what was wrong with what was sent.
        back: what may go back to the supplier, and where the form goes (None: not for this reader).
        sent_back: what went back.
    """

    case_id: str
    name: str
    lots: tuple[str, ...]
    recall_class: RecallClass
    drill: bool
    closed: bool
    exposure: SumBar
    unsettled: str | None
    level: str
    levels: tuple[str, ...]
    needed: int
    done: int
    checks: tuple[CheckRow, ...]
    token: str
    entries: int
    case_href: str
    report_href: str
    bundle_action: str
    checks_action: str | None = None
    level_action: str | None = None
    names_action: str | None = None
    purposes: tuple[tuple[str, Said], ...] = ()
    reports: tuple[ReportRow, ...] = ()
    back: tuple[SendingBack, ...] = ()
    back_action: str | None = None
    sent_back: tuple[SentBack, ...] = ()
    wrong: Said | None = None
