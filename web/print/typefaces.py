"""The fonts of papers, embedded in every file: a hospital's printers have none of ours."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR: Final = "MedtraceSC"
BOLD: Final = "MedtraceSC-Bold"

_FOLDER = Path(__file__).parent / "fonts"
_FILES = {REGULAR: "NotoSansSC-Regular.ttf", BOLD: "NotoSansSC-Bold.ttf"}


@cache
def load_fonts() -> frozenset[int]:
    """Register the fonts, once a process; the characters that there are in bold."""
    for name, file in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, _FOLDER / file))
    return frozenset(pdfmetrics.getFont(BOLD).face.charToGlyph)


def bold_for(text: str) -> str:
    """The bold font, or the regular one for a text with a character that is not in the bold one."""
    return BOLD if load_fonts().issuperset(map(ord, text)) else REGULAR
