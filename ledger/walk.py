"""Walking a whole ledger: its stretches re-hashed by several processes, and joined in order."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import repeat
from typing import Final

from ledger.errors import VerificationError
from ledger.rehash import Rehashed, Shelf, Stretch, rehash
from ledger.suite import HASH_SIZE, Suite
from ledger.tree import TILE_SIZE, TILE_WIDTH, Tile, TileSource, Tree, subtree

STRETCH: Final = 256 * TILE_WIDTH
"""Entries that one process re-hashes at a time; each stretch opens the database once."""

Progress = Callable[[int, int], None]
"""Told (entries checked, entries to check) as an audit goes on."""


@dataclass(frozen=True, slots=True)
class Walked:
    """What re-hashing proved: the tree of the first `size` entries, and the last one's hash."""

    size: int
    root: bytes
    last: bytes


def walk(  # noqa: PLR0913 -- where from, how far, and how
    shelf: Shelf,
    suite: Suite,
    size: int,
    *,
    source: TileSource,
    start: int = 0,
    processes: int | None = None,
    progress: Progress | None = None,
) -> Walked:
    """Re-hash the entries from `start` on, and the tiles above them, up to `size`.

    Args:
        shelf: where entries are read.
        suite: the ledger's hash.
        size: how many entries it claims.
        source: where its tiles are read; below `start` they are taken as they are.
        start: the first entry to check; rounded down to where a tile begins.
        processes: how many at most; None: one for each core that this process may use.
        progress: told now and then.

    Raises:
        VerificationError: names the first thing that is wrong, and why.
    """
    begin = start - start % TILE_WIDTH
    stretches = [Stretch(at, min(at + STRETCH, size)) for at in range(begin, size, STRETCH)]
    count = min(processes or len(os.sched_getaffinity(0)), len(stretches))
    joined = _Joined(suite, source, begin)
    with _workers(count) as pool:
        run = pool.map if pool else map
        for done in run(rehash, repeat(shelf), repeat(suite.name), stretches):
            joined.add(done)
            if progress:
                progress(done.stretch.stop - begin, size - begin)
    joined.check_upper_tiles()
    return Walked(size, Tree(source, suite, size).root(), joined.last)


class _Joined:
    """Stretches joined in order: each must follow the one before; their tiles make the tree."""

    def __init__(self, suite: Suite, source: TileSource, start: int) -> None:
        self._suite = suite
        self._source = source
        self._roots: list[bytes] = []
        self._first_tile = start // TILE_WIDTH
        self.last = suite.empty
        if start:
            before = Tile(0, self._first_tile - 1)
            self.last = source.load([before])[before][-HASH_SIZE:]

    def add(self, done: Rehashed) -> None:
        if done.prev != self.last:
            seq = done.stretch.start
            detail = f"entry {seq}: it does not follow entry {seq - 1}"
            raise VerificationError("entry-unchained", detail)
        self.last = done.last
        self._roots.append(done.roots)

    def check_upper_tiles(self) -> None:
        """Compare the tiles above level 0 with what lies below them."""
        level, first, hashes = 1, self._first_tile, b"".join(self._roots)
        while hashes:
            first, hashes = self._check_level(level, first, hashes)
            level += 1

    def _check_level(self, level: int, first: int, hashes: bytes) -> tuple[int, bytes]:
        """Compare a level whose hashes from `first` on are known; return those of the next."""
        index, opened = divmod(first, TILE_WIDTH)
        if opened:  # what stands before was not asked for and is taken as it is stored
            before = Tile(level, index, opened)
            hashes = self._source.load([before])[before] + hashes
        roots = []
        for number, at in enumerate(range(0, len(hashes), TILE_SIZE), index):
            data = hashes[at : at + TILE_SIZE]
            tile = Tile(level, number, len(data) // HASH_SIZE)
            if self._source.load([tile])[tile] != data:
                raise VerificationError("tile-wrong", f"level {level}, index {number}")
            if len(data) == TILE_SIZE:
                roots.append(subtree(self._suite, data))
        return index, b"".join(roots)


@contextmanager
def _workers(count: int) -> Iterator[Executor | None]:
    """Processes to share the work; none where there is too little of it."""
    if count <= 1:
        yield None
        return
    # A fork copies held locks, so a process with threads must start its workers afresh.
    method = "fork" if threading.active_count() == 1 else "spawn"
    pool = ProcessPoolExecutor(count, mp_context=multiprocessing.get_context(method))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
