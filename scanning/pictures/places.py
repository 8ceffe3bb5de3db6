"""Which readings are of the same place: two boxes side by side are two things, not one in doubt."""

from __future__ import annotations

from collections.abc import Iterable

from scanning.pictures.agree import same_text
from scanning.pictures.engines import Seen

Box = tuple[float, float, float, float]
_SLACK = 6
"""Pixels by which engines differ over where a symbol ends."""


def box_of(readings: Iterable[Seen]) -> Box:
    """Left, top, right and bottom of all that was seen."""
    corners = [corner for seen in readings for corner in seen.corners]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def middle_of(seen: Seen) -> tuple[float, float]:
    """The middle of a symbol."""
    return sum(x for x, _ in seen.corners) / 4, sum(y for _, y in seen.corners) / 4


def inside(point: tuple[float, float], box: Box) -> bool:
    """Whether `point` lies in `box`."""
    x, y = point
    left, top, right, bottom = box
    return left - _SLACK <= x <= right + _SLACK and top - _SLACK <= y <= bottom + _SLACK


def near(one: Seen, other: Seen) -> bool:
    """Whether the middle of one lies in the other."""
    return inside(middle_of(one), box_of([other])) or inside(middle_of(other), box_of([one]))


def by_place(readings: Iterable[Seen]) -> list[list[Seen]]:
    """The readings of each place: the same text is one place, texts that overlap are one too."""
    texts: dict[str, list[Seen]] = {}
    for seen in readings:
        texts.setdefault(same_text(seen), []).append(seen)
    places: list[list[Seen]] = []
    for group in texts.values():
        box = box_of(group)
        same = [place for place in places if _overlap(box, box_of(place))]
        places = [place for place in places if place not in same]
        places.append([seen for place in [*same, group] for seen in place])
    return places


def _overlap(one: Box, other: Box) -> bool:
    return inside(_centre(one), other) or inside(_centre(other), one)


def _centre(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
