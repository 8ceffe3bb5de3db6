"""Random tokens, and the digests that are stored in their place.

A token is 256 random bits, so a plain SHA-256 of it can be stored: there is nothing to guess and a
slow hash would only slow the door (NIST SP 800-63B §5.1.2). The digest is bound to the token's
kind, so that a device's token is never taken for a session's. The prefixes let secret scanners find
tokens that leaked.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from uuid import UUID

Entropy = Callable[[int], bytes]
"""Makes that many random bytes, as `secrets.token_bytes` does."""

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TOKEN_BYTES = 32
_CODE_BYTES = 15
"""120 bits, which make exactly 24 letters of base32: readable aloud, typed by hand if need be."""


class TokenKind(StrEnum):
    """What a token opens."""

    SESSION = "mts"
    DEVICE = "mtd"
    ENROLMENT = "mte"
    OFFLINE = "mto"


def new_token(kind: TokenKind, entropy: Entropy) -> str:
    """A fresh token: the kind's prefix and 43 letters of base64url."""
    return f"{kind}_{base64.urlsafe_b64encode(entropy(_TOKEN_BYTES)).rstrip(b'=').decode()}"


def new_enrolment_code(entropy: Entropy) -> str:
    """A fresh one-time code: 24 letters and digits (RFC 4648 base32), for a QR code or by hand."""
    return base64.b32encode(entropy(_CODE_BYTES)).decode()


def enrolment_code_read(text: str) -> str:
    """A code as a person typed it, without the gaps and in capitals."""
    return "".join(text.split()).replace("-", "").upper()


def token_digest(kind: TokenKind, token: str) -> bytes:
    """The 32 bytes that are stored and looked up instead of the token."""
    # Anything may come in by a header, also what is no valid Unicode.
    return hashlib.sha256(f"{kind}\0{token}".encode("utf-8", "surrogatepass")).digest()


def uuid4(entropy: Entropy) -> UUID:
    """A random UUID (RFC 9562 §5.4) from the given randomness."""
    return UUID(bytes=entropy(16), version=4)


def uuid7(now: datetime, entropy: Entropy) -> UUID:
    """A UUID that sorts by time (RFC 9562 §5.7): 48 bits of milliseconds, 74 random bits."""
    milliseconds = int(now.timestamp() * 1000)
    value = milliseconds << 80 | int.from_bytes(entropy(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76  # version 7
    value = value & ~(0x3 << 62) | 0x2 << 62  # variant of RFC 9562
    return UUID(int=value)


def is_id(text: str) -> bool:
    """Whether the text has the form of a row's id; what hasn't need not be looked for."""
    return _ID.fullmatch(text) is not None
