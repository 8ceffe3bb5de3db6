"""How dates, times, numbers and codes are written for people, the same on every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

_GROUP = 4
_LONGEST_UNGROUPED = 8


@dataclass(frozen=True, slots=True)
class Formats:
    """The formatters of one hospital.

    Args:
        zone: its time zone; every instant is shown in it.
    """

    zone: ZoneInfo

    def number(self, value: int) -> str:
        """A count with thousands apart: 1,200."""
        return f"{value:,}"

    def money(self, value: Decimal) -> str:
        """An amount of money in yuan, ¥ 1,200.50."""
        return f"¥ {value:,.2f}"

    def date(self, value: date | datetime) -> str:
        """A day as ISO 8601 writes it; an instant is that day in the hospital's zone."""
        if isinstance(value, datetime):
            value = value.astimezone(self.zone).date()
        return value.isoformat()

    def time(self, instant: datetime) -> str:
        """The time of day, 14:03, in the hospital's zone."""
        return f"{instant.astimezone(self.zone):%H:%M}"

    def second(self, instant: datetime) -> str:
        """The time of day with seconds, 14:03:12, in the hospital's zone."""
        return f"{instant.astimezone(self.zone):%H:%M:%S}"

    def moment(self, instant: datetime) -> str:
        """Day and time, 2026-11-22 14:03, in the hospital's zone."""
        return f"{self.date(instant)} {self.time(instant)}"

    def machine(self, instant: datetime) -> str:
        """The instant for `<time datetime>`: ISO 8601 with the zone's offset."""
        return instant.astimezone(self.zone).isoformat(timespec="seconds")

    def hours(self, left: timedelta) -> str:
        """A length of time as hours and minutes, 01:37, without a sign; hours may pass 24.

        A second that has begun counts as its minute's rest: 00:00 is said only when nothing is
        left, and the same rule serves an overrun.
        """
        minutes = -(-abs(left) // timedelta(minutes=1))
        return f"{minutes // 60:02d}:{minutes % 60:02d}"

    def span(self, length: timedelta, language: str) -> str:
        """A length of time in words, its two or three largest units: 6 天 1 时 34 分.

        >>> Formats(ZoneInfo("Asia/Shanghai")).span(timedelta(days=6, minutes=94), "en")
        '6 d 1 h 34 min'
        """
        units = ("天", "时", "分") if language == "zh" else ("d", "h", "min")
        minutes = length // timedelta(minutes=1)
        figures = (minutes // 1440, minutes // 60 % 24, minutes % 60)
        said = [f"{n} {unit}" for n, unit in zip(figures, units, strict=True) if n]
        return " ".join(said) or f"0 {units[-1]}"


def code_groups(code: str) -> tuple[str, ...]:
    """A code cut for comparing by eye: groups of four characters from the left.

    Short codes, and codes that bring their own separators, stay whole.

    >>> code_groups("83271160045839207715")
    ('8327', '1160', '0458', '3920', '7715')
    >>> code_groups("PV-1122-0712"), code_groups("2608A17")
    (('PV-1122-0712',), ('2608A17',))
    """
    if len(code) <= _LONGEST_UNGROUPED or not code.isalnum():
        return (code,)
    return tuple(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def pseudonym_tail(pseudonym: str) -> str:
    """The last eight characters of a patient's pseudonym, the only ones that a page shows.

    >>> pseudonym_tail("urn:medtrace:patient:00c1f7a9e07q4k2m9d")
    '7Q4K-2M9D'
    """
    tail = "".join(filter(str.isalnum, pseudonym))[-2 * _GROUP :].upper()
    return f"{tail[:_GROUP]}-{tail[_GROUP:]}" if len(tail) > _GROUP else tail
