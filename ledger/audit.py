"""The audit: everything that a ledger claims, worked out again and compared.

Entries, chain, tiles, tree, the head, every checkpoint and cosignature; over all cores, on the
database or on an export. An audit resumes from the last checkpoint that a good one covered, unless
it is told to be full, and leaves a record that anyone can see (`ledger.audit_log`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, func, select

from ledger import models
from ledger.audit_log import FULL, SINCE, TAIL, Audit, Audits
from ledger.checkpoint import Checkpoint, open_checkpoint
from ledger.errors import VerificationError
from ledger.export import ExportedTiles
from ledger.identity import read_keys_from
from ledger.log import Clock, Head, Ledger
from ledger.note import VerifierKey
from ledger.policy import Policy
from ledger.shelves import DatabaseShelf, ExportShelf
from ledger.suite import suite_named
from ledger.tiles import StoredTiles
from ledger.tree import TILE_WIDTH, Tree
from ledger.walk import Progress, Walked, walk

_TAIL: Final = 4 * TILE_WIDTH


@dataclass(frozen=True, slots=True)
class Auditor:
    """Audits one ledger in its database.

    Args:
        ledger: which.
        clock: tells the time for the record.
        witnesses: keys whose cosignatures are checked where they stand on a checkpoint.
    """

    ledger: Ledger
    clock: Clock
    witnesses: Sequence[VerifierKey] = ()

    def audit(
        self, *, full: bool = False, processes: int | None = None, progress: Progress | None = None
    ) -> Audit:
        """Check everything, or what came since the last good audit, and put it on record.

        Args:
            full: start from entry 0 whatever earlier audits said.
            processes: how many at most; None: one for each core.
            progress: told (entries checked, entries to check).

        Raises:
            VerificationError: names the first thing that is wrong; on record too.
        """
        audits = Audits(self.ledger.database, self.ledger.ledger_id, self.clock)
        since = 0 if full else audits.good_until()
        with audits.record(SINCE if since else FULL) as outcome:
            start = self._resume(since)
            walked = self._walk(start, processes, progress, mapped=True)
            self._check_checkpoints(start, walked)
            outcome.proved(walked.size, walked.root)
        return outcome.audit

    def check_tail(self) -> Audit:
        """Re-hash the last thousand entries, the head and the last checkpoint: at every start.

        A disk that lied about what it had written shows here.

        Raises:
            VerificationError: names the first thing that is wrong; on record too.
        """
        audits = Audits(self.ledger.database, self.ledger.ledger_id, self.clock)
        with audits.record(TAIL) as outcome:
            head = self.ledger.head()
            start = max(0, head.size - _TAIL)
            walked = self._walk(start, 1, None)
            self._check_checkpoints(None, walked)
            outcome.proved(walked.size, walked.root)
        return outcome.audit

    def _resume(self, since: int) -> int:
        """The size of the last checkpoint that a good audit covered, checked again; else 0."""
        if not since:
            return 0
        columns = models.checkpoint.c
        query = select(func.max(columns.size)).where(
            columns.ledger_id == self.ledger.ledger_id, columns.size <= since
        )
        with self.ledger.database.read() as connection:
            size: int = connection.execute(query).scalar() or 0
            if size:
                self._check_notes(connection, self.ledger.head_in(connection), size, size)
        return size

    def _walk(
        self, start: int, processes: int | None, progress: Progress | None, *, mapped: bool = False
    ) -> Walked:
        database = self.ledger.database
        url = database.engine.url.render_as_string(hide_password=False)
        shelf = DatabaseShelf(url, self.ledger.ledger_id, mapped)
        with database.read() as connection:
            head = self.ledger.head_in(connection)
            walked = walk(
                shelf,
                suite_named(head.suite),
                head.size,
                source=StoredTiles(connection, self.ledger.ledger_id),
                start=start,
                processes=processes,
                progress=progress,
            )
            self._check_head(connection, head, walked)
        return walked

    def _check_head(self, connection: Connection, head: Head, walked: Walked) -> None:
        if walked.last != head.hash:
            detail = f"it does not carry the hash of entry {head.size - 1}"
            raise VerificationError("head-wrong", detail)
        columns = models.entry.c
        query = select(func.max(columns.seq)).where(columns.ledger_id == self.ledger.ledger_id)
        last = connection.execute(query).scalar()
        if last != head.size - 1:
            raise VerificationError("head-wrong", f"size {head.size}, the last entry is {last}")

    def _check_checkpoints(self, start: int | None, walked: Walked) -> None:
        """Check the checkpoints from size `start` on; None: the last one only."""
        columns = models.checkpoint.c
        query = select(func.max(columns.size)).where(columns.ledger_id == self.ledger.ledger_id)
        with self.ledger.database.read() as connection:
            last: int = connection.execute(query).scalar() or 0
            head = self.ledger.head_in(connection)
            if last > head.size:
                detail = f"signed at {last} entries, now there are {head.size}"
                raise VerificationError("ledger-rewritten", detail)
            first = last if start is None else start
            self._check_notes(connection, head, first, min(last, walked.size))

    def _check_notes(self, connection: Connection, head: Head, first: int, last: int) -> None:
        """Check the checkpoints with first ≤ size ≤ last: signatures, origin, root."""
        keys = read_keys_from(connection, self.ledger.ledger_id)
        source = StoredTiles(connection, self.ledger.ledger_id)
        columns = models.checkpoint.c
        rows = connection.execute(
            select(columns.size, columns.note)
            .where(columns.ledger_id == self.ledger.ledger_id)
            .where(columns.size >= first, columns.size <= last)
            .order_by(columns.size)
        )
        for size, note in rows.all():
            (in_force,) = [key for seq, key in keys if seq < size][-1:] or [keys[0][1]]
            checkpoint, _ = open_checkpoint(bytes(note), [in_force, *self.witnesses])
            claimed = (checkpoint.origin, checkpoint.size, checkpoint.suite.name)
            if claimed != (head.origin, size, head.suite):
                raise VerificationError("checkpoint-malformed", f"not this log's at size {size}")
            _compare(checkpoint, Tree(source, checkpoint.suite, size).root())


def audit_export(
    directory: Path,
    vkeys: Sequence[VerifierKey | str],
    policy: Policy | None = None,
    *,
    processes: int | None = None,
    progress: Progress | None = None,
) -> Checkpoint:
    """Check a log that was exported to a directory, or copied from its web address.

    Args:
        directory: where it lies.
        vkeys: the log's keys.
        policy: further asks for witnesses' cosignatures.
        processes: how many at most; None: one for each core.
        progress: told (entries checked, entries to check).

    Returns:
        The checkpoint that all of it was checked against.

    Raises:
        VerificationError: names the first thing that is wrong.
    """
    try:
        content = (directory / "checkpoint").read_bytes()
    except OSError:
        raise VerificationError("checkpoint-missing", "checkpoint") from None
    checkpoint, note = open_checkpoint(content, [*vkeys, *(policy.witness_keys if policy else ())])
    if policy:
        policy.check(note)
    walked = walk(
        ExportShelf(directory),
        checkpoint.suite,
        checkpoint.size,
        source=ExportedTiles(directory),
        processes=processes,
        progress=progress,
    )
    _compare(checkpoint, walked.root)
    return checkpoint


def _compare(checkpoint: Checkpoint, root: bytes) -> None:
    if checkpoint.root != root:
        detail = f"size {checkpoint.size}: signed {checkpoint.root.hex()}, found {root.hex()}"
        raise VerificationError("ledger-rewritten", detail)
