"""The kinds of signature that stand on our notes, each with its C2SP type identifier.

| identifier | kind | who signs so |
|---|---|---|
| 0x01 | Ed25519 (signed-note) | the log, suite `sha256` |
| 0x04 | timestamped Ed25519 (tlog-cosignature, `cosignature/v1`) | witnesses |
| 0xff `medtrace/sm2-sm3` U+000A | SM2 with SM3 | the log, suite `sm3` |
| 0xff `medtrace/sm2-sm3-cosignature` U+000A | the same, timestamped | witnesses |

0xff is what signed-note keeps for kinds without an assigned byte, followed by a longer identifier.
A timestamped signature is the time as 8 bytes, then the signature over the two header lines of
`cosignature/v1` and the note's text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger import sm2

_TIME_SIZE: Final = 8
_MAX_TIME: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Algorithm:
    """One kind of signature.

    Args:
        name: for people.
        identifier: the bytes before the public key in a vkey and in the key ID.
        public_size: bytes in the public key.
        timestamped: whether it is a cosignature, with the time inside.
        make_secret: makes a private key.
        public_of: the public key of a private one.
        sign_message: the plain signature over a message.
        verify_message: whether a plain signature over a message holds; never raises.
    """

    name: str
    identifier: bytes
    public_size: int
    timestamped: bool
    make_secret: Callable[[], bytes]
    public_of: Callable[[bytes], bytes]
    sign_message: Callable[[bytes, bytes], bytes]
    verify_message: Callable[[bytes, bytes, bytes], bool]

    def sign(self, secret: bytes, body: bytes, now: int) -> bytes:
        """The signature over a note's text, as it stands behind the key ID.

        Args:
            secret: the private key.
            body: the note's text, its final newline included.
            now: POSIX time, used where the kind is timestamped.
        """
        if not self.timestamped:
            return self.sign_message(secret, body)
        message = _cosigned(body, now)
        return now.to_bytes(_TIME_SIZE, "big") + self.sign_message(secret, message)

    def verify(self, public: bytes, body: bytes, signature: bytes) -> bool:
        """Whether `signature` is `public`'s over a note's text; never raises."""
        if not self.timestamped:
            return self.verify_message(public, body, signature)
        time = self.time_of(signature)
        if time is None or time > _MAX_TIME:
            return False
        return self.verify_message(public, _cosigned(body, time), signature[_TIME_SIZE:])

    def time_of(self, signature: bytes) -> int | None:
        """The POSIX time inside a cosignature; of other kinds, None."""
        if not self.timestamped or len(signature) < _TIME_SIZE:
            return None
        return int.from_bytes(signature[:_TIME_SIZE], "big")


def _cosigned(body: bytes, time: int) -> bytes:
    return b"cosignature/v1\ntime %d\n%b" % (time, body)


def _ed25519_secret() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes_raw()


def _ed25519_public(secret: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def _ed25519_sign(secret: bytes, message: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(secret).sign(message)


def _ed25519_verify(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _ed25519(name: str, identifier: bytes, *, timestamped: bool) -> Algorithm:
    return Algorithm(
        name=name,
        identifier=identifier,
        public_size=32,
        timestamped=timestamped,
        make_secret=_ed25519_secret,
        public_of=_ed25519_public,
        sign_message=_ed25519_sign,
        verify_message=_ed25519_verify,
    )


def _sm2(name: str, identifier: bytes, *, timestamped: bool) -> Algorithm:
    return Algorithm(
        name=name,
        identifier=identifier,
        public_size=sm2.PUBLIC_SIZE,
        timestamped=timestamped,
        make_secret=sm2.make_secret,
        public_of=sm2.public_of,
        sign_message=sm2.sign,
        verify_message=sm2.verify,
    )


ED25519: Final = _ed25519("Ed25519", b"\x01", timestamped=False)
"""A log's signature in the default suite."""
ED25519_COSIGNATURE: Final = _ed25519("Ed25519 cosignature/v1", b"\x04", timestamped=True)
"""A witness's signature."""
SM2_SM3: Final = _sm2("SM2 with SM3", b"\xffmedtrace/sm2-sm3\n", timestamped=False)
"""A log's signature in the Chinese suite."""
SM2_COSIGNATURE: Final = _sm2(
    "SM2 cosignature", b"\xffmedtrace/sm2-sm3-cosignature\n", timestamped=True
)
"""A witness's signature in the Chinese suite."""

ALGORITHMS: Final = (ED25519, ED25519_COSIGNATURE, SM2_SM3, SM2_COSIGNATURE)
"""Every kind that notes are checked for."""
