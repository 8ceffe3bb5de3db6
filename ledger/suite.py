"""Hash suites: the one place that knows which hash a ledger is built from.

A ledger chooses its suite when it is created and names it in its entry 0 and in its key; SHA-256
is what the C2SP specifications assume, SM3 (GB/T 32905-2016) is what Chinese hospitals are
assessed for (GB/T 39786-2021 §8.4). Both make 32 bytes, so nothing else changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, Protocol

from cryptography.hazmat.primitives import hashes

from errors import Invalid

HASH_SIZE: Final = 32
"""Bytes in a hash of either suite."""

_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"


class Hash(Protocol):
    """A hash of what it was given so far, as `hashlib` has it."""

    def update(self, data: bytes, /) -> None:
        """Take more in."""

    def copy(self) -> Hash:
        """One that has taken in the same and goes its own way."""

    def digest(self) -> bytes:
        """Its 32 bytes."""


@dataclass(frozen=True, slots=True)
class Suite:
    """The hash that a ledger's chain and tree are made of, with RFC 6962 §2.1's prefixes.

    Args:
        name: as written in entry 0 and on the command line: `sha256` or `sm3`.
        hasher: hashes bytes.
    """

    name: str
    hasher: Callable[[bytes], Hash] = field(repr=False)

    def digest(self, data: bytes) -> bytes:
        """H(data), 32 bytes."""
        return self.hasher(data).digest()

    def leaf(self, data: bytes) -> bytes:
        """The hash of a leaf: H(0x00 ‖ data)."""
        return self.hasher(_LEAF + data).digest()

    def node(self, left: bytes, right: bytes) -> bytes:
        """The hash of an inner node: H(0x01 ‖ left ‖ right)."""
        return self.hasher(_NODE + left + right).digest()

    def leaves(self, data: Iterable[bytes]) -> bytes:
        """The hashes of these leaves, end to end; where millions are hashed."""
        return self._behind(_LEAF, data)

    def nodes(self, pairs: Iterable[bytes]) -> bytes:
        """The hashes of the nodes above these pairs of hashes, end to end."""
        return self._behind(_NODE, pairs)

    def _behind(self, prefix: bytes, data: Iterable[bytes]) -> bytes:
        begun = self.hasher(prefix).copy
        found = []
        for each in data:  # a copy and an update are faster than a hash of the joined bytes
            one = begun()
            one.update(each)
            found.append(one.digest())
        return b"".join(found)

    @property
    def empty(self) -> bytes:
        """The root of the tree without leaves, H(""); also `prev` of a ledger's entry 0."""
        return self.digest(b"")


def _sm3(data: bytes) -> Hash:
    return hashlib.new("sm3", data)


class _SM3WithoutOpenSSL:
    """SM3 out of `cryptography`, for distributions that build their OpenSSL without it."""

    def __init__(self, data: bytes) -> None:
        self._state = hashes.Hash(hashes.SM3())
        self._state.update(data)

    def update(self, data: bytes) -> None:
        self._state.update(data)

    def copy(self) -> _SM3WithoutOpenSSL:
        other = _SM3WithoutOpenSSL(b"")
        other._state = self._state.copy()
        return other

    def digest(self) -> bytes:
        return self._state.copy().finalize()


SHA256: Final = Suite("sha256", hashlib.sha256)
"""SHA-256 (FIPS 180-4), signed with Ed25519: the default, and what C2SP's tools read."""

SM3: Final = Suite("sm3", _sm3 if "sm3" in hashlib.algorithms_available else _SM3WithoutOpenSSL)
"""SM3 (GB/T 32905-2016), signed with SM2 (GB/T 32918): the Chinese profile."""

SUITES: Final = {suite.name: suite for suite in (SHA256, SM3)}
"""Every suite by its name."""


def suite_named(name: str) -> Suite:
    """The suite called `name`.

    Raises:
        errors.Invalid: `ledger-suite-unknown`, when there is none of that name.
    """
    suite = SUITES.get(name)
    if suite is None:
        raise Invalid("ledger-suite-unknown", field="suite", name=name, known=", ".join(SUITES))
    return suite
