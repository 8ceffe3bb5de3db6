"""The expiry dates of a HIBC secondary: eight forms told apart by their first digit."""

from __future__ import annotations

import datetime as dt

from scanning.dates import day_of, from_day_of_year, full_year
from scanning.fields import Fields

_LENGTH = {"2": 6, "3": 6, "4": 8, "5": 5, "6": 7, "7": 0}
"""Digits after the form's own digit; forms 0 and 1 are the first digit of a month, MMYY."""
_FORMS = {"2": "MMDDYY", "3": "YYMMDD", "4": "YYMMDDHH", "5": "YYJJJ", "6": "YYJJJHH"}
_LAST_HOUR = 23


def expiry_and_rest(fields: Fields, data: str) -> str:
    """Takes the expiry off the front of `data` (not empty) and answers what stands behind it."""
    form = data[0]
    if form in "01":
        digits, rest, shape = data[:4], data[4:], "MMYY"
    elif form in _LENGTH:
        end = 1 + _LENGTH[form]
        digits, rest, shape = data[1:end], data[end:], _FORMS.get(form, "")
    else:
        fields.problem("date", "EXP", data, "a date form 0–7")
        return data
    if shape:
        fields.add("EXP", digits)
        fields.expiry = _day(digits, shape, fields.incoming.this_year)
        if fields.expiry is None:
            fields.problem("date", "EXP", digits, shape)
    return rest


def _day(digits: str, shape: str, this_year: int) -> dt.date | None:
    if len(digits) != len(shape) or not digits.isdigit():
        return None
    part = {
        letter: int(digits[shape.index(letter) : shape.rindex(letter) + 1]) for letter in set(shape)
    }
    if part.get("H", 0) > _LAST_HOUR:
        return None
    year = full_year(part["Y"], this_year)
    if "J" in part:
        return from_day_of_year(year, part["J"])
    if part.get("D") == 0:
        return None
    return day_of(year, part["M"], part.get("D", 0))
