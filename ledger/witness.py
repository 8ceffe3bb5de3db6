"""Being a witness for other hospitals' logs (C2SP tlog-witness, the answering side).

A witness keeps one checkpoint for each log, the latest it cosigned, and cosigns a new one only
when a consistency proof leads there from it: a log that rolled back or forked gets no cosignature,
and what it signed is kept as evidence. The state is in the database, so a restart forgets nothing;
checking and moving it on is one transaction.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, select, update

from bulk import Insert
from database import Database
from ledger import models
from ledger.checkpoint import Checkpoint, open_checkpoint, parse_hash, parse_number, peek_checkpoint
from ledger.entry import timestamp
from ledger.errors import VerificationError
from ledger.log import Clock
from ledger.merkle import verify_consistency
from ledger.note import Note, Signature, Signer, VerifierKey

SIZE_TYPE: Final = "text/x.tlog.size"
"""The media type of a 409: the size that this witness knows."""
MAX_REQUEST: Final = 1_000_000
"""Bytes in a request, at most."""

_TEXT: Final = "text/plain; charset=utf-8"
_MAX_HASHES: Final = 63
_FIRST: Final = Insert(models.witnessed, key=("ledger_id", "origin"))
_EVIDENCE: Final = Insert(models.evidence, key=("ledger_id", "origin", "claimed"))


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back: an HTTP status, a media type and the content."""

    status: int
    content: bytes = b""
    content_type: str = _TEXT


@dataclass(frozen=True, slots=True)
class Request:
    """An add-checkpoint request: the size to prove from, the proof, the signed checkpoint."""

    old: int
    proof: tuple[bytes, ...]
    note: bytes

    def encode(self) -> bytes:
        """The request's body."""
        lines = [f"old {self.old}", *(_base64(step) for step in self.proof), ""]
        return "".join(f"{line}\n" for line in lines).encode() + self.note


@dataclass(frozen=True, slots=True)
class Evidence:
    """Two checkpoints, both signed by one log, and what is wrong between them.

    Args:
        origin: the log.
        known: the checkpoint that was cosigned before.
        claimed: the one that contradicts it.
        problem: `other-root` (same size, other root: proof enough by itself) or `no-proof` (the
            log showed no way from one to the other; it is cleared when it does).
        seen: when, as `ledger.timestamp` writes it.
    """

    origin: str
    known: bytes
    claimed: bytes
    problem: str
    seen: str


class Witness:
    """Cosigns the checkpoints of the logs that it knows. Safe to share between threads.

    Args:
        database: where its state lies.
        ledger_id: whose state it is: this hospital's.
        signer: signs cosignatures.
        logs: the keys of the logs it witnesses; a log's keys are named like its origin.
        clock: tells the time.
    """

    def __init__(
        self,
        database: Database,
        ledger_id: int,
        signer: Signer,
        logs: Iterable[VerifierKey],
        clock: Clock,
    ) -> None:
        self._database = database
        self._ledger_id = ledger_id
        self._signer = signer
        self._clock = clock
        self._logs: dict[str, list[VerifierKey]] = {}
        for key in logs:
            self._logs.setdefault(key.name, []).append(key)

    def add_checkpoint(self, body: bytes) -> Answer:
        """Answer `POST <submission prefix>/add-checkpoint`."""
        try:
            request = parse_request(body)
            origin = peek_checkpoint(request.note).origin
        except VerificationError as error:
            return Answer(400, f"{error}\n".encode())
        if origin not in self._logs:
            return Answer(404, b"unknown log\n")
        try:
            checkpoint, note = open_checkpoint(request.note, self._logs[origin])
        except VerificationError as error:
            return Answer(403, f"{error}\n".encode())
        if request.old > checkpoint.size:
            return Answer(400, b"the old size is beyond the checkpoint\n")
        with self._database.write() as connection:
            refusal = self._advance(connection, request, checkpoint, _signed_only(note))
        return refusal or self._cosigned(note.body)

    def known(self, origin: str) -> Checkpoint | None:
        """The latest checkpoint cosigned for a log, or None."""
        columns = models.witnessed.c
        query = select(columns.note).where(
            columns.ledger_id == self._ledger_id, columns.origin == origin
        )
        with self._database.read() as connection:
            note = connection.execute(query).scalar()
        return peek_checkpoint(bytes(note)) if note else None

    def _cosigned(self, body: bytes) -> Answer:
        key = self._signer.key
        line = Signature(key.name, key.key_id, self._signer.sign(body))
        return Answer(200, str(line).encode())

    def _advance(
        self, connection: Connection, request: Request, checkpoint: Checkpoint, note: bytes
    ) -> Answer | None:
        """Move on to `checkpoint`, or say why not."""
        origin, empty = checkpoint.origin, checkpoint.suite.empty
        _FIRST.run(connection, [(self._ledger_id, origin, 0, empty, b"")])
        size, root, known = self._locked(connection, origin)
        if request.old != size:
            return Answer(409, b"%d\n" % size, SIZE_TYPE)
        if size == checkpoint.size and root != checkpoint.root:
            self._keep(connection, origin, known, note, "other-root")
            return Answer(409, b"%d\n" % size, SIZE_TYPE)
        try:
            _check(request, checkpoint, root)
        except VerificationError as error:
            self._keep(connection, origin, known, note, "no-proof")
            return Answer(422, f"{error}\n".encode())
        self._move(connection, checkpoint, note)
        return None

    def _locked(self, connection: Connection, origin: str) -> tuple[int, bytes, bytes]:
        columns = models.witnessed.c
        row = connection.execute(
            select(columns.size, columns.root, columns.note)
            .where(columns.ledger_id == self._ledger_id, columns.origin == origin)
            .with_for_update()
        ).one()
        return row.size, bytes(row.root), bytes(row.note)

    def _move(self, connection: Connection, checkpoint: Checkpoint, note: bytes) -> None:
        table, proofs = models.witnessed, models.evidence
        connection.execute(
            update(table)
            .where(table.c.ledger_id == self._ledger_id, table.c.origin == checkpoint.origin)
            .values(size=checkpoint.size, root=checkpoint.root, note=note)
        )
        connection.execute(  # it was shown a proof now, so an accusation falls
            delete(proofs).where(
                proofs.c.ledger_id == self._ledger_id,
                proofs.c.origin == checkpoint.origin,
                proofs.c.claimed == note,
                proofs.c.problem == "no-proof",
            )
        )

    def _keep(
        self, connection: Connection, origin: str, known: bytes, claimed: bytes, problem: str
    ) -> None:
        seen = timestamp(self._clock())
        row = (self._ledger_id, origin, claimed, known, problem, seen)
        _EVIDENCE.run(connection, [row])


def parse_request(body: bytes) -> Request:
    """Read an add-checkpoint request.

    Raises:
        VerificationError: `request-malformed`, or what is malformed inside it.
    """
    head, separator, note = body.partition(b"\n\n")
    if not separator or len(body) > MAX_REQUEST:
        raise _malformed("no empty line before the checkpoint")
    try:
        first, *lines = head.decode("ascii").split("\n")
    except UnicodeError:
        raise _malformed("not ASCII") from None
    if not first.startswith("old ") or len(lines) > _MAX_HASHES:
        raise _malformed("no old size, or too many hashes")
    old = parse_number(first.removeprefix("old "))
    return Request(old, tuple(parse_hash(line) for line in lines), note)


def read_evidence(database: Database, ledger_id: int) -> list[Evidence]:
    """What this witness holds against logs, oldest first."""
    columns = models.evidence.c
    query = select(columns.origin, columns.known, columns.claimed, columns.problem, columns.seen)
    query = query.where(columns.ledger_id == ledger_id).order_by(columns.seen)
    with database.read() as connection:
        rows = connection.execute(query).all()
    return [Evidence(o, bytes(k), bytes(c), problem, seen) for o, k, c, problem, seen in rows]


def _check(request: Request, checkpoint: Checkpoint, root: bytes) -> None:
    if request.old == 0:
        if request.proof:
            raise _malformed("a proof from size 0")
        return
    verify_consistency(
        request.old, checkpoint.size, request.proof, root, checkpoint.root, suite=checkpoint.suite
    )


def _signed_only(note: Note) -> bytes:
    """The note with the signatures that were verified: others could be added by anyone."""
    lines = "".join(str(line) for _, line in note.verified)
    return note.body + b"\n" + lines.encode()


def _malformed(detail: str) -> VerificationError:
    return VerificationError("request-malformed", detail, field="request")


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
