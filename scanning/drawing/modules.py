"""Encodes content as the dark and light modules of a symbol, whatever they are painted with later.

Two-dimensional symbols are encoded by zxing-cpp, GS1-128 and Code 128 by python-barcode.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import zxingcpp
from barcode.codex import Code128

from errors import Invalid
from scanning.carriers import carrier_of
from scanning.checks import has_gs1_check_digit
from scanning.gs1.ai import GS, IDENTIFIERS
from scanning.gs1.bracketed import looks_bracketed, split_bracketed
from scanning.gs1.dropped import with_separators
from scanning.gs1.element_strings import Elements, split
from scanning.scan import Finding

Content = str | Sequence[tuple[str, str]]
"""What to draw: characters, or for GS1 the (AI, value) pairs, bracketed text or element string."""
_FNC1 = "\xf1"
_MOST_GS1_128 = 48
"""Data characters a GS1-128 may hold (General Specifications 5.4.4)."""


class SymbolKind(StrEnum):
    """The symbols medtrace draws."""

    GS1_DATAMATRIX = "gs1-datamatrix"
    GS1_128 = "gs1-128"
    GS1_QR = "gs1-qr"
    QR = "qr"
    DATAMATRIX = "datamatrix"
    CODE_128 = "code-128"
    EAN_13 = "ean-13"

    @property
    def is_linear(self) -> bool:
        """Whether it consists of bars."""
        return self in (SymbolKind.GS1_128, SymbolKind.CODE_128, SymbolKind.EAN_13)

    @property
    def is_gs1(self) -> bool:
        """Whether its content are GS1 elements."""
        return self in (SymbolKind.GS1_128, SymbolKind.GS1_DATAMATRIX, SymbolKind.GS1_QR)


_AIM = {
    SymbolKind.GS1_DATAMATRIX: "]d2",
    SymbolKind.GS1_128: "]C1",
    SymbolKind.GS1_QR: "]Q3",
    SymbolKind.QR: "]Q1",
    SymbolKind.DATAMATRIX: "]d1",
    SymbolKind.CODE_128: "]C0",
    SymbolKind.EAN_13: "]E0",
}
_FORMAT = {
    SymbolKind.GS1_DATAMATRIX: zxingcpp.BarcodeFormat.DataMatrix,
    SymbolKind.GS1_QR: zxingcpp.BarcodeFormat.QRCode,
    SymbolKind.QR: zxingcpp.BarcodeFormat.QRCode,
    SymbolKind.DATAMATRIX: zxingcpp.BarcodeFormat.DataMatrix,
    SymbolKind.EAN_13: zxingcpp.BarcodeFormat.EAN13,
}
_QUIET = {SymbolKind.GS1_DATAMATRIX: 2, SymbolKind.DATAMATRIX: 2, SymbolKind.EAN_13: 11}


@dataclass(frozen=True, slots=True)
class Modules:
    """A symbol as modules.

    Args:
        kind: which symbology.
        rows: rows of "1" (dark) and "0" (light); a linear symbol has one row.
        raw: AIM identifier and characters that a reader must answer.
        quiet: light modules that must stay around it.
    """

    kind: SymbolKind
    rows: tuple[str, ...]
    raw: str
    quiet: int

    @property
    def width(self) -> int:
        """Modules from left to right, without the quiet zone."""
        return len(self.rows[0])


def encode(content: Content, kind: SymbolKind | str) -> Modules:
    """The modules of `content` as a symbol of `kind`.

    Raises:
        Invalid: `label-format` for an unknown kind, `label-content` when GS1 content breaks a rule
            of GS1, `label-too-much` when the symbol cannot hold it.
    """
    try:
        kind = SymbolKind(kind)
    except ValueError as error:
        raise Invalid("label-format", detail=str(kind)) from error
    text = _gs1_text(content) if kind.is_gs1 else _plain_text(content, kind)
    try:
        rows = _bars(text, kind) if kind in _BARS else _matrix(text, kind)
    except (ValueError, KeyError, IndexError) as error:
        raise Invalid("label-too-much", detail=kind.value) from error
    return Modules(kind, rows, _AIM[kind] + text, _QUIET.get(kind, 10 if kind.is_linear else 4))


_BARS = (SymbolKind.GS1_128, SymbolKind.CODE_128)


def _plain_text(content: Content, kind: SymbolKind) -> str:
    if not isinstance(content, str) or not content:
        raise Invalid("label-content", detail="text expected")
    if kind in _BARS and not all(" " <= character <= "~" for character in content):
        raise Invalid("label-content", detail="Code 128: printable ASCII only")
    if kind is SymbolKind.EAN_13 and not _is_ean(content):
        raise Invalid("label-content", detail="EAN-13: 13 digits, the last one their check")
    return content


def _is_ean(content: str) -> bool:
    digits = content.isascii() and content.isdigit() and len(content) == 13  # noqa: PLR2004 -- EAN-13
    return digits and has_gs1_check_digit(content)


def _gs1_text(content: Content) -> str:
    """The element string of `content`; a label that would be read with a finding is not drawn."""
    elements, findings = _elements(content)
    problems = [finding for finding in findings if finding.code != "required-missing"]
    if problems or not elements:
        shown = problems[0] if problems else Finding("empty")
        detail = f"{shown.code} {shown.ai or ''} {shown.found or ''}".strip()
        raise Invalid("label-content", detail=detail)
    return with_separators(elements)


def _elements(content: Content) -> tuple[Elements, list[Finding]]:
    if isinstance(content, str):
        body = carrier_of(content)[1].lstrip(GS)
        return split_bracketed(body) if looks_bracketed(body) else split(body)
    elements = tuple((ai, value) for ai, value in content)
    findings = [
        finding
        for ai, value in elements
        for finding in (
            IDENTIFIERS[ai].problems(value) if ai in IDENTIFIERS else [Finding("ai-unknown", ai)]
        )
    ]
    return elements, findings


def _bars(text: str, kind: SymbolKind) -> tuple[str, ...]:
    if kind is SymbolKind.GS1_128:
        if len(text) > _MOST_GS1_128:
            raise ValueError(text)
        text = _FNC1 + text.replace(GS, _FNC1)
    return (Code128(text).build()[0],)


def _matrix(text: str, kind: SymbolKind) -> tuple[str, ...]:
    if kind.is_gs1:
        elements, _ = split(text)
        # Brackets around the identifiers; a value that holds round ones asks for square ones.
        left, right = "[]" if "(" in text or ")" in text else "()"
        text = "".join(f"{left}{ai}{right}{value}" for ai, value in elements)
    # Oblong Data Matrix symbols of the extended sizes are unknown to many readers.
    options = {"gs1": kind.is_gs1, "forceSquare": True}
    symbol = zxingcpp.create_barcode(text, _FORMAT[kind], **options)
    pixels = np.array(symbol.to_image(scale=1, add_quiet_zones=False))
    if kind.is_linear:
        pixels = pixels[:1]
    return tuple("".join("1" if value < 128 else "0" for value in row) for row in pixels)  # noqa: PLR2004 -- the middle between black and white
