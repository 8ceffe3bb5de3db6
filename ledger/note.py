"""Signed notes (C2SP signed-note): text, an empty line, and a line for each signature.

The form that checkpoints and cosignatures are published in. Reading one is strict: what is not
exactly a note, or carries a wrong signature by a key we know, raises `VerificationError` and
nothing else; signatures by keys we don't know are ignored, as the specification demands.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from ledger.algorithm import ALGORITHMS, Algorithm
from ledger.errors import VerificationError

MAX_NOTE: Final = 1_000_000
"""Bytes in a note, at most."""
MAX_SIGNATURES: Final = 100
"""Signatures on a note, at most."""

_DASH: Final = "\N{EM DASH} "
_ID_SIZE: Final = 4
_FIRST_PRINTABLE: Final = 0x20


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with the name that its signatures stand under.

    Args:
        name: the key's name: for a log its origin.
        algorithm: what kind of signature it verifies.
        public: the public key's bytes.
    """

    name: str
    algorithm: Algorithm
    public: bytes

    @property
    def material(self) -> bytes:
        """The kind's identifier and the public key: what a vkey carries in base64."""
        return self.algorithm.identifier + self.public

    @property
    def key_id(self) -> bytes:
        """The four bytes that signatures carry: SHA-256(name ‖ U+000A ‖ material)[:4]."""
        return hashlib.sha256(self.name.encode() + b"\n" + self.material).digest()[:_ID_SIZE]

    def __str__(self) -> str:
        """The vkey: name, key ID and material, joined by `+` (signed-note, "Verifier keys")."""
        return f"{self.name}+{self.key_id.hex()}+{_base64(self.material)}"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line of a note, or one of its verified signatures."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        """The line as it stands in the note, its newline included."""
        return f"{_DASH}{self.name} {_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """An opened note.

    Args:
        body: the signed text as bytes, its final newline included.
        verified: the signatures that hold, each with its key, in the note's order.
        ignored: the signatures by keys that were not given.
    """

    body: bytes
    verified: tuple[tuple[VerifierKey, Signature], ...]
    ignored: tuple[Signature, ...]


class Signer(Protocol):
    """Whoever signs: our key file, or a hospital's signing server or token.

    `sign` gets a note's text and returns what stands behind the key ID in the signature line.
    """

    @property
    def key(self) -> VerifierKey:
        """The public half of what it signs with."""

    def sign(self, body: bytes) -> bytes:
        """The signature over a note's text; for cosignatures with the time in front."""


def parse_vkey(vkey: str) -> VerifierKey:
    """Read a verifier key, `name+hex key ID+base64(type ‖ public key)`.

    Raises:
        VerificationError: it is malformed, of a kind we don't know, or its key ID is not its own.
    """
    if type(vkey) is not str:
        raise _bad_key("not a text")
    name, plus, rest = vkey.partition("+")
    key_id, second_plus, encoded = rest.partition("+")
    if not plus or not second_plus or not _is_name(name):
        raise _bad_key("not of the form name+id+key")
    material = _unbase64(encoded)
    if material is None:
        raise _bad_key("the key is not base64")
    key = _key_of(name, material)
    if key_id.lower() != key.key_id.hex():
        raise _bad_key(f"key ID {key_id[:8]!r}, expected {key.key_id.hex()}")
    return key


def sign_note(body: bytes | str, *signers: Signer) -> bytes:
    """The note over `body` with a signature by each of `signers`.

    Raises:
        VerificationError: `body` is not the text of a note: it must be UTF-8, end with a newline
            and hold no other control characters.
    """
    text = _text(body)
    if not text.endswith("\n"):
        raise _malformed("the text does not end with a newline")
    raw = text.encode()
    lines = (Signature(signer.key.name, signer.key.key_id, signer.sign(raw)) for signer in signers)
    return (text + "\n" + "".join(str(line) for line in lines)).encode()


def open_note(note: bytes | str, vkeys: Iterable[VerifierKey | str]) -> Note:
    """Read a note and check its signatures by the keys given.

    Args:
        note: the whole note.
        vkeys: the keys that are trusted, as vkey texts or parsed ones.

    Raises:
        VerificationError: it is malformed (`note-malformed`), a signature by a key given does not
            hold (`note-wrong-signature`), or there is none by them (`note-unsigned`).
    """
    known = _known(vkeys)
    body, lines = split_note(note)
    verified: list[tuple[VerifierKey, Signature]] = []
    ignored: list[Signature] = []
    for line in lines:
        key = known.get((line.name, line.key_id))
        if key is None:
            ignored.append(line)
        elif not key.algorithm.verify(key.public, body, line.signature):
            raise VerificationError("note-wrong-signature", line.name)
        elif all(key != seen for seen, _ in verified):
            verified.append((key, line))
    if not verified:
        raise VerificationError("note-unsigned", ", ".join(key.name for key in known.values()))
    return Note(body, tuple(verified), tuple(ignored))


def split_note(note: bytes | str) -> tuple[bytes, list[Signature]]:
    """The signed text and the signature lines of a note, nothing verified.

    Raises:
        VerificationError: it is malformed (`note-malformed`).
    """
    text = _text(note)
    body, separator, tail = text.rpartition("\n\n")
    if not separator or not tail.endswith("\n"):
        raise _malformed("no empty line before the signatures")
    return (body + "\n").encode(), parse_signatures(tail)


def parse_signatures(lines: str) -> list[Signature]:
    """The signature lines in `lines`, each ended by a newline.

    Raises:
        VerificationError: one is malformed, or there are too many (`note-malformed`).
    """
    parts = lines.split("\n")
    if parts.pop() or not 1 <= len(parts) <= MAX_SIGNATURES:
        raise _malformed("not a list of signatures")
    return [_signature(line) for line in parts]


def _signature(line: str) -> Signature:
    dash, name, encoded = line[: len(_DASH)], *line[len(_DASH) :].partition(" ")[::2]
    raw = _unbase64(encoded)
    if dash != _DASH or not _is_name(name) or raw is None or len(raw) <= _ID_SIZE:
        raise _malformed(f"not a signature line: {line[:80]!r}")
    return Signature(name, raw[:_ID_SIZE], raw[_ID_SIZE:])


def _known(vkeys: Iterable[VerifierKey | str]) -> dict[tuple[str, bytes], VerifierKey]:
    if isinstance(vkeys, str | bytes | bytearray) or not isinstance(vkeys, Iterable):
        raise _bad_key("not a list of keys")
    known: dict[tuple[str, bytes], VerifierKey] = {}
    for given in vkeys:
        key = given if isinstance(given, VerifierKey) else parse_vkey(given)
        if known.setdefault((key.name, key.key_id), key) != key:
            raise _bad_key(f"two keys share the name and ID of {key.name}")
    return known


def _key_of(name: str, material: bytes) -> VerifierKey:
    for algorithm in ALGORITHMS:
        if material.startswith(algorithm.identifier):
            public = material[len(algorithm.identifier) :]
            if len(public) != algorithm.public_size:
                raise _bad_key(f"{len(public)} bytes of {algorithm.name} key")
            return VerifierKey(name, algorithm, public)
    raise _bad_key("of a kind that is not known here")


def _text(note: object) -> str:
    """The text of a note or a note's body, seen to hold nothing that notes may not hold."""
    if type(note) is not bytes and type(note) is not str:
        raise _malformed("neither text nor bytes")
    if len(note) > MAX_NOTE:
        raise _malformed(f"more than {MAX_NOTE} bytes")
    try:
        text = note.decode() if isinstance(note, bytes) else note.encode().decode()
    except UnicodeError:
        raise _malformed("not UTF-8") from None
    if any(ord(character) < _FIRST_PRINTABLE and character != "\n" for character in text):
        raise _malformed("a control character")
    return text


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(letter.isspace() for letter in name)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _unbase64(text: str) -> bytes | None:
    """The bytes behind base64 in its one canonical form (RFC 4648 §4); else None."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if _base64(raw) == text else None


def _malformed(detail: str) -> VerificationError:
    return VerificationError("note-malformed", detail, field="note")


def _bad_key(detail: str) -> VerificationError:
    return VerificationError("vkey-malformed", detail, field="vkey")
