"""A page of test codes, and what is wrong with a reader, told from what it sends of them."""

from __future__ import annotations

import difflib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from scanning.carriers import carrier_of
from scanning.drawing.modules import SymbolKind, encode
from scanning.drawing.symbols import draw_symbol
from scanning.gs1.ai import GS
from scanning.separators import normalise
from texts import text_of

_CLOSE = 0.55
"""Likeness of two texts from which one is taken for the other, garbled."""
_FONT = "STSong-Light"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that a reader does.

    Args:
        code: a key of the catalogue in `texts` (`reader-…`).
        found: what it sends.
        expected: what it should send.
    """

    code: str
    found: str = ""
    expected: str = ""

    def sentence(self, language: str) -> str:
        """What to do about it, in `language`."""
        values = {"found": self.found, "expected": self.expected}
        return text_of(self.code).filled(values).in_language(language)


TESTS: tuple[tuple[str, SymbolKind], ...] = (
    ("MEDTRACE aZ+/%$-.:_1", SymbolKind.CODE_128),
    ("(01)06901234567892(10)TEST1(17)271231", SymbolKind.GS1_128),
    ("(01)06901234567892(10)TEST2(17)271231(21)S2", SymbolKind.GS1_DATAMATRIX),
    ("http://www.mashangfangxin.com/c?code=81234567890123456789", SymbolKind.QR),
    ("+A123AA40 ", SymbolKind.CODE_128),
)
"""What stands on the page: each shows one habit of readers. The last ends with a blank."""


def expected_raws() -> tuple[str, ...]:
    """What a reader that does everything right sends for each test, AIM identifier included."""
    return tuple(encode(content, kind).raw for content, kind in TESTS)


def page_of_tests(language: str = "zh") -> bytes:
    """The page of test codes as PDF, A4."""
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    output = io.BytesIO()
    canvas = Canvas(output, pagesize=A4, invariant=True)
    canvas.setFont(_FONT, 16)
    canvas.drawString(20 * mm, 275 * mm, text_of("reader-page-title").in_language(language))
    canvas.setFont(_FONT, 10)
    canvas.drawString(20 * mm, 267 * mm, text_of("reader-page-how").in_language(language))
    for number, (content, kind) in enumerate(TESTS):
        top = (255 - number * 48) * mm
        picture = ImageReader(io.BytesIO(draw_symbol(content, kind, module=8)))
        width, height = picture.getSize()
        scale = 0.4 * mm / 8
        canvas.drawImage(picture, 20 * mm, top - height * scale, width * scale, height * scale)
        canvas.drawString(20 * mm, top - height * scale - 5 * mm, f"{number + 1}. {content}")
    canvas.showPage()
    canvas.save()
    return output.getvalue()


def diagnose(arrived: Sequence[str]) -> list[Diagnosis]:
    """What the reader does that sent `arrived`, in the order of the page; each thing once.

    >>> diagnose(["]C10106901234567892" "10TEST1" "17271231"])[0].code
    'reader-drops-gs'
    """
    found = list(dict.fromkeys(_each(arrived)))
    wrong = [diagnosis for diagnosis in found if diagnosis.code != "reader-missing"]
    missing = [diagnosis for diagnosis in found if diagnosis.code == "reader-missing"]
    return wrong + missing or [Diagnosis("reader-ok")]


def _each(arrived: Sequence[str]) -> Iterator[Diagnosis]:
    waiting = list(expected_raws())
    for line in arrived:
        text = line.rstrip("\r\n\t")
        if not text:
            continue
        raw = _meant(text, waiting)
        if raw is None:
            yield Diagnosis("reader-unknown", text)
            continue
        waiting.remove(raw)
        yield from _habits(text, raw)
    for raw in waiting:
        yield Diagnosis("reader-missing", raw[3:].replace(GS, "<GS>"))


def _meant(text: str, waiting: Sequence[str]) -> str | None:
    """The test that `text` comes from, however garbled."""
    body = carrier_of(text)[1].casefold()
    likeness = [
        (difflib.SequenceMatcher(None, body, raw[3:].casefold()).ratio(), raw) for raw in waiting
    ]
    best, raw = max(likeness, default=(0.0, ""))
    return raw if best >= _CLOSE else None


def _habits(text: str, raw: str) -> Iterator[Diagnosis]:
    carrier, body = carrier_of(text)
    wanted = raw[3:]
    if carrier is None:
        yield Diagnosis("reader-no-aim")
    plain, spelling = normalise(body)
    if spelling is not None and GS in wanted:
        yield Diagnosis("reader-replaces-gs", spelling)
        body = plain
    if body == wanted:
        return
    if GS in wanted and GS not in body:
        yield Diagnosis("reader-drops-gs")
        wanted = wanted.replace(GS, "")
    if wanted.endswith(" ") and not body.endswith(" "):
        yield Diagnosis("reader-trims-blanks")
        wanted = wanted.rstrip(" ")
    if body != wanted and body.swapcase() == wanted:
        yield Diagnosis("reader-changes-case")
    elif body != wanted:
        yield Diagnosis("reader-changes-characters", *_difference(body, wanted))


def _difference(body: str, wanted: str) -> tuple[str, str]:
    matcher = difflib.SequenceMatcher(None, body, wanted, autojunk=False)
    for tag, a0, a1, b0, b1 in matcher.get_opcodes():
        if tag != "equal":
            return body[a0:a1], wanted[b0:b1]
    return body, wanted
