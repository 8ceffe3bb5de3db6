"""From elements to a `Scan`: lifts out the values that mean something to a hospital."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from scanning.dates import from_yymmdd
from scanning.gs1.ai import IDENTIFIERS
from scanning.gs1.element_strings import Elements
from scanning.gs1.pairs import pair_findings, repeat_findings
from scanning.keys import RESOLVER, digital_link, escaped
from scanning.scan import Finding, Granularity, Measure, Scan, Scheme

_PRODUCT_NUMBERS = tuple(ai for ai in IDENTIFIERS if ai.startswith("71"))
"""National healthcare reimbursement numbers."""
_RARE_IDS = frozenset({"02", "03", "8006", "8026", "8013", "8014", *_PRODUCT_NUMBERS})
_CURRENCY = 3
_MEASURE = 4
Key = tuple[str | None, Granularity]
_NOTHING: Key = (None, Granularity.NOTHING)
_NOTHING_BROKEN: frozenset[str | None] = frozenset()


def scan_of(
    raw: str,
    symbology: str | None,
    elements: Elements,
    findings: list[Finding],
    this_year: int,
) -> Scan:
    """The scan that `elements` make together, with the findings of the pair rules added.

    Args:
        raw: the characters as they came.
        symbology: the carrier, where known.
        elements: what was read from them.
        findings: what was wrong with single elements.
        this_year: the year against which two-digit years are read.
    """
    values = dict(reversed(elements))
    if len(values) != len(elements):
        findings = [*findings, *repeat_findings(elements)]
    broken = frozenset([finding.ai for finding in findings]) if findings else _NOTHING_BROKEN
    pairs = pair_findings(tuple([ai for ai, _ in elements]))
    get = values.get
    key, granularity = _key(values, broken)
    gtin = get("01") or get("02") or get("03") or _piece_gtin(values)
    return Scan(
        raw,
        Scheme.GS1,
        symbology,
        elements,
        (*findings, *pairs) if findings or pairs else (),
        gtin,
        get("00"),
        get("414") or get("417"),
        None,
        get("10"),
        get("21"),
        _date(get("17") or get("7003") or get("15"), this_year),
        _date(get("11") or get("8008"), this_year),
        _count(get("30") or get("37")),
        _measures(elements),
        key=key,
        granularity=granularity,
        product_ids=_product_ids(values, broken),
    )


def _piece_gtin(values: Mapping[str, str]) -> str | None:
    """The GTIN at the start of an individual trade item piece (AI 8006, 8026)."""
    return (values.get("8006") or values.get("8026") or "")[:14] or None


def _date(digits: str | None, this_year: int) -> dt.date | None:
    return None if digits is None else from_yymmdd(digits[:6], this_year)


def _count(digits: str | None) -> int | None:
    return int(digits) if digits and digits.isascii() and digits.isdigit() else None


def _key(values: Mapping[str, str], broken: frozenset[str | None]) -> Key:
    """The thing that the identifiers name; a broken identifier names nothing."""
    get = values.get
    for product in ("01", "8006"):
        gtin = get(product)
        if gtin and product not in broken:
            serial, lot, sscc = get("21"), get("10"), get("00")
            if serial and "21" not in broken:
                return f"{RESOLVER}/{product}/{gtin}/21/{escaped(serial)}", Granularity.SERIAL
            if sscc and "00" not in broken:
                return digital_link("00", sscc), Granularity.LOGISTIC_UNIT
            if serial:
                return _NOTHING
            if lot:
                return _lot_key(product, gtin, lot, broken)
            return digital_link(product, gtin), Granularity.PRODUCT
    return _NOTHING if "01" in values else _other_key(values, broken)


def _lot_key(product: str, gtin: str, lot: str, broken: frozenset[str | None]) -> Key:
    if "10" in broken:
        return _NOTHING
    return f"{RESOLVER}/{product}/{gtin}/10/{escaped(lot)}", Granularity.LOT


def _other_key(values: Mapping[str, str], broken: frozenset[str | None]) -> Key:
    """Logistic units, assets and places: what carries a key of its own instead of a GTIN."""
    for ai, granularity in (
        ("00", Granularity.LOGISTIC_UNIT),
        ("8004", Granularity.SERIAL),
        ("8003", Granularity.SERIAL),
    ):
        if ai in values and ai not in broken:
            return digital_link(ai, values[ai]), granularity
    gln = values.get("414")
    if gln is None or "414" in broken:
        return _NOTHING
    extension = values.get("254")
    parts = ("414", gln, "254", extension) if extension else ("414", gln)
    return digital_link(*parts), Granularity.LOCATION


def _product_ids(
    values: Mapping[str, str], broken: frozenset[str | None]
) -> tuple[tuple[str, str], ...]:
    if not broken and values.keys().isdisjoint(_RARE_IDS):
        return (("gtin", values["01"]),) if "01" in values else ()
    ids = [
        ("gtin", values[ai][:14])
        for ai in ("01", "02", "03", "8006", "8026")
        if ai in values and ai not in broken
    ]
    ids += [(f"gs1-{ai}", values[ai]) for ai in _PRODUCT_NUMBERS if ai in values]
    ids += [("gmn", values[ai]) for ai in ("8013", "8014") if ai in values]
    return tuple(ids)


def _measures(elements: Elements) -> tuple[Measure, ...]:
    measures = None
    for ai, value in elements:
        if ai[0] == "3" and len(ai) == _MEASURE and (measure := _measure(ai, value)) is not None:
            measures = [*(measures or ()), measure]
    return tuple(measures) if measures else ()


def _measure(ai: str, value: str) -> Measure | None:
    """A figure whose last identifier digit says how many decimals it has (3.6 of the GenSpecs)."""
    if not (value.isascii() and value.isdigit()):
        return None
    currency = None
    if ai[:3] in ("391", "393"):
        currency, value = value[:_CURRENCY], value[_CURRENCY:]
    if not value:
        return None
    amount = Decimal(value).scaleb(-int(ai[3]))
    return Measure(ai, IDENTIFIERS[ai].title, amount, currency)
