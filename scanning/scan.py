"""What a scan says: the values that `read` returns. Nothing here parses."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Scheme(StrEnum):
    """Whose rules a code follows."""

    GS1 = "gs1"
    CN_DRUG = "cn-drug"
    HIBC = "hibc"
    ISBT128 = "isbt128"
    PPN = "ppn"
    MA = "ma"
    AHM = "ahm"
    IN_HOUSE = "in-house"
    UNKNOWN = "unknown"


class Granularity(StrEnum):
    """What a scan's key names."""

    SERIAL = "serial"
    LOT = "lot"
    PRODUCT = "product"
    LOGISTIC_UNIT = "logistic-unit"
    LOCATION = "location"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that a code breaks.

    Args:
        code: what is wrong, a key of the catalogue in `texts` behind the prefix `scan-`.
        ai: the application identifier or data identifier at fault, or None for the whole.
        found: what stands there.
        expected: what would have been right.
    """

    code: str
    ai: str | None = None
    found: str | None = None
    expected: str | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A weight, length, area, volume, price or amount in a code (GS1 AI 31nn–36nn, 39nn).

    Args:
        ai: the application identifier it stood in.
        title: the data title of that application identifier (`NET WEIGHT (kg)`).
        amount: the figure with its decimal point in place.
        currency: ISO 4217 numeric code, for amounts that name one.
    """

    ai: str
    title: str
    amount: Decimal
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another reading that fits the same characters.

    Args:
        scan: that reading.
        why: a code of the catalogue behind the prefix `scan-why-`: what speaks for it.
    """

    scan: Scan
    why: str


NOTICES = frozenset({"gs-replaced", "check-unverified"})
"""Findings about the reader, or about what nobody here can check: no rule of the code is broken."""


@dataclass(frozen=True, slots=True)
class Scan:
    """Everything a code says, and everything that is wrong with it.

    Args:
        raw: the characters exactly as they came.
        scheme: whose rules it follows.
        symbology: the carrier by its AIM identifier (`gs1-datamatrix`), None where unknown.
        elements: (identifier, value) in the order read; for GS1 the application identifiers.
        findings: the rules it breaks; empty exactly when it is valid.
        gtin: 14 digits, shorter GTINs filled with zeros on the left.
        sscc: 18 digits of a logistic unit.
        gln: 13 digits of a location.
        di: the product part of a code that isn't GS1 (HIBC LIC + PCN, MA DI, PPN, ISBT UDI-DI …).
        lot: 批号.
        serial: serial number.
        expiry: last day on which it may be used.
        production_date: day it was made.
        quantity: count of items.
        measures: weights, lengths, prices.
        drug_code: the 20 digits of a Chinese drug traceability code.
        drug_identifier: its first 7 digits, which name the product and the pack level.
        pack_level: 1 smallest pack (小码), 2 middle (中码), 3 case (大码); None where the
            caller's catalogue did not tell.
        link: the link character that ties a HIBC secondary code to its primary.
        key: canonical name of the thing, see docs/scanning.md; None where the code names none.
        granularity: what that key names.
        product_ids: (scheme, value) pairs by which a catalogue can find the product.
        alternatives: other readings that fit, best first.
    """

    raw: str
    scheme: Scheme = Scheme.UNKNOWN
    symbology: str | None = None
    elements: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = ()
    gtin: str | None = None
    sscc: str | None = None
    gln: str | None = None
    di: str | None = None
    lot: str | None = None
    serial: str | None = None
    expiry: dt.date | None = None
    production_date: dt.date | None = None
    quantity: int | None = None
    measures: tuple[Measure, ...] = ()
    drug_code: str | None = None
    drug_identifier: str | None = None
    pack_level: int | None = None
    link: str | None = None
    key: str | None = None
    granularity: Granularity = Granularity.NOTHING
    product_ids: tuple[tuple[str, str], ...] = ()
    alternatives: tuple[Alternative, ...] = field(default=())

    @property
    def valid(self) -> bool:
        """Whether the code breaks no rule (a notice about the reader is no broken rule)."""
        return all(finding.code in NOTICES for finding in self.findings)

    @property
    def ambiguous(self) -> bool:
        """Whether another reading names another thing: a person has to choose."""
        return any(other.scan.key not in (None, self.key) for other in self.alternatives)

    @property
    def readings(self) -> tuple[Scan, ...]:
        """This reading and the others that fit, best first."""
        return (self, *(other.scan for other in self.alternatives))
