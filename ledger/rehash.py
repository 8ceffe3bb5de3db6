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
_PREV: Final = '"prev":"'
_RECORDED: Final = '","recorded":"'
_BEFORE_SEQ: Final = '","seq":'
_AFTER_SEQ: Final = ',"v":1}'
_TIME_SIZE: Final = len("2026-11-22T06:03:00.123456Z")
_LINK_SIZE: Final = len(_PREV) + _HEX + len(_RECORDED)
_THOUSAND: Final = [f"{number:03}" for number in range(1000)]


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
    joined = _hashed(suite, start, stored.bodies)
    altered = None if stored.leaves == joined else _altered(start, stored.leaves, joined)
    if altered:
        raise altered
    if not _linked(start, prev + joined[:-HASH_SIZE], stored.bodies):
        raise _explained(suite, start, prev, stored.bodies)
    return joined


def _hashed(suite: Suite, start: int, bodies: Sequence[bytes]) -> bytes:
    try:
        return suite.leaves(bodies)
    except TypeError:  # SQLite keeps a text where somebody wrote one
        place = next(at for at, body in enumerate(bodies) if not isinstance(body, bytes))
        detail = f"entry {start + place}: it is no bytes"
        raise VerificationError("entry-malformed", detail) from None


def _linked(start: int, prevs: bytes, bodies: Sequence[bytes]) -> bool:
    """Whether the entries from `start` on carry these hashes and their own places.

    The end of an envelope has a fixed layout, so a whole tile is compared at once: cut at the same
    places, joined, and laid beside what must stand there. Three times as fast as entry by entry.
    """
    last = start + len(bodies) - 1
    if len(str(start)) != len(str(last)):  # the number grows a digit, and so does the layout
        cut = 10 ** len(str(start)) - start
        head, rest = prevs[: cut * HASH_SIZE], prevs[cut * HASH_SIZE :]
        return _linked(start, head, bodies[:cut]) and _linked(start + cut, rest, bodies[cut:])
    tail = -len(f"{_BEFORE_SEQ}{start}{_AFTER_SEQ}")
    link = tail - _TIME_SIZE - _LINK_SIZE
    links = b"".join([body[link : link + _LINK_SIZE] for body in bodies])
    tails = b"".join([body[tail:] for body in bodies])
    between = f"{_RECORDED}{_PREV}"
    hexes = prevs.hex("|", HASH_SIZE).replace("|", between)
    return links == f"{_PREV}{hexes}{_RECORDED}".encode() and tails == _places(start, last)


def _places(first: int, last: int) -> bytes:
    """What stands at the ends of these entries, end to end.

    Numbers that differ in their last three digits only are joined out of a table.
    """
    if last < 1000:  # noqa: PLR2004 -- three digits
        return "".join(f"{_BEFORE_SEQ}{seq}{_AFTER_SEQ}" for seq in range(first, last + 1)).encode()
    places = []
    for thousand in range(first // 1000, last // 1000 + 1):
        begin, end = f"{_BEFORE_SEQ}{thousand}", _AFTER_SEQ
        start, stop = max(first - thousand * 1000, 0), min(last - thousand * 1000, 999) + 1
        places.append(begin + (end + begin).join(_THOUSAND[start:stop]) + end)
    return "".join(places).encode()


def _altered(start: int, stored: bytes | None, hashes: bytes) -> VerificationError | None:
    """The first of these entries whose content does not have the hash that is stored with it."""
    for at in range(0, len(hashes), HASH_SIZE):
        if stored is not None and stored[at : at + HASH_SIZE] != hashes[at : at + HASH_SIZE]:
            detail = f"entry {start + at // HASH_SIZE}: its content does not match its hash"
            return VerificationError("entry-altered", detail)
    return None


def _said_prev(suite: Suite, seq: int, body: bytes) -> bytes:
    """The hash that an entry says it follows."""
    return parse(seq, body, _hashed(suite, seq, [body])).prev


def _explained(suite: Suite, start: int, prev: bytes, bodies: Sequence[bytes]) -> VerificationError:
    """Which entry doesn't fit, and why: slow, and only when one doesn't."""
    for seq, body in enumerate(bodies, start):
        leaf = suite.leaf(body)
        try:
            entry = parse(seq, body, leaf)
        except VerificationError as error:
            return error
        if entry.prev != prev:
            detail = f"entry {seq}: it does not follow entry {seq - 1}"
            return VerificationError("entry-unchained", detail)
        if not _linked(seq, prev, [body]):
            return VerificationError("entry-misplaced", f"entry {seq}: it names another place")
        prev = leaf
    return VerificationError("entry-malformed", f"entry {start}")
