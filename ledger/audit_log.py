"""The record of audits: what was checked when, and what was found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from bulk import Insert, Reader, fetch
from database import Database
from ledger import models
from ledger.entry import timestamp
from ledger.errors import VerificationError
from ledger.log import Clock

FULL: Final = "full"
"""Scope: from entry 0."""
SINCE: Final = "since"
"""Scope: from the last checkpoint that a good audit covered."""
TAIL: Final = "tail"
"""Scope: the last entries, at start-up."""

_AUDITS: Final = Insert(
    models.audit,
    key=("ledger_id", "started"),
    replace=("finished", "scope", "size", "root", "problem"),
)

_LATEST: Final = (
    "SELECT started, finished, scope, size, root, problem FROM audit"
    " WHERE ledger_id=?{} ORDER BY started DESC LIMIT 1"
)
_LAST: Final = _LATEST.format("")
_LAST_WHOLE: Final = _LATEST.format(f" AND scope<>'{TAIL}'")


@dataclass(frozen=True, slots=True)
class Audit:
    """One audit.

    Args:
        started: when, as `ledger.timestamp` writes it.
        finished: the same.
        scope: `full`, `since` or `tail`.
        size: how many entries the ledger had; 0 where a problem ended it.
        root: the tree's hash over them.
        problem: the error's code and detail; None: all was well.
    """

    started: str
    finished: str
    scope: str
    size: int
    root: bytes
    problem: str | None


class Outcome:
    """How an audit that is under way ends."""

    def __init__(self) -> None:
        self.size = 0
        self.root = b""
        self._audit: Audit | None = None

    def proved(self, size: int, root: bytes) -> None:
        """All was well up to `size` entries."""
        self.size, self.root = size, root

    def close(self, audit: Audit) -> None:
        """Keep the finished record."""
        self._audit = audit

    @property
    def audit(self) -> Audit:
        """The finished record."""
        if self._audit is None:
            raise RuntimeError("the audit is still under way")
        return self._audit


class Audits:
    """The audits of one ledger.

    Args:
        database: where they are recorded.
        ledger_id: whose.
        clock: tells the time.
    """

    def __init__(self, database: Database, ledger_id: int, clock: Clock) -> None:
        self._database = database
        self._ledger_id = ledger_id
        self._clock = clock

    @contextmanager
    def record(self, scope: str) -> Iterator[Outcome]:
        """Record what the block proves, or the `VerificationError` that ends it."""
        started, outcome = timestamp(self._clock()), Outcome()
        try:
            yield outcome
        except VerificationError as error:
            self._write(outcome, started, scope, f"{error.code}: {error.detail}")
            raise
        self._write(outcome, started, scope, None)

    def last(self, *, whole: bool = False) -> Audit | None:
        """The latest audit, or None where there was none.

        Args:
            whole: leave out those that looked at the last entries only.
        """
        with self._database.glance() as connection:
            return self.last_in(connection, whole=whole)

    def last_in(self, connection: Reader, *, whole: bool = False) -> Audit | None:
        """The same as one connection sees it."""
        for row in fetch(connection, _LAST_WHOLE if whole else _LAST, [self._ledger_id]):
            started, finished, scope, size, root, problem = row
            return Audit(started, finished, scope, size, bytes(root), problem)
        return None

    def last_full(self) -> datetime | None:
        """When the last audit from entry 0 began; None where there was none."""
        columns = models.audit.c
        query = select(func.max(columns.started)).where(
            columns.ledger_id == self._ledger_id, columns.scope == FULL
        )
        with self._database.read() as connection:
            started = connection.execute(query).scalar()
        return datetime.fromisoformat(started) if started else None

    def good_until(self) -> int:
        """How many entries the audits that began at entry 0 or resumed have covered, all well."""
        columns = models.audit.c
        query = select(func.max(columns.size)).where(
            columns.ledger_id == self._ledger_id,
            columns.scope != TAIL,
            columns.problem.is_(None),
        )
        with self._database.read() as connection:
            return connection.execute(query).scalar() or 0

    def _write(self, outcome: Outcome, started: str, scope: str, problem: str | None) -> None:
        finished = timestamp(self._clock())
        audit = Audit(started, finished, scope, outcome.size, outcome.root, problem)
        row = (self._ledger_id, started, finished, scope, audit.size, audit.root, problem)
        with self._database.write() as connection:
            _AUDITS.run(connection, [row])
        outcome.close(audit)
