"""ISBT 128 (ICCBBA): blood, cells, tissues and the devices made of them.

Every data structure begins with `=` or `&` and a second character and has a length of its own, so
structures stand one behind the other without separators (ICCBBA ST-001, table 1; ST-011).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from scanning.checks import MOD37_SET, mod37_check_character
from scanning.dates import day_of, from_day_of_year
from scanning.fields import Fields
from scanning.incoming import Incoming
from scanning.keys import urn
from scanning.scan import Granularity, Scan, Scheme

STRUCTURES: dict[str, int] = {
    "=%": 4, "=<": 8, "=>": 6, "&>": 10, "=*": 6, "&*": 10, "=}": 6, "&}": 10, "&(": 5, "={": 18,
    "=\\": 18, "&\\": 18, "&{": 18, "=[": 18, '="': 18, "=)": 10, "&)": 10, "=;": 21, "='": 6,
    "=-": 10, "&-": 10, "=+": 5, "=#": 8, "&#": 13, "=]": 4, '&"': 18, "=$": 21, "&$": 6, "&%": 18,
    "=,": 6, "=/": 16, "&,1": 18, "&,2": 18,
}  # fmt: skip
"""Characters behind each data identifier. What is not listed ends the reading with a finding."""
_DONATION = 15
"""`=` and the first character of a facility: 13 of the number, 2 of flags."""
_CHECK_FLAGS = range(60, 97)
"""Flags of type 3 carry the check value of the number, plus 60."""
_DONATION_LETTERS = frozenset("ABCDEFGHIJKLMNPQRSTUVWXYZ123456789")


def read_isbt(incoming: Incoming) -> Scan | None:
    """Reads data structures of ISBT 128; None where the text begins with none.

    >>> from scanning import read
    >>> scan = read("=/A9999XYZ100T0944=,000025=A99971312345600=>014032=}013032")
    >>> scan.di, scan.expiry.isoformat(), scan.findings
    ('A9999XYZ100T0944', '2014-02-01', ())
    """
    if not incoming.text.isascii():
        return None
    fields = Fields(incoming, Scheme.ISBT128)
    rest = incoming.text
    while rest:
        name, length = _structure(rest)
        value = rest[len(name) : len(name) + length]
        if not length or len(value) < length:
            if not fields.elements:
                return None
            fields.problem("field-unknown", None, rest)
            break
        fields.add(name, value)
        rest = rest[len(name) + length :]
    values = dict(reversed(fields.elements))
    _lift(fields, values)
    return _named(fields.scan(), values)


def _structure(text: str) -> tuple[str, int]:
    """The data identifier at the start of `text`, and the length of what it names; 0 for none."""
    for name in (text[:3], text[:2]):
        if name in STRUCTURES:
            return name, STRUCTURES[name]
    if text[0] == "=" and text[1:2] in _DONATION_LETTERS and text[1:2]:
        return "=", _DONATION
    return "", 0


def _lift(fields: Fields, values: dict[str, str]) -> None:
    fields.di = values.get("=/")
    if fields.di:
        fields.product_ids.append(("isbt128", fields.di))
        # Facility, then the product within it, then the national product description code.
        fields.product_ids.append(("isbt128-pdc", fields.di[11:]))
    if "=<" in values:
        fields.product_ids.append(("isbt128-product", values["=<"][:5]))
    if "=" in values:
        _donation(fields, values["="])
    fields.lot = (values.get("&,1") or "").lstrip("0") or values.get("&-") or values.get("&)")
    fields.serial = values.get("=,")
    fields.expiry = _day(fields, values, ("=>", "&>")) or _month(fields, values.get("=]"))
    fields.production_date = _day(fields, values, ("=}", "&}"))


def _donation(fields: Fields, value: str) -> None:
    """The flags may carry the check value of the donation number (ST-001, 3.2 and appendix A)."""
    number, flags = value[:13], value[13:]
    if not set(number) <= set(MOD37_SET[:-1]):
        fields.problem("charset", "=", number, "digits and capital letters")
    elif flags.isdigit() and int(flags) in _CHECK_FLAGS:
        right = MOD37_SET.index(mod37_check_character(number)) + _CHECK_FLAGS.start
        if int(flags) != right:
            fields.problem("check-character", "=", flags, str(right))


def _day(fields: Fields, values: dict[str, str], names: tuple[str, str]) -> dt.date | None:
    """Year of three digits and day of the year, then perhaps hour and minute."""
    for name in names:
        digits = values.get(name)
        if digits is None:
            continue
        day = None
        if digits.isascii() and digits.isdigit():
            # Three digits of a year: a 9 in front means the twentieth century.
            century = 1000 if digits[0] == "9" else 2000
            day = from_day_of_year(century + int(digits[:3]), int(digits[3:6]))
        if day is None:
            fields.problem("date", name, digits, "YYYJJJ")
        return day
    return None


def _month(fields: Fields, digits: str | None) -> dt.date | None:
    if digits is None:
        return None
    day = day_of(2000 + int(digits[:2]), int(digits[2:]), 0) if digits.isdigit() else None
    if day is None:
        fields.problem("date", "=]", digits, "YYMM")
    return day


def _named(scan: Scan, values: dict[str, str]) -> Scan:
    """One bag is told by its donation number, its product and its division together."""
    donation = values.get("=", "")[:13]
    product = scan.di or values.get("=<")
    wrong = {finding.ai for finding in scan.findings}
    if any(finding.code == "charset" for finding in scan.findings):
        return scan
    if not donation or product is None or "=" in wrong:
        return (
            scan if "=" not in wrong else replace(scan, key=None, granularity=Granularity.NOTHING)
        )
    parts = (product, donation, *((scan.serial,) if scan.serial else ()))
    return replace(scan, key=urn(Scheme.ISBT128, *parts), granularity=Granularity.SERIAL)
