"""What is drawn and not written: rules, bars of parts, lines to sign on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reportlab.lib.colors import HexColor, black, white
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from web.print.paper import BarPart, Texture
from web.print.typefaces import REGULAR

_GREY: Final = HexColor(0xD9D9D9)
_SMALLEST: Final = 1.5 * mm
_STEP: Final = 2 * mm


class Band(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A rule across the page, or a bar of parts.

    Args:
        width: of the page between its margins.
        parts: of the bar; none: a rule.
    """

    def __init__(self, width: float, parts: Sequence[BarPart] = ()) -> None:
        super().__init__()
        self._parts = [part for part in parts if part.count]
        self.width, self.height = width, 7 * mm if self._parts else 1.5 * mm

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """The size it takes."""
        return self.width, self.height

    def draw(self) -> None:
        """Paint it."""
        canvas: Canvas = self.canv
        canvas.setLineWidth(0.5)
        if not self._parts:
            canvas.line(0, self.height, self.width, self.height)
            return
        total, left = sum(part.count for part in self._parts), 0.0
        spare = self.width - _SMALLEST * len(self._parts)
        for part in self._parts:
            wide = _SMALLEST + spare * part.count / total
            self._paint(canvas, part.texture, left, wide)
            left += wide

    def _paint(self, canvas: Canvas, texture: Texture, left: float, wide: float) -> None:
        high = self.height - 1 * mm
        fill = {Texture.GREY: _GREY, Texture.BLACK: black}.get(texture, white)
        canvas.setFillColor(fill)
        canvas.rect(left, 0, wide, high, stroke=1, fill=1)
        canvas.setFillColor(black)
        if texture not in {Texture.HATCHED, Texture.DOTTED}:
            return
        canvas.saveState()
        frame = canvas.beginPath()
        frame.rect(left, 0, wide, high)
        canvas.clipPath(frame, stroke=0)
        at = left - high
        while at < left + wide:
            if texture is Texture.HATCHED:
                canvas.line(at, 0, at + high, high)
            else:
                for up in range(1, 3):
                    canvas.circle(at, high * up / 3, 0.35 * mm, stroke=0, fill=1)
            at += _STEP
        canvas.restoreState()


class SignatureLines(Flowable):  # type: ignore[misc]  # reportlab has no types
    """Lines to sign on by hand, side by side.

    Args:
        captions: what stands over each.
        width: of the page between its margins.
    """

    def __init__(self, captions: Sequence[str], width: float) -> None:
        super().__init__()
        self._captions = captions
        self.width, self.height = width, 18 * mm

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """The size it takes."""
        return self.width, self.height

    def draw(self) -> None:
        """Paint them."""
        canvas: Canvas = self.canv
        gap = 8 * mm
        wide = (self.width - gap * (len(self._captions) - 1)) / len(self._captions)
        canvas.setLineWidth(0.5)
        canvas.setFont(REGULAR, 9)
        for index, caption in enumerate(self._captions):
            left = index * (wide + gap)
            canvas.drawString(left, 11 * mm, caption)
            canvas.line(left, 2 * mm, left + wide, 2 * mm)
