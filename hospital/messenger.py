"""The messenger: says what there is to say of recalls, and carries it until it has arrived.

Of all processes on one machine one does it: whoever holds the lock file. Nothing it meets stops it.
"""

from __future__ import annotations

import fcntl
import os
import re
import threading
from collections.abc import Iterable
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from uuid6 import uuid7

from errors import MedtraceError
from hospital.assembly import Hospital
from hospital.posting import NotDelivered, Told, call_webhook, send_mail
from inventory import products
from jobs import Jobs
from recall import (
    OF_TASKS,
    Letter,
    Outbox,
    RecallDelivery,
    RecallNotice,
    cases_closed_since,
    find_case,
    known_notices,
    notice_of,
    notices_due,
    notices_of,
    notices_since,
    owners_of,
)

_LOCK: Final = ".messenger.lock"
_PAUSE: Final = 2.0
_NUMBER: Final = re.compile(r"[\w-]{1,32}", re.ASCII)
_RECENT: Final = timedelta(days=7)
"""Notices older than this are not posted to a receiver that is new."""

log = structlog.get_logger("medtrace.messenger")


class Messenger:
    """Tells the world about one hospital's recalls, in the background.

    Args:
        hospital: whose.
        pause: seconds between two rounds.
    """

    def __init__(self, hospital: Hospital, pause: float = _PAUSE) -> None:
        self._hospital = hospital
        self._settings = hospital.settings.notices
        self._outbox = Outbox(hospital.ledger_id)
        self._jobs = Jobs(hospital.database, hospital.ledger_id)
        self._pause = pause
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, in a thread of this process; after a fork, in the child."""
        self._thread = threading.Thread(target=self._run, name="messenger", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End; what is under way is finished first."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def look(self) -> None:
        """One round: record the notices that are due, post them, try what waits."""
        every = timedelta(minutes=1)
        with self._jobs.run("recall-reminders", every=every, quiet=True) as run:
            said = self._record()
            run.did = str(said) if said else ""
        with self._jobs.run("notices", every=every, quiet=True) as run:
            self._post()
            arrived, problems = self._deliver()
            run.did = f"{arrived} / {arrived + len(problems)}" if arrived or problems else ""
            run.problem = "; ".join(problems)

    def _run(self) -> None:
        descriptor = self._lock()
        try:
            while descriptor is None and not self._stopping.wait(self._pause):
                descriptor = self._lock()
            while not self._stopping.wait(self._pause):
                try:
                    self.look()
                except (MedtraceError, SQLAlchemyError, OSError) as error:
                    log.exception("messenger", problem=str(error))
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def _lock(self) -> int | None:
        """The lock that makes this process the messenger; None: another one is."""
        folder = self._hospital.settings.key_dir
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    def _record(self) -> int:
        """Put on record the notices that are due and are not yet; how many there were.

        Where all that is due is known already, no goods are counted.
        """
        house, fresh = self._hospital, list[RecallNotice]()
        now, own = house.clock(), house.ledger_id
        with house.database.read() as connection:
            closed = cases_closed_since(connection, own, now - _RECENT)
            watched = (*house.recalls.cases(connection), *closed)
            due = [(case, notices_due(case, now)) for case in watched]
            asked = [number for _, topics in due for number in topics]
            known = known_notices(connection, own, asked)
            for case, topics in due:
                missing = topics.keys() - known
                tasks = house.recalls.tasks(connection, case) if missing else []
                found = (
                    notice_of(case, each, topics[each], tasks, now) for each in sorted(missing)
                )
                fresh += [notice for notice in found if notice is not None]
        if fresh:
            house.recorder.record(fresh)
        return len(fresh)

    def _post(self) -> None:
        """Put into the outbox what went out on record; a receiver gets each notice once."""
        settings, house = self._settings, self._hospital
        receivers = [("mail", address) for address in settings.mail_to]
        receivers += [("webhook", address) for address in settings.webhooks]
        if not receivers and not settings.mail_staff:
            return
        now = house.clock()
        with house.database.read() as connection:
            notices = notices_since(connection, house.ledger_id, now - _RECENT)
            letters = self._to_owners(connection, notices)
        letters += [
            Letter(notice.id, channel, address)
            for notice in notices
            for channel, address in receivers
        ]
        if letters:
            with house.database.write() as connection:
                self._outbox.put(connection, letters, now)

    def _to_owners(self, connection: Connection, notices: Iterable[RecallNotice]) -> list[Letter]:
        """The last reminder of each case to whoever has open tasks of it now."""
        house, pattern = self._hospital, self._settings.mail_staff
        last = {each.case_id: each for each in notices if pattern and each.topic in OF_TASKS}
        still = last.keys() & house.recalls.open(connection).case_ids if last else ()
        owners = owners_of(connection, house.ledger_id, still) if still else {}
        return [
            Letter(last[case_id].id, "mail", pattern.format(number=each.owner))
            for case_id, found in owners.items()
            for each in found
            if _NUMBER.fullmatch(each.owner)  # anything may have been typed as an owner
        ]

    def _deliver(self) -> tuple[int, list[str]]:
        """Try each letter that is due once; how many arrived, and why the others did not."""
        house, done, problems = self._hospital, list[RecallDelivery](), list[str]()
        with house.database.read() as connection:
            letters = self._outbox.due(connection, house.clock())
            wanted = {letter.notice for letter in letters}
            told = self._told(connection, notices_of(connection, house.ledger_id, wanted))
        for letter in letters:
            ended, problem = self._try(letter, told.get(letter.notice))
            problems += [problem] if problem else []
            if ended is not None:
                done.append(ended)
        if done:
            house.recorder.record(done)
        return len(letters) - len(problems), problems

    def _try(self, letter: Letter, told: Told | None) -> tuple[RecallDelivery | None, str]:
        """Send one letter; what became of it, once that is certain, and what went wrong."""
        house = self._hospital
        failure = self._send(letter, told)
        with house.database.write() as connection:
            if failure is None:
                self._outbox.arrived(connection, letter)
                ended = True
            else:
                now, why = house.clock(), failure.why
                ended = self._outbox.failed(connection, letter, now, why, final=failure.final)
                log.warning("notice", channel=letter.channel, problem=why, given_up=ended)
        problem = "" if failure is None else f"{_target(letter)}: {failure.why}"
        if not ended or told is None:
            return None, problem
        delivery = RecallDelivery(
            id=uuid7(),
            case_id=told.case.case_id,
            time=house.clock(),
            notice=letter.notice,
            channel=letter.channel,
            target=_target(letter),
            delivered=failure is None,
            attempts=letter.attempts + 1,
            detail="" if failure is None else failure.why,
        )
        return delivery, problem

    def _send(self, letter: Letter, told: Told | None) -> NotDelivered | None:
        """Send one letter; why it did not arrive, if it did not."""
        if told is None:
            return NotDelivered("unknown", final=True)
        try:
            if letter.channel == "mail":
                send_mail(self._settings, letter.address, told)
            else:
                call_webhook(self._settings, letter.address, told, self._hospital.clock())
        except NotDelivered as problem:
            return problem
        except (MedtraceError, OSError) as problem:
            return NotDelivered(str(problem))
        return None

    def _told(self, connection: Connection, notices: Iterable[RecallNotice]) -> dict[UUID, Told]:
        """Notices as their receivers get them."""
        house, told = self._hospital, dict[UUID, Told]()
        for notice in notices:
            case = find_case(connection, house.ledger_id, notice.case_id)
            if case is not None:
                numbers = dict.fromkeys(part.product_id for part in case.scope)
                known = products(connection, house.ledger_id, numbers)
                names = tuple(known[number].name for number in numbers)
                told[notice.id] = Told(notice, case, names, house.settings.hospital)
        return told


def _target(letter: Letter) -> str:
    """Whom a letter went to, without what may be secret of an address."""
    if letter.channel == "mail":
        return letter.address
    url = urlsplit(letter.address)
    return f"{url.scheme}://{url.netloc.rpartition('@')[2]}"
