"""Curves as SVG pictures: time against size, both axes by powers of ten."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from reportlab.graphics import renderSVG
from reportlab.graphics.charts.legends import Legend
from reportlab.graphics.charts.lineplots import LinePlot
from reportlab.graphics.shapes import Drawing, Rect, String
from reportlab.graphics.widgets.markers import makeMarker
from reportlab.lib import colors

Points = Sequence[tuple[float, float]]

_WIDTH, _HEIGHT = 760, 380
_COLOURS: Final = tuple(
    map(colors.HexColor, ("#1f6f8b", "#c8553d", "#588157", "#6d597a", "#b08900", "#3d405b"))
)
_GREY = colors.HexColor("#d8d8d8")


def draw(path: Path, title: str, across: str, up: str, curves: Mapping[str, Points]) -> None:
    """Write a picture of some curves.

    Args:
        path: an `.svg` file, written anew.
        title: above the picture.
        across: what the horizontal axis counts.
        up: what the vertical axis counts.
        curves: (x, y) pairs by name, all above 0; a name that begins with `limit` is dashed.
    """
    drawing = Drawing(_WIDTH, _HEIGHT)
    drawing.add(Rect(0, 0, _WIDTH, _HEIGHT, fillColor=colors.white, strokeColor=None))
    drawing.add(String(60, _HEIGHT - 24, title, fontName="Helvetica-Bold", fontSize=14))
    drawing.add(String(60, _HEIGHT - 42, f"{up} against {across}", fontSize=11))
    drawing.add(_plot(curves))
    drawing.add(_legend(list(curves)))
    path.write_text(renderSVG.drawToString(drawing), encoding="utf-8")


def _plot(curves: Mapping[str, Points]) -> LinePlot:
    plot = LinePlot()
    plot.x, plot.y, plot.width, plot.height = 60, 40, 420, _HEIGHT - 110
    plot.data = [[(math.log10(x), math.log10(y)) for x, y in points] for points in curves.values()]
    every = [point for points in plot.data for point in points]
    for axis, values in (
        (plot.xValueAxis, [x for x, _ in every]),
        (plot.yValueAxis, [y for _, y in every]),
    ):
        low, high = math.floor(min(values)), math.ceil(max(values))
        axis.valueMin, axis.valueMax = low, max(high, low + 1)
        axis.valueSteps = list(range(low, max(high, low + 1) + 1))
        axis.labelTextFormat = _power
        axis.labels.fontSize = 11
        axis.visibleGrid, axis.gridStrokeColor = True, _GREY
    for place, name in enumerate(curves):
        line = plot.lines[place]
        line.strokeColor, line.strokeWidth = _COLOURS[place % len(_COLOURS)], 2
        if name.startswith("limit"):
            line.strokeDashArray = [5, 4]
        else:
            line.symbol = makeMarker("FilledCircle", size=6)
    return plot


def _power(exponent: float) -> str:
    """A power of ten as people write it: 0.1, 100, 10k, 1M."""
    value = 10.0**exponent
    for unit, letter in ((1e6, "M"), (1e3, "k")):
        if value >= unit:
            return f"{value / unit:g}{letter}"
    return f"{value:g}"


def _legend(names: Sequence[str]) -> Legend:
    legend = Legend()
    legend.x, legend.y, legend.fontSize = 500, _HEIGHT - 70, 11
    legend.alignment, legend.columnMaximum, legend.deltay = "right", len(names), 20
    legend.dx, legend.dy, legend.strokeWidth = 14, 4, 0
    legend.colorNamePairs = [
        (_COLOURS[place % len(_COLOURS)], name) for place, name in enumerate(names)
    ]
    return legend
