"""Counting wrong passwords and PINs: five in a row lock for half an hour.

Counted is what was typed, by its keyed digest, whether such an account exists or not: an attacker
learns nothing about who works here from who gets locked.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from access.audit import AccessEvent
from access.context import Act, Context, Denial
from access.errors import Unauthenticated
from access.models import sign_in_attempt

_SECONDS_A_MINUTE = 60


class Attempts:
    """The failures in a row of everything that can be guessed at."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def subject(self, purpose: str, typed: str) -> bytes:
        """The digest under which failures are counted."""
        return self._context.digest(self._context.keys.index, f"attempt {purpose}", typed)

    def deny_if_locked(self, act: Act, subject: bytes, event: AccessEvent) -> None:
        """End the act when there were too many failures.

        Raises:
            Denial: of `sign-in-locked`, with the whole minutes that are left.
        """
        policy = self._context.policy
        failures, left = self._standing(act.connection, subject, act.now)
        if failures >= policy.max_failures:
            minutes = -(-int(left.total_seconds()) // _SECONDS_A_MINUTE) or 1
            raise act.denied(Unauthenticated("sign-in-locked", minutes=minutes), event)

    def locked_until(
        self, connection: Connection, subject: bytes, now: datetime
    ) -> datetime | None:
        """When the lock runs out that there is now; None: there is none."""
        failures, left = self._standing(connection, subject, now)
        return now + left if failures >= self._context.policy.max_failures else None

    def failed(self, act: Act, subject: bytes, code: str, event: AccessEvent) -> Denial:
        """Count a failure; the denial to raise says how many tries are left.

        The one that locks puts `locked` on record beside the failure.
        """
        failures = self._standing(act.connection, subject, act.now)[0] + 1
        self._store(act, subject, failures)
        left = self._context.policy.max_failures - failures
        events = [event]
        if left <= 0:
            events.append(AccessEvent("lock", event.by, event.object, address=event.address))
        return act.denied(Unauthenticated(code, left=max(left, 0)), *events)

    def clear(self, act: Act, subject: bytes) -> bool:
        """Forget the failures, after a success or by an administrator; whether there were any."""
        gone = act.connection.execute(delete(sign_in_attempt).where(*self._row(subject)))
        return gone.rowcount > 0

    def _standing(
        self, connection: Connection, subject: bytes, now: datetime
    ) -> tuple[int, timedelta]:
        columns = sign_in_attempt.c
        row = connection.execute(
            select(columns.failures, columns.latest).where(*self._row(subject))
        ).first()
        if row is None:
            return 0, timedelta(0)
        left = row.latest + self._context.policy.lock - now
        return (row.failures, left) if left > timedelta(0) else (0, timedelta(0))

    def _store(self, act: Act, subject: bytes, failures: int) -> None:
        columns = sign_in_attempt.c
        # What has run out is cleared away here, so the table holds half an hour at the most.
        act.connection.execute(
            delete(sign_in_attempt).where(
                columns.ledger_id == self._context.ledger_id,
                columns.latest <= act.now - self._context.policy.lock,
            )
        )
        values = {"failures": failures, "latest": act.now}
        changed = act.connection.execute(
            update(sign_in_attempt).where(*self._row(subject)).values(values)
        )
        if changed.rowcount == 0:
            key = {"ledger_id": self._context.ledger_id, "subject": subject}
            act.connection.execute(insert(sign_in_attempt).values(**key, **values))

    def _row(self, subject: bytes) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        columns = sign_in_attempt.c
        return columns.ledger_id == self._context.ledger_id, columns.subject == subject
