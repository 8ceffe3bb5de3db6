"""The audit trail: who did what to rights and personal data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from web.view.table import Filter


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One access event.

    Args:
        seq: the number of its entry.
        at: when (UTC).
        person: the staff number, or the name under which the entry knows who it was.
        action: the action's word, as the entry has it.
        object: to what or whom.
        result: `ok`, or a word for why not.
        address: the network address.
        by_same, of_same: the trail of the same person, and of the same action.
        proof: the entry's page; None: the reader may not see it.
    """

    seq: int
    at: datetime
    person: str
    action: str
    object: str
    result: str
    address: str
    by_same: str
    of_same: str
    proof: str | None = None

    @property
    def done(self) -> bool:
        """Whether it was done, not only tried."""
        return self.result == "ok"


@dataclass(frozen=True, slots=True)
class AuditView:
    """The trail's page (`audit.html`, variable `audit`).

    Args:
        rows: what was found, newest first.
        narrowed: what the rows were narrowed to, in words of the entries.
        everything: the page without narrowing.
        older: the next page, None: there is none.
        files: what matches as a file: the ending, and its address.
        bundle: POST address of a zip with the proof of each.
        action: the page's own address.
        filters: how the trail can be narrowed.
    """

    rows: tuple[AuditRow, ...]
    narrowed: tuple[str, ...]
    everything: str
    older: str | None
    files: tuple[tuple[str, str], ...] = ()
    bundle: str = ""
    action: str = ""
    filters: tuple[Filter, ...] = ()
