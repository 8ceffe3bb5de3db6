"""The published log (C2SP tlog-tiles): paths below its prefix, and the bytes that stand there.

No HTTP here: a path goes in, content and caching come out; the doors and `ledger.export` serve it.
Only what the last checkpoint covers is shown, so everything published is signed for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from errors import NotFound
from ledger.checkpoints import Checkpoints
from ledger.errors import VerificationError
from ledger.log import Ledger, read_bodies
from ledger.suite import SHA256
from ledger.tiles import StoredTiles
from ledger.tree import TILE_WIDTH, Tile, Tree

IMMUTABLE: Final = "public, max-age=31536000, immutable"
"""Cache-Control of tiles and bundles: they never change."""
BRIEF: Final = "public, max-age=5"
"""Cache-Control of the checkpoint: it changes with the ledger."""

_STEP: Final = 1000
_PATH: Final = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/"
    r"(?P<index>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)
_MAX_LEVEL: Final = 63
_MAX_INDEX_PARTS: Final = 7


@dataclass(frozen=True, slots=True)
class Resource:
    """What stands at a path.

    Args:
        content: the bytes.
        content_type: their media type.
        cache_control: how long they may be kept.
    """

    content: bytes
    content_type: str
    cache_control: str


class PublishedLog:
    """One ledger, as the world sees it. Safe to share between threads.

    Args:
        ledger: which.
        checkpoints: its checkpoints.
    """

    def __init__(self, ledger: Ledger, checkpoints: Checkpoints) -> None:
        self._ledger = ledger
        self._checkpoints = checkpoints

    def resource(self, path: str) -> Resource:
        """What stands at `path`, relative to the log's prefix: `checkpoint`, `tile/0/x001/234`.

        Raises:
            errors.NotFound: nothing does.
        """
        if path == "checkpoint":
            return Resource(self._note(), "text/plain; charset=utf-8", BRIEF)
        parsed = parse_path(path)
        if parsed is None:
            raise NotFound("not-found", what=path[:100])
        entries, tile = parsed
        with self._ledger.database.read() as connection:
            content = self._content(connection, entries=entries, tile=tile)
        if content is None:
            raise NotFound("not-found", what=path[:100])
        return Resource(content, "application/octet-stream", IMMUTABLE)

    def _note(self) -> bytes:
        latest = self._checkpoints.latest()
        if latest is None:
            raise NotFound("not-found", what="checkpoint")
        return latest.note

    def _content(self, connection: Connection, *, entries: bool, tile: Tile) -> bytes | None:
        latest = self._checkpoints.latest_in(connection)
        size = latest.checkpoint.size if latest else 0
        source = StoredTiles(connection, self._ledger.ledger_id)
        if tile.width > Tree(source, SHA256, size).tile(tile.level, tile.index).width:
            return None
        if entries:
            start = tile.index * TILE_WIDTH
            bodies = read_bodies(connection, self._ledger.ledger_id, start, start + tile.width)
            return bundle(bodies)
        return source.load([tile])[tile]


def tile_path(tile: Tile, *, entries: bool = False) -> str:
    """Where a tile stands, or the entry bundle beside it.

    >>> tile_path(Tile(0, 1234067))
    'tile/0/x001/x234/067'
    >>> tile_path(Tile(0, 8, 112), entries=True)
    'tile/entries/008.p/112'
    """
    parts, rest = [f"{tile.index % _STEP:03d}"], tile.index // _STEP
    while rest:
        parts.insert(0, f"x{rest % _STEP:03d}")
        rest //= _STEP
    partial = "" if tile.width == TILE_WIDTH else f".p/{tile.width}"
    return f"tile/{'entries' if entries else tile.level}/{'/'.join(parts)}{partial}"


def parse_path(path: str) -> tuple[bool, Tile] | None:
    """Whether a path is an entry bundle's, and which tile it names; None where it is no such path.

    >>> parse_path("tile/entries/008.p/112")
    (True, Tile(level=0, index=8, width=112))
    """
    match = _PATH.fullmatch(path)
    if match is None or path.count("/") > _MAX_INDEX_PARTS + 3:
        return None
    entries = match["level"] == "entries"
    level = 0 if entries else int(match["level"])
    index = int(match["index"].replace("x", "").replace("/", ""))
    width = int(match["width"] or TILE_WIDTH)
    tile = Tile(level, index, width)
    if level > _MAX_LEVEL or width > TILE_WIDTH or tile_path(tile, entries=entries) != path:
        return None
    return entries, tile


def bundle(bodies: list[bytes]) -> bytes:
    """An entry bundle: each entry behind its length in 16 bits (tlog-tiles, "Log entries")."""
    return b"".join([len(body).to_bytes(2, "big") + body for body in bodies])


def unbundle(content: bytes) -> list[bytes]:
    """The entries of a bundle.

    Raises:
        VerificationError: `bundle-malformed`.
    """
    bodies, at = [], 0
    while at < len(content):
        length = int.from_bytes(content[at : at + 2], "big")
        body = content[at + 2 : at + 2 + length]
        if at + 2 + length > len(content):
            raise VerificationError("bundle-malformed", f"cut off at byte {at}")
        bodies.append(body)
        at += 2 + length
    return bodies
