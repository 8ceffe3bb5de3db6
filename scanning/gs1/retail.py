"""One GTIN alone: EAN-13, EAN-8, UPC-A, UPC-E, ITF-14."""

from __future__ import annotations

from scanning.checks import gs1_check_digit, has_gs1_check_digit
from scanning.gs1.element_strings import Elements
from scanning.scan import Finding

LENGTHS = (8, 12, 13, 14)
"""Digits of the GTIN family (General Specifications 3.3.1)."""


def gtin_elements(digits: str) -> tuple[Elements, list[Finding]]:
    """The GTIN of `digits` (one of `LENGTHS`) as AI 01, with a finding where the check is wrong.

    >>> gtin_elements("6901234567892")
    ((('01', '06901234567892'),), [])
    """
    findings = []
    if not has_gs1_check_digit(digits):
        expected = digits[:-1] + gs1_check_digit(digits[:-1])
        findings.append(Finding("check-digit", "01", digits, expected))
    return (("01", digits.zfill(14)),), findings


def upc_a_of(upc_e: str) -> str | None:
    """The twelve digits that eight digits of UPC-E stand for; None where they are no UPC-E.

    General Specifications 5.2.2.4.2 (zero suppression).

    >>> upc_a_of("01234565")
    '012345000065'
    """
    if len(upc_e) != 8 or upc_e[0] not in "01":  # noqa: PLR2004 -- digits of a UPC-E
        return None
    system, body, last, check = upc_e[0], upc_e[1:6], upc_e[6], upc_e[7]
    if last in "012":
        full = body[:2] + last + "0000" + body[2:5]
    elif last == "3":
        full = body[:3] + "00000" + body[3:5]
    elif last == "4":
        full = body[:4] + "00000" + body[4]
    else:
        full = body + "0000" + last
    upc_a = system + full + check
    return upc_a if has_gs1_check_digit(upc_a) else None
