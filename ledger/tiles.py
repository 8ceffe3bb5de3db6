"""The tiles in the database: written when entries are appended, read for proofs.

Level 0 is stored as full tiles only, each when its 256th leaf is known; the leaves of the open one
are the last entries' own. The tiles above grow by one hash per full tile below and are stored as
they grow. Sixty times cheaper than a row per node, and byte for byte what is published.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from bulk import Insert, PairLookup, driver
from ledger import models
from ledger.errors import VerificationError
from ledger.suite import HASH_SIZE, Suite
from ledger.tree import TILE_SIZE, TILE_WIDTH, Tile, checked, subtree

_TILES: Final = Insert(models.tile, key=("ledger_id", "level", "tile_index"), replace=("data",))
_DATA: Final = PairLookup(models.tile, ("level", "tile_index", "data"), by=("level", "tile_index"))
_LEAVES_SQLITE: Final = "SELECT leaf FROM entry WHERE ledger_id=? AND seq>=? AND seq<? ORDER BY seq"
_LEAVES_POSTGRES: Final = (
    "SELECT string_agg(leaf, ''::bytea ORDER BY seq) FROM entry"
    " WHERE ledger_id=%b AND seq>=%b AND seq<%b"
)


def extend(
    connection: Connection, ledger_id: int, suite: Suite, size: int, leaves: Sequence[bytes]
) -> None:
    """Write the tiles that `leaves`, appended behind the first `size` entries, complete or grow.

    Args:
        connection: the transaction that appends the entries.
        ledger_id: which ledger.
        suite: its hash.
        size: how many entries it had.
        leaves: the leaf hashes of the new ones.

    Raises:
        VerificationError: `tile-wrong`, when what is stored doesn't fit what was appended.
    """
    opened = size % TILE_WIDTH
    if opened + len(leaves) < TILE_WIDTH:
        return
    pending = read_leaves(connection, ledger_id, size - opened, size)
    _expect(pending, opened, Tile(0, size // TILE_WIDTH, opened))
    full = _cut(pending + b"".join(leaves))
    if len(full[-1]) < TILE_SIZE:
        full.pop()
    _store(connection, ledger_id, 0, size // TILE_WIDTH, full)
    _raise(connection, ledger_id, suite, size // TILE_WIDTH, full)


def _raise(  # noqa: PLR0913, PLR0917 -- where, what, and how much was there
    connection: Connection,
    ledger_id: int,
    suite: Suite,
    count: int,
    full: Sequence[bytes],
    level: int = 1,
) -> None:
    """Add the hashes of new full tiles to the level above, behind the `count` it has."""
    index, opened = divmod(count, TILE_WIDTH)
    stored = _read(connection, ledger_id, Tile(level, index, opened)) if opened else b""
    tiles = _cut(stored + b"".join([subtree(suite, data) for data in full]))
    _store(connection, ledger_id, level, index, tiles)
    complete = [data for data in tiles if len(data) == TILE_SIZE]
    if complete:
        _raise(connection, ledger_id, suite, index, complete, level + 1)


def _cut(hashes: bytes) -> list[bytes]:
    return [hashes[at : at + TILE_SIZE] for at in range(0, len(hashes), TILE_SIZE)]


def _store(
    connection: Connection, ledger_id: int, level: int, first: int, tiles: Sequence[bytes]
) -> None:
    rows = [(ledger_id, level, index, data) for index, data in enumerate(tiles, first)]
    _TILES.run(connection, rows)


def _read(connection: Connection, ledger_id: int, tile: Tile) -> bytes:
    rows = _DATA.fetch(connection, ledger_id, [(tile.level, tile.index)])
    data = bytes(rows[0][2]) if rows else b""
    _expect(data, tile.width, tile)
    return data


def _expect(data: bytes, width: int, tile: Tile) -> None:
    if len(data) != width * HASH_SIZE:
        detail = f"level {tile.level}, index {tile.index}: {len(data)} bytes of {width} hashes"
        raise VerificationError("tile-wrong", detail)


def read_leaves(connection: Connection, ledger_id: int, start: int, stop: int) -> bytes:
    """The stored leaf hashes with start ≤ seq < stop, end to end."""
    if start >= stop:
        return b""
    values = (ledger_id, start, stop)
    if connection.dialect.name == "postgresql":
        row = driver(connection).execute(_LEAVES_POSTGRES, values, binary=True).fetchone()
        return bytes(row[0]) if row and row[0] is not None else b""
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)  # noqa: S101 -- tells the type checker
    return b"".join([leaf for (leaf,) in raw.execute(_LEAVES_SQLITE, values)])


@dataclass(frozen=True, slots=True)
class StoredTiles:
    """The tiles of one ledger in the database, as one connection sees them."""

    connection: Connection
    ledger_id: int

    def load(self, tiles: Sequence[Tile]) -> Mapping[Tile, bytes]:
        """The tiles' hashes; those of the open tile come from the entries themselves.

        Raises:
            VerificationError: `tile-missing`.
        """
        pairs = [(tile.level, tile.index) for tile in tiles]
        rows = _DATA.fetch(self.connection, self.ledger_id, pairs)
        stored = {(level, index): bytes(data) for level, index, data in rows}
        return {tile: checked(tile, self._find(tile, stored)) for tile in tiles}

    def _find(self, tile: Tile, stored: Mapping[tuple[int, int], bytes]) -> bytes | None:
        data = stored.get((tile.level, tile.index))
        if data is not None or tile.level:
            return data
        start = tile.index * TILE_WIDTH
        return read_leaves(self.connection, self.ledger_id, start, start + tile.width)
