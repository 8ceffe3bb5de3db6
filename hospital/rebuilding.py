"""Rebuilding everything that is worked out from the ledger."""

from __future__ import annotations

from collections.abc import Callable

import access
from hospital.assembly import Hospital
from hospital.parts import DECODERS, new_participants
from trace import Fold, rebuild


def rebuild_projections(
    hospital: Hospital, progress: Callable[[int, int], None] | None = None
) -> int:
    """Empty every projection and replay the ledger into them, in one transaction.

    Args:
        hospital: whose.
        progress: told (entries replayed, entries in all) now and then.

    Returns:
        How many entries were replayed.
    """
    trail = Fold(access.forget, access.replay)
    return rebuild(hospital.ledger, new_participants(), DECODERS, folds=[trail], progress=progress)
