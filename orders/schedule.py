"""The schedule of a medication order: when its doses are due, and how far off they may be given.

Everything that decides stands in the order's own entry: a change of the hospital's usual times
changes no order that is on record, and a replay decides as the first time. FHIR R4 Timing has the
same parts (`timeOfDay`, `period`, `asNeeded`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from errors import Invalid
from ledger import timestamp
from trace import checked_offset

_MINUTE = 60_000
_DAY = 24 * 60 * _MINUTE
_MOST_DAYS = 31
_MOST_MINUTES = 31 * 24 * 60
_WIDEST = 24 * 60
_MOST_TIMES = 24


class Rhythm(StrEnum):
    """In which way doses follow each other."""

    ONCE = "once"
    """One dose, at the start: at once (st) or at the time it is ordered for."""
    CLOCK = "clock"
    """At times of the day, every day or every so many days."""
    INTERVAL = "interval"
    """So many minutes apart, from the start on."""
    AS_NEEDED = "as-needed"
    """When the patient needs it (prn), so many minutes apart at least."""


class Around(NamedTuple):
    """The doses around a moment, as milliseconds since 1970 (UTC).

    Args:
        open: those that may be given now, the nearest first.
        last: the latest one whose time is over.
        next: the first one whose time has not come.
    """

    open: tuple[int, ...]
    last: int | None
    next: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When the doses of an order are due.

    Args:
        frequency: as it was ordered (`bid`, `q8h`, `st`, `prn`), for who reads it.
        rhythm: in which way they follow each other.
        start: no dose is due before.
        stop: no dose is due then or afterwards; None: until it is stopped.
        zone: the zone of the times of day, an IANA name.
        times: the times of day of `clock`, `08:00`, each once and in order.
        days: of `clock`: every so many days.
        every: minutes between doses of `interval`; the least of them for `as-needed`.
        early: how many minutes before its time a dose may be given.
        late: how many minutes afterwards.
    """

    frequency: str
    rhythm: Rhythm
    start: datetime
    zone: str
    stop: datetime | None = None
    times: tuple[str, ...] = ()
    days: int = 1
    every: int = 0
    early: int = 60
    late: int = 60

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: `schedule-times`, `schedule-every`, `schedule-window`, `schedule-zone` or
                `schedule-stop`; or a moment has no zone.
        """
        checked_offset(self.start, "schedule.start")
        if self.stop is not None:
            checked_offset(self.stop, "schedule.stop")
            if self.stop <= self.start:
                raise Invalid("schedule-stop", field="schedule.stop")
        self._check_parts()
        if not (0 <= self.early <= _WIDEST and 0 <= self.late <= _WIDEST):
            raise Invalid("schedule-window", field="schedule.early", most=_WIDEST)
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise Invalid("schedule-zone", field="schedule.zone", found=self.zone[:64]) from None

    def _check_parts(self) -> None:
        clock = self.rhythm is Rhythm.CLOCK
        told = [_time_of(each) for each in self.times]
        ordered = all(one < other for one, other in pairwise(told))
        if bool(told) is not clock or not ordered or len(told) > _MOST_TIMES:
            raise Invalid("schedule-times", field="schedule.times", most=_MOST_TIMES)
        if not 1 <= self.days <= _MOST_DAYS or (self.days > 1 and not clock):
            raise Invalid("schedule-every", field="schedule.days", most=_MOST_DAYS)
        least = 1 if self.rhythm is Rhythm.INTERVAL else 0
        spaced = self.rhythm in {Rhythm.INTERVAL, Rhythm.AS_NEEDED}
        if not least <= self.every <= (_MOST_MINUTES if spaced else 0):
            raise Invalid("schedule-every", field="schedule.every", most=_MOST_MINUTES)

    def slots(self, since: int, until: int) -> Iterator[int]:
        """When doses are due from `since` to `until`, both included, in order; none for prn.

        Args:
            since: milliseconds since 1970 (UTC).
            until: the same.
        """
        first = max(since, milliseconds(self.start))
        last = until if self.stop is None else min(until, milliseconds(self.stop) - 1)
        match self.rhythm:
            case Rhythm.ONCE:
                found: Iterator[int] = iter((milliseconds(self.start),))
            case Rhythm.INTERVAL:
                found = self._spaced(first, last)
            case Rhythm.CLOCK:
                found = self._at_times(first, last)
            case Rhythm.AS_NEEDED:
                found = iter(())
        return (slot for slot in found if first <= slot <= last)

    def _spaced(self, first: int, last: int) -> Iterator[int]:
        start, step = milliseconds(self.start), self.every * _MINUTE
        begin = start + -(-(first - start) // step) * step
        return iter(range(begin, last + 1, step))

    def _at_times(self, first: int, last: int) -> Iterator[int]:
        zone = ZoneInfo(self.zone)
        begin = self.start.astimezone(zone).date()
        day = max(begin, _day(first - _DAY, zone))
        day += timedelta(days=-(day - begin).days % self.days)
        end = _day(last, zone)
        times = [_time_of(each) for each in self.times]
        while day <= end:
            # Where clocks are put on, two times of the day may be the same moment.
            yield from sorted({milliseconds(datetime.combine(day, at, zone)) for at in times})
            day += timedelta(days=self.days)

    def around(self, moment: int) -> Around:
        """Which doses may be given at a moment, which one is over, which one comes next.

        The windows of two neighbours never overlap: between them, half belongs to each.
        """
        reach, start = self._reach, milliseconds(self.start)
        end = moment if self.stop is None else min(moment, milliseconds(self.stop))
        slots = list(self.slots(end - reach, max(moment, start) + reach))
        open_, last, after = [], None, None
        for place, slot in enumerate(slots):
            opens, closes = self._window(slots, place)
            if moment > closes:
                last = slot
            elif moment < opens:
                after = slot if after is None else after
            else:
                open_.append(slot)
        open_.sort(key=lambda slot: abs(slot - moment))
        return Around(tuple(open_), last, after)

    @property
    def _reach(self) -> int:
        """How far around a moment the doses before and after it lie at most."""
        if self.rhythm is Rhythm.ONCE:
            return _FOR_EVER
        period = self.days * _DAY if self.rhythm is Rhythm.CLOCK else self.every * _MINUTE
        return 2 * period + max(self.early, self.late) * _MINUTE + _DAY

    def _window(self, slots: Sequence[int], place: int) -> tuple[int, int]:
        slot = slots[place]
        begin, end = slot - self.early * _MINUTE, slot + self.late * _MINUTE
        if place > 0:
            begin = max(begin, slot - (slot - slots[place - 1]) // 2)
        if place + 1 < len(slots):
            end = min(end, slot + (slots[place + 1] - slot) // 2)
        return begin, end

    def members(self) -> dict[str, Any]:
        """The schedule as JSON; what its rhythm has no use for is left out."""
        members: dict[str, Any] = {
            "frequency": self.frequency,
            "rhythm": self.rhythm.value,
            "start": timestamp(self.start),
            "zone": self.zone,
            "early": self.early,
            "late": self.late,
        }
        if self.stop is not None:
            members["stop"] = timestamp(self.stop)
        if self.times:
            members |= {"times": list(self.times), "days": self.days}
        if self.every:
            members["every"] = self.every
        return members

    @classmethod
    def parse(cls, members: Mapping[str, Any]) -> Schedule:
        """The schedule that `members` wrote."""
        stop = members.get("stop")
        return cls(
            frequency=members["frequency"],
            rhythm=Rhythm(members["rhythm"]),
            start=datetime.fromisoformat(members["start"]),
            zone=members["zone"],
            stop=datetime.fromisoformat(stop) if stop else None,
            times=tuple(members.get("times", ())),
            days=members.get("days", 1),
            every=members.get("every", 0),
            early=members["early"],
            late=members["late"],
        )


_FOR_EVER = 10_000 * 366 * _DAY


def milliseconds(moment: datetime) -> int:
    """A moment as milliseconds since 1970 (UTC); what is finer is cut off."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def moment_of(slot: int, zone: str) -> datetime:
    """The moment of so many milliseconds since 1970, as clocks of a zone show it."""
    return (_EPOCH + timedelta(milliseconds=slot)).astimezone(ZoneInfo(zone))


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _day(moment: int, zone: ZoneInfo) -> date:
    return (_EPOCH + timedelta(milliseconds=moment)).astimezone(zone).date()


def _time_of(text: str) -> time:
    """A time of day, `08:00`.

    Raises:
        Invalid: `schedule-times`.
    """
    try:
        return time(*_parts(text))
    except ValueError:
        raise Invalid("schedule-times", field="schedule.times", most=_MOST_TIMES) from None


def _parts(text: str) -> tuple[int, int]:
    hours, separator, minutes = text.partition(":")
    if not (separator and len(hours) == len(minutes) == 2 and text.isascii()):  # noqa: PLR2004 -- two digits each
        raise ValueError(text)
    return int(hours), int(minutes)
