"""Gathers what the readers of schemes other than GS1 find, and makes a `Scan` of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from scanning.dates import from_yymmdd, from_yyyymmdd
from scanning.incoming import Incoming
from scanning.keys import urn
from scanning.scan import Finding, Granularity, Scan, Scheme

_YYYYMMDD = 8


@dataclass(slots=True)
class Fields:
    """What was found so far in one code; a worksheet that never leaves its reader.

    Args:
        incoming: the scan that is read.
        scheme: whose rules apply.
    """

    incoming: Incoming
    scheme: Scheme
    elements: list[tuple[str, str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    product_ids: list[tuple[str, str]] = field(default_factory=list)
    di: str | None = None
    lot: str | None = None
    serial: str | None = None
    expiry: dt.date | None = None
    production_date: dt.date | None = None
    quantity: int | None = None
    link: str | None = None
    di_is_broken: bool = False

    def add(self, name: str, value: str) -> None:
        """Notes one element; in a name only printable ASCII has a place."""
        self.elements.append((name, value))
        if not (value.isascii() and value.isprintable()):
            self.problem("charset", name, value, "printable ASCII")
            self.di_is_broken = True

    def problem(
        self, code: str, name: str | None, found: str | None, expected: str | None = None
    ) -> None:
        """Notes one broken rule."""
        self.findings.append(Finding(code, name, found, expected))

    def date(self, name: str, digits: str) -> dt.date | None:
        """The day that YYMMDD or YYYYMMDD mean; a finding where the calendar has no such day."""
        long = len(digits) == _YYYYMMDD
        day = from_yyyymmdd(digits) if long else from_yymmdd(digits, self.incoming.this_year)
        if day is None:
            self.problem("date", name, digits, "YYMMDD or YYYYMMDD")
        return day

    def count(self, name: str, digits: str) -> int | None:
        """The number that `digits` mean; a finding where they are none."""
        if digits.isascii() and digits.isdigit():
            return int(digits)
        self.problem("not-numeric", name, digits)
        return None

    def scan(self) -> Scan:
        """The scan of all this."""
        key, granularity = self._key()
        return Scan(
            self.incoming.raw,
            self.scheme,
            self.incoming.symbology,
            tuple(self.elements),
            tuple(self.findings),
            di=self.di,
            lot=self.lot,
            serial=self.serial,
            expiry=self.expiry,
            production_date=self.production_date,
            quantity=self.quantity,
            link=self.link,
            key=key,
            granularity=granularity,
            product_ids=tuple(dict.fromkeys(self.product_ids)),
        )

    def _key(self) -> tuple[str | None, Granularity]:
        """The name of the thing; where the product itself is in doubt there is none."""
        if self.di is None or self.di_is_broken:
            return None, Granularity.NOTHING
        if self.serial:
            return urn(self.scheme, self.di, self.serial), Granularity.SERIAL
        if self.lot:
            return urn(self.scheme, self.di, self.lot), Granularity.LOT
        return urn(self.scheme, self.di), Granularity.PRODUCT
