"""The ledger: one writer at a time appends entries, everyone reads.

Order comes from the lock on the head row, never from a clock or a sequence: writers that read the
same head would fork the chain (docs/architecture.md, "Why the ledger does not fork").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bulk import Cursor, Insert, Lookup, Reader, execute, fetch, is_postgres, pipeline
from database import Database
from errors import Conflict, Invalid, NotFound
from ledger import models, tiles
from ledger.entry import MAX_ENTRY, Draft, Entry, Envelope, Receipt, parse
from ledger.errors import VerificationError
from ledger.suite import SUITES, Suite

Clock = Callable[[], datetime]
"""Tells the time, aware of its zone."""

_ENTRIES = Insert(models.entry)
_HEAD = "SELECT size, hash, suite, origin FROM head WHERE ledger_id=?"
_MOVE = "UPDATE head SET size=?, hash=? WHERE ledger_id=? AND size=?"
_AT = Lookup(models.entry, ("seq", "body", "leaf"), by="seq")


@dataclass(frozen=True, slots=True)
class Head:
    """Where a ledger stands.

    Args:
        size: how many entries it has.
        hash: the leaf hash of the last one; of an empty ledger, the hash of nothing.
        suite: the name of its algorithms.
        origin: its name in checkpoints.
    """

    size: int
    hash: bytes
    suite: str
    origin: str


class Transaction:
    """An open transaction that holds the ledger's lock.

    Attributes:
        connection: for whatever must be written together with the entries, or not at all.
        head: where the ledger stands, entries appended in this transaction included.
        moment: the time that entries of this transaction are recorded under.
    """

    def __init__(
        self, connection: Connection, ledger_id: int, head: Head, suite: Suite, moment: datetime
    ) -> None:
        self.connection = connection
        self.head = head
        self.moment = moment
        self._ledger_id = ledger_id
        self._suite = suite
        self._moves: list[Cursor] = []

    def append(self, drafts: Sequence[Draft]) -> list[Receipt]:
        """Append entries; they are durable when the transaction's block has ended.

        Raises:
            Invalid: `too-large`, when one takes more than 65,535 bytes in the published log.
        """
        if not drafts:
            return []
        leaf, previous, own = self._suite.leaf, self.head.hash, self._ledger_id
        envelope = Envelope(self.moment)
        rows, receipts = [], []
        for seq, draft in enumerate(drafts, self.head.size):
            body = envelope.around(draft, previous, seq)
            if len(body) > MAX_ENTRY:
                raise Invalid("too-large", field="event", limit=MAX_ENTRY)
            previous = leaf(body)
            rows.append((own, seq, body, previous))
            receipts.append(Receipt(seq, previous, self.moment))
        leaves = [receipt.hash for receipt in receipts]
        with pipeline(self.connection):  # one way to the server and back, not three
            _ENTRIES.run(self.connection, rows)
            tiles.extend(self.connection, self._ledger_id, self._suite, self.head.size, leaves)
            self._move(self.head.size + len(rows), previous)
        return receipts

    def check(self) -> None:
        """See that it was this transaction that moved the head, each time.

        Raises:
            Conflict: `ledger-moved`; the lock makes it impossible, and this would show it if not.
        """
        if any(move.rowcount != 1 for move in self._moves):
            raise Conflict("ledger-moved")

    def _move(self, size: int, digest: bytes) -> None:
        values = (size, digest, self._ledger_id, self.head.size)
        self._moves.append(execute(self.connection, _MOVE, values))
        self.head = Head(size, digest, self.head.suite, self.head.origin)


class Ledger:
    """One hospital's ledger in a database.

    Args:
        database: where it lies.
        ledger_id: which ledger of the database.
        clock: the time that entries are recorded under.
    """

    def __init__(self, database: Database, ledger_id: int, clock: Clock) -> None:
        self.database = database
        self.ledger_id = ledger_id
        self._clock = clock

    def found(self, origin: str, suite: Suite, event: bytes) -> Receipt:
        """Begin the ledger: its head row and its first entry, of kind `ledger`.

        Args:
            origin: its name in checkpoints (C2SP tlog-checkpoint).
            suite: the algorithms it keeps for ever.
            event: canonical JSON that names origin, suite and keys.

        Raises:
            Conflict: there is one already.
        """
        with self.database.write() as connection:
            if self._head(connection) is not None:
                raise Conflict("ledger-exists")
            head = Head(0, suite.empty, suite.name, origin)
            connection.execute(models.head.insert().values(ledger_id=self.ledger_id, **_row(head)))
            return self._append_first(connection, head, suite, Draft("ledger", event))

    def _append_first(
        self, connection: Connection, head: Head, suite: Suite, draft: Draft
    ) -> Receipt:
        transaction = Transaction(connection, self.ledger_id, head, suite, self._clock())
        (receipt,) = transaction.append([draft])
        transaction.check()
        return receipt

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Lock the ledger; commit when the block ends, roll everything back when it raises.

        Raises:
            NotFound: the ledger was never founded.
        """
        with self.database.write() as connection:
            head = self._head(connection, lock=True)
            if head is None:
                raise NotFound("no-ledger")
            transaction = Transaction(
                connection, self.ledger_id, head, SUITES[head.suite], self._clock()
            )
            yield transaction
            transaction.check()

    def head(self) -> Head:
        """Where the ledger stands now.

        Raises:
            NotFound: it was never founded.
        """
        with self.database.read() as connection:
            return self.head_in(connection)

    def head_in(self, connection: Reader) -> Head:
        """Where the ledger stands, as one connection sees it.

        Raises:
            NotFound: it was never founded.
        """
        head = self._head(connection)
        if head is None:
            raise NotFound("no-ledger")
        return head

    def entries(self, start: int, stop: int) -> list[Entry]:
        """The entries with start ≤ seq < stop that are stored, in order."""
        with self.database.read() as connection:
            return read_entries(connection, self.ledger_id, start, stop)

    def _head(self, connection: Reader, *, lock: bool = False) -> Head | None:
        locked = lock and is_postgres(connection)
        rows = fetch(connection, _HEAD + " FOR UPDATE" if locked else _HEAD, (self.ledger_id,))
        if not rows:
            return None
        size, digest, suite, origin = rows[0]
        return Head(size, bytes(digest), suite, origin)


def read_entries(connection: Connection, ledger_id: int, start: int, stop: int) -> list[Entry]:
    """The entries with start ≤ seq < stop that are stored, in order, on one connection."""
    columns = models.entry.c
    rows = connection.execute(
        select(columns.seq, columns.body, columns.leaf)
        .where(columns.ledger_id == ledger_id, columns.seq >= start, columns.seq < stop)
        .order_by(columns.seq)
    )
    return [parse(seq, bytes(body), bytes(leaf)) for seq, body, leaf in rows]


def read_entries_at(connection: Connection, ledger_id: int, seqs: Sequence[int]) -> list[Entry]:
    """The entries with these numbers, in the ledger's order; a number not there is left out."""
    rows = sorted(_AT.fetch(connection, ledger_id, seqs))
    return [parse(seq, bytes(body), bytes(leaf)) for seq, body, leaf in rows]


def read_bodies_at(connection: Connection, ledger_id: int, seqs: Sequence[int]) -> dict[int, bytes]:
    """The bytes of the entries with these numbers.

    Raises:
        VerificationError: `entry-missing`.
    """
    found = {seq: bytes(body) for seq, body, _ in _AT.fetch(connection, ledger_id, seqs)}
    missing = [seq for seq in seqs if seq not in found]
    if missing:
        raise VerificationError("entry-missing", f"entry {missing[0]}")
    return found


def read_bodies(connection: Connection, ledger_id: int, start: int, stop: int) -> list[bytes]:
    """The bytes of the entries with start ≤ seq < stop, in order.

    Raises:
        VerificationError: `entry-missing`.
    """
    columns = models.entry.c
    rows = connection.execute(
        select(columns.body)
        .where(columns.ledger_id == ledger_id, columns.seq >= start, columns.seq < stop)
        .order_by(columns.seq)
    )
    bodies = [bytes(body) for (body,) in rows]
    if len(bodies) != stop - start:
        raise VerificationError("entry-missing", f"{len(bodies)} of {start} to {stop - 1}")
    return bodies


def _row(head: Head) -> dict[str, object]:
    return {"size": head.size, "hash": head.hash, "suite": head.suite, "origin": head.origin}
