"""What runs without anybody asking for it: when it ran last, how long, how it ended, what failed.

One row for each job, whichever process runs it, so that its administrator can see that a job which
nobody looks at is still done. A job that looks every few seconds and found nothing to do is written
down once a minute.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import BigInteger, Column, Connection, Table, Text, select
from sqlalchemy.exc import SQLAlchemyError

from bulk import Insert
from database import Database, metadata

job = Table(
    "job",
    metadata,
    Column("ledger_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True),
    Column("started", BigInteger, nullable=False),
    Column("finished", BigInteger, nullable=False),
    Column("every", BigInteger, nullable=False),
    Column("did", Text, nullable=False),
    Column("problem", Text, nullable=False),
    Column("failures", BigInteger, nullable=False),
    Column("failed", BigInteger, nullable=True),
    Column("failure", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""Each job's last run, and its last failure: no projection, a rebuild leaves it alone.

Times are milliseconds since 1970 (UTC), `every` is in seconds."""

_COLUMNS: Final = ("started", "finished", "every", "did", "problem", "failures", "failed")
_PUT: Final = Insert(job, key=("ledger_id", "name"), replace=(*_COLUMNS, "failure"))
_QUIET: Final = 60.0
_LONGEST: Final = 300

log = structlog.get_logger("medtrace.jobs")


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it ran last.

    Args:
        name: which.
        started: when its last run began.
        finished: when it ended.
        every: how long after one run the next is due; None: somebody starts it.
        did: what it did, in a few figures.
        problem: why its last run failed; empty: it ended well.
        failures: how often it failed in a row.
        failed: when a run failed last; None: none ever did.
        failure: why that one failed.
    """

    name: str
    started: datetime
    finished: datetime
    every: timedelta | None
    did: str
    problem: str
    failures: int
    failed: datetime | None
    failure: str

    @property
    def due(self) -> datetime | None:
        """When it runs next; None: when somebody starts it."""
        return None if self.every is None else self.finished + self.every


@dataclass(slots=True)
class Run:
    """A run that is under way.

    Args:
        did: what it did so far; empty: nothing.
        problem: what went wrong without ending it.
    """

    did: str = ""
    problem: str = ""


class Jobs:
    """The record of one ledger's jobs.

    Args:
        database: where it is kept.
        ledger_id: whose.
    """

    def __init__(self, database: Database, ledger_id: int) -> None:
        self._database = database
        self._ledger_id = ledger_id
        self._written: dict[str, float] = {}

    @contextmanager
    def run(
        self, name: str, *, every: timedelta | None = None, quiet: bool = False
    ) -> Iterator[Run]:
        """Write down a run: what it says that it did, or what it raised.

        Args:
            name: which job.
            every: how long after it the next run is due.
            quiet: a run that did nothing is written once a minute only.
        """
        began, under_way = datetime.now(UTC), Run()
        try:
            yield under_way
        except Exception as error:
            under_way.problem = f"{type(error).__name__}: {error}"
            self._note(name, began, every, under_way)
            raise
        idle = quiet and not under_way.did and not under_way.problem
        if not idle or time.monotonic() - self._written.get(name, -_QUIET) >= _QUIET:
            self._note(name, began, every, under_way)

    def _note(self, name: str, began: datetime, every: timedelta | None, run: Run) -> None:
        """Keep the run; that it can't be kept is no reason for the job to fail."""
        self._written[name] = time.monotonic()
        now = _milliseconds(datetime.now(UTC))
        try:
            with self._database.write(durable=False) as connection:
                before = find_jobs(connection, self._ledger_id).get(name)
                failed = None if before is None else before.failed
                row = (
                    *(self._ledger_id, name, _milliseconds(began), now),
                    0 if every is None else max(1, int(every.total_seconds())),
                    run.did[:_LONGEST],
                    run.problem[:_LONGEST],
                    (0 if before is None else before.failures) + 1 if run.problem else 0,
                    now if run.problem else None if failed is None else _milliseconds(failed),
                    (run.problem or ("" if before is None else before.failure))[:_LONGEST],
                )
                _PUT.run(connection, [row])
        except SQLAlchemyError as error:
            log.warning("job", name=name, problem=str(error))


def find_jobs(connection: Connection, ledger_id: int) -> dict[str, Job]:
    """Every job that ever ran, by name."""
    c = job.c
    query = select(c.name, *(c[name] for name in _COLUMNS), c.failure)
    rows = connection.execute(query.where(c.ledger_id == ledger_id).order_by(c.name))
    return {
        row.name: Job(
            row.name,
            _moment(row.started),
            _moment(row.finished),
            timedelta(seconds=row.every) if row.every else None,
            row.did,
            row.problem,
            row.failures,
            None if row.failed is None else _moment(row.failed),
            row.failure,
        )
        for row in rows
    }


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
