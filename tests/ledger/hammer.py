"""A recorder that many threads hammer on, and a book of what it acknowledged.

Each attempt and each acknowledgement is one line in the book, written with one system call before
anything else happens, so that what a killed process had been told is known exactly:

    TRY <id>
    ACK <id> <seq> <hash>
    ERR <id> <what went wrong>

After an error the same id is tried again: that is what a handheld does.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy.exc import DBAPIError
from uuid6 import uuid7

from database import Database
from errors import MedtraceError
from ledger import Auditor, Ledger, encode
from trace import AlreadyRecorded, Recorded, Recorder


def now() -> datetime:
    """The time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Scan:
    """The smallest thing that can be put on record."""

    id: UUID
    ledger_kind: str = "trace"

    def encode(self) -> bytes:
        """Its canonical JSON."""
        return encode({"eventID": f"urn:uuid:{self.id}", "note": "x" * 300})


def hammer(
    url: str, book: Path, *, threads: int, each: int = 1_000_000, seconds: float = 3600
) -> None:
    """Record as fast as it goes, with `threads` callers, `each` so many times."""
    database = Database(url, pool_size=2)
    recorder = Recorder(Ledger(database, 1, now), [])
    out = os.open(book, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    deadline = time.monotonic() + seconds

    def work() -> None:
        for _ in range(each):
            if time.monotonic() > deadline:
                return
            scan = Scan(uuid7())
            os.write(out, b"TRY %b\n" % str(scan.id).encode())
            os.write(out, _record(recorder, scan, out, deadline))

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    database.close()


def _record(recorder: Recorder, scan: Scan, out: int, deadline: float) -> bytes:
    while time.monotonic() < deadline:
        try:
            (outcome,) = recorder.record([scan])
        except (DBAPIError, MedtraceError, OSError) as error:
            said = " ".join(str(error).split())[:200]
            os.write(out, f"ERR {scan.id} {type(error).__name__} {said}\n".encode())
            time.sleep(0.02)
            continue
        assert isinstance(outcome, Recorded | AlreadyRecorded)
        receipt = outcome.receipt
        return f"ACK {scan.id} {receipt.seq} {receipt.hash.hex()}\n".encode()
    return b""


@dataclass(frozen=True, slots=True)
class Book:
    """What the books of all processes say."""

    tried: frozenset[str]
    acknowledged: dict[str, tuple[int, str]]
    errors: tuple[str, ...]

    @classmethod
    def read(cls, paths: Iterable[Path]) -> Book:
        """Read them; a line that was cut off when its writer died counts for nothing."""
        tried, acknowledged, errors = set(), {}, []
        for path in paths:
            for line in path.read_text("utf-8", "replace").splitlines():
                match line.split(" ", 3):
                    case ["TRY", name]:
                        tried.add(name)
                    case ["ACK", name, seq, digest]:
                        acknowledged[name] = (int(seq), digest)
                    case ["ERR", *_]:
                        errors.append(line)
        return cls(frozenset(tried), acknowledged, tuple(errors))


def check(url: str, book: Book) -> int:
    """See that the ledger is whole and holds what was acknowledged; how many entries it has."""
    database = Database(url, pool_size=2)
    ledger = Ledger(database, 1, now)
    try:
        audit = Auditor(ledger, now).audit(full=True, processes=1)
        stored: dict[str, tuple[int, str]] = {}
        for entry in ledger.entries(0, audit.size):
            if entry.kind != "trace":
                continue
            name = entry.event["eventID"].removeprefix("urn:uuid:")
            assert name not in stored, f"{name} twice: at {stored.get(name)} and {entry.seq}"
            stored[name] = (entry.seq, entry.hash.hex())
        lost = {name for name, receipt in book.acknowledged.items() if stored.get(name) != receipt}
        assert not lost, f"{len(lost)} acknowledged and lost"
        assert stored.keys() <= book.tried
    finally:
        database.close()
    return audit.size


def send_again(url: str, book: Book, count: int = 50) -> None:
    """What was acknowledged is recognised; what was not goes in, or is recognised too."""
    database = Database(url, pool_size=2)
    recorder = Recorder(Ledger(database, 1, now), [])
    known = list(book.acknowledged)[-count:]
    unknown = [name for name in book.tried if name not in book.acknowledged][:count]
    for name in [*known, *unknown]:
        (outcome,) = recorder.record([Scan(UUID(name))])
        assert isinstance(outcome, Recorded | AlreadyRecorded)
        if name in book.acknowledged:
            assert isinstance(outcome, AlreadyRecorded)
            seq, digest = book.acknowledged[name]
            assert (outcome.receipt.seq, outcome.receipt.hash.hex()) == (seq, digest)
    database.close()


def main(run: Callable[..., None] = hammer) -> None:
    """`python -m tests.ledger.hammer URL BOOK THREADS SECONDS`."""
    url, book, threads, seconds = sys.argv[1:]
    run(url, Path(book), threads=int(threads), seconds=float(seconds))


if __name__ == "__main__":
    main()
