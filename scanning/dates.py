"""Dates as they are printed on boxes: short years, day 00, days of the year."""

from __future__ import annotations

import calendar
import datetime as dt
from functools import lru_cache

_WINDOW = 50
"""GS1 General Specifications 7.12: two digits mean the year nearest to now, −49 … +50."""
_YYMMDD = 6
_YYYYMMDD = 8


def full_year(two_digits: int, this_year: int) -> int:
    """The year that two digits mean when read in `this_year`.

    >>> full_year(51, 2026), full_year(76, 2026), full_year(77, 2026)
    (2051, 2076, 1977)
    """
    year = this_year // 100 * 100 + two_digits
    if year - this_year > _WINDOW:
        return year - 100
    return year + 100 if year - this_year < 1 - _WINDOW else year


@lru_cache(maxsize=4096)
def from_yymmdd(digits: str, this_year: int) -> dt.date | None:
    """The day that six digits YYMMDD mean; day 00 is the last of its month; None if there is none.

    >>> from_yymmdd("270200", 2026)
    datetime.date(2027, 2, 28)
    """
    if len(digits) != _YYMMDD or not (digits.isascii() and digits.isdigit()):
        return None
    return day_of(full_year(int(digits[:2]), this_year), int(digits[2:4]), int(digits[4:]))


def from_yyyymmdd(digits: str) -> dt.date | None:
    """The day that eight digits YYYYMMDD mean; day 00 is the last of its month."""
    if len(digits) != _YYYYMMDD or not (digits.isascii() and digits.isdigit()):
        return None
    return day_of(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def day_of(year: int, month: int, day: int) -> dt.date | None:
    """The date, the last of the month for day 0, None where the calendar has no such day."""
    if not 1 <= month <= 12 or not dt.MINYEAR <= year <= dt.MAXYEAR:  # noqa: PLR2004 -- months
        return None
    last = calendar.monthrange(year, month)[1]
    return dt.date(year, month, day or last) if day <= last else None


def from_day_of_year(year: int, day: int) -> dt.date | None:
    """The `day`-th day of `year`, 1 for the first of January; None where the year has no such day.

    >>> from_day_of_year(2014, 32)
    datetime.date(2014, 2, 1)
    """
    if day < 1 or not dt.MINYEAR <= year <= dt.MAXYEAR:
        return None
    if day > 365 + calendar.isleap(year):
        return None
    return dt.date(year, 1, 1) + dt.timedelta(days=day - 1)
