"""Makes the file of a paper: A4, margins of 17 mm, hairlines, heads repeated, page n of m."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from typing import Any, Final
from xml.sax.saxutils import escape

import segno
from reportlab.lib.colors import HexColor, black, white
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
)
from reportlab.platypus import Table as Grid

from web.print.drawn import Band, SignatureLines
from web.print.paper import Bar, Block, Facts, Paper, Section, Signing, Table, Words
from web.print.typefaces import BOLD, REGULAR, bold_for, load_fonts

_MARGIN: Final = 17 * mm
_WIDTH: Final = A4[0] - 2 * _MARGIN
_PADDING: Final = 6
"""What reportlab leaves free inside of a page's frame, in points."""
_HEAD: Final = 30 * mm
_FOOT_LINE: Final = 4.2 * mm
_HAIRLINE: Final = 0.5
_BODY: Final = 9.5
_SMALL: Final = 8
_GREY: Final = HexColor(0x808080)
_LEADING: Final = 13.5
_SYMBOL: Final = 20 * mm


def print_paper(paper: Paper) -> bytes:
    """The PDF of a paper; the same paper gives the same bytes."""
    load_fonts()
    file = io.BytesIO()
    foot = (len(paper.foot) + 1) * _FOOT_LINE
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=_MARGIN - _PADDING,
        rightMargin=_MARGIN - _PADDING,
        topMargin=_MARGIN + 6 * mm,
        bottomMargin=_MARGIN + foot,
        title=paper.title,
        author=paper.house,
        subject=paper.line,
        invariant=1,
    )
    story: list[Flowable] = [Spacer(0, _HEAD - 6 * mm)]
    for number, section in enumerate(paper.sections):
        story += _section(paper.numerals[number], section)
    document.build(story, canvasmaker=_canvas_of(paper))
    return file.getvalue()


def _canvas_of(paper: Paper) -> type[Canvas]:
    """A canvas that paints head and foot of every page when it knows how many there are."""

    class Pages(Canvas):  # type: ignore[misc]  # reportlab has no types
        def __init__(self, *args: Any, **more: Any) -> None:  # noqa: ANN401 -- reportlab's own
            super().__init__(*args, **more)
            self._kept: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 -- reportlab's name
            self._kept.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            count = len(self._kept)
            for number, kept in enumerate(self._kept, 1):
                self.__dict__.update(kept)
                _paint_page(self, paper, number, count)
                super().showPage()
            super().save()

    return Pages


def _paint_page(canvas: Canvas, paper: Paper, number: int, count: int) -> None:
    pages = paper.pages.format(page=number, pages=count)
    top = A4[1] - _MARGIN
    if paper.mark:
        _paint_mark(canvas, paper.mark)
    if number == 1:
        _paint_head(canvas, paper, pages, top)
    else:
        canvas.setFont(REGULAR, _SMALL)
        canvas.drawString(_MARGIN, top, f"{paper.title}  ·  {paper.line}")
        canvas.drawRightString(A4[0] - _MARGIN, top, pages)
        _line(canvas, top - 2 * mm)
    canvas.setFont(REGULAR, _SMALL)
    low = _MARGIN + (len(paper.foot) - 1) * _FOOT_LINE
    if paper.foot:
        _line(canvas, low + _FOOT_LINE)
    for index, text in enumerate(paper.foot):
        canvas.drawString(_MARGIN, low - index * _FOOT_LINE, text)


def _paint_head(canvas: Canvas, paper: Paper, pages: str, top: float) -> None:
    canvas.setFont(REGULAR, 10)
    canvas.drawString(_MARGIN, top - 4 * mm, paper.house)
    canvas.setFont(bold_for(paper.title), 21)
    canvas.drawString(_MARGIN, top - 13 * mm, paper.title)
    canvas.setFont(REGULAR, 10)
    canvas.drawString(_MARGIN, top - 20 * mm, f"{paper.line} · {pages}")
    if paper.symbol:
        _paint_symbol(canvas, paper, A4[0] - _MARGIN - _SYMBOL, top - _SYMBOL)


def _paint_symbol(canvas: Canvas, paper: Paper, left: float, low: float) -> None:
    """A QR symbol (ISO/IEC 18004), its quiet zone left to the margins around it."""
    matrix = segno.make(paper.symbol, error="m", micro=False).matrix
    side = _SYMBOL / len(matrix)
    for row, line in enumerate(matrix):
        for column, dark in enumerate(line):
            if dark:
                x, y = left + column * side, low + _SYMBOL - (row + 1) * side
                canvas.rect(x, y, side, side, stroke=0, fill=1)
    canvas.setFont(REGULAR, 7)
    canvas.drawCentredString(left + _SYMBOL / 2, low - 3.6 * mm, paper.caption)


def _paint_mark(canvas: Canvas, mark: str) -> None:
    height = 7 * mm
    canvas.rect(0, A4[1] - height, A4[0], height, stroke=0, fill=1)
    canvas.setFillColor(white)
    canvas.setFont(bold_for(mark), 11)
    canvas.drawCentredString(A4[0] / 2, A4[1] - height + 2.2 * mm, mark)
    canvas.setFillColor(black)


def _line(canvas: Canvas, height: float) -> None:
    canvas.setLineWidth(_HAIRLINE)
    canvas.line(_MARGIN, height, A4[0] - _MARGIN, height)


def _section(numeral: str, section: Section) -> Iterator[Flowable]:
    yield CondPageBreak(35 * mm)
    title = f"{numeral}\u00a0\u00a0{section.title}"
    yield Paragraph(_marked(title), _style(11.5, bold=True, leading=17))
    yield Band(_WIDTH)
    for block in section.blocks:
        yield from _block(block)
    yield Spacer(0, 5 * mm)


def _block(block: Block) -> Iterator[Flowable]:
    match block:
        case Facts():
            yield _facts(block)
        case Table():
            yield from _table(block)
        case Bar():
            yield Band(_WIDTH, block.parts)
            yield _sum(block)
        case Words():
            for line in block.text.splitlines():
                yield Paragraph(escape(line), _style(_BODY))
        case Signing():
            yield SignatureLines(block.captions, _WIDTH)


def _facts(facts: Facts) -> Grid:
    pairs = [*facts.pairs, *[("", "")] * (len(facts.pairs) % 2)]
    rows = [
        [_cell(text, strong=at % 2 == 1) for at, text in enumerate((*left, *right))]
        for left, right in zip(pairs[::2], pairs[1::2], strict=True)
    ]
    return Grid(rows, colWidths=[part * _WIDTH for part in (0.12, 0.4, 0.12, 0.36)], style=_PLAIN)


def _table(table: Table) -> Iterator[Flowable]:
    if not table.rows:
        yield Paragraph(escape(table.empty), _style(_BODY))
        return
    yield Spacer(0, 1.5 * mm)
    whole = sum(table.widths)
    last = len(table.rows) - 1
    rows = [[_cell(h, strong=True, right=at in table.numbers) for at, h in enumerate(table.heads)]]
    rows += [
        [
            _cell(
                text,
                strong=at in table.strong or (table.totals and number == last),
                right=at in table.numbers,
            )
            for at, text in enumerate(row)
        ]
        for number, row in enumerate(table.rows)
    ]
    yield Grid(
        rows,
        colWidths=[part / whole * _WIDTH for part in table.widths],
        repeatRows=1,
        splitInRow=0,
        style=[
            *_PLAIN,
            ("LINEBELOW", (0, 0), (-1, 0), _HAIRLINE * 2, black),
            ("LINEBELOW", (0, 1), (-1, -1), _HAIRLINE / 2, _GREY),
            *(("RIGHTPADDING", (at, 0), (at, -1), 12) for at in table.numbers),
            ("LINEBELOW", (0, -1), (-1, -1), _HAIRLINE * 2, black),
        ],
    )


def _sum(bar: Bar) -> Grid:
    row = [_cell(bar.line), _cell(bar.verdict, strong=True, right=True)]
    return Grid([row], colWidths=[0.78 * _WIDTH, 0.22 * _WIDTH], style=_PLAIN)


_PLAIN: Final = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 4),
    ("TOPPADDING", (0, 0), (-1, -1), 2),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
]


class _Cell(Paragraph):  # type: ignore[misc]  # reportlab has no types
    """A paragraph of a table, broken into lines once; the table asks for its height three times."""

    _broken_for: float | None = None

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        if width != self._broken_for:
            super().wrap(width, height)
            self._broken_for = width
        return self.width, self.height


def _cell(text: str, *, strong: bool = False, right: bool = False) -> _Cell:
    return _Cell(_marked(text) if strong else escape(text), _style(_BODY, right=right))


def _marked(text: str) -> str:
    return f'<font name="{bold_for(text)}">{escape(text)}</font>'


@cache
def _style(
    size: float, *, bold: bool = False, right: bool = False, leading: float = _LEADING
) -> ParagraphStyle:
    return ParagraphStyle(
        f"{size}-{bold}-{right}",
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=leading,
        wordWrap="CJK",
        alignment=TA_RIGHT if right else 0,
    )
