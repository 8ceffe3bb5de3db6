"""The months in which a medication order runs, by the calendar of its ward."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from errors import Invalid
from orders.schedule import Rhythm, Schedule, milliseconds, moment_of

_MOST = 24
"""Months that are noted ahead at most; what runs longer is found while it is open."""


def month_of(slot: int, zone: str) -> str:
    """The month of a moment, `2026-11`.

    Args:
        slot: milliseconds since 1970 (UTC).
        zone: an IANA name.
    """
    return f"{moment_of(slot, zone):%Y-%m}"


def bounds_of(month: str, zone: str) -> tuple[int, int]:
    """The first and the last millisecond of a month.

    Args:
        month: `2026-11`.
        zone: an IANA name.

    Raises:
        Invalid: `month-malformed`.
    """
    try:
        first = date.fromisoformat(f"{month}-01")
        after = _next(first)
    except (ValueError, OverflowError):
        raise Invalid("month-malformed", field="month", found=month[:16]) from None
    begin, end = (
        milliseconds(datetime(day.year, day.month, 1, tzinfo=ZoneInfo(zone)))
        for day in (first, after)
    )
    return begin, end - 1


def _next(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def months_between(schedule: Schedule, end: int) -> list[str]:
    """The months from the start of a schedule to a moment, both included.

    Args:
        schedule: of an order.
        end: milliseconds since 1970 (UTC).
    """
    start = milliseconds(schedule.start)
    last = month_of(max(start, end), schedule.zone)
    month, found = month_of(start, schedule.zone), list[str]()
    while month <= last and len(found) < _MOST:
        found.append(month)
        month = f"{_next(date.fromisoformat(month + '-01')):%Y-%m}"
    return found


def months_until(schedule: Schedule) -> list[str]:
    """The months that a schedule is known to run in: to its end, or that of its start."""
    end = milliseconds(schedule.start)
    if schedule.stop is not None and schedule.rhythm is not Rhythm.ONCE:
        end = milliseconds(schedule.stop) - 1
    return months_between(schedule, end)
