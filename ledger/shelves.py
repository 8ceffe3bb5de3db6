"""Where an audit reads a ledger from: the database itself, or a directory that was exported."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

import bulk
from database import Database
from ledger.errors import VerificationError
from ledger.export import ExportedTiles
from ledger.published import unbundle
from ledger.rehash import Shelved, Stretch
from ledger.tree import TILE_WIDTH, Tile

_ENTRIES: Final = "SELECT body, leaf FROM entry WHERE ledger_id=? AND seq>=? AND seq<? ORDER BY seq"
_COUNT: Final = "SELECT count(*) FROM entry WHERE ledger_id=? AND seq>=? AND seq<?"
_PLACES: Final = "SELECT seq FROM entry WHERE ledger_id=? AND seq>=? AND seq<?"
_TILES: Final = (
    "SELECT tile_index, data FROM tile WHERE ledger_id=? AND level=0"
    " AND tile_index>=? AND tile_index<?"
)
_BLOCK: Final = 4 * TILE_WIDTH
_MAPPED: Final = 2**31 - 1
"""As much of a database file as SQLite maps into memory at the most."""


@dataclass(frozen=True, slots=True)
class DatabaseShelf:
    """The ledger in the database.

    Args:
        url: the database's address: an auditing process opens its own connection.
        ledger_id: which ledger.
        mapped: whether an SQLite file is mapped into memory, which reads a quarter faster. A bad
            disk then ends the process instead of raising: for processes that do nothing else.
    """

    url: str
    ledger_id: int
    mapped: bool = False

    def read(self, stretch: Stretch) -> Iterator[Shelved]:
        """What is stored of a stretch, tile by tile.

        Raises:
            VerificationError: `entry-missing`, `tile-missing`.
        """
        # Opened here: a connection must not be used on both sides of a fork.
        database = Database(self.url, pool_size=1)
        try:
            with database.read() as connection:
                yield from self._tiles(connection, stretch)
        finally:
            database.close()

    def _tiles(self, connection: Connection, stretch: Stretch) -> Iterator[Shelved]:
        self._check_count(connection, stretch)
        first, end = stretch.start // TILE_WIDTH, -(-stretch.stop // TILE_WIDTH)
        tiles: dict[int, bytes] = dict(bulk.fetch(connection, _TILES, (self.ledger_id, first, end)))
        for number, rows in enumerate(self._entries(connection, stretch), first):
            yield _shelved(rows, number, tiles.get(number))

    def _entries(self, connection: Connection, stretch: Stretch) -> Iterator[list[bulk.Row]]:
        """The stored entries, a tile's worth at a time: small enough to stay in the cache."""
        raw = connection.connection.driver_connection
        if not isinstance(raw, sqlite3.Connection):
            for start in range(stretch.start, stretch.stop, _BLOCK):
                stop = min(start + _BLOCK, stretch.stop)
                rows = bulk.fetch(connection, _ENTRIES, (self.ledger_id, start, stop))
                yield from (rows[at : at + TILE_WIDTH] for at in range(0, len(rows), TILE_WIDTH))
            return
        if self.mapped:
            raw.execute(f"PRAGMA mmap_size={_MAPPED}")
        cursor = raw.execute(_ENTRIES, (self.ledger_id, stretch.start, stretch.stop))
        while rows := cursor.fetchmany(TILE_WIDTH):
            yield rows

    def _check_count(self, connection: Connection, stretch: Stretch) -> None:
        values = (self.ledger_id, stretch.start, stretch.stop)
        ((count,),) = bulk.fetch(connection, _COUNT, values)
        if count == stretch.stop - stretch.start:
            return
        present = {seq for (seq,) in bulk.fetch(connection, _PLACES, values)}
        missing = next(seq for seq in range(stretch.start, stretch.stop) if seq not in present)
        raise VerificationError("entry-missing", f"entry {missing}")


@dataclass(frozen=True, slots=True)
class ExportShelf:
    """The ledger in a directory that was exported, as its checkpoint covers it."""

    directory: Path

    def read(self, stretch: Stretch) -> Iterator[Shelved]:
        """What is stored of a stretch, tile by tile.

        Raises:
            VerificationError: `tile-missing`, `bundle-malformed`.
        """
        files = ExportedTiles(self.directory)
        for start in range(stretch.start, stretch.stop, TILE_WIDTH):
            width = min(stretch.stop - start, TILE_WIDTH)
            tile = Tile(0, start // TILE_WIDTH, width)
            bodies = unbundle(files.read(tile, entries=True) or b"")[:width]
            yield Shelved(bodies, None, files.load([tile])[tile])


def _shelved(rows: list[bulk.Row], number: int, tile: bytes | None) -> Shelved:
    if len(rows) < TILE_WIDTH:  # the open tile is not stored: its leaves are the entries' own
        tile = None
    elif tile is None:
        raise VerificationError("tile-missing", f"level 0, index {number}")
    bodies, leaves = zip(*rows, strict=True)
    try:
        return Shelved(bodies, b"".join(leaves), tile)
    except TypeError:  # SQLite keeps a text where somebody wrote one
        detail = f"a hash among the entries of tile {number} is no bytes"
        raise VerificationError("entry-malformed", detail) from None
