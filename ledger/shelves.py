"""Where an audit reads a ledger from: the database itself, or a directory that was exported."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from bulk import driver
from database import Database
from ledger.errors import VerificationError
from ledger.export import ExportedTiles
from ledger.published import unbundle
from ledger.rehash import Shelved, Stretch
from ledger.tree import TILE_WIDTH, Tile

_ENTRIES: Final = "SELECT body, leaf FROM entry WHERE ledger_id=? AND seq>=? AND seq<? ORDER BY seq"
_PLACES: Final = "SELECT seq FROM entry WHERE ledger_id=? AND seq>=? AND seq<?"
_TILES: Final = (
    "SELECT tile_index, data FROM tile WHERE ledger_id=? AND level=0"
    " AND tile_index>=? AND tile_index<?"
)
_BLOCK: Final = 4 * TILE_WIDTH


@dataclass(frozen=True, slots=True)
class DatabaseShelf:
    """The ledger in the database.

    Args:
        url: the database's address: an auditing process opens its own connection.
        ledger_id: which ledger.
    """

    url: str
    ledger_id: int

    def read(self, stretch: Stretch) -> Iterator[Shelved]:
        """What is stored of a stretch, tile by tile.

        Raises:
            VerificationError: `entry-missing`, `tile-missing`.
        """
        # Opened here: a connection must not be used on both sides of a fork.
        database = Database(self.url, pool_size=1)
        try:
            with database.read() as connection:
                for start in range(stretch.start, stretch.stop, _BLOCK):
                    yield from self._block(connection, start, min(start + _BLOCK, stretch.stop))
        finally:
            database.close()

    def _block(self, connection: Connection, start: int, stop: int) -> Iterator[Shelved]:
        rows = _fetch(connection, _ENTRIES, (self.ledger_id, start, stop))
        first, end = start // TILE_WIDTH, -(-stop // TILE_WIDTH)
        tiles = dict(_fetch(connection, _TILES, (self.ledger_id, first, end)))
        if len(rows) != stop - start:
            raise self._gap(connection, start, stop)
        for number, at in enumerate(range(0, len(rows), TILE_WIDTH), first):
            part = rows[at : at + TILE_WIDTH]
            yield _shelved(part, number, tiles.get(number))

    def _gap(self, connection: Connection, start: int, stop: int) -> VerificationError:
        found = _fetch(connection, _PLACES, (self.ledger_id, start, stop))
        present = {seq for (seq,) in found}
        missing = next(seq for seq in range(start, stop) if seq not in present)
        return VerificationError("entry-missing", f"entry {missing}")


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


def _shelved(rows: list[tuple[Any, ...]], number: int, tile: bytes | None) -> Shelved:
    if len(rows) < TILE_WIDTH:  # the open tile is not stored: its leaves are the entries' own
        tile = None
    elif tile is None:
        raise VerificationError("tile-missing", f"level 0, index {number}")
    return Shelved([row[0] for row in rows], b"".join([row[1] for row in rows]), tile)


def _fetch(connection: Connection, query: str, values: tuple[int, ...]) -> list[tuple[Any, ...]]:
    """Rows as the driver gives them: SQLAlchemy's own take as long to make as hashing them."""
    raw = connection.connection.driver_connection
    if isinstance(raw, sqlite3.Connection):
        return raw.execute(query, values).fetchall()
    postgres = query.replace("?", "%b").encode()
    return driver(connection).execute(postgres, values, binary=True).fetchall()
