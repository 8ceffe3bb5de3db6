"""Where in a picture symbols may be: cells with many edges, in one direction or in all.

Bars have edges in one direction only, matrix symbols in two; paper, tables and fingers have few.
The structure tensor tells direction and purity at once (Bigün & Granlund, 1987).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
_CELL = 16
"""Pixels of a cell's side: about one character of a Code 128, some modules of a matrix."""
_PURE = 0.55
"""Coherence above which edges count as parallel: 1 for ideal bars, 0 for a checkerboard."""
_LEAST_CELLS = 5
_MOST = 8
_NOISE = 150.0
"""Mean squared gradient of a dark photo's sensor noise."""


@dataclass(frozen=True, slots=True)
class Region:
    """A place that may hold a symbol.

    Args:
        centre: its middle, pixels.
        size: length across the bars and along them, pixels.
        angle: direction across the bars, degrees; of a matrix, of its box.
        bars: whether its edges run one way.
        energy: how much contrast it holds, to order regions by.
    """

    centre: tuple[float, float]
    size: tuple[float, float]
    angle: float
    bars: bool
    energy: float


def find_regions(pixels: Pixels) -> list[Region]:
    """The places that may hold symbols, most contrast first."""
    if min(pixels.shape[:2]) < 2 * _CELL:
        return []
    energy, coherence, angle = _tensor(pixels)
    typical, strong = float(np.median(energy)), float(np.percentile(energy, 99))
    busy = energy > max(1.8 * typical, 0.12 * strong, _NOISE)
    bars = _components(busy & (coherence > _PURE), energy, angle, bars=True)
    rest = _components(busy & (coherence < _PURE + 0.15), energy, angle, bars=False)
    return sorted(bars + rest, key=lambda region: -region.energy)[:_MOST]


def _tensor(pixels: Pixels) -> tuple[Floats, Floats, Floats]:
    """Energy, coherence and direction (degrees) of each cell."""
    half = cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    dx = cv2.Sobel(half, cv2.CV_32F, 1, 0, ksize=3)
    dy = cv2.Sobel(half, cv2.CV_32F, 0, 1, ksize=3)
    size = (max(1, pixels.shape[1] // _CELL), max(1, pixels.shape[0] // _CELL))
    xx, yy, xy = (
        cv2.resize(product, size, interpolation=cv2.INTER_AREA)
        for product in (dx * dx, dy * dy, dx * dy)
    )
    xx, yy, xy = (cv2.blur(product, (3, 3)) for product in (xx, yy, xy))
    energy = xx + yy
    coherence = np.sqrt((xx - yy) ** 2 + 4 * xy**2) / (energy + 1)
    angle = np.degrees(0.5 * np.arctan2(2 * xy, xx - yy))
    return _floats(energy), _floats(coherence), _floats(angle)


def _floats(values: object) -> Floats:
    return np.asarray(values, np.float32)


def _components(
    mask: NDArray[np.bool_], energy: Floats, angle: Floats, *, bars: bool
) -> list[Region]:
    closed = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, labels = cv2.connectedComponents(closed)
    regions = []
    for number in range(1, count):
        ys, xs = np.nonzero(labels == number)
        if len(xs) >= _LEAST_CELLS:
            regions.append(_region(xs, ys, energy, angle, bars=bars))
    return regions


def _region(
    xs: NDArray[np.intp], ys: NDArray[np.intp], energy: Floats, angle: Floats, *, bars: bool
) -> Region:
    weight = energy[ys, xs]
    total = float(weight.sum())
    points = np.stack([xs, ys], axis=1).astype(np.float32) * _CELL + _CELL / 2
    if bars:
        double = np.radians(2 * angle[ys, xs])
        turn = 0.5 * np.arctan2((weight * np.sin(double)).sum(), (weight * np.cos(double)).sum())
    else:
        turn = 0.0
    across = np.array([np.cos(turn), np.sin(turn)])
    along = np.array([-np.sin(turn), np.cos(turn)])
    u, v = points @ across, points @ along
    middle = across * (u.min() + u.max()) / 2 + along * (v.min() + v.max()) / 2
    return Region(
        centre=(float(middle[0]), float(middle[1])),
        size=(float(np.ptp(u)) + _CELL, float(np.ptp(v)) + _CELL),
        angle=float(np.degrees(turn)),
        bars=bars,
        energy=total,
    )


def upright(pixels: Pixels, region: Region, *, grow: float, zoom: float = 1.0) -> Pixels:
    """The region turned so that its bars stand upright, with `grow` pixels more on each side."""
    width, height = (max(1, round((side + 2 * grow) * zoom)) for side in region.size)
    turn = np.radians(region.angle)
    back = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) / zoom
    shift = np.array(region.centre) - back @ np.array([(width - 1) / 2, (height - 1) / 2])
    matrix = np.hstack([back, shift[:, None]]).astype(np.float32)
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    patch = cv2.warpAffine(
        pixels, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(patch, np.uint8)
