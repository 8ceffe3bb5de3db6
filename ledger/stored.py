"""Every stored entry in order, from the database or an export, for checks of what entries say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from ledger.entry import Entry, parse
from ledger.rehash import Shelf, Stretch
from ledger.suite import HASH_SIZE
from ledger.walk import Progress

_STEP = 1_000


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry as it lies there: taken apart only where somebody asks for it.

    Args:
        seq: its place.
        body: its bytes.
        leaf: its leaf hash.
    """

    seq: int
    body: bytes = field(repr=False)
    leaf: bytes = field(repr=False)

    def parse(self) -> Entry:
        """What it says.

        Raises:
            VerificationError: it is no envelope of a known version.
        """
        return parse(self.seq, self.body, self.leaf)


Check = Callable[[Iterable[StoredEntry]], str]
"""Checks what entries say, beyond that they are whole; gives a line about what it found."""


def stored_entries(
    shelf: Shelf, size: int, progress: Progress | None = None
) -> Iterator[StoredEntry]:
    """The first `size` entries of a shelf, in order.

    Args:
        shelf: where they are stored.
        size: how many.
        progress: told (entries read, entries in all) now and then.

    Raises:
        VerificationError: one is missing.
    """
    seq = 0
    for shelved in shelf.read(Stretch(0, size)) if size else ():
        leaves = shelved.leaves or shelved.tile or b""
        for place, body in enumerate(shelved.bodies):
            yield StoredEntry(seq, body, leaves[place * HASH_SIZE : (place + 1) * HASH_SIZE])
            seq += 1
        if progress is not None and seq % _STEP < len(shelved.bodies):
            progress(seq, size)
