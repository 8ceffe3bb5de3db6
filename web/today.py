"""How many entries of which kind were recorded today, counted once and then kept up."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from ledger import read_entries, read_entries_at
from web.view import EntryCategory

CATEGORIES: Mapping[str, EntryCategory] = {
    "refusal": EntryCategory.REFUSED,
    "recall": EntryCategory.RECALL,
    "access": EntryCategory.ACCESS,
}
"""The categories of entries by kind; every other kind is business."""

_STEP = 2_000


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
        self._day = date.min
        self._size = 0
        self._counts: Counter[EntryCategory] = Counter()

    def counts(
        self, connection: Connection, size: int, now: datetime
    ) -> tuple[tuple[EntryCategory, int], ...]:
        """The entries of the day of `now` among the first `size`, by category."""
        day = now.astimezone(self._zone).date()
        with self._lock:
            if day != self._day or size < self._size:
                self._day, self._counts = day, Counter()
                self._size = self._first(connection, size, day)
            while self._size < size:
                stop = min(self._size + _STEP, size)
                for entry in read_entries(connection, self._ledger_id, self._size, stop):
                    self._counts[CATEGORIES.get(entry.kind, EntryCategory.BUSINESS)] += 1
                self._size = stop
            return tuple((category, self._counts[category]) for category in EntryCategory)

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
