"""The linters of the GS1 Barcode Syntax Dictionary: what a component's characters must be.

Each linter takes the component and answers None, or what is wrong: a finding code and what was
expected. They are named as in the dictionary; the rules are those of the General Specifications.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from scanning.checks import (
    CSET32,
    CSET82,
    gs1_check_digit,
    gs1_check_pair,
    has_gs1_check_digit,
    has_percent_escapes_only,
    is_iban,
)
from scanning.dates import day_of
from scanning.gs1.coupons import coupon_code, positive_offer_code

Problem = tuple[str, str]
"""A finding code and what was expected."""
Linter = Callable[[str], Problem | None]

_LISTS = {
    name: frozenset(" ".join(lines).split())
    for name, lines in json.loads(
        (Path(__file__).parent.parent / "tables" / "code_lists.json").read_text(encoding="utf-8")
    ).items()
}
_GCP = 4
"""Digits of the shortest GS1 Company Prefix."""
_MONTHS_AND_DAYS = frozenset(
    f"{month:02d}{day:02d}"
    for month in range(1, 13)
    for day in range(32)
    if day_of(2000, month, day)
)
"""MMDD of a leap year, with day 00. In the window of two-digit years each fourth is one."""
_POSITION = re.compile(r"([0-9]+)/([0-9]+)")
_MEDIA = frozenset(f"{n:02d}" for n in (*range(1, 11), *range(80, 100)))


def csum(text: str) -> Problem | None:
    """The last digit is the GS1 check digit of those before it."""
    if has_gs1_check_digit(text):
        return None
    return "check-digit", text[:-1] + gs1_check_digit(text[:-1])


def csumalpha(text: str) -> Problem | None:
    """The last two characters are the check character pair of those before them."""
    if len(text) < 2 or any(c not in CSET32 for c in text[-2:]):  # noqa: PLR2004 -- a pair
        return "check-pair", f"a check character pair of {CSET32}"
    if any(c not in CSET82 for c in text):
        return "charset-82", "characters of GS1 set 82"
    right = text[:-2] + gs1_check_pair(text[:-2])
    return None if text == right else ("check-pair", right)


def gcppos1(text: str) -> Problem | None:
    """A GS1 Company Prefix, at least four digits, stands at the beginning."""
    prefix = text[:_GCP]
    if len(prefix) == _GCP and prefix.isascii() and prefix.isdigit():
        return None
    return "company-prefix", "four digits of a GS1 Company Prefix"


def gcppos2(text: str) -> Problem | None:
    """A GS1 Company Prefix stands after the first digit."""
    return gcppos1(text[1:])


def yymmd0(text: str) -> Problem | None:
    """A date YYMMDD whose day may be 00."""
    if text[2:] in _MONTHS_AND_DAYS and (text[2:] != "0229" or int(text[:2]) % 4 == 0):
        return None
    return "date", "YYMMDD, day 00 allowed"


def yymmdd(text: str) -> Problem | None:
    """A date YYMMDD."""
    return ("date", "YYMMDD") if text[4:] == "00" or yymmd0(text) else None


def yyyymmdd(text: str) -> Problem | None:
    """A date YYYYMMDD."""
    day = int(text[6:])
    return None if day and day_of(int(text[:4]), int(text[4:6]), day) else ("date", "YYYYMMDD")


def hh(text: str) -> Problem | None:
    """An hour."""
    return None if text < "24" else ("time", "hour 00–23")


def mi(text: str) -> Problem | None:
    """A minute."""
    return None if text < "60" else ("time", "minute 00–59")


def ss(text: str) -> Problem | None:
    """A second."""
    return None if text < "60" else ("time", "second 00–59")


def hhmi(text: str) -> Problem | None:
    """An hour and a minute."""
    return hh(text[:2]) or mi(text[2:])


def iso3166(text: str) -> Problem | None:
    """A numeric country code."""
    return None if text in _LISTS["iso3166_numeric"] else ("country", "ISO 3166-1 numeric")


def iso3166999(text: str) -> Problem | None:
    """A numeric country code, or 999 for many countries."""
    return None if text == "999" else iso3166(text)


def iso3166alpha2(text: str) -> Problem | None:
    """A country code of two letters."""
    return None if text in _LISTS["iso3166_alpha2"] else ("country", "ISO 3166-1 alpha-2")


def iso4217(text: str) -> Problem | None:
    """A numeric currency code."""
    return None if text in _LISTS["iso4217_numeric"] else ("currency", "ISO 4217 numeric")


def packagetype(text: str) -> Problem | None:
    """A package type of UN/ECE Recommendation 21 with GS1's additions."""
    return None if text in _LISTS["package_types"] else ("package-type", "UN/ECE Rec. 21")


def mediatype(text: str) -> Problem | None:
    """An AIDC media type: 01–10 and 80–99 are given out."""
    return None if text in _MEDIA else ("media-type", "01–10 or 80–99")


def iso5218(text: str) -> Problem | None:
    """A biological sex code."""
    return None if text in set("0129") else ("sex", "0, 1, 2 or 9")


def iban(text: str) -> Problem | None:
    """An international bank account number."""
    return None if is_iban(text) else ("iban", "IBAN with its check digits")


def pcenc(text: str) -> Problem | None:
    """Percent signs only begin escapes."""
    return None if has_percent_escapes_only(text) else ("percent-escape", "% and two hex digits")


def yesno(text: str) -> Problem | None:
    """A flag."""
    return None if text in set("01") else ("flag", "0 or 1")


def winding(text: str) -> Problem | None:
    """The winding direction of a roll."""
    return None if text in set("019") else ("winding", "0, 1 or 9")


def zero(text: str) -> Problem | None:
    """Nothing but zeros."""
    return ("not-zero", "0" * len(text)) if text.strip("0") else None


def nonzero(text: str) -> Problem | None:
    """Not only zeros."""
    return None if text.strip("0") else ("all-zero", "more than 0")


def nozeroprefix(text: str) -> Problem | None:
    """No zero in front of other digits."""
    if text.startswith("0") and text != "0":
        return "zero-prefix", text.lstrip("0") or "0"
    return None


def hyphen(text: str) -> Problem | None:
    """Nothing but hyphens: the sign of a temperature."""
    return ("hyphen", "-") if text.strip("-") else None


def hasnondigit(text: str) -> Problem | None:
    """At least one character that is no digit."""
    return ("no-nondigit", "a character that is no digit") if text.isdigit() else None


def importeridx(text: str) -> Problem | None:
    """An importer index: one character of the file-safe base 64 alphabet."""
    allowed = len(text) == 1 and text.isascii() and (text.isalnum() or text in "-_")
    return None if allowed else ("importer-index", "A–Z, a–z, 0–9, - or _")


def pieceoftotal(text: str) -> Problem | None:
    """Number of a piece and the total, two digits each: 1 ≤ piece ≤ total."""
    return None if "01" <= text[:2] <= text[2:] else ("piece-of-total", "piece 01 to total")


def posinseqslash(text: str) -> Problem | None:
    """A position and the end of a sequence around a slash."""
    match = _POSITION.fullmatch(text)
    if match is None or text.startswith("0") or match[2].startswith("0"):
        return "sequence-position", "position/end without leading zeros"
    return None if int(match[1]) <= int(match[2]) else ("sequence-position", "position ≤ end")


def latitude(text: str) -> Problem | None:
    """Degrees north of the south pole, 10⁻⁷ each."""
    return None if text <= "1800000000" else ("latitude", "0000000000–1800000000")


def longitude(text: str) -> Problem | None:
    """Degrees east of the date line, 10⁻⁷ each."""
    return None if text <= "3600000000" else ("longitude", "0000000000–3600000000")


def couponcode(text: str) -> Problem | None:
    """A North American coupon code, AI 8110."""
    expected = coupon_code(text)
    return ("coupon", expected) if expected else None


def couponposoffer(text: str) -> Problem | None:
    """A North American positive offer file coupon code, AI 8112."""
    expected = positive_offer_code(text)
    return ("coupon", expected) if expected else None


LINTERS: dict[str, Linter] = {
    linter.__name__: linter
    for linter in (
        couponcode, couponposoffer, csum, csumalpha, gcppos1, gcppos2, hasnondigit, hh, hhmi,
        hyphen, iban, importeridx, iso3166, iso3166999, iso3166alpha2, iso4217, iso5218, latitude,
        longitude, mediatype, mi, nonzero, nozeroprefix, packagetype, pcenc, pieceoftotal,
        posinseqslash, ss, winding, yesno, yymmd0, yymmdd, yyyymmdd, zero,
    )
}  # fmt: skip
"""Every linter the dictionary names; a name that is missing here stops the loading of the table."""
