"""`read`: from the characters that a scanner sent to a `Scan`. It never raises on a string."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from scanning.ahm import read_ahm
from scanning.carriers import carrier_of
from scanning.cn_drug import PackLevelOf, codes_inside, looks_like_code
from scanning.gs1.ai import GS
from scanning.gs1.bracketed import looks_bracketed, split_bracketed
from scanning.gs1.digital_link import elements_of_link
from scanning.gs1.retail import LENGTHS, upc_a_of
from scanning.gs1.text import is_plausible, read_elements, read_retail, read_retail_composite
from scanning.hibc import read_hibc
from scanning.in_house import read_in_house
from scanning.incoming import Incoming
from scanning.isbt128 import read_isbt
from scanning.ma import read_ma
from scanning.ppn import read_envelope
from scanning.scan import NOTICES, Alternative, Finding, Scan

_DAY = 86_400
LONGEST = 8192
"""Characters that are looked at: the largest symbol, a QR code of version 40, holds 7,089."""
_ELSEWHERE = NOTICES | {"required-missing"}
"""Findings that another symbol on the same label may mend."""
Reader = Callable[[Incoming], Scan | None]
_BY_FIRST: dict[str, Reader] = {}


def read(
    raw: str, *, today: dt.date | None = None, pack_level_of: PackLevelOf | None = None
) -> Scan:
    """What `raw` says. Whatever can't be read is said in the findings; nothing is raised.

    Args:
        raw: the characters as a scanner or a person sent them, with or without AIM identifier.
        today: the day against which two-digit years are read; the present one by default.
        pack_level_of: tells the pack level of a 7-digit drug identifier, from a catalogue.

    >>> scan = read("]d2010690123456789217270131" + "10AB1" + GS + "21S7")
    >>> scan.lot, scan.serial, scan.expiry.isoformat(), scan.findings
    ('AB1', 'S7', '2027-01-31', ())
    """
    carrier, text = carrier_of(raw)
    # Readers in keyboard mode end with Enter or Tab. A blank stays: HIBC checks may be one.
    text = text.rstrip("\r\n\t")
    year = today.year if today is not None else _year_of_day(int(time.time()) // _DAY)
    incoming = Incoming(raw, text, carrier, year, pack_level_of)
    if not text:
        return incoming.unknown("empty")
    if len(text) > LONGEST:
        return incoming.unknown("scan-too-long", f"at most {LONGEST} characters")
    if carrier is not None and (carrier.gs1 or carrier.retail):
        return _carried(incoming)
    if incoming.is_digits:
        return _digits(incoming)
    if (reader := _reader_for(text)) is not None and (scan := reader(incoming)) is not None:
        return scan
    return _bare(incoming)


@lru_cache(maxsize=4)
def _year_of_day(number: int) -> int:
    """The year of a day counted from 1970, in UTC: the century depends on no time zone."""
    return dt.datetime.fromtimestamp(number * _DAY, dt.UTC).year


def _carried(incoming: Incoming) -> Scan:
    """A symbol that said itself that it is GS1's."""
    assert incoming.carrier is not None  # noqa: S101 -- the caller looked
    if not incoming.carrier.retail:
        return read_elements(incoming)
    digits = incoming.text.partition("|")[0]
    if not (digits.isascii() and digits.isdigit() and len(digits) in LENGTHS):
        return incoming.unknown("gtin-length", "8, 12, 13 or 14 digits")
    if "|" in incoming.text:
        return read_retail_composite(incoming)
    return read_retail(incoming, digits)


def _digits(incoming: Incoming) -> Scan:
    """Nothing but digits: the length decides, and where two readings fit, both are shown."""
    text = incoming.text
    if len(text) in LENGTHS:
        return _gtin(incoming)
    elements = read_elements(incoming)
    if looks_like_code(text):
        drug = incoming.drug(text)
        if drug.valid or not is_plausible(elements):
            return _first(drug, (elements, "gs1-elements"))
        return _first(elements, (drug, "drug-code"))
    if is_plausible(elements):
        return elements
    return _first(incoming.unknown("number-unknown"), (elements, "gs1-elements"))


def _gtin(incoming: Incoming) -> Scan:
    text = incoming.text
    whole = read_retail(incoming, text)
    expanded = upc_a_of(text)
    others = [] if expanded is None else [(read_retail(incoming, expanded), "upc-e")]
    others.append((read_elements(incoming), "gs1-elements"))
    if whole.valid or expanded is None:
        return _first(whole, *others)
    return _first(others[0][0], (whole, "gtin"))


def _first(best: Scan, *others: tuple[Scan, str]) -> Scan:
    """`best` with those of `others` beside it that break no rule but want another symbol."""
    fitting = tuple(Alternative(scan, why) for scan, why in others if _fits(scan))
    return replace(best, alternatives=best.alternatives + fitting) if fitting else best


def _fits(scan: Scan) -> bool:
    return all(finding.code in _ELSEWHERE for finding in scan.findings)


def _reader_for(text: str) -> Reader | None:
    return _BY_FIRST.get(text[0])


def _bracketed(incoming: Incoming) -> Scan | None:
    if not looks_bracketed(incoming.text):
        return None
    elements, findings = split_bracketed(incoming.text)
    if incoming.carrier is not None:
        findings.append(
            Finding("carrier-not-gs1", None, incoming.carrier.name, "FNC1, and no brackets in it")
        )
    return incoming.gs1(elements, findings)


def _address(incoming: Incoming) -> Scan | None:
    """A web address: Digital Link, or one that holds a drug traceability code."""
    if not incoming.text[:8].lower().startswith(("http://", "https://")):
        return None
    link = elements_of_link(incoming.text)
    codes = [incoming.drug(code) for code in codes_inside(incoming.text)]
    drugs = tuple((drug, "drug-code") for drug in codes)
    if link is not None:
        scan = incoming.gs1(*link)
        # Twenty digits in a sound link are its serial number, and no code of their own.
        return scan if scan.valid else _first(scan, *drugs)
    if codes:
        return _first(codes[0], *drugs[1:])
    if (ma := read_ma(incoming)) is not None:
        return ma
    return incoming.unknown("address-unknown", "GS1 Digital Link or a drug traceability code")


def _bare(incoming: Incoming) -> Scan:
    """Characters of no scheme's own beginning: element strings, or a text with a code in it."""
    elements = read_elements(incoming)
    if is_plausible(elements) or incoming.text[0] == GS:
        return elements
    codes = [incoming.drug(code) for code in codes_inside(incoming.text)]
    if codes:
        return _first(codes[0], *((drug, "drug-code") for drug in codes[1:]))
    return _first(incoming.unknown("scheme-unknown"), (elements, "gs1-elements"))


def _any_of(*readers: Reader) -> Reader:
    """The first of `readers` that has an answer."""

    def reader(incoming: Incoming) -> Scan | None:
        answers = (one(incoming) for one in readers)
        return next((scan for scan in answers if scan is not None), None)

    return reader


_BY_FIRST.update(dict.fromkeys("({（", _bracketed))
_BY_FIRST.update(dict.fromkeys("hH", _address))
_BY_FIRST.update(dict.fromkeys("=&", read_isbt))
_BY_FIRST["["] = _any_of(read_envelope, _bracketed)
_BY_FIRST["+"] = read_hibc
_BY_FIRST["M"] = _any_of(read_ma, read_in_house)
_BY_FIRST["A"] = read_ahm
