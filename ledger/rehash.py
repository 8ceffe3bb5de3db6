"""Re-hashing a stretch of the ledger: entries, chain and tiles, as fast as Python hashes.

Works on whole tiles from a `Shelf` (`ledger.shelves`: the database, an export) and knows nothing
of what came before: it hands back what must fit its neighbours, so stretches can be checked by
several processes and joined (`ledger.walk`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from ledger.entry import parse
from ledger.errors import VerificationError
from ledger.suite import HASH_SIZE, Suite, suite_named
from ledger.tree import TILE_SIZE, TILE_WIDTH, subtree

_HEX: Final = 2 * HASH_SIZE
_PREV: Final = b'"prev":"'
_RECORDED: Final = b'","recorded":"'
_TIME_SIZE: Final = len("2026-11-22T06:03:00.123456Z")
_LINK_SIZE: Final = len(_PREV) + _HEX + len(_RECORDED)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Entries start ≤ seq < stop; `start` is where a tile begins."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Rehashed:
    """What a stretch that is whole in itself hands to its neighbours.

    Args:
        stretch: which.
        prev: the hash that its first entry follows.
        last: the hash of its last entry.
        roots: the hashes of its full tiles, end to end.
        rest: the leaf hashes behind its last full tile, end to end.
    """

    stretch: Stretch
    prev: bytes
    last: bytes
    roots: bytes
    rest: bytes


@dataclass(frozen=True, slots=True)
class Shelved:
    """One tile's worth of a ledger, as it is stored.

    Args:
        bodies: the entries.
        leaves: their stored leaf hashes, end to end; None where they aren't stored one by one.
        tile: the stored tile; None where it isn't stored yet.
    """

    bodies: Sequence[bytes]
    leaves: bytes | None
    tile: bytes | None


class Shelf(Protocol):
    """Where stored entries and tiles are read from."""

    def read(self, stretch: Stretch) -> Iterator[Shelved]:
        """What is stored of a stretch, tile by tile; fewer entries than asked for are missing."""


def rehash(shelf: Shelf, suite_name: str, stretch: Stretch) -> Rehashed:
    """Re-hash a stretch; the suite goes by its name so that the call fits into a pickle.

    Raises:
        VerificationError: names the first entry or tile that is wrong, and why.
    """
    suite = suite_named(suite_name)
    at, first, prev = stretch.start, b"", b""
    roots: list[bytes] = []
    rest = b""
    for stored in shelf.read(stretch):
        if not stored.bodies:
            break
        follows = prev or _said_prev(suite, at, stored.bodies[0])
        hashes = _chain(suite, at, follows, stored)
        first, prev = first or follows, hashes[-HASH_SIZE:]
        if stored.tile is not None and stored.tile != hashes:
            raise VerificationError("tile-wrong", f"level 0, index {at // TILE_WIDTH}")
        at += len(stored.bodies)
        if len(hashes) == TILE_SIZE:
            roots.append(subtree(suite, hashes))
        else:
            rest = hashes
    if at != stretch.stop:
        raise VerificationError("entry-missing", f"entry {at}")
    return Rehashed(stretch, first, prev, b"".join(roots), rest)


def _chain(suite: Suite, start: int, prev: bytes, stored: Shelved) -> bytes:
    """The leaf hashes of a tile's entries, each seen to follow the one before."""
    hasher, seq = suite.hasher, start
    hashes: list[bytes] = []
    for body in stored.bodies:
        tail = b'","seq":%d,"v":1}' % seq
        at = len(body) - len(tail) - _TIME_SIZE - _LINK_SIZE
        link = _PREV + prev.hex().encode() + _RECORDED
        if not body.startswith(link, at) or not body.endswith(tail) or at < 0:
            raise _altered(start, stored, hashes) or _explained(suite, seq, body, prev)
        prev = hasher(b"\x00" + body).digest()
        hashes.append(prev)
        seq += 1
    joined = b"".join(hashes)
    altered = None if stored.leaves == joined else _altered(start, stored, hashes)
    if altered:
        raise altered
    return joined


def _altered(start: int, stored: Shelved, hashes: Sequence[bytes]) -> VerificationError | None:
    """The first of these entries whose content does not have the hash that is stored with it."""
    for place, found in enumerate(hashes):
        at = place * HASH_SIZE
        if stored.leaves is not None and stored.leaves[at : at + HASH_SIZE] != found:
            detail = f"entry {start + place}: its content does not match its hash"
            return VerificationError("entry-altered", detail)
    return None


def _said_prev(suite: Suite, seq: int, body: bytes) -> bytes:
    """The hash that an entry says it follows."""
    return parse(seq, body, suite.leaf(body)).prev


def _explained(suite: Suite, seq: int, body: bytes, prev: bytes) -> VerificationError:
    """Why an entry doesn't fit: slow, and only when one doesn't."""
    try:
        entry = parse(seq, body, suite.leaf(body))
    except VerificationError as error:
        return error
    if entry.prev != prev:
        detail = f"entry {seq}: it does not follow entry {seq - 1}"
        return VerificationError("entry-unchained", detail)
    return VerificationError("entry-misplaced", f"entry {seq}: it names another place")
