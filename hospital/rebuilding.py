"""Rebuilding everything that is worked out from the ledger."""

from __future__ import annotations

from collections.abc import Callable

import access
from hospital.assembly import Hospital
from hospital.parts import DECODERS, new_participants
from trace import Difference, Fold, rebuild


def rebuild_projections(
    hospital: Hospital, progress: Callable[[int, int], None] | None = None
) -> list[Difference]:
    """Empty every projection and replay the ledger into them, in one transaction.

    Args:
        hospital: whose.
        progress: told (entries replayed, entries in all) now and then.

    Returns:
        The events on record that today's rules would refuse; they were folded all the same.

    Raises:
        Conflict: the rules refuse a record that is no event; nothing was changed.
    """
    trail = Fold(access.forget, access.replay)
    return rebuild(hospital.ledger, new_participants(), DECODERS, folds=[trail], progress=progress)
