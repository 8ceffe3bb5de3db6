"""What is printed on the demo's boxes, and what a scan of it names.

Keys come from `scanning.read` alone: the demo can't name a thing otherwise than a scanner would.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from scanning import Scan, SymbolKind, read
from trace import Thing


class Scheme(StrEnum):
    """The families of codes in the demo's catalogue."""

    DRUG = "drug"
    """Chinese drug traceability code: 7 digits of the product, 13 of the pack."""
    GTIN = "gtin"
    HIBC = "hibc"
    MA = "ma"


@dataclass(frozen=True, slots=True)
class Code:
    """One product code: what a label begins with.

    Args:
        scheme: whose rules it follows.
        value: 7 digits, a GTIN of 14, LIC + PCN + unit of measure, or an MA device identifier.
    """

    scheme: Scheme
    value: str

    @property
    def symbol(self) -> SymbolKind:
        """The symbol that a maker prints it in."""
        return _SYMBOLS[self.scheme]

    def text(self, lot: str, expiry: date, serial: str | None = None) -> str:
        """The characters of the label of one box or of one lot.

        Args:
            lot: 批号; a drug traceability code does not carry it.
            expiry: last day of use; a drug traceability code does not carry it.
            serial: of the box; None: the label is the same on every box of the lot. A drug
                traceability code always has one, 13 digits.
        """
        day = f"{expiry:%y%m%d}"
        match self.scheme:
            case Scheme.DRUG:
                return self.value + (serial or "0" * 13)
            case Scheme.GTIN:
                text = f"(01){self.value}(17){day}(10){lot}"
                return f"{text}(21){serial}" if serial else text
            case Scheme.HIBC:
                text = f"+{self.value}/$$3{day}{lot}"
                return _with_check(f"{text}/S{serial}" if serial else text)
            case Scheme.MA:
                text = f"{self.value}.L{lot}.V{day}"
                return f"{text}.S{serial}" if serial else text


_SYMBOLS = {
    Scheme.DRUG: SymbolKind.CODE_128,
    Scheme.GTIN: SymbolKind.GS1_DATAMATRIX,
    Scheme.HIBC: SymbolKind.CODE_128,
    Scheme.MA: SymbolKind.QR,
}


def _with_check(text: str) -> str:
    """An HIBC text with the check character that `read` says belongs there."""
    for finding in read(text + "0").findings:
        if finding.code == "check-character":
            return text + (finding.expected or "")
    return text + "0"


def scanned(text: str) -> Scan:
    """What a scanner reads from a label.

    Raises:
        ValueError: the label names no thing: the demo's own data are wrong.
    """
    scan = read(text)
    if scan.key is None or not scan.valid:
        raise ValueError(text)
    return scan


def thing(
    text: str, *, quantity: int | None = None, lot: str | None = None, expiry: date | None = None
) -> Thing:
    """The thing that a label names.

    Args:
        text: the characters of the label.
        quantity: how many, for goods counted by lot.
        lot: from the delivery note, where the label does not carry it.
        expiry: the same.

    >>> thing("(01)06901234567892(17)270131(10)AB1(21)S7").key
    'https://id.gs1.org/01/06901234567892/21/S7'
    """
    scan = scanned(text)
    return Thing(scan.key or "", quantity, lot=scan.lot or lot, expiry=scan.expiry or expiry)
