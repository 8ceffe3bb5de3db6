"""Private keys: made at first start, in files only their owner can read, outside the database.

A key file is one line, `PRIVATE+KEY+name+key ID+base64(type ‖ secret)`: the form that Go's
`sumdb/note` made customary for the private half of a vkey. A hospital with a signing server or a
token writes its own `ledger.note.Signer` instead and needs no file.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from errors import Invalid, NotFound
from ledger.algorithm import (
    ALGORITHMS,
    ED25519,
    ED25519_COSIGNATURE,
    SM2_COSIGNATURE,
    SM2_SM3,
    Algorithm,
)
from ledger.note import VerifierKey
from ledger.suite import SM3, Suite

_HEADER: Final = "PRIVATE+KEY"
_PARTS: Final = 5
_READABLE_BY_OTHERS: Final = 0o077


@dataclass(frozen=True, slots=True)
class KeySigner:
    """Signs with a private key held in memory.

    Args:
        key: the public half.
        secret: the private half.
        clock: tells the time that cosignatures carry.
    """

    key: VerifierKey
    secret: bytes = field(repr=False)
    clock: Callable[[], datetime] = field(repr=False)

    def sign(self, body: bytes) -> bytes:
        """The signature over a note's text."""
        return self.key.algorithm.sign(self.secret, body, int(self.clock().timestamp()))

    @property
    def line(self) -> str:
        """The key file's content."""
        encoded = base64.b64encode(self.key.algorithm.identifier + self.secret).decode("ascii")
        return f"{_HEADER}+{self.key.name}+{self.key.key_id.hex()}+{encoded}\n"


def log_algorithm(suite: Suite) -> Algorithm:
    """How a log of that suite signs its checkpoints."""
    return SM2_SM3 if suite is SM3 else ED25519


def witness_algorithm(suite: Suite) -> Algorithm:
    """How a witness of that suite cosigns."""
    return SM2_COSIGNATURE if suite is SM3 else ED25519_COSIGNATURE


def make_signer(name: str, algorithm: Algorithm, clock: Callable[[], datetime]) -> KeySigner:
    """A signer with a new key."""
    secret = algorithm.make_secret()
    return KeySigner(VerifierKey(name, algorithm, algorithm.public_of(secret)), secret, clock)


def parse_signer(line: str, clock: Callable[[], datetime]) -> KeySigner:
    """The signer of a key file's content.

    Raises:
        errors.Invalid: `key-malformed`; the message never holds the key.
    """
    parts = line.strip().split("+", _PARTS - 1)
    if len(parts) != _PARTS or "+".join(parts[:2]) != _HEADER:
        raise Invalid("key-malformed")
    name, key_id, encoded = parts[2:]
    try:
        material = base64.b64decode(encoded, validate=True)
        algorithm = next(kind for kind in ALGORITHMS if material.startswith(kind.identifier))
        secret = material[len(algorithm.identifier) :]
        key = VerifierKey(name, algorithm, algorithm.public_of(secret))
    except (binascii.Error, ValueError, StopIteration):
        raise Invalid("key-malformed") from None
    if key.key_id.hex() != key_id:
        raise Invalid("key-malformed")
    return KeySigner(key, secret, clock)


def load_signer(path: Path, clock: Callable[[], datetime]) -> KeySigner:
    """The signer whose key lies in the file `path`.

    Raises:
        errors.NotFound: `key-missing`.
        errors.Invalid: `key-exposed`, when others can read the file; `key-malformed`.
    """
    try:
        with path.open(encoding="utf-8") as file:
            if os.fstat(file.fileno()).st_mode & _READABLE_BY_OTHERS:
                raise Invalid("key-exposed", path=path.name)
            return parse_signer(file.read(), clock)
    except FileNotFoundError:
        raise NotFound("key-missing", path=path.name) from None


def ensure_signer(
    path: Path, name: str, algorithm: Algorithm, clock: Callable[[], datetime]
) -> KeySigner:
    """The signer in the file `path`; where there is none, a new one is made and kept there.

    Two processes that start together agree on the first one's key.
    """
    if not path.exists():
        save_signer(path, make_signer(name, algorithm, clock))
    return load_signer(path, clock)


def save_signer(path: Path, signer: KeySigner) -> None:
    """Keep a signer in a new file `path`, complete or not at all, readable by its owner only.

    A file that is there already stays as it is.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(signer.line)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Make the names in a directory durable: without it a new file may be gone after a crash."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
