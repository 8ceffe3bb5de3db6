"""The two North American coupon codes, AI 8110 and 8112: fields that tell their own lengths.

GS1 US, "North American Coupon Application Guideline" and "GS1 AI (8112) Coupon Data
Specification". A hospital never sees them; the set of application identifiers is whole with them.
"""

from __future__ import annotations

from collections.abc import Callable

from scanning.dates import day_of

_SHORTEST_COMPANY = 6
_OFFER = 6
_FAMILY = 3


class _Broken(Exception):  # noqa: N818 -- never leaves this file: it ends the walk over the fields
    """The walk stopped; its argument says what should have stood there."""


class _Fields:
    """Takes fields from the left of a row of digits."""

    def __init__(self, digits: str) -> None:
        self.rest = digits

    def take(self, count: int, what: str) -> str:
        if len(self.rest) < count:
            raise _Broken(f"{what}: {count} digits")
        field, self.rest = self.rest[:count], self.rest[count:]
        return field

    def one_of(self, allowed: str, what: str) -> str:
        digit = self.take(1, what)
        if digit not in allowed:
            raise _Broken(f"{what}: one of {allowed}")
        return digit

    def sized(self, allowed: str, what: str, shortest: int = 0) -> str:
        """A field whose length, less `shortest`, stands in the digit before it."""
        return self.take(int(self.one_of(allowed, f"{what} length")) + shortest, what)


def coupon_code(text: str) -> str | None:
    """What should have stood where an AI 8110 value goes wrong; None when it is right."""
    return _walk(text, _coupon)


def positive_offer_code(text: str) -> str | None:
    """What should have stood where an AI 8112 value goes wrong; None when it is right."""
    return _walk(text, _positive_offer)


def _walk(text: str, grammar: Callable[[_Fields], None]) -> str | None:
    if not (text.isascii() and text.isdigit()):
        return "digits only"
    fields = _Fields(text)
    try:
        grammar(fields)
    except _Broken as broken:
        return str(broken)
    return "nothing after the last field" if fields.rest else None


def _positive_offer(fields: _Fields) -> None:
    fields.one_of("01", "format")
    fields.sized("0123456", "funder", _SHORTEST_COMPANY)
    fields.take(_OFFER, "offer code")
    fields.sized("0123456789", "serial number", _SHORTEST_COMPANY)


def _coupon(fields: _Fields) -> None:
    fields.sized("0123456", "company prefix", _SHORTEST_COMPANY)
    fields.take(_OFFER, "offer code")
    fields.sized("12345", "save value")
    _purchase(fields, "first")
    if fields.rest.startswith("1"):
        fields.take(1, "option 1")
        fields.one_of("0123", "additional purchase rules")
        _purchase(fields, "second")
        _purchaser_company(fields, "second")
    if fields.rest.startswith("2"):
        fields.take(1, "option 2")
        _purchase(fields, "third")
        _purchaser_company(fields, "third")
    _dates_and_serial(fields)
    if fields.rest.startswith("6"):
        fields.take(1, "option 6")
        fields.sized("1234567", "retailer", _SHORTEST_COMPANY)
    if fields.rest.startswith("9"):
        _flags(fields)


def _purchase(fields: _Fields, which: str) -> None:
    fields.sized("12345", f"{which} purchase requirement")
    fields.one_of("012349", f"{which} purchase requirement code")
    fields.take(_FAMILY, f"{which} purchase family code")


def _purchaser_company(fields: _Fields, which: str) -> None:
    """Length 9 means: the same company as before, and no digits follow."""
    what = f"{which} purchase company prefix"
    length = fields.one_of("01234569", f"{what} length")
    if length != "9":
        fields.take(int(length) + _SHORTEST_COMPANY, what)


def _dates_and_serial(fields: _Fields) -> None:
    dates = []
    for option, what in (("3", "expiration date"), ("4", "start date")):
        if fields.rest.startswith(option):
            fields.take(1, what)
            dates.append(_date(fields.take(6, what), what))
    if len(dates) == 2 and dates[0] < dates[1]:  # noqa: PLR2004 -- both dates
        raise _Broken("expiration not before start")
    if fields.rest.startswith("5"):
        fields.take(1, "option 5")
        fields.sized("0123456789", "serial number", _SHORTEST_COMPANY)


def _date(digits: str, what: str) -> str:
    day = int(digits[4:])
    if not day or day_of(2000 + int(digits[:2]), int(digits[2:4]), day) is None:
        raise _Broken(f"{what}: YYMMDD")
    return digits


def _flags(fields: _Fields) -> None:
    fields.take(1, "option 9")
    fields.one_of("01256", "save value code")
    fields.one_of("012", "save value applies to")
    fields.take(1, "store coupon flag")
    fields.one_of("01", "don't multiply flag")
