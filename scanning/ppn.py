"""ISO/IEC 15434 envelopes: PPN of the IFA (format 06, ASC MH10.8.2 data identifiers), GS1 (05).

Scanners drop the control characters around the envelope as easily as GS, so only `[)>` is needed.
"""

from __future__ import annotations

import re
from dataclasses import replace

from scanning.checks import has_gs1_check_digit, ppn_check_digits
from scanning.fields import Fields
from scanning.gs1.ai import GS
from scanning.gs1.element_strings import split
from scanning.incoming import Incoming
from scanning.keys import digital_link
from scanning.scan import Granularity, Scan, Scheme
from scanning.separators import normalise

RS = "\x1e"
EOT = "\x04"
_HEADER = "[)>"
_SPELLED = re.compile(r"[<{\[](?:RS|EOT)[>}\]]|\^\^|\^D")
"""How keyboards spell the controls at the ends of an envelope; nothing is lost without them."""
_FIELD = re.compile(r"([0-9]{0,3}[A-Z])(.*)", re.DOTALL)
_PPN = re.compile(r"[0-9A-Z]{4,22}")
_PZN_AGENCY = "11"
_GTIN = 14


def read_envelope(incoming: Incoming) -> Scan | None:
    r"""Reads `[)>` RS `06` GS fields RS EOT; None where the text is no envelope.

    >>> from scanning import read
    >>> scan = read("[)>\x1e06\x1d9N111234568408\x1d1TA1\x1dD270100\x1dSX9\x1e\x04")
    >>> scan.di, scan.lot, scan.serial, scan.expiry.isoformat(), scan.findings
    ('111234568408', 'A1', 'X9', '2027-01-31', ())
    """
    if not incoming.text.startswith(_HEADER):
        return None
    text, _ = normalise(_SPELLED.sub("", incoming.text))
    body = text[len(_HEADER) :].strip(RS + EOT + GS + "\r\n")
    form, fields = body[:2], body[2:].strip(GS)
    if form == "05":
        return incoming.gs1(*split(fields))
    if form != "06":
        return None
    return _mh10(incoming, fields.split(GS))


def _mh10(incoming: Incoming, parts: list[str]) -> Scan:
    fields = Fields(incoming, Scheme.PPN)
    gtin = None
    for part in parts:
        match = _FIELD.fullmatch(part)
        if match is None:
            fields.problem("field-unknown", None, part)
            continue
        name, value = match.groups()
        fields.add(name, value)
        if name == "9N":
            _ppn(fields, value)
        elif name == "8P":
            gtin = _gtin(fields, value)
        else:
            _data(fields, name, value)
    scan = fields.scan()
    if fields.di is None and gtin is None:
        fields.problem("primary-missing", None, None, "9N or 8P")
        return fields.scan()
    return scan if gtin is None else _named_by_gtin(scan, gtin)


def _ppn(fields: Fields, value: str) -> None:
    fields.di = value
    right = value[:-2] + ppn_check_digits(value[:-2])
    if _PPN.fullmatch(value) is None:
        fields.problem("charset", "9N", value, "4–22 digits and capital letters")
    elif value != right:
        fields.problem("check-digit", "9N", value, right)
    else:
        fields.product_ids.append(("ppn", value))
        if value.startswith(_PZN_AGENCY):
            fields.product_ids.append(("pzn", value[2:-2]))
        return
    fields.di_is_broken = True


def _gtin(fields: Fields, value: str) -> str | None:
    digits = value.zfill(_GTIN)
    if len(digits) != _GTIN or not (digits.isascii() and digits.isdigit()):
        fields.problem("gtin-length", "8P", value, "14 digits")
        return None
    if not has_gs1_check_digit(digits):
        fields.problem("check-digit", "8P", value)
        return None
    fields.product_ids.append(("gtin", digits))
    return digits


def _data(fields: Fields, name: str, value: str) -> None:
    match name:
        case "1T":
            fields.lot = value
        case "S":
            fields.serial = value
        case "D" | "14D":
            fields.expiry = fields.date(name, value)
        case "16D":
            fields.production_date = fields.date(name, value)
        case "Q" | "27Q":
            fields.quantity = fields.count(name, value)
        case _:
            pass  # a data identifier that says nothing a hospital acts on: kept in the elements


def _named_by_gtin(scan: Scan, gtin: str) -> Scan:
    """Goods that carry a GTIN have GS1's name, whatever the envelope: one thing, one key."""
    if scan.serial:
        key, granularity = digital_link("01", gtin, "21", scan.serial), Granularity.SERIAL
    elif scan.lot:
        key, granularity = digital_link("01", gtin, "10", scan.lot), Granularity.LOT
    else:
        key, granularity = digital_link("01", gtin), Granularity.PRODUCT
    return replace(scan, gtin=gtin, key=key, granularity=granularity)
