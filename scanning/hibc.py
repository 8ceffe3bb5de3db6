"""HIBC supplier labels (ANSI/HIBC 2.6): primary, secondary, both in one, and their supplements.

A primary names labeler, product and pack; a secondary lot or serial, expiry and quantity. The
check character is any of the 43, a blank and a slash included: it is cut off before anything else.
"""

from __future__ import annotations

import re

from scanning.checks import HIBC_SET, hibc_check_character
from scanning.fields import Fields
from scanning.hibc_dates import expiry_and_rest
from scanning.hibc_provider import read_basic_udi, read_provider
from scanning.incoming import Incoming
from scanning.scan import Scan, Scheme

_PRIMARY = re.compile(r"([A-Z][A-Z0-9]{3})([A-Z0-9]{1,18})([0-9])")
_SUPPLEMENT = re.compile(r"([0-9]{0,3}[A-Z])(.*)")
_SHORTEST = 4
_QUANTITY_DIGITS = {"8": 2, "9": 5}


def read_hibc(incoming: Incoming) -> Scan | None:
    """Reads a text that begins with `+`; None where it has nothing of HIBC but the plus.

    >>> from scanning import read
    >>> scan = read("+A123BJC5D6E71/$$52001510X3C")
    >>> scan.di, scan.lot, scan.expiry.isoformat(), scan.findings
    ('A123BJC5D6E71', '10X3', '2020-01-15', ())
    """
    text = incoming.text
    if len(text) < _SHORTEST or not set(text) <= set(HIBC_SET):
        return None
    if text.startswith("+/"):
        return read_provider(incoming)
    if text.startswith("++"):
        return read_basic_udi(incoming)
    fields = Fields(incoming, Scheme.HIBC)
    broken = _check(fields, text)
    body = text[1:-1]
    if body[0].isalpha():
        if not _primary_and_more(fields, body):
            return None
    else:
        # In a symbol of its own a secondary ends with the check character of its primary.
        fields.link = body[-1]
        _secondary(fields, body[:-1])
        fields.problem("primary-missing", None, None, f"link character {body[-1]!r}")
    fields.di_is_broken |= broken
    return fields.scan()


def _check(fields: Fields, text: str) -> bool:
    right = hibc_check_character(text[:-1])
    if text[-1] != right:
        fields.problem("check-character", None, text[-1], right)
    return text[-1] != right


def _primary_and_more(fields: Fields, body: str) -> bool:
    primary, *more = body.split("/")
    match = _PRIMARY.fullmatch(primary)
    if match is None:
        return False
    labeler, product, unit = match.groups()
    for name, value in (("LIC", labeler), ("PCN", product), ("UOM", unit)):
        fields.add(name, value)
    fields.di = primary
    fields.product_ids += [("hibc", primary), ("hibc-item", labeler + product)]
    # A primary alone tells its own check character: the link a secondary must show.
    fields.link = None if more else fields.incoming.text[-1]
    if more:
        _secondary(fields, "/".join(more))
    return True


def _secondary(fields: Fields, data: str) -> None:
    first, *supplements = data.split("/")
    if first.startswith("$$+"):
        fields.serial = _dated(fields, first[3:]) or None
        _add(fields, "SN", fields.serial)
    elif first.startswith("$$"):
        fields.lot = _dated(fields, first[2:]) or None
        _add(fields, "LOT", fields.lot)
    elif first.startswith("$+"):
        fields.serial = first[2:] or None
        _add(fields, "SN", fields.serial)
    elif first.startswith("$"):
        fields.lot = first[1:] or None
        _add(fields, "LOT", fields.lot)
    elif first[:1].isdigit() and not _SUPPLEMENT.fullmatch(first[:5]):
        # The oldest form: day of the year, then the lot.
        fields.lot = _dated(fields, "5" + first) or None
        _add(fields, "LOT", fields.lot)
    elif first:
        supplements.insert(0, first)
    for supplement in supplements:
        _supplement(fields, supplement)


def _add(fields: Fields, name: str, value: str | None) -> None:
    if value:
        fields.add(name, value)


def _dated(fields: Fields, data: str) -> str:
    """Takes quantity and expiry off the front of `data`; answers the lot or serial behind them."""
    digits = _QUANTITY_DIGITS.get(data[:1])
    if digits is not None:
        amount = data[1 : 1 + digits]
        fields.add("QTY", amount)
        fields.quantity = fields.count("QTY", amount)
        data = data[1 + digits :]
    if not data:
        return ""
    return expiry_and_rest(fields, data)


def _supplement(fields: Fields, text: str) -> None:
    match = _SUPPLEMENT.fullmatch(text)
    if match is None:
        fields.problem("field-unknown", None, text)
        return
    name, value = match.groups()
    fields.add(name, value)
    if name == "S":
        fields.serial = value
    elif name == "Q":
        fields.quantity = fields.count(name, value)
    elif name == "14D":
        fields.expiry = fields.date(name, value)
    elif name == "16D":
        fields.production_date = fields.date(name, value)
