"""What was recorded today: by kind, by hour, what was stopped; counted once and then kept up.

One request counts so many entries at the most. In a process that has just started, on a day with
many more, the pages say how many are still to be counted, and the next request goes on.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from ledger import Entry, read_entries, read_entries_at
from web.view import EntryCategory

CATEGORIES: Mapping[str, EntryCategory] = {
    "refusal": EntryCategory.REFUSED,
    "recall": EntryCategory.RECALL,
    "access": EntryCategory.ACCESS,
}
"""The categories of entries by kind; every other kind is business."""

_STEP = 1_000
_MOST = 5 * _STEP
"""Entries that one request counts: 0.1 s of a processor."""
_SCANS = frozenset({"trace", "refusal"})
_CARE = frozenset({"administered", "implanted"})
_ORDERS = frozenset({"prescription", "medication", "procedure"})
_BTT = "urn:medtrace:btt:"


@dataclass(slots=True)
class Day:
    """The figures of one day.

    Args:
        categories: entries by category.
        hours: scans by the hour in which they were recorded.
        reasons: what was stopped, by reason.
        looks: scans that are on record with an exception.
        given: how often something was given or implanted.
        ordered: how often that was for an order.
        later: scans of today's entries that handhelds had kept out of reach.
        later_looks: how many of them are on record with an exception.
        entries: how many there are.
        behind: how many of them are not counted yet.
    """

    categories: Counter[EntryCategory] = field(default_factory=Counter)
    hours: Counter[int] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    looks: int = 0
    given: int = 0
    ordered: int = 0
    later: int = 0
    later_looks: int = 0
    entries: int = 0
    behind: int = 0

    @property
    def counts(self) -> tuple[tuple[EntryCategory, int], ...]:
        """The entries by category, in the order in which pages tell them."""
        return tuple((category, self.categories[category]) for category in EntryCategory)

    @property
    def scans(self) -> int:
        """How often something was scanned and decided."""
        return sum(self.hours.values())

    @property
    def stopped(self) -> int:
        """How often that was stopped."""
        return sum(self.reasons.values())

    def take(self, entry: Entry, zone: ZoneInfo) -> None:
        """Count an entry in."""
        self.categories[CATEGORIES.get(entry.kind, EntryCategory.BUSINESS)] += 1
        if entry.kind not in _SCANS:
            return
        self.hours[entry.recorded.astimezone(zone).hour] += 1
        if entry.kind == "refusal":
            self.reasons[str(entry.context.get("refused", ""))] += 1
            return
        look = bool(entry.context.get("exceptions"))
        self.looks += look
        if entry.event.get("medtrace:afterTheFact"):
            self.later += 1
            self.later_looks += look
        if entry.event.get("medtrace:kind") in _CARE:
            papers = entry.event.get("bizTransactionList", ())
            types = {str(each.get("type", "")).removeprefix(_BTT) for each in papers}
            self.given += 1
            self.ordered += not types.isdisjoint(_ORDERS)


class Today:
    """The counts of one day; a request reads only what came since the last one.

    Args:
        ledger_id: whose entries.
        zone: in which the day begins.
    """

    def __init__(self, ledger_id: int, zone: ZoneInfo) -> None:
        self._ledger_id = ledger_id
        self._zone = zone
        self._lock = threading.Lock()
        self._date = date.min
        self._size = self._begun = 0
        self._day = Day()

    def day(self, connection: Connection, size: int, now: datetime) -> Day:
        """The figures of the day of `now` among the first `size` entries; to be read only."""
        today = now.astimezone(self._zone).date()
        with self._lock:
            if today != self._date or size < self._size:
                self._date, self._day = today, Day()
                self._size = self._begun = self._first(connection, size, today)
            most = min(size, self._size + _MOST)
            while self._size < most:
                stop = min(self._size + _STEP, most)
                for entry in read_entries(connection, self._ledger_id, self._size, stop):
                    self._day.take(entry, self._zone)
                self._size = stop
            self._day.entries, self._day.behind = size - self._begun, size - self._size
            return self._day

    def _first(self, connection: Connection, size: int, day: date) -> int:
        """The number of the first entry of the day; entries stand in the order of time."""
        low, high = 0, size
        while low < high:
            middle = (low + high) // 2
            found = read_entries_at(connection, self._ledger_id, [middle])
            if found and found[0].recorded.astimezone(self._zone).date() < day:
                low = middle + 1
            else:
                high = middle
        return low
