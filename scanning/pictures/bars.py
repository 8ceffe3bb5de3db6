"""The linear rescue: bars are turned upright and averaged along their length, strip by strip.

One row of pixels is all that a reader looks at at a time; the average of twenty rows has a fifth
of the noise. Each strip is a pass of its own over pixels that no other strip uses.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from scanning.pictures.engines import LINEAR, Pixels, Seen, by_zbar, by_zxing
from scanning.pictures.regions import Floats, Region, upright
from scanning.symbol import Corner

_STRIPS = 7
_LEAST_SHARE = 0.5
"""Of a region's length. Some bars of a Code 128 make a fine EAN-8, in every strip the same."""
_ROWS = 12
"""Rows a strip is painted with again: zxing wants a few that agree."""
_ZOOM = 2.0
_LONG = 1400
"""Pixels; bars as long as that have modules wide enough as they are."""
_MARGIN = 28
"""Pixels around the bars: the quiet zone must be in the patch."""
_SHARPEN = (0.0, 1.6, 3.5)
"""Strengths of sharpening across the bars, tried in this order until a strip speaks."""
_BLUR = 3.0
"""Pixels of the enlarged patch that the lens smeared: one and a half of the picture's."""
_TALLEST = 400.0


def second_opinion(pixels: Pixels, region: Region) -> list[Seen]:
    """What zbar reads of the bars of `region`, turned upright, each at its own place."""
    patch = upright(pixels, region, grow=_MARGIN)
    return [_placed(seen, region, "zbar", _box(seen, 1.0)) for seen in by_zbar(patch)]


def strips(pixels: Pixels, region: Region) -> Iterator[Seen]:
    """What zxing reads of the strips of `region`, each symbol at most once in a strip."""
    zoom = _ZOOM if region.size[0] < _LONG else 1.0
    patch = upright(pixels, region, grow=_MARGIN, zoom=zoom)
    inner = patch[round(_MARGIN * zoom) : -round(_MARGIN * zoom)]
    if len(inner) < _STRIPS:
        return
    tall = region.size[1] / _STRIPS
    for number, rows in enumerate(np.array_split(inner, _STRIPS)):
        profile = rows.mean(axis=0, dtype=np.float32)[None, :]
        for seen in _loudest(profile):
            left, _, right, _ = _box(seen, zoom)
            if right - left < _LEAST_SHARE * region.size[0]:
                continue
            box = (left, number * tall, right, (number + 1) * tall)
            yield _placed(seen, region, f"zxing:strip{number}", box)


def _loudest(profile: Floats) -> list[Seen]:
    """What zxing reads of one strip, sharpened only as far as it takes."""
    for strength in _SHARPEN:
        found = by_zxing(_painted(profile, strength), fast=True, formats=LINEAR)
        if found:
            return found
    return []


def _box(seen: Seen, zoom: float) -> tuple[float, float, float, float]:
    """Where a symbol of a patch lies in its region: left, top, right, bottom in picture pixels."""
    xs, ys = zip(*seen.corners, strict=True)
    left, top, right, bottom = min(xs), min(ys), max(xs), max(ys)
    return (
        left / zoom - _MARGIN,
        top / zoom - _MARGIN,
        right / zoom - _MARGIN,
        bottom / zoom - _MARGIN,
    )


def _painted(profile: Floats, strength: float) -> Pixels:
    if strength:
        soft = cv2.GaussianBlur(profile, (0, 0), _BLUR)
        profile = np.asarray(profile + strength * (profile - soft), np.float32)
    low, high = np.percentile(profile, (2, 98))
    spread = (profile - low) * (220 / max(float(high - low), 1.0)) + 15
    return np.repeat(np.clip(spread, 0, 255).astype(np.uint8), _ROWS, axis=0)


def _placed(
    seen: Seen, region: Region, engine: str, box: tuple[float, float, float, float]
) -> Seen:
    """`seen` with its corners in the picture; `box` is its place in the upright region."""
    left, top, right, bottom = box
    across, along = _axes(region)
    x, y = (left + right - region.size[0]) / 2, (top + bottom - region.size[1]) / 2
    middle = np.array(region.centre) + x * across + y * along
    size = (max(right - left, 1.0), max(bottom - top, 1.0))
    part = Region((float(middle[0]), float(middle[1])), size, region.angle, bars=True, energy=0.0)
    return Seen(seen.aim, seen.text, corners_of(part), engine)


def _axes(region: Region) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The directions across the bars and along them."""
    turn = np.radians(region.angle)
    return np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])


def corners_of(region: Region) -> tuple[Corner, Corner, Corner, Corner]:
    """The corners of `region` in the picture, beginning top left of the upright bars."""
    across, along = _axes(region)
    across, along = across * region.size[0] / 2, along * region.size[1] / 2
    middle = np.array(region.centre)
    signs = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    a, b, c, d = (_corner(middle + x * across + y * along) for x, y in signs)
    return a, b, c, d


def _corner(point: NDArray[np.float64]) -> Corner:
    return round(float(point[0])), round(float(point[1]))


def region_of(seen: Seen) -> Region:
    """The place of a linear symbol that was found in the whole picture."""
    points = np.array(seen.corners, np.float64)
    across = (points[1] + points[2] - points[0] - points[3]) / 2
    length = max(float(np.hypot(*across)), 1.0)
    turn = float(np.degrees(np.arctan2(across[1], across[0])))
    down = (points[2] + points[3] - points[0] - points[1]) / 2
    # One scan line is all that zxing may have needed; the bars go on above and below it.
    height = min(max(float(np.hypot(*down)), 0.1 * length, 24.0), _TALLEST)
    middle = points.mean(axis=0)
    return Region(
        (float(middle[0]), float(middle[1])), (length, height), turn, bars=True, energy=0.0
    )
