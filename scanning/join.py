"""Puts the parts of a split label together: what stands on several bars of one box.

GS1 prints the GTIN on one bar and lot and expiry on the next; HIBC ties a secondary to its primary
by a link character; a Chinese drug box carries its EAN beside its traceability code. Parts of two
things are not mixed: the answer then names nothing and says why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from scanning.checks import hibc_check_character
from scanning.gs1.meaning import scan_of
from scanning.keys import urn
from scanning.scan import Finding, Granularity, Scan, Scheme

_IDENTITY = ("00", "01", "02", "10", "21", "17", "11", "414", "8006")
"""Identifiers that one thing has once: two values mean two things."""
_RULES = frozenset({"required-missing", "excluded-pair", "repeated-differs", "primary-missing"})
"""Findings that are judged again over all parts together."""


def join(scans: Iterable[Scan], *, today: dt.date | None = None) -> Scan:
    """One scan of all the symbols on one thing.

    Args:
        scans: what `read` made of each symbol, in the order scanned; one twice counts once.
        today: the day against which two-digit years are read.

    >>> from scanning import read
    >>> both = join([read("]C10106901234567892"), read("]C11727013110AB1")])
    >>> both.key, both.findings
    ('https://id.gs1.org/01/06901234567892/10/AB1', ())
    """
    parts = list(dict.fromkeys(_understood(scans)))
    if not parts:
        return Scan("", findings=(Finding("empty", None, "", None),))
    if len(parts) == 1:
        return parts[0]
    by_scheme: dict[Scheme, list[Scan]] = {}
    for part in parts:
        by_scheme.setdefault(part.scheme, []).append(part)
    year = (today or dt.date.today()).year  # noqa: DTZ011 -- as in `read`
    if set(by_scheme) == {Scheme.GS1}:
        return _gs1(parts, year)
    if set(by_scheme) == {Scheme.HIBC}:
        return _hibc(parts)
    if set(by_scheme) == {Scheme.GS1, Scheme.CN_DRUG}:
        return _drug(by_scheme[Scheme.CN_DRUG], by_scheme[Scheme.GS1], year)
    return _mixed(parts, parts[0].scheme, parts[1].scheme)


def _understood(scans: Iterable[Scan]) -> Iterable[Scan]:
    """A part that alone is a mere number may be element strings among its fellows."""
    for scan in scans:
        gs1 = (other.scan for other in scan.alternatives if other.scan.scheme is Scheme.GS1)
        yield next(gs1, scan) if scan.scheme is Scheme.UNKNOWN else scan


def _raw(parts: Sequence[Scan]) -> str:
    return "\n".join(part.raw for part in parts)


def _mixed(parts: Sequence[Scan], found: str, expected: str) -> Scan:
    finding = Finding("parts-differ", None, str(found), str(expected))
    return Scan(_raw(parts), parts[0].scheme, findings=(finding,))


def _gs1(parts: Sequence[Scan], year: int) -> Scan:
    elements = tuple(dict.fromkeys(element for part in parts for element in part.elements))
    first: dict[str, str] = {}
    for ai, value in elements:
        if first.setdefault(ai, value) != value and ai in _IDENTITY:
            return _mixed(parts, f"({ai}){value}", f"({ai}){first[ai]}")
    own = [f for part in parts for f in part.findings if f.code not in _RULES]
    symbologies = {part.symbology for part in parts}
    symbology = symbologies.pop() if len(symbologies) == 1 else None
    return scan_of(_raw(parts), symbology, elements, own, year)


def _hibc(parts: Sequence[Scan]) -> Scan:
    primaries = [part for part in parts if part.di is not None]
    others = [part for part in parts if part.di is None]
    if len(primaries) != 1 or len({part.di for part in primaries}) != 1:
        return _mixed(parts, parts[1].di or parts[1].raw, parts[0].di or parts[0].raw)
    primary = primaries[0]
    assert primary.di is not None  # noqa: S101 -- just chosen for it
    link = hibc_check_character("+" + primary.di)
    whole = primary
    for other in others:
        if other.link != link:
            finding = Finding("link-character", None, other.link, link)
            return Scan(_raw(parts), Scheme.HIBC, findings=(finding,))
        whole = _with_secondary(whole, other)
    return replace(_named(whole), raw=_raw(parts), link=None)


def _with_secondary(primary: Scan, secondary: Scan) -> Scan:
    own = tuple(f for f in secondary.findings if f.code not in _RULES)
    return replace(
        primary,
        elements=primary.elements + secondary.elements,
        findings=primary.findings + own,
        lot=primary.lot or secondary.lot,
        serial=primary.serial or secondary.serial,
        expiry=primary.expiry or secondary.expiry,
        production_date=primary.production_date or secondary.production_date,
        quantity=primary.quantity if primary.quantity is not None else secondary.quantity,
    )


def _named(scan: Scan) -> Scan:
    if scan.di is None or any(finding.code == "check-character" for finding in scan.findings):
        return replace(scan, key=None, granularity=Granularity.NOTHING)
    if scan.serial:
        return replace(
            scan, key=urn(scan.scheme, scan.di, scan.serial), granularity=Granularity.SERIAL
        )
    if scan.lot:
        return replace(scan, key=urn(scan.scheme, scan.di, scan.lot), granularity=Granularity.LOT)
    return scan


def _drug(drugs: Sequence[Scan], others: Sequence[Scan], year: int) -> Scan:
    """A traceability code with the EAN, lot and expiry that stand beside it on the box."""
    goods = others[0] if len(others) == 1 else _gs1(others, year)
    parts = [*drugs, *others]
    if len(drugs) > 1:
        return _mixed(parts, drugs[1].drug_code or "", drugs[0].drug_code or "")
    if goods.granularity in (Granularity.SERIAL, Granularity.LOGISTIC_UNIT, Granularity.LOCATION):
        return _mixed(parts, goods.key or "", drugs[0].key or "")
    if any(finding.code == "parts-differ" for finding in goods.findings):
        return replace(goods, raw=_raw(parts))
    return replace(
        drugs[0],
        raw=_raw(parts),
        elements=goods.elements,
        findings=drugs[0].findings + goods.findings,
        gtin=goods.gtin,
        lot=goods.lot,
        expiry=goods.expiry,
        production_date=goods.production_date,
        product_ids=drugs[0].product_ids + goods.product_ids,
        alternatives=(),
    )
