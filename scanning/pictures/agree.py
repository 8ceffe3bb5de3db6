"""When may a reading be trusted? A matrix symbol corrects its errors; bars need a second witness.

Code 128, EAN and ITF have one weak check character, and both engines have been seen to read a
wrong lot from a clean label. So a linear code counts as read only when two engines say the same,
or when three strips of the bars, of different pixels, do and nobody says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scanning.pictures.engines import Seen

STRIPS_NEEDED = 3
"""Passes of one engine over different pixels that stand for a second engine."""
_EAN = 13


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the readings of one place come to.

    Args:
        best: the reading that speaks loudest.
        uncertain: it has no second witness, or someone disagrees.
        readings: the different readings, loudest first.
    """

    best: Seen
    uncertain: bool
    readings: tuple[Seen, ...]


def same_text(seen: Seen) -> str:
    """The characters by which two readings are compared: engines write a UPC-A differently."""
    if seen.aim in ("]E0", "]E3") and seen.text.isdigit():
        return seen.text.zfill(_EAN)
    return seen.text


def settle(readings: Iterable[Seen]) -> Verdict | None:
    """The verdict over `readings` of one linear symbol; None where there are none."""
    votes: dict[str, list[Seen]] = {}
    for seen in readings:
        votes.setdefault(same_text(seen), []).append(seen)
    if not votes:
        return None
    ranked = sorted(votes.values(), key=_loudness, reverse=True)
    # zxing tells GS1-128 from Code 128, zbar does not: its word on the carrier comes second.
    best = min(ranked[0], key=lambda seen: seen.engine == "zbar")
    witnessed = _witnessed(ranked[0]) and len(ranked) == 1
    firsts = tuple(min(group, key=lambda s: s.engine == "zbar") for group in ranked)
    return Verdict(best, not witnessed, firsts)


def _engines(group: list[Seen]) -> set[str]:
    return {seen.engine.partition(":")[0] for seen in group}


def _loudness(group: list[Seen]) -> tuple[int, int]:
    return len(_engines(group)), len({seen.engine for seen in group})


def _witnessed(group: list[Seen]) -> bool:
    engines, passes = _loudness(group)
    return engines > 1 or passes >= STRIPS_NEEDED
