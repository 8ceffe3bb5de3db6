"""Proofs of logging (C2SP tlog-proof): one self-contained file, checked offline.

It says: the entry stands at this index of the log whose checkpoint is below, and here are the
hashes from the entry up to that checkpoint's root. With the log's key, and the witnesses' where a
policy asks for them, anyone can check it without us.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from sqlalchemy import Connection

from errors import NotFound
from ledger.checkpoint import (
    Checkpoint,
    SignedCheckpoint,
    open_checkpoint,
    parse_hash,
    parse_number,
)
from ledger.checkpoints import Checkpoints
from ledger.errors import VerificationError
from ledger.log import read_bodies_at
from ledger.merkle import verify_inclusion
from ledger.note import MAX_NOTE, VerifierKey
from ledger.policy import Policy
from ledger.tiles import StoredTiles
from ledger.tree import Tree

_PART: Final = 256
"""Entries that are proved together: tiles are read once, what they share is hashed once."""

HEADER: Final = "c2sp.org/tlog-proof@v1"
"""The first line of every proof."""

_MAX_HASHES: Final = 63


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof of logging, taken apart.

    Args:
        index: the entry's place in the log.
        hashes: the audit path, from the entry's sibling up.
        checkpoint: the signed note that carries the root.
        extra: opaque to the format and not authenticated by it; None: left out.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def encode(self) -> bytes:
        """The file's content."""
        extra = () if self.extra is None else (f"extra {_base64(self.extra)}",)
        hashes = (_base64(step) for step in self.hashes)
        lines = (HEADER, *extra, f"index {self.index}", *hashes, "")
        return "".join(f"{line}\n" for line in lines).encode() + self.checkpoint


def prove(checkpoints: Checkpoints, seq: int, *, within: SignedCheckpoint | None = None) -> Proof:
    """Prove that entry `seq` stands in the ledger.

    Args:
        checkpoints: the ledger's.
        seq: the entry's place.
        within: the checkpoint to prove it to; None: the latest.

    Raises:
        errors.NotFound: `not-checkpointed`, when no checkpoint covers the entry yet.
    """
    ((_, proof),) = prove_all(checkpoints, [seq], within=within)
    return proof


def prove_all(
    checkpoints: Checkpoints, seqs: Iterable[int], *, within: SignedCheckpoint | None = None
) -> Iterator[tuple[bytes, Proof]]:
    """Prove many entries to one checkpoint, one after the other.

    Args:
        checkpoints: the ledger's.
        seqs: the entries' places.
        within: the checkpoint to prove them to; None: the latest.

    Yields:
        Each entry's bytes and its proof, in the order asked for.

    Raises:
        errors.NotFound: `not-checkpointed`, when the checkpoint doesn't cover an entry.
    """
    ledger = checkpoints.ledger
    with ledger.database.read() as connection:
        signed = within or checkpoints.latest_in(connection)
        waiting = iter(seqs)
        while part := list(islice(waiting, _PART)):
            missing = [
                seq for seq in part if signed is None or not 0 <= seq < signed.checkpoint.size
            ]
            if signed is None or missing:
                raise NotFound("not-checkpointed", seq=missing[0])
            yield from _proved(connection, ledger.ledger_id, signed, part)


def _proved(
    connection: Connection, ledger_id: int, signed: SignedCheckpoint, seqs: Sequence[int]
) -> Iterator[tuple[bytes, Proof]]:
    told = signed.checkpoint
    tree = Tree(StoredTiles(connection, ledger_id), told.suite, told.size)
    bodies = read_bodies_at(connection, ledger_id, seqs)
    for seq, hashes in zip(seqs, tree.inclusion_proofs(seqs), strict=True):
        # A proof that doesn't hold must never leave the house: better no answer than a wrong.
        leaf = told.suite.leaf(bodies[seq])
        verify_inclusion(leaf, seq, told.size, hashes, told.root, suite=told.suite)
        yield bodies[seq], Proof(seq, tuple(hashes), signed.note)


def parse_proof(content: bytes | str) -> Proof:
    """Take a proof apart; nothing is verified.

    Raises:
        VerificationError: `proof-malformed`.
    """
    head, note = _split(content)
    lines = head.split("\n")
    if lines.pop(0) != HEADER or not lines:
        raise _malformed(f"the first line is not {HEADER}")
    extra = None
    if lines[0].startswith("extra "):
        extra = _unbase64(lines.pop(0).removeprefix("extra "))
    if not lines or not lines[0].startswith("index "):
        raise _malformed("no index")
    index = parse_number(lines.pop(0).removeprefix("index "))
    if len(lines) > _MAX_HASHES:
        raise _malformed(f"more than {_MAX_HASHES} hashes")
    return Proof(index, tuple(parse_hash(line) for line in lines), note, extra)


def check_proof(
    content: bytes | str,
    entry: bytes,
    vkeys: Iterable[VerifierKey | str],
    policy: Policy | None = None,
) -> Checkpoint:
    """Check that a proof proves `entry` to be logged.

    Args:
        content: the proof's file.
        entry: the entry's bytes, exactly as stored.
        vkeys: the log's key or keys.
        policy: further asks for witnesses' cosignatures (C2SP tlog-policy).

    Returns:
        The checkpoint that the entry is proved to be covered by.

    Raises:
        VerificationError: it proves no such thing.
    """
    proof = parse_proof(content)
    if type(entry) is not bytes:
        raise _malformed("the entry is not bytes")
    witnesses = policy.witness_keys if policy else ()
    checkpoint, note = open_checkpoint(proof.checkpoint, [*vkeys, *witnesses])
    if policy:
        policy.check(note)
    leaf = checkpoint.suite.leaf(entry)
    verify_inclusion(
        leaf,
        proof.index,
        checkpoint.size,
        proof.hashes,
        checkpoint.root,
        suite=checkpoint.suite,
    )
    return checkpoint


def _split(content: object) -> tuple[str, bytes]:
    if type(content) is not bytes and type(content) is not str:
        raise _malformed("neither text nor bytes")
    try:
        text = content.decode() if isinstance(content, bytes) else content.encode().decode()
    except UnicodeError:
        raise _malformed("not UTF-8") from None
    head, separator, note = text.partition("\n\n")
    if not separator or len(text) > MAX_NOTE:
        raise _malformed("no empty line before the checkpoint")
    return head, note.encode()


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _unbase64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _malformed("the extra data is not base64") from None


def _malformed(detail: str) -> VerificationError:
    return VerificationError("proof-malformed", detail, field="proof")
