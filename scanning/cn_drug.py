"""Chinese drug traceability codes (药品追溯码): 20 digits, alone or inside an address."""

from __future__ import annotations

import re
from collections.abc import Callable

from scanning.keys import urn
from scanning.scan import Finding, Granularity, Scan, Scheme

LENGTH = 20
IDENTIFIER_LENGTH = 7
"""The first digits name the product and its pack level (药品标识码)."""
FIRST_DIGIT = "8"
"""Every code of the national platform in use begins with it; other platforms need not."""
PackLevelOf = Callable[[str], int | None]
"""Tells the pack level of a 7-digit identifier: only a catalogue knows it, the digits do not."""
_RUN = re.compile(r"(?<![0-9])8[0-9]{19}(?![0-9])")


def looks_like_code(text: str) -> bool:
    """Whether `text` is 20 digits."""
    return len(text) == LENGTH and text.isascii() and text.isdigit()


def codes_inside(text: str) -> list[str]:
    """The different drug traceability codes in an address or a text, in order.

    >>> codes_inside("http://www.mashangfangxin.com/c?code=81234567890123456789&v=2")
    ['81234567890123456789']
    """
    return list(dict.fromkeys(_RUN.findall(text)))


def scan_of_code(
    raw: str, symbology: str | None, code: str, pack_level_of: PackLevelOf | None = None
) -> Scan:
    """The scan of one code; its last four digits are enciphered and can't be checked offline.

    >>> scan_of_code("81234567890123456789", None, "81234567890123456789").key
    'urn:medtrace:cn-drug:81234567890123456789'
    """
    identifier = code[:IDENTIFIER_LENGTH]
    findings: tuple[Finding, ...] = ()
    if code[0] != FIRST_DIGIT:
        findings = (Finding("drug-code-prefix", None, code[0], FIRST_DIGIT),)
    return Scan(
        raw,
        Scheme.CN_DRUG,
        symbology,
        findings=findings,
        serial=code[IDENTIFIER_LENGTH:],
        drug_code=code,
        drug_identifier=identifier,
        pack_level=pack_level_of(identifier) if pack_level_of is not None else None,
        key=urn(Scheme.CN_DRUG, code),
        granularity=Granularity.SERIAL,
        product_ids=((Scheme.CN_DRUG.value, identifier),),
    )
