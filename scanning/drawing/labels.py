"""Paints labels as PNG, SVG, PDF and ZPL from one layout, and reads each back before it leaves."""

from __future__ import annotations

import io
from collections.abc import Sequence
from xml.sax.saxutils import escape

import numpy as np
import pypdfium2
import zxingcpp
from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from errors import Invalid
from scanning.drawing.fonts import font
from scanning.drawing.label import SIZES, Label, Layout, lay_out
from scanning.drawing.symbols import Pixels, check_readable, dark_runs, png

_MM_PER_INCH = 25.4
_PDF_FONT = "STSong-Light"
"""The Simplified Chinese font that every PDF reader has or replaces (Adobe-GB1)."""
_DPI = {203, 300, 600}
_VECTOR_DOT = 0.01
_SHEET_MARGIN_MM = 8.0
_CHECK_DPI = 300
_FAMILY = "'Noto Sans CJK SC','Microsoft YaHei','PingFang SC',sans-serif"


def draw_label(label: Label, *, size: str = "50x30", fmt: str = "png", dpi: int = 300) -> bytes:
    """One label, read back before it is returned.

    Args:
        label: what it says.
        size: `50x30`, `40x20` or `70x50` millimetres.
        fmt: `png`, `svg`, `pdf` (one page of the label's size) or `zpl`.
        dpi: of PNG and ZPL: 203, 300 or 600, the printer's own.

    Raises:
        Invalid: `label-format`, `label-content`, `label-too-much`, `label-no-font`,
            `label-unreadable`.
    """
    if dpi not in _DPI:
        raise Invalid("label-format", detail=f"{dpi} dpi")
    match fmt:
        case "png":
            return png(_checked_pixels(lay_out(label, size, _MM_PER_INCH / dpi), dpi))
        case "zpl":
            return zpl(_checked_pixels(lay_out(label, size, _MM_PER_INCH / dpi), dpi))
        case "svg":
            layout = lay_out(label, size, _VECTOR_DOT)
            check_readable(paint_label(layout, _CHECK_DPI * 2, text=False), layout.modules.raw)
            return svg(layout).encode()
        case "pdf":
            return _pdf([lay_out(label, size, _VECTOR_DOT)], SIZES[size], [(0.0, 0.0)])
        case _:
            raise Invalid("label-format", detail=fmt)


def draw_sheet(labels: Sequence[Label], *, size: str = "50x30", skip: int = 0) -> bytes:
    """A4 sheets of labels as PDF, every symbol on them read back.

    Args:
        labels: in the order of their places, row by row.
        size: `50x30`, `40x20` or `70x50` millimetres.
        skip: places of the first sheet that are used up already.

    Raises:
        Invalid: as `draw_label`, and `label-content` for no labels.
    """
    if not labels or skip < 0:
        raise Invalid("label-content", detail="no labels")
    if size not in SIZES:
        raise Invalid("label-format", detail=size)
    width, height = SIZES[size]
    page = (A4[0] / mm, A4[1] / mm)
    columns = int((page[0] - 2 * _SHEET_MARGIN_MM) // width)
    rows = int((page[1] - 2 * _SHEET_MARGIN_MM) // height)
    left, top = (page[0] - columns * width) / 2, (page[1] - rows * height) / 2
    places = [
        (left + column * width, top + row * height)
        for row in range(rows)
        for column in range(columns)
    ]
    layouts = [lay_out(label, size, _VECTOR_DOT) for label in labels]
    return _pdf(layouts, page, places, skip % len(places))


def paint_label(layout: Layout, dpi: int, *, text: bool = True) -> Pixels:
    """The label as grey pixels, black and white only."""
    dots = dpi / _MM_PER_INCH
    width, height = (round(side * dots) for side in layout.size)
    picture = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(picture)
    module, (left, top) = layout.module * dots, layout.place
    tall = layout.height * dots / len(layout.modules.rows)
    for y, row in enumerate(layout.modules.rows):
        for start, length in dark_runs(row):
            x0, y0 = round(left * dots + start * module), round(top * dots + y * tall)
            x1 = round(left * dots + (start + length) * module)
            pen.rectangle((x0, y0, x1 - 1, round(top * dots + (y + 1) * tall) - 1), fill=0)
    for line in layout.texts if text else ():
        place = (line.x * dots, line.y * dots)
        pen.text(place, line.text, fill=0, font=font(round(line.height * dots)), anchor="ls")
    return np.where(np.asarray(picture) < 128, 0, 255).astype(np.uint8)  # noqa: PLR2004 -- printers know no grey


def _checked_pixels(layout: Layout, dpi: int) -> Pixels:
    pixels = paint_label(layout, dpi)
    check_readable(pixels, layout.modules.raw)
    return pixels


def zpl(pixels: Pixels) -> bytes:
    """The label as one ZPL II graphic: Chinese prints on any printer, whatever fonts it has."""
    dark = np.pad(pixels == 0, ((0, 0), (0, -pixels.shape[1] % 8)))
    packed = np.packbits(dark, axis=1)
    total, stride = packed.size, packed.shape[1]
    data = packed.tobytes().hex().upper()
    height, width = pixels.shape
    return f"^XA^PW{width}^LL{height}^FO0,0^GFA,{total},{total},{stride},{data}^FS^XZ\n".encode()


def svg(layout: Layout) -> str:
    """The label as an SVG picture in millimetres."""
    width, height = layout.size
    (left, top), module = layout.place, layout.module
    tall = layout.height / len(layout.modules.rows)
    runs = "".join(
        f"M{left + start * module:.3f} {top + y * tall:.3f}"
        f"h{length * module:.3f}v{tall:.3f}h{-length * module:.3f}z"
        for y, row in enumerate(layout.modules.rows)
        for start, length in dark_runs(row)
    )
    texts = "".join(
        f'<text x="{line.x:.2f}" y="{line.y:.2f}" font-size="{line.height}">'
        f"{escape(line.text)}</text>"
        for line in layout.texts
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
        f'viewBox="0 0 {width} {height}"><rect width="{width}" height="{height}" fill="#fff"/>'
        f'<path d="{runs}" shape-rendering="crispEdges"/>'
        f'<g font-family="{_FAMILY}">{texts}</g></svg>'
    )


def _pdf(
    layouts: Sequence[Layout],
    page: tuple[float, float],
    places: Sequence[tuple[float, float]],
    skip: int = 0,
) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont(_PDF_FONT))
    output = io.BytesIO()
    # `invariant` leaves the clock out of the file: the same labels give the same bytes.
    canvas = Canvas(output, pagesize=(page[0] * mm, page[1] * mm), invariant=True)
    for number, layout in enumerate(layouts, start=skip):
        if number > skip and number % len(places) == 0:
            canvas.showPage()
        _put(canvas, layout, places[number % len(places)], page[1])
    canvas.showPage()
    canvas.save()
    document = output.getvalue()
    _check_pdf(document, layouts)
    return document


def _put(canvas: Canvas, layout: Layout, place: tuple[float, float], page_height: float) -> None:
    """Draws one label; PDF counts from the foot of the page upwards."""
    left, top = place[0] + layout.place[0], place[1] + layout.place[1]
    tall = layout.height / len(layout.modules.rows)
    canvas.setFillGray(0)
    shape = canvas.beginPath()
    for y, row in enumerate(layout.modules.rows):
        foot = page_height - top - (y + 1) * tall
        for start, length in dark_runs(row):
            x = left + start * layout.module
            shape.rect(x * mm, foot * mm, length * layout.module * mm, tall * mm)
    canvas.drawPath(shape, stroke=0, fill=1)
    for line in layout.texts:
        canvas.setFont(_PDF_FONT, line.height * mm)
        height = page_height - place[1] - line.y
        canvas.drawString((place[0] + line.x) * mm, height * mm, line.text)


def _check_pdf(document: bytes, layouts: Sequence[Layout]) -> None:
    """Prints the pages in memory and reads every symbol on them."""
    answers: set[str] = set()
    with pypdfium2.PdfDocument(document) as pages:
        for number in range(len(pages)):
            bitmap = pages[number].render(scale=_CHECK_DPI / 72, grayscale=True)
            pixels = np.ascontiguousarray(bitmap.to_numpy().reshape(bitmap.height, bitmap.width))
            found = zxingcpp.read_barcodes(
                pixels, try_rotate=False, try_invert=False, text_mode=zxingcpp.TextMode.Plain
            )
            answers |= {symbol.symbology_identifier + symbol.text for symbol in found}
    answers |= {answer.replace("]Q2", "]Q1", 1) for answer in answers}
    missing = [layout.modules.raw for layout in layouts if layout.modules.raw not in answers]
    if missing:
        raise Invalid("label-unreadable", detail=missing[0])
