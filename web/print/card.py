"""A card of A6, to be kept in a purse: facts beside a symbol that was read back."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final

from reportlab.lib.pagesizes import A6, landscape
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader, simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from scanning import SymbolKind, draw_symbol
from web.print.typefaces import REGULAR, bold_for, load_fonts

_MARGIN: Final = 7 * mm
_SYMBOL: Final = 26 * mm
_LINE: Final = 5.6 * mm
_LABEL: Final = 22 * mm
_SMALL: Final = 6.5
_BODY: Final = 8.5


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on a card, in the reader's language.

    Args:
        title: what it is.
        rows: names with their values.
        symbol: the content of its DataMatrix, and whether that is a GS1 element string.
        foot: the last line.
    """

    title: str
    rows: tuple[tuple[str, str], ...]
    symbol: tuple[str, bool]
    foot: str


def print_card(card: Card) -> bytes:
    """The PDF of a card; the same card gives the same bytes.

    Raises:
        Invalid: the symbol can't be drawn (`label-content`, `label-too-much`).
    """
    load_fonts()
    file = io.BytesIO()
    width, height = landscape(A6)
    canvas = Canvas(file, pagesize=(width, height), invariant=1)
    canvas.setTitle(card.title)
    canvas.setFont(bold_for(card.title), 13)
    canvas.drawString(_MARGIN, height - _MARGIN - 3 * mm, card.title)
    canvas.setLineWidth(0.5)
    canvas.line(_MARGIN, height - _MARGIN - 5.5 * mm, width - _MARGIN, height - _MARGIN - 5.5 * mm)
    _paint_symbol(canvas, card, width, height)
    _paint_rows(canvas, card, width, height - _MARGIN - 10.5 * mm)
    canvas.setFont(REGULAR, _SMALL)
    canvas.drawString(_MARGIN, _MARGIN - 1.5 * mm, card.foot)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def _paint_symbol(canvas: Canvas, card: Card, width: float, height: float) -> None:
    content, is_gs1 = card.symbol
    kind = SymbolKind.GS1_DATAMATRIX if is_gs1 else SymbolKind.DATAMATRIX
    picture = ImageReader(io.BytesIO(draw_symbol(content, kind, module=8)))
    left, low = width - _MARGIN - _SYMBOL, height - _MARGIN - 8 * mm - _SYMBOL
    canvas.drawImage(picture, left, low, _SYMBOL, _SYMBOL)
    canvas.setFont(REGULAR, _SMALL - 0.5)
    for number, line in enumerate(_cut(content, _SYMBOL)):
        canvas.drawString(left, low - (number + 1) * 2.6 * mm, line)


def _cut(text: str, room: float) -> list[str]:
    """A code in lines, broken anywhere: it has no words."""
    lines = [""]
    for letter in text:
        if stringWidth(lines[-1] + letter, REGULAR, _SMALL - 0.5) > room:
            lines.append("")
        lines[-1] += letter
    return lines


def _paint_rows(canvas: Canvas, card: Card, width: float, top: float) -> None:
    room = width - 2 * _MARGIN - _SYMBOL - _LABEL - 4 * mm
    for number, (name, value) in enumerate(card.rows):
        high = top - number * _LINE
        canvas.setFont(REGULAR, _SMALL)
        canvas.drawString(_MARGIN, high, name)
        font = bold_for(value)
        canvas.setFont(font, _BODY)
        lines = simpleSplit(value, font, _BODY, room) or [""]
        canvas.drawString(_MARGIN + _LABEL, high, lines[0] + ("…" if len(lines) > 1 else ""))
