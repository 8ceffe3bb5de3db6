"""The audit trail: who did what to rights and personal data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from texts import Text
from web.view.said import Said
from web.view.table import Filter


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One access event.

    Args:
        seq: the number of its entry.
        at: when (UTC).
        person: who, by role and number.
        action: what was done or tried.
        object: to what or whom.
        result: that it was done, or why not.
        done: whether it was done, not only tried.
        address: the network address.
        by_same, of_same: the trail of the same person, and of the same action.
        proof: the entry's page; None: the reader may not see it.
    """

    seq: int
    at: datetime
    person: Text
    action: Text
    object: Text
    result: Text
    done: bool
    address: str
    by_same: str
    of_same: str
    proof: str | None = None


@dataclass(frozen=True, slots=True)
class AuditView:
    """The trail's page (`audit.html`, variable `audit`).

    Args:
        rows: what was found, newest first.
        narrowed: what the rows were narrowed to.
        everything: the page without narrowing.
        older: the next page, None: there is none.
        files: what matches as a file: the ending, and its address.
        bundle: POST address of a zip with the proof of each.
        action: the page's own address.
        filters: how the trail can be narrowed.
    """

    rows: tuple[AuditRow, ...]
    narrowed: tuple[Said, ...]
    everything: str
    older: str | None
    files: tuple[tuple[str, str], ...] = ()
    bundle: str = ""
    action: str = ""
    filters: tuple[Filter, ...] = ()
