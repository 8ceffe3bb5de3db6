"""The outbox: which notices still have to reach whom, and when they are tried next.

It outlives the process: what was not delivered is tried again after a restart, by a schedule that
grows, until it arrives or is given up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, func, select, update

import bulk
from recall import work_models

_BOX = work_models.notice_outbox.c
_PUT = bulk.Insert(work_models.notice_outbox, key=("ledger_id", "notice", "channel", "address"))
_WAITING: Final = "waiting"
_DELIVERED: Final = "delivered"
_GIVEN_UP: Final = "given-up"
_BATCH: Final = 50

PAUSES: Final = (
    *(timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5), timedelta(minutes=30)),
    *(timedelta(hours=2), timedelta(hours=5), timedelta(hours=10), timedelta(hours=14)),
    *(timedelta(hours=20), timedelta(hours=24)),
)
"""How long to wait after each failure, as Standard Webhooks proposes; then a notice is given up."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice that still has to reach somebody.

    Args:
        notice: which notice.
        channel: `mail` or `webhook`.
        address: where to.
        attempts: how often it was tried.
    """

    notice: UUID
    channel: str
    address: str
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A letter that did not arrive so far.

    Args:
        channel: `mail` or `webhook`.
        address: where to.
        attempts: how often it was tried.
        due: when it is tried next; None: it was given up.
        detail: what went wrong last.
    """

    channel: str
    address: str
    attempts: int
    due: datetime | None
    detail: str


class Outbox:
    """The outbox of one ledger.

    Args:
        ledger_id: which.
    """

    def __init__(self, ledger_id: int) -> None:
        self._ledger_id = ledger_id

    def put(self, connection: Connection, letters: Iterable[Letter], now: datetime) -> None:
        """Post letters; one that was posted before stays as it is."""
        due = _milliseconds(now)
        rows = [
            (self._ledger_id, x.notice.bytes, x.channel, x.address, 0, due, _WAITING, "")
            for x in letters
        ]
        _PUT.run(connection, rows)

    def due(self, connection: Connection, now: datetime) -> list[Letter]:
        """The letters that are to be tried now, the longest waiting first."""
        query = (
            select(_BOX.notice, _BOX.channel, _BOX.address, _BOX.attempts)
            .where(
                _BOX.ledger_id == self._ledger_id,
                _BOX.state == _WAITING,
                _BOX.due <= _milliseconds(now),
            )
            .order_by(_BOX.due)
            .limit(_BATCH)
        )
        return [
            Letter(UUID(bytes=bytes(notice)), *rest) for notice, *rest in connection.execute(query)
        ]

    def undelivered(self, connection: Connection, limit: int) -> list[Waiting]:
        """The letters that were tried and did not arrive, given up or still to be tried."""
        query = (
            select(_BOX.channel, _BOX.address, _BOX.attempts, _BOX.due, _BOX.state, _BOX.detail)
            .where(
                _BOX.ledger_id == self._ledger_id,
                _BOX.state != _DELIVERED,
                _BOX.attempts > 0,
            )
            .order_by(_BOX.due)
            .limit(limit)
        )
        return [
            Waiting(
                row.channel,
                row.address,
                row.attempts,
                None if row.state == _GIVEN_UP else datetime.fromtimestamp(row.due / 1000, UTC),
                row.detail,
            )
            for row in connection.execute(query)
        ]

    def counts(self, connection: Connection) -> dict[tuple[str, str], dict[str, int]]:
        """How many letters are in which state, by channel and address."""
        query = select(_BOX.channel, _BOX.address, _BOX.state, func.count())
        query = query.where(_BOX.ledger_id == self._ledger_id)
        found: dict[tuple[str, str], dict[str, int]] = {}
        rows = connection.execute(query.group_by(_BOX.channel, _BOX.address, _BOX.state))
        for channel, address, state, count in rows:
            found.setdefault((channel, address), {})[state] = count
        return found

    def arrived(self, connection: Connection, letter: Letter) -> None:
        """Note that a letter was delivered."""
        self._note(connection, letter, state=_DELIVERED, detail="", due=0)

    def failed(
        self, connection: Connection, letter: Letter, now: datetime, why: str, *, final: bool
    ) -> bool:
        """Note that a letter was not delivered; whether it is given up.

        Args:
            connection: in a transaction.
            letter: which.
            now: the time.
            why: what went wrong.
            final: whether its receiver wants no more.
        """
        given_up = final or letter.attempts >= len(PAUSES)
        due = 0 if given_up else _milliseconds(now + PAUSES[letter.attempts])
        state = _GIVEN_UP if given_up else _WAITING
        self._note(connection, letter, state=state, detail=why[:_DETAIL], due=due)
        return given_up

    def _note(
        self, connection: Connection, letter: Letter, *, state: str, detail: str, due: int
    ) -> None:
        connection.execute(
            update(work_models.notice_outbox)
            .where(
                _BOX.ledger_id == self._ledger_id,
                _BOX.notice == letter.notice.bytes,
                _BOX.channel == letter.channel,
                _BOX.address == letter.address,
            )
            .values(state=state, detail=detail, due=due, attempts=letter.attempts + 1)
        )


_DETAIL: Final = 300


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
