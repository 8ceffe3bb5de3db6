"""The walk along the chain: every entry re-hashed, every link compared.

Verification returns what it saw or raises `VerificationError` with the first entry that is wrong
and why; a caller can't overlook the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing

from sqlalchemy import Connection, select

from ledger import models
from ledger.entry import parse
from ledger.errors import VerificationError
from ledger.log import Head, Ledger
from ledger.suite import SUITES, Suite

_STEP = 2_000


def verify_chain(ledger: Ledger, progress: Callable[[int, int], None] | None = None) -> Head:
    """Walk the whole ledger and return the head that it proves.

    Args:
        ledger: the one to check.
        progress: told (entries checked, entries in all) now and then.

    Raises:
        VerificationError: names the first entry that is wrong, and why.
    """
    with ledger.database.read() as connection:
        head = ledger.head_in(connection)
        suite = SUITES[head.suite]
        checked, previous = 0, suite.empty
        with closing(_stored(connection, ledger.ledger_id)) as entries:
            for stored in entries:
                previous = _check(suite, checked, stored, previous)
                checked += 1
                if progress and checked % _STEP == 0:
                    progress(checked, head.size)
    if checked > head.size:
        raise VerificationError(
            "head-wrong", f"entry {head.size}: it lies beyond the head, which counts {head.size}"
        )
    if checked < head.size:
        raise VerificationError(
            "entry-missing", f"entry {checked}: the head counts {head.size} entries"
        )
    if previous != head.hash:
        raise VerificationError(
            "head-wrong", f"the head does not carry the hash of entry {checked - 1}"
        )
    return head


def _check(suite: Suite, expected: int, stored: tuple[int, bytes, bytes], previous: bytes) -> bytes:
    """Check one link and return its hash."""
    seq, body, leaf = stored
    if seq != expected:
        raise VerificationError(
            "entry-missing", f"entry {expected}: entry {seq} stands in its place"
        )
    if suite.leaf(body) != leaf:
        raise VerificationError(
            "entry-altered", f"entry {seq}: its content does not match its hash"
        )
    entry = parse(seq, body, leaf)
    if entry.prev != previous:
        raise VerificationError(
            "entry-unchained", f"entry {seq}: it does not follow entry {seq - 1}"
        )
    if not body.endswith(b',"seq":%d,"v":1}' % seq):
        raise VerificationError("entry-misplaced", f"entry {seq}: it names another place")
    return leaf


def _stored(connection: Connection, ledger_id: int) -> Generator[tuple[int, bytes, bytes]]:
    columns = models.entry.c
    query = select(columns.seq, columns.body, columns.leaf)
    query = query.where(columns.ledger_id == ledger_id).order_by(columns.seq)
    with connection.execution_options(yield_per=_STEP).execute(query) as rows:
        for seq, body, leaf in rows:
            yield seq, bytes(body), bytes(leaf)
