"""How many loops of this month are complete, worked out at most every ten minutes.

It reads all that was given in the month; only one request at a time does that, the others show what
was found last.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from hospital import Hospital, Loop, read_loops
from web.view.board import Completeness

_FRESH: Final = timedelta(minutes=10)


class ClosedLoops:
    """The share of complete loops, of doses and of implants.

    Args:
        hospital: whose loops.
    """

    def __init__(self, hospital: Hospital) -> None:
        self._hospital = hospital
        self._lock = threading.Lock()
        self._at: datetime | None = None
        self._month = ""
        self._told: tuple[Completeness, ...] = ()

    def of_month(
        self, connection: Connection, now: datetime, month: str, wards: Collection[str]
    ) -> tuple[Completeness, ...]:
        """As they were at most ten minutes ago; empty while another request finds them first.

        Args:
            connection: where they are read.
            now: the present.
            month: `2026-11`.
            wards: the codes of all places.
        """
        stale = self._at is None or month != self._month
        if not stale and timedelta() <= now - (self._at or now) < _FRESH:
            return self._told
        if not self._lock.acquire(blocking=False):
            return () if stale else self._told
        try:
            report = read_loops(connection, self._hospital, month, wards)
            self._told = (
                _share("medication", report.medication),
                _share("implants", report.implants),
            )
            self._at, self._month = now, month
            return self._told
        finally:
            self._lock.release()


def _share(kind: str, loops: Sequence[Loop]) -> Completeness:
    return Completeness(kind, sum(loop.is_complete for loop in loops), len(loops))
