"""Lays out a label: where symbol and text stand, in millimetres, before anything is painted."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from errors import Invalid
from scanning.drawing.modules import Content, Modules, SymbolKind, encode
from scanning.gs1.element_strings import split

SIZES = {"50x30": (50.0, 30.0), "40x20": (40.0, 20.0), "70x50": (70.0, 50.0)}
"""Label sizes in millimetres, width and height: the rolls that hospitals buy."""
_MARGIN = 1.5
_GAP = 1.5
_LEAST_MODULE = 0.25
"""GS1 General Specifications 5.12: smallest module for healthcare items, millimetres."""
_MOST_MODULE = 0.9
_TEXT = 2.3
"""Height of a line's letters, millimetres; smaller ones aren't read at arm's length."""
_SMALL = 1.7
_HEIGHT = 30.0
"""Label height for which these sizes are meant; taller labels get larger letters."""
_MOST_SCALE = 1.6
_LINE = 1.35
_LEAST_BARS = 5.0
_WIDE = 1.0
_NARROW = 0.56
"""Widths of Chinese and of Latin letters over their height."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a label says.

    Args:
        content: what goes into the symbol, as for `draw_symbol`.
        kind: a `SymbolKind` or its value; a matrix symbol stays readable on small labels.
        title: the goods' name, large.
        lines: further text (specification, ward, expiry), in the order of importance.
    """

    content: Content
    kind: SymbolKind | str = SymbolKind.GS1_DATAMATRIX
    title: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text: left end and baseline, height of its letters, in millimetres."""

    x: float
    y: float
    height: float
    text: str


@dataclass(frozen=True, slots=True)
class Layout:
    """A label with every place decided.

    Args:
        size: width and height in millimetres.
        modules: the symbol.
        module: width of a module in millimetres.
        place: left and top of the symbol without its quiet zone.
        height: of the symbol, millimetres.
        texts: the lines beside or below it.
    """

    size: tuple[float, float]
    modules: Modules
    module: float
    place: tuple[float, float]
    height: float
    texts: tuple[TextLine, ...]


def lay_out(label: Label, size: str, dot: float) -> Layout:
    """The layout of `label` on a label of `size`, its modules whole dots of `dot` millimetres.

    Raises:
        Invalid: `label-format` for an unknown size, `label-content`, `label-too-much` when the
            symbol would need modules below 0.25 mm.
    """
    if size not in SIZES:
        raise Invalid("label-format", detail=size)
    modules = encode(label.content, label.kind)
    maker = _below if modules.kind.is_linear else _beside
    return maker(label, modules, SIZES[size], dot)


def _module(available: float, count: int, dot: float, kind: SymbolKind) -> float:
    """The widest module of whole dots with which `count` modules fit."""
    widest = min(available / count, _MOST_MODULE)
    module = int(widest / dot + 1e-6) * dot
    if module < _LEAST_MODULE - 1e-3:
        raise Invalid("label-too-much", detail=kind.value)
    return module


def _beside(label: Label, modules: Modules, size: tuple[float, float], dot: float) -> Layout:
    """A matrix symbol left, the text right of it."""
    width, height = size
    count = modules.width + 2 * modules.quiet
    rows = len(modules.rows) + 2 * modules.quiet
    # A Data Matrix may be oblong: the side that is tighter decides.
    share = min(0.55 * width / count, (height - 2 * _MARGIN) / rows)
    module = _module(share, 1, dot, modules.kind)
    inner, tall = modules.width * module, len(modules.rows) * module
    # On the printer's grid, so that no module is torn between two dots.
    left = round((_MARGIN + modules.quiet * module) / dot) * dot
    top = round((height - tall) / 2 / dot) * dot
    x = left + inner + modules.quiet * module + _GAP
    box = (x, _MARGIN, width - x - _MARGIN, height - 2 * _MARGIN)
    texts = _stack(label, modules, box, _scale(height))
    return Layout(size, modules, module, (left, top), tall, tuple(texts))


def _below(label: Label, modules: Modules, size: tuple[float, float], dot: float) -> Layout:
    """Bars on top, the text below them."""
    width, height = size
    module = _module(width - 1.0, modules.width + 2 * modules.quiet, dot, modules.kind)
    inner = modules.width * module
    wanted = bool(label.title) + len(label.lines) + len(human_readable(modules))
    text = wanted * _SMALL * _LINE * _scale(height) + _TEXT
    bars = max(_LEAST_BARS, height - 2 * _MARGIN - _GAP - text)
    left = round((width - inner) / 2 / dot) * dot
    box = (_MARGIN, _MARGIN + bars + _GAP / 2, width - 2 * _MARGIN, height - 2 * _MARGIN - bars)
    texts = _stack(label, modules, box, _scale(height))
    return Layout(size, modules, module, (left, _MARGIN), bars, tuple(texts))


def _scale(height: float) -> float:
    return min(height / _HEIGHT, _MOST_SCALE) if height > _HEIGHT else 1.0


def _stack(
    label: Label, modules: Modules, box: tuple[float, float, float, float], scale: float
) -> Iterator[TextLine]:
    """Title, then what the symbol says, then the further lines, as far as the box reaches."""
    x, top, width, height = box
    wanted = [(label.title, _TEXT * scale)] if label.title else []
    wanted += [(text, _SMALL * scale) for text in human_readable(modules)]
    wanted += [(text, _SMALL * scale) for text in label.lines]
    total = sum(letters * _LINE for _, letters in wanted)
    y = top + max(0.0, (height - total) / 2)
    for text, letters in wanted:
        y += letters * _LINE
        if y > top + height + 0.2:
            return
        yield TextLine(x, y - letters * 0.3, letters, fitted(text, width / letters))


def human_readable(modules: Modules) -> list[str]:
    """What people read beside the symbol: for GS1 each identifier in brackets with its value.

    An address in a QR code is for machines: nothing is printed of it.
    """
    text = modules.raw[3:]
    if modules.kind.is_gs1:
        elements, _ = split(text)
        return [f"({ai}) {value}" for ai, value in elements]
    return [] if "://" in text else [text]


def fitted(text: str, ems: float) -> str:
    """`text`, or as much of it as `ems` letter heights hold, with an ellipsis.

    >>> fitted("注射用头孢曲松钠", 5)
    '注射用头…'
    """
    if _width(text) <= ems:
        return text
    while text and _width(text) + _WIDE > ems:
        text = text[:-1]
    return text + "…"


def _width(text: str) -> float:
    return sum(_WIDE if unicodedata.east_asian_width(c) in "WF" else _NARROW for c in text)
