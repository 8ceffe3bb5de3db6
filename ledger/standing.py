"""How entries stand under the newest checkpoint: proved, not covered yet, or wrong.

What a page shows as a seal. Nothing is taken as it is stored: the checkpoint's signature, the
entry's hash and its way to the signed root are worked out again each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.checkpoint import open_checkpoint
from ledger.checkpoints import Checkpoints, KeptCheckpoint
from ledger.entry import Entry
from ledger.errors import VerificationError
from ledger.identity import read_keys_from
from ledger.merkle import verify_inclusion
from ledger.suite import suite_named
from ledger.tiles import StoredTiles
from ledger.tree import Tile, TileSource, Tree


@dataclass(frozen=True, slots=True)
class Standing:
    """How one entry stands.

    Args:
        covered: whether the newest checkpoint is about it.
        problem: what is wrong with it; None: nothing.
    """

    covered: bool
    problem: VerificationError | None = None


class Standings:
    """How entries of one ledger stand under its newest checkpoint.

    Args:
        connection: where everything is read, as one state.
        checkpoints: the ledger's.

    Attributes:
        newest: that checkpoint; None before the first.
        problem: why its signature does not hold; None: it holds, or there is none.
    """

    def __init__(self, connection: Connection, checkpoints: Checkpoints) -> None:
        ledger = checkpoints.ledger
        self._suite = suite_named(ledger.head_in(connection).suite)
        self._tiles = _Remembering(StoredTiles(connection, ledger.ledger_id))
        self._keys = [key for _, key in read_keys_from(connection, ledger.ledger_id)]
        self.newest = next(iter(checkpoints.newest(connection, 1)), None)
        self.problem = self.signature_problem(self.newest) if self.newest else None

    def signature_problem(self, kept: KeptCheckpoint) -> VerificationError | None:
        """Why none of this ledger's keys signed a checkpoint; None: one did."""
        try:
            open_checkpoint(kept.note, self._keys)
        except VerificationError as error:
            return error
        return None

    def of(self, entries: Iterable[Entry]) -> dict[int, Standing]:
        """How each entry stands, by its number."""
        return {entry.seq: self._standing(entry) for entry in entries}

    def _standing(self, entry: Entry) -> Standing:
        covered = self.newest is not None and entry.seq < self.newest.checkpoint.size
        try:
            self._check(entry, covered=covered)
        except VerificationError as error:
            return Standing(covered, error)
        return Standing(covered)

    def _check(self, entry: Entry, *, covered: bool) -> None:
        leaf = self._suite.leaf(entry.body)
        if leaf != entry.hash:
            detail = f"entry {entry.seq}: its content does not match its hash"
            raise VerificationError("entry-altered", detail)
        if self.newest is None or not covered:
            return
        if self.problem is not None:
            raise self.problem
        size, root = self.newest.checkpoint.size, self.newest.checkpoint.root
        path = Tree(self._tiles, self._suite, size).inclusion_proof(entry.seq)
        verify_inclusion(leaf, entry.seq, size, path, root, suite=self._suite)


class _Remembering:
    """Tiles that were loaded once: the proofs of one page share most of theirs."""

    def __init__(self, source: TileSource) -> None:
        self._source = source
        self._known: dict[Tile, bytes] = {}

    def load(self, tiles: Sequence[Tile]) -> Mapping[Tile, bytes]:
        missing = [tile for tile in tiles if tile not in self._known]
        self._known.update(self._source.load(missing) if missing else {})
        return {tile: self._known[tile] for tile in tiles}
