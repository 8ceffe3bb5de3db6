"""Python's collector of cyclic garbage, set for processes that record."""

from __future__ import annotations

import gc
from typing import Final

_YOUNG: Final = 50_000
"""New containers before the young are looked through; a batch of 500 events makes about 20,000."""


def collect_seldom() -> None:
    """Look for cyclic garbage seldom, and never in what was there at the start.

    Recording and rebuilding make many objects and hardly a cycle: with Python's own thresholds a
    tenth of the time, and a fifth of a rebuild's, goes into looking for what isn't there.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 10, 10)
