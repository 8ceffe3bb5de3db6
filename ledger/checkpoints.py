"""Making and keeping checkpoints: every few seconds, every few entries, or on demand.

A log must never sign two checkpoints that contradict each other (tlog-checkpoint, "Signatures").
So before signing, the root of the last checkpoint is worked out again from the tiles: where it
differs, the history was rewritten under us, and we refuse to sign the new one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, RowMapping, select

from bulk import Insert, fetch
from ledger import models
from ledger.checkpoint import Checkpoint, SignedCheckpoint, parse_checkpoint, peek_checkpoint
from ledger.entry import timestamp
from ledger.errors import VerificationError
from ledger.log import Clock, Head, Ledger
from ledger.note import Signature, Signer, sign_note, split_note
from ledger.suite import suite_named
from ledger.tiles import StoredTiles
from ledger.tree import Tree

_NEWEST: Final = "SELECT note, made FROM checkpoint WHERE ledger_id=? ORDER BY size DESC LIMIT ?"
_NEW: Final = Insert(models.checkpoint, key=("ledger_id", "size"))
_CHANGED: Final = Insert(models.checkpoint, key=("ledger_id", "size"), replace=("note",))


@dataclass(frozen=True, slots=True)
class KeptCheckpoint:
    """A checkpoint as it is kept, no signature verified.

    Args:
        checkpoint: what it says.
        note: the signed note that carries it.
        made: when it was signed, by our clock.
    """

    checkpoint: Checkpoint
    note: bytes
    made: datetime


class Checkpoints:
    """The checkpoints of one ledger.

    Args:
        ledger: whose.
        clock: tells the time that they are made at.
    """

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self.ledger = ledger
        self._clock = clock

    def make(self, *signers: Signer) -> SignedCheckpoint:
        """Sign where the ledger stands now and keep it; where that is signed already, return it.

        Args:
            signers: the log's key; after a rotation the retired one too.

        Raises:
            VerificationError: `ledger-rewritten`, when the last checkpoint no longer holds.
        """
        with self.ledger.database.read() as connection:
            last = self._last(connection)
            head = self.ledger.head_in(connection)
            if last and last.checkpoint.size >= head.size:
                self._check_size(last.checkpoint, head)
                return last
            checkpoint = self._checkpoint(connection, head, last)
        signed = SignedCheckpoint(checkpoint, sign_note(checkpoint.body, *signers))
        self._write(_NEW, signed)
        return self.at(checkpoint.size) or signed

    def due(self, *, seconds: float, entries: int) -> bool:
        """Whether a checkpoint should be made: so long ago, or so many entries since."""
        with self.ledger.database.read() as connection:
            last, head = self._last_row(connection), self.ledger.head_in(connection)
        if last is None:
            return True
        grown = head.size - int(last["size"])
        made = datetime.fromisoformat(last["made"])
        old = self._clock() - made >= timedelta(seconds=seconds)
        return grown >= entries or (grown > 0 and old)

    def latest(self) -> SignedCheckpoint | None:
        """The last checkpoint that was signed, or None where there is none yet."""
        with self.ledger.database.read() as connection:
            return self._last(connection)

    def latest_in(self, connection: Connection) -> SignedCheckpoint | None:
        """The same, as a connection sees it."""
        return self._last(connection)

    def newest(self, connection: Connection, limit: int) -> list[KeptCheckpoint]:
        """The last checkpoints, the newest first, at most `limit`."""
        rows = fetch(connection, _NEWEST, [self.ledger.ledger_id, limit])
        return [
            KeptCheckpoint(peek_checkpoint(bytes(note)), bytes(note), datetime.fromisoformat(made))
            for note, made in rows
        ]

    def made(self) -> datetime | None:
        """When the last checkpoint was signed, or None where there is none yet."""
        with self.ledger.database.read() as connection:
            row = self._last_row(connection)
        return None if row is None else datetime.fromisoformat(row["made"])

    def at(self, size: int) -> SignedCheckpoint | None:
        """The checkpoint over the first `size` entries, or None."""
        columns = models.checkpoint.c
        query = select(columns.note).where(
            columns.ledger_id == self.ledger.ledger_id, columns.size == size
        )
        with self.ledger.database.read() as connection:
            note = connection.execute(query).scalar()
        return None if note is None else _signed(bytes(note))

    def covering(self, seq: int) -> SignedCheckpoint | None:
        """The first checkpoint that covers an entry, or None."""
        columns = models.checkpoint.c
        query = select(columns.note).where(
            columns.ledger_id == self.ledger.ledger_id, columns.size > seq
        )
        with self.ledger.database.read() as connection:
            note = connection.execute(query.order_by(columns.size).limit(1)).scalar()
        return None if note is None else _signed(bytes(note))

    def add_signatures(self, size: int, lines: list[Signature]) -> SignedCheckpoint:
        """Put cosignatures, verified by the caller, on the checkpoint over `size` entries.

        Raises:
            VerificationError: `checkpoint-missing`.
        """
        stored = self.at(size)
        if stored is None:
            raise VerificationError("checkpoint-missing", str(size))
        body, present = split_note(stored.note)
        known = {(line.name, line.key_id) for line in present}
        added = [line for line in lines if (line.name, line.key_id) not in known]
        note = stored.note + "".join(str(line) for line in added).encode()
        signed = SignedCheckpoint(parse_checkpoint(body), note)
        if added:
            self._write(_CHANGED, signed)
        return signed

    def _checkpoint(
        self, connection: Connection, head: Head, last: SignedCheckpoint | None
    ) -> Checkpoint:
        suite = suite_named(head.suite)
        source = StoredTiles(connection, self.ledger.ledger_id)
        if last is not None:
            before = last.checkpoint
            root = Tree(source, suite, before.size).root()
            if root != before.root:
                detail = f"size {before.size}: signed {before.root.hex()}, now {root.hex()}"
                raise VerificationError("ledger-rewritten", detail)
        return Checkpoint(head.origin, head.size, Tree(source, suite, head.size).root(), suite)

    def _check_size(self, last: Checkpoint, head: Head) -> None:
        if last.size > head.size:
            detail = f"signed at {last.size} entries, now there are {head.size}"
            raise VerificationError("ledger-rewritten", detail)

    def _write(self, insert: Insert, signed: SignedCheckpoint) -> None:
        made, checkpoint = timestamp(self._clock()), signed.checkpoint
        row = (self.ledger.ledger_id, checkpoint.size, checkpoint.root, signed.note, made)
        with self.ledger.database.write() as connection:
            insert.run(connection, [row])

    def _last(self, connection: Connection) -> SignedCheckpoint | None:
        row = self._last_row(connection)
        return None if row is None else _signed(bytes(row["note"]))

    def _last_row(self, connection: Connection) -> RowMapping | None:
        columns = models.checkpoint.c
        query = select(columns.size, columns.note, columns.made)
        query = query.where(columns.ledger_id == self.ledger.ledger_id)
        return connection.execute(query.order_by(columns.size.desc()).limit(1)).mappings().first()


def _signed(note: bytes) -> SignedCheckpoint:
    return SignedCheckpoint(peek_checkpoint(note), note)
