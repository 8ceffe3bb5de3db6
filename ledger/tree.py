"""Proofs over a stored tree: a few tiles are read, whatever the ledger's size.

RFC 6962's recursions say which ranges of leaves a proof hashes over. A range splits into complete
subtrees, and a complete subtree is hashed from at most 128 neighbouring hashes of one tile
(C2SP tlog-tiles), so a proof from n entries costs O(log n) hashes and one or two look-ups.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from struct import Struct
from typing import Final, Protocol

from errors import Invalid
from ledger.errors import VerificationError
from ledger.suite import HASH_SIZE, Suite

TILE_HEIGHT: Final = 8
"""Levels of the binary tree in one tile."""
TILE_WIDTH: Final = 1 << TILE_HEIGHT
"""Hashes in a full tile."""
TILE_SIZE: Final = TILE_WIDTH * HASH_SIZE
"""Bytes in a full tile."""


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """Which tile: the `index`-th at `level`, of which the first `width` hashes exist."""

    level: int
    index: int
    width: int = TILE_WIDTH


class TileSource(Protocol):
    """Where tiles come from: the database, or a directory that was exported."""

    def load(self, tiles: Sequence[Tile]) -> Mapping[Tile, bytes]:
        """The tiles' hashes, `width` × 32 bytes each.

        Raises:
            VerificationError: `tile-missing`, when one isn't there or is shorter.
        """


@dataclass(frozen=True, slots=True)
class Tree:
    """The Merkle tree over the first `size` entries of a ledger.

    Args:
        source: where its tiles come from.
        suite: the hash it is made of.
        size: how many entries it covers.
    """

    source: TileSource
    suite: Suite
    size: int

    def root(self) -> bytes:
        """The tree's hash; of an empty one, H("")."""
        return self._hashes([(0, self.size)])[0] if self.size else self.suite.empty

    def inclusion_proof(self, index: int) -> list[bytes]:
        """The audit path of entry `index`, from its sibling up (RFC 6962 §2.1.1).

        Raises:
            errors.Invalid: `proof-out-of-range`.
        """
        return self.inclusion_proofs([index])[0]

    def inclusion_proofs(self, indexes: Sequence[int]) -> list[list[bytes]]:
        """The audit paths of many entries; what several have in common is hashed once.

        Raises:
            errors.Invalid: `proof-out-of-range`.
        """
        for index in indexes:
            if not 0 <= index < self.size:
                raise Invalid("proof-out-of-range", field="index", index=index, size=self.size)
        ways = [inclusion_ranges(index, self.size) for index in indexes]
        hashes = iter(self._hashes([each for way in ways for each in way]))
        return [list(islice(hashes, len(way))) for way in ways]

    def consistency_proof(self, size1: int) -> list[bytes]:
        """The proof that the first `size1` entries are a prefix of these (RFC 6962 §2.1.2).

        Raises:
            errors.Invalid: `proof-out-of-range`, also for 0, which nothing can be proved of.
        """
        if not 0 < size1 <= self.size:
            raise Invalid("proof-out-of-range", field="size1", index=size1, size=self.size)
        return self._hashes(consistency_ranges(size1, self.size))

    def tile(self, level: int, index: int) -> Tile:
        """A tile as wide as this tree makes it; of width 0 or less, it isn't there."""
        width = (self.size >> (TILE_HEIGHT * level)) - index * TILE_WIDTH
        return Tile(level, index, min(width, TILE_WIDTH))

    def _hashes(self, ranges: Sequence[tuple[int, int]]) -> list[bytes]:
        """The Merkle tree hash over each range of leaves."""
        split = {(start, stop): list(subtrees(start, stop)) for start, stop in ranges}
        nodes = {node for found in split.values() for node in found}
        tiles = self.source.load(sorted({self._place(node)[0] for node in nodes}))
        known = {node: self._node(node, tiles) for node in nodes}
        joined = {
            each: self._join([known[node] for node in found]) for each, found in split.items()
        }
        return [joined[each] for each in ranges]

    def _join(self, found: list[bytes]) -> bytes:
        joined = found.pop()
        while found:
            joined = self.suite.node(found.pop(), joined)
        return joined

    def _node(self, node: tuple[int, int], tiles: Mapping[Tile, bytes]) -> bytes:
        tile, start, stop = self._place(node)
        hashes = tiles[tile][start * HASH_SIZE : stop * HASH_SIZE]
        return (_upper_subtree if tile.level else subtree)(self.suite, hashes)

    def _place(self, node: tuple[int, int]) -> tuple[Tile, int, int]:
        """The tile that holds a complete subtree's hashes, and which of them."""
        height, index = node
        level, inside = divmod(height, TILE_HEIGHT)
        first = index << inside
        start = first % TILE_WIDTH
        return self.tile(level, first // TILE_WIDTH), start, start + (1 << inside)


def subtree(suite: Suite, hashes: bytes) -> bytes:
    """The hash over a complete subtree's hashes: a power of two of them, laid end to end."""
    while len(hashes) > HASH_SIZE:
        hashes = suite.nodes(_pairs(len(hashes) // HASH_SIZE // 2).unpack(hashes))
    return hashes


@cache
def _pairs(count: int) -> Struct:
    """Cuts hashes into this many pairs, faster than slicing does."""
    return Struct(f"{2 * HASH_SIZE}s" * count)


# A ledger has few tiles above level 0 and every proof passes through them. Keyed by content, so
# nothing stored can be mistaken for something else; 8,192 slices are 2 MB at most.
_upper_subtree = lru_cache(maxsize=8_192)(subtree)


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """The ranges of leaves whose hashes make the audit path of `index`, from its sibling up."""
    start, stop, ranges = 0, size, []
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            ranges.append((middle, stop))
            stop = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(size1: int, size2: int) -> list[tuple[int, int]]:
    """The ranges of leaves whose hashes make PROOF(size1, D[size2])."""
    start, stop, ranges = 0, size2, []
    while stop != size1:
        middle = start + _split(stop - start)
        if size1 <= middle:
            ranges.append((middle, stop))
            stop = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start:  # else the subtree is the first tree itself, which the verifier has
        ranges.append((start, stop))
    return ranges[::-1]


def subtrees(start: int, stop: int) -> Iterator[tuple[int, int]]:
    """The complete subtrees (height, index) that make up a range, from the left."""
    while start < stop:
        height = (stop - start).bit_length() - 1
        if start:
            height = min(height, (start & -start).bit_length() - 1)
        yield height, start >> height
        start += 1 << height


def tiles_of(size: int) -> Iterator[Tile]:
    """Every tile of a tree of `size` entries, level by level (tlog-tiles, "Partial Tiles")."""
    level, count = 0, size
    while count:
        full, rest = divmod(count, TILE_WIDTH)
        yield from (Tile(level, index) for index in range(full))
        if rest:
            yield Tile(level, full, rest)
        level, count = level + 1, full


def missing(tile: Tile) -> VerificationError:
    """The error for a tile that a source doesn't have."""
    return VerificationError("tile-missing", f"level {tile.level}, index {tile.index}")


def checked(tile: Tile, data: bytes | None) -> bytes:
    """A tile's hashes, cut to its width.

    Raises:
        VerificationError: `tile-missing`.
    """
    if data is None or len(data) < tile.width * HASH_SIZE:
        raise missing(tile)
    return data[: tile.width * HASH_SIZE]


def _split(count: int) -> int:
    """The largest power of two smaller than `count` (RFC 6962 §2.1)."""
    return 1 << ((count - 1).bit_length() - 1)
