"""What expires soon and what it costs, added up at most once a minute: it asks over many lots."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import Connection

from inventory import products, stock_by_expiry
from texts import text_of
from web.view.board import Bucket

_BUCKETS: Final = ((30, "stop"), (90, "look"), (180, ""))
"""Days, and how goods look that have no more than that."""
_FRESH: Final = timedelta(seconds=60)
_EVERY: Final = 10**9


class Expiring:
    """Goods by the days that are left of them.

    Args:
        ledger_id: whose goods.
    """

    def __init__(self, ledger_id: int) -> None:
        self._ledger_id = ledger_id
        self._lock = threading.Lock()
        self._at: datetime | None = None
        self._told: tuple[Bucket, ...] = ()

    def buckets(self, connection: Connection, now: datetime, today: date) -> tuple[Bucket, ...]:
        """As they were at most a minute ago."""
        with self._lock:
            if self._at is None or not timedelta() <= now - self._at < _FRESH:
                self._told, self._at = self._added_up(connection, today), now
            return self._told

    def _added_up(self, connection: Connection, today: date) -> tuple[Bucket, ...]:
        rows = stock_by_expiry(
            connection,
            self._ledger_id,
            first=today,
            last=today + timedelta(days=_BUCKETS[-1][0]),
            limit=_EVERY,
        )
        known = products(connection, self._ledger_id, {row.product_id for row in rows})
        lots = Counter[int]()
        values = dict.fromkeys((days for days, _ in _BUCKETS), Decimal(0))
        for row in rows:
            left = (date.fromisoformat(row.expiry or "") - today).days
            within = next(days for days, _ in _BUCKETS if left <= days)
            lots[within] += 1
            values[within] += (known[row.product_id].price or Decimal(0)) * row.quantity
        return tuple(
            Bucket(text_of(f"days-{days}"), lots[days], values[days], look)
            for days, look in _BUCKETS
        )
