"""The keeper: signs checkpoints when they are due and audits on a schedule, in the background.

Of all processes on one machine one does it: whoever holds the lock file. Nothing it meets stops
it; what went wrong is logged and stands in the audits' record.
"""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from database import Database
from errors import MedtraceError
from jobs import Jobs
from ledger.audit import Auditor
from ledger.errors import VerificationError
from ledger.log import Ledger
from ledger.notary import Notary
from ledger.note import parse_vkey

_LOCK: Final = ".keeper.lock"
_NICENESS: Final = 10

log = structlog.get_logger("medtrace.ledger")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often.

    Args:
        seconds: a checkpoint at the latest so long after the last, where anything came since.
        entries: a checkpoint as soon as so many entries came.
        audit: an audit so long after the last one.
        full: so long after the last full one, an audit starts from entry 0 again.
        pause: seconds between two looks.
    """

    seconds: float = 60
    entries: int = 1000
    audit: timedelta = timedelta(hours=1)
    full: timedelta = timedelta(days=7)
    pause: float = 1


class Keeper:
    """Keeps one ledger's promises in the background.

    Args:
        notary: the ledger's.
        rhythm: how often.
    """

    def __init__(self, notary: Notary, rhythm: Rhythm | None = None) -> None:
        self._notary = notary
        self._rhythm = rhythm or Rhythm()
        self._jobs = Jobs(notary.ledger.database, notary.ledger.ledger_id)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._audit: multiprocessing.process.BaseProcess | None = None

    def start(self) -> None:
        """Begin, in a thread of this process; after a fork, in the child."""
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End; what is under way is finished first."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        if self._audit is not None:
            self._audit.join()

    def look(self) -> None:
        """Do what is due now: one round of what the thread does."""
        self._safely(self._checkpoint)
        self._safely(self._schedule)

    def _run(self) -> None:
        descriptor = self._lock()
        try:
            while descriptor is None and not self._stopping.wait(self._rhythm.pause):
                descriptor = self._lock()
            while not self._stopping.wait(self._rhythm.pause):
                self.look()
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def _lock(self) -> int | None:
        """The lock that makes this process the keeper; None: another one is."""
        path = self._notary.key_dir / _LOCK
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    def _checkpoint(self) -> None:
        rhythm = self._rhythm
        if not self._notary.checkpoints.due(seconds=rhythm.seconds, entries=rhythm.entries):
            return
        every = timedelta(seconds=rhythm.seconds)
        with self._jobs.run("checkpoint", every=every) as run:
            signed, outcomes = self._notary.checkpoint()
            run.did = f"{signed.checkpoint.size:,}"
        problems = [f"{said.witness}: {said.problem}" for said in outcomes if said.problem]
        if outcomes:
            with self._jobs.run("witnesses", every=every) as asked:
                asked.did = f"{len(outcomes) - len(problems)} / {len(outcomes)}"
                asked.problem = "; ".join(problems)
        tell = log.warning if problems else log.info
        tell("checkpoint", size=signed.checkpoint.size, problems=problems)

    def _schedule(self) -> None:
        if self._audit is not None and self._audit.is_alive():
            return
        audits, now = self._notary.audits, self._notary.clock()
        last = audits.last(whole=True)
        if last and now - datetime.fromisoformat(last.started) < self._rhythm.audit:
            return
        last_full = audits.last_full()
        full = last_full is None or now - last_full >= self._rhythm.full
        self._audit = start_audit(self._notary, full=full)

    def _safely(self, step: Callable[[], None]) -> None:
        try:
            step()
        except (MedtraceError, SQLAlchemyError, OSError) as error:
            log.exception("keeper", step=step.__name__, problem=str(error))


def start_audit(notary: Notary, *, full: bool) -> multiprocessing.process.BaseProcess:
    """Audit in a process of its own, politely: hashing would hold this one's interpreter."""
    ledger = notary.ledger
    url = ledger.database.engine.url.render_as_string(hide_password=False)
    context = multiprocessing.get_context("spawn")  # a fork would copy this process's threads
    witnesses = [str(key) for key in notary.policy.witness_keys]
    arguments = (url, ledger.ledger_id, witnesses, full)
    process = context.Process(target=_audit, args=arguments, name="audit", daemon=True)
    process.start()
    return process


def _audit(url: str, ledger_id: int, witnesses: list[str], full: bool) -> None:  # noqa: FBT001 -- a process's argument
    os.nice(_NICENESS)
    database = Database(url, pool_size=1)
    keys = [parse_vkey(vkey) for vkey in witnesses]
    try:
        Auditor(Ledger(database, ledger_id, _now), _now, keys).audit(full=full, processes=1)
    except VerificationError as error:
        log.error("audit", problem=str(error))  # noqa: TRY400 -- a finding, not a crash
    finally:
        database.close()


def _now() -> datetime:
    return datetime.now(UTC)
