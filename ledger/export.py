"""The published log as a plain directory: what an auditor copies, or any web server serves.

Exporting again adds what is new: full tiles and bundles never change, and the checkpoint comes
last, so that a copy taken at any moment is a whole log.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from errors import NotFound
from ledger.checkpoint import Checkpoint
from ledger.checkpoints import Checkpoints
from ledger.published import PublishedLog, tile_path
from ledger.tree import TILE_WIDTH, Tile, checked, tiles_of


def export(
    checkpoints: Checkpoints,
    directory: Path,
    progress: Callable[[int, int], None] | None = None,
) -> Checkpoint:
    """Write the log, as its latest checkpoint covers it, to a directory.

    Args:
        checkpoints: the ledger's.
        directory: where to; made where it isn't there.
        progress: told (files done, files in all).

    Raises:
        errors.NotFound: there is no checkpoint yet.
    """
    log = PublishedLog(checkpoints.ledger, checkpoints)
    latest = checkpoints.latest()
    if latest is None:
        raise NotFound("not-found", what="checkpoint")
    paths = _paths(latest.checkpoint.size)
    for done, path in enumerate(paths, 1):
        if not (directory / path).exists():
            _write(directory / path, log.resource(path).content)
        if progress:
            progress(done, len(paths))
    os.sync()  # one for all: thousands of tiles, each with its own fsync, take minutes
    _write(directory / "checkpoint", latest.note)
    os.sync()
    return latest.checkpoint


def _paths(size: int) -> list[str]:
    tiles = list(tiles_of(size))
    bundles = [tile_path(tile, entries=True) for tile in tiles if tile.level == 0]
    return bundles + [tile_path(tile) for tile in tiles]


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    draft.write_bytes(content)
    draft.replace(path)


@dataclass(frozen=True, slots=True)
class ExportedTiles:
    """The tiles of a log in a directory."""

    directory: Path

    def load(self, tiles: Sequence[Tile]) -> Mapping[Tile, bytes]:
        """The tiles' hashes.

        Raises:
            VerificationError: `tile-missing`.
        """
        return {tile: checked(tile, self.read(tile)) for tile in tiles}

    def read(self, tile: Tile, *, entries: bool = False) -> bytes | None:
        """The file of a tile, or of the bundle beside it; a partial one's may be the full one's."""
        for candidate in (tile, Tile(tile.level, tile.index, TILE_WIDTH)):
            path = self.directory / tile_path(candidate, entries=entries)
            if path.is_file():
                return path.read_bytes()
        return None
