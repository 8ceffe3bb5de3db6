"""Checkpoints (C2SP tlog-checkpoint): a log's name, size and root, as a signed note.

A ledger in the SM3 suite says so in an extension line, `suite sm3`, so that a tool which knows
only SHA-256 sees why the root is none it can compute. The default suite needs no extension line.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ledger.errors import VerificationError
from ledger.merkle import MAX_SIZE
from ledger.note import Note, VerifierKey, open_note, split_note
from ledger.suite import HASH_SIZE, SHA256, SUITES, Suite

_SUITE_LINE: Final = "suite "
_MIN_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself at one moment.

    Args:
        origin: the log's name.
        size: how many entries it has.
        root: the Merkle tree hash over them, 32 bytes.
        suite: the hash that its tree is made of.
        extensions: further lines, opaque to us.
    """

    origin: str
    size: int
    root: bytes
    suite: Suite = SHA256
    extensions: tuple[str, ...] = ()

    @property
    def body(self) -> bytes:
        """The text that is signed."""
        named = () if self.suite is SHA256 else (f"{_SUITE_LINE}{self.suite.name}",)
        root = base64.b64encode(self.root).decode("ascii")
        lines = (self.origin, str(self.size), root, *named, *self.extensions)
        return "".join(f"{line}\n" for line in lines).encode()


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint with the note that carries it."""

    checkpoint: Checkpoint
    note: bytes


def parse_checkpoint(body: bytes) -> Checkpoint:
    """Read the text of a checkpoint.

    Raises:
        VerificationError: `checkpoint-malformed`.
    """
    try:
        *lines, end = body.decode().split("\n")
    except UnicodeError:
        raise _malformed("not UTF-8") from None
    if end or len(lines) < _MIN_LINES or not all(lines):
        raise _malformed("not three lines or more, each with content")
    origin, size, encoded, *extensions = lines
    root = _hash(encoded)
    if root is None:
        raise _malformed(f"the root is not {HASH_SIZE} bytes in base64")
    suite, extensions = _suite(extensions)
    return Checkpoint(origin, parse_number(size), root, suite, tuple(extensions))


def open_checkpoint(
    note: bytes | str, vkeys: Iterable[VerifierKey | str]
) -> tuple[Checkpoint, Note]:
    """Read a checkpoint that one of `vkeys` signed under the checkpoint's own origin.

    Other keys given may be witnesses': see `Note.verified`.

    Raises:
        VerificationError: it is no such note, or no key named like its origin signed it.
    """
    opened = open_note(note, vkeys)
    checkpoint = parse_checkpoint(opened.body)
    logs = [
        key
        for key, _ in opened.verified
        if key.name == checkpoint.origin and not key.algorithm.timestamped
    ]
    if not logs:
        raise VerificationError("note-unsigned", checkpoint.origin)
    return checkpoint, opened


def peek_checkpoint(note: bytes | str) -> Checkpoint:
    """What a checkpoint claims, no signature verified.

    Raises:
        VerificationError: it is no checkpoint.
    """
    body, _ = split_note(note)
    return parse_checkpoint(body)


def parse_number(text: str) -> int:
    """A size or an index: ASCII decimal without leading zeroes.

    Raises:
        VerificationError: `checkpoint-malformed`.
    """
    digits = text.isascii() and text.isdigit() and len(text) <= len(str(MAX_SIZE))
    if not digits or (len(text) > 1 and text[0] == "0") or int(text) > MAX_SIZE:
        raise _malformed(f"not a number: {text[:40]!r}")
    return int(text)


def parse_hash(text: str) -> bytes:
    """A hash in base64, as checkpoints and proofs write it.

    Raises:
        VerificationError: `checkpoint-malformed`.
    """
    raw = _hash(text)
    if raw is None:
        raise _malformed(f"not {HASH_SIZE} bytes in base64: {text[:60]!r}")
    return raw


def _hash(text: str) -> bytes | None:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    canonical = base64.b64encode(raw).decode("ascii") == text
    return raw if canonical and len(raw) == HASH_SIZE else None


def _suite(extensions: list[str]) -> tuple[Suite, list[str]]:
    if not extensions or not extensions[0].startswith(_SUITE_LINE):
        return SHA256, extensions
    suite = SUITES.get(extensions[0].removeprefix(_SUITE_LINE))
    if suite is None or suite is SHA256:
        raise _malformed(f"unknown suite: {extensions[0][:60]!r}")
    return suite, extensions[1:]


def _malformed(detail: str) -> VerificationError:
    return VerificationError("checkpoint-malformed", detail, field="checkpoint")
