"""Paints one symbol as PNG or SVG and reads it back before it leaves."""

from __future__ import annotations

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from errors import Invalid
from scanning.drawing.modules import Content, Modules, SymbolKind, encode

Pixels = NDArray[np.uint8]
_BAR_HEIGHT = 0.25
"""Height of the bars over their length: enough for a hand that holds the reader askew."""
_LEAST_BAR_MODULES = 40


def draw_symbol(
    content: Content, kind: SymbolKind | str, *, fmt: str = "png", module: int = 4
) -> bytes:
    """One symbol with its quiet zone, read back before it is returned.

    Args:
        content: characters; for GS1 kinds bracketed text, an element string or (AI, value) pairs.
        kind: a `SymbolKind` or its value (`gs1-datamatrix`, `gs1-128`, `qr`, `code-128` …).
        fmt: `png` or `svg`.
        module: width of one module in pixels, 1–40.

    Raises:
        Invalid: `label-content`, `label-too-much`, `label-format`, or `label-unreadable` when the
            drawn symbol did not answer what was put in.
    """
    if fmt not in ("png", "svg") or not 1 <= module <= 40:  # noqa: PLR2004 -- pixels of a module
        raise Invalid("label-format", detail=f"{fmt} {module}")
    modules = encode(content, kind)
    pixels = paint(modules, module)
    check_readable(pixels, modules.raw)
    return png(pixels) if fmt == "png" else svg(modules).encode()


def paint(modules: Modules, module: int) -> Pixels:
    """The symbol as grey pixels, 0 dark and 255 light, its quiet zone around it."""
    cells = np.array([[cell == "1" for cell in row] for row in modules.rows])
    if modules.kind.is_linear:
        cells = np.repeat(cells, bar_height(modules), axis=0)
    cells = np.pad(cells, modules.quiet)
    dark = np.kron(cells, np.ones((module, module), dtype=bool))
    return np.where(dark, 0, 255).astype(np.uint8)


def bar_height(modules: Modules) -> int:
    """Height of a linear symbol in modules."""
    return max(_LEAST_BAR_MODULES, int(modules.width * _BAR_HEIGHT))


def check_readable(pixels: Pixels, raw: str) -> None:
    """Reads `pixels` back.

    Raises:
        Invalid: `label-unreadable` when they do not answer `raw`, AIM identifier included.
    """
    found = zxingcpp.read_barcodes(pixels, text_mode=zxingcpp.TextMode.Plain)
    answers = [symbol.symbology_identifier + symbol.text for symbol in found]
    # A QR code with Chinese in it says ]Q2: the characters carry their own encoding's number.
    same = {raw, raw.replace("]Q1", "]Q2", 1)}
    if not same.intersection(answers):
        raise Invalid("label-unreadable", detail=str(answers[:1]))


def png(pixels: Pixels) -> bytes:
    """`pixels` as a PNG file."""
    done, data = cv2.imencode(".png", pixels)
    if not done:
        raise Invalid("label-format", detail="png")
    return bytes(data)


def svg(modules: Modules) -> str:
    """The symbol as an SVG picture, one unit a module."""
    height = bar_height(modules) if modules.kind.is_linear else len(modules.rows)
    side = modules.quiet
    width, total = modules.width + 2 * side, height + 2 * side
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {total}" '
        f'width="{width}" height="{total}" shape-rendering="crispEdges">'
        f'<rect width="{width}" height="{total}" fill="#fff"/>'
        f'<path transform="translate({side} {side})" d="{path(modules, height)}"/></svg>'
    )


def path(modules: Modules, height: int) -> str:
    """The dark runs of a symbol as SVG path data, one unit a module."""
    tall = height // len(modules.rows)
    return "".join(
        f"M{start} {y * tall}h{length}v{tall}h-{length}z"
        for y, row in enumerate(modules.rows)
        for start, length in dark_runs(row)
    )


def dark_runs(row: str) -> list[tuple[int, int]]:
    """Start and length of each run of dark modules in `row`.

    >>> dark_runs("0110100")
    [(1, 2), (4, 1)]
    """
    runs = []
    start = row.find("1")
    while start >= 0:
        stop = row.find("0", start)
        stop = len(row) if stop < 0 else stop
        runs.append((start, stop - start))
        start = row.find("1", stop)
    return runs
