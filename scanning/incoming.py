"""A scan on its way through the readers of the single schemes."""

from __future__ import annotations

from typing import NamedTuple

from scanning.carriers import Carrier
from scanning.cn_drug import PackLevelOf, scan_of_code
from scanning.gs1.element_strings import Elements
from scanning.gs1.meaning import scan_of
from scanning.scan import Finding, Scan, Scheme

_SHOWN = 80


class Incoming(NamedTuple):
    """What came from a scanner, taken apart as far as every scheme needs it.

    One is made for each scan, and a named tuple is made in a third of a frozen dataclass's time.

    Args:
        raw: the characters as they came.
        text: the same without the carrier's name and the Enter key at the end.
        carrier: what carried them, where they said so.
        this_year: against which two-digit years are read.
        pack_level_of: the caller's catalogue of pack levels, where it has one.
    """

    raw: str
    text: str
    carrier: Carrier | None
    this_year: int
    pack_level_of: PackLevelOf | None = None

    @property
    def symbology(self) -> str | None:
        """The carrier's name, None where it did not say."""
        return None if self.carrier is None else self.carrier.name

    @property
    def is_digits(self) -> bool:
        """Whether the text is nothing but ASCII digits."""
        return self.text.isascii() and self.text.isdigit()

    def gs1(self, elements: Elements, findings: list[Finding]) -> Scan:
        """The GS1 scan that these elements make."""
        return scan_of(self.raw, self.symbology, elements, findings, self.this_year)

    def drug(self, code: str) -> Scan:
        """The scan of a Chinese drug traceability code."""
        return scan_of_code(self.raw, self.symbology, code, self.pack_level_of)

    def unknown(self, code: str, expected: str | None = None) -> Scan:
        """A code kept as it is, with the reason why it isn't understood."""
        finding = Finding(code, None, self.text[:_SHOWN], expected)
        return Scan(self.raw, Scheme.UNKNOWN, self.symbology, findings=(finding,))
