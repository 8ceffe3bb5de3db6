"""When doses are due: the words of orders, slots, and the windows around them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import Invalid
from orders import Rhythm, Schedule, Usual, milliseconds, moment_of, times_from
from tests.support import NOON

MINUTE, DAY = 60_000, 24 * 60 * 60_000
SHANGHAI = Usual("Asia/Shanghai")
zones = st.sampled_from(["Asia/Shanghai", "UTC", "Europe/Berlin", "America/New_York"])
starts = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 -- the zone is drawn beside it
    datetime(2027, 12, 31),  # noqa: DTZ001 -- the same
    timezones=zones.map(ZoneInfo),
).map(lambda moment: moment.astimezone(UTC))
frequencies = st.sampled_from(
    ["qd", "bid", "tid", "qid", "qn", "qod", "qw", "q8h", "q6h", "q1h", "q45min", "st", "06:30"]
)
windows = st.integers(0, 24 * 60)


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    usual = Usual(draw(zones), early=draw(windows), late=draw(windows))
    start = draw(starts)
    length = draw(st.none() | st.integers(1, 60 * 24 * 40))
    stop = None if length is None else start + timedelta(minutes=length)
    return usual.schedule(draw(frequencies), start, stop)


def every_slot(schedule: Schedule, until: int) -> Iterator[int]:
    """The doses of a schedule from its start on, one after the other, by hand."""
    zone, start = ZoneInfo(schedule.zone), milliseconds(schedule.start)
    end = until if schedule.stop is None else min(until, milliseconds(schedule.stop) - 1)
    if schedule.rhythm is Rhythm.ONCE:
        yield from [start] if start <= end else []
    elif schedule.rhythm is Rhythm.INTERVAL:
        yield from range(start, end + 1, schedule.every * MINUTE)
    else:
        day = schedule.start.astimezone(zone).date()
        while milliseconds(datetime(day.year, day.month, day.day, tzinfo=UTC)) < end + 2 * DAY:
            clock = (datetime.fromisoformat(f"{day} {at}") for at in schedule.times)
            moments = {milliseconds(each.replace(tzinfo=zone)) for each in clock}
            yield from (slot for slot in sorted(moments) if start <= slot <= end)
            day += timedelta(days=schedule.days)


@given(schedules(), st.integers(-3 * DAY, 40 * DAY), st.integers(0, 9 * DAY))
def test_slots_are_those_that_one_counts_by_hand(
    schedule: Schedule, offset: int, length: int
) -> None:
    since = milliseconds(schedule.start) + offset
    until = since + length
    expected = [slot for slot in every_slot(schedule, until) if since <= slot]
    assert list(schedule.slots(since, until)) == expected


@given(schedules(), st.integers(-2 * DAY, 40 * DAY))
def test_what_may_be_given_now_lies_between_what_is_over_and_what_comes(
    schedule: Schedule, offset: int
) -> None:
    moment = milliseconds(schedule.start) + offset
    around = schedule.around(moment)
    slots = list(every_slot(schedule, moment + 20 * DAY))
    over = [slot for slot in slots if slot not in around.open and slot < moment]
    coming = [slot for slot in slots if slot not in around.open and slot > moment]
    assert around.last == (over[-1] if over else None)
    assert around.next == (coming[0] if coming else None)
    assert set(around.open) <= set(slots)
    for slot in around.open:
        assert -schedule.late * MINUTE <= slot - moment <= schedule.early * MINUTE
    assert len(around.open) <= 2, "windows touch at their midpoint and never overlap"
    if len(around.open) == 2:
        assert sum(around.open) in {2 * moment, 2 * moment + 1, 2 * moment - 1}


@given(schedules())
def test_a_dose_may_be_given_when_it_is_due(schedule: Schedule) -> None:
    for slot in (
        list(schedule.slots(milliseconds(schedule.start), 2**52))[:3]
        if (schedule.stop or schedule.rhythm is Rhythm.ONCE)
        else ()
    ):
        assert schedule.around(slot).open == (slot,)


@given(schedules())
def test_a_schedule_reads_back_from_its_entry(schedule: Schedule) -> None:
    read = Schedule.parse(schedule.members())
    assert read == schedule
    assert read.members() == schedule.members()


def due(frequency: str, start: datetime = NOON, days: int = 2) -> list[str]:
    """When doses are due in Shanghai, `22 16:00`."""
    schedule = SHANGHAI.schedule(frequency, start)
    begin = milliseconds(start)
    slots = schedule.slots(begin, begin + days * DAY)
    return [f"{moment_of(slot, 'Asia/Shanghai'):%d %H:%M}" for slot in slots]


@pytest.mark.parametrize(
    ("frequency", "expected"),
    [
        ("bid", ["22 16:00", "23 08:00", "23 16:00", "24 08:00"]),
        ("每日两次", ["22 16:00", "23 08:00", "23 16:00", "24 08:00"]),
        ("QD", ["23 08:00", "24 08:00"]),
        ("qod", ["24 08:00"]),
        ("q16h", ["22 12:00", "23 04:00", "23 20:00", "24 12:00"]),
        ("每12小时一次", ["22 12:00", "23 00:00", "23 12:00", "24 00:00", "24 12:00"]),
        ("20:30,06:00", ["22 20:30", "23 06:00", "23 20:30", "24 06:00"]),
        ("st", ["22 12:00"]),
        ("prn", []),
        ("q4h prn", []),
    ],
)
def test_the_words_of_orders(frequency: str, expected: list[str]) -> None:
    assert due(frequency) == expected


@pytest.mark.parametrize(
    "frequency", ["", "q0h", "q8", "twice", "25:00", "8:00", "st prn", "q8h q6h", "bid;drop"]
)
def test_what_is_no_frequency_is_told(frequency: str) -> None:
    with pytest.raises(Invalid) as caught:
        SHANGHAI.schedule(frequency, NOON)
    assert caught.value.code in {"frequency-unknown", "schedule-times"}


@given(st.text(max_size=12))
def test_any_text_is_a_frequency_or_told_to_be_none(frequency: str) -> None:
    with suppress(Invalid):
        assert SHANGHAI.schedule(frequency, NOON).frequency == frequency.strip()


def test_a_hospital_says_its_own_times() -> None:
    times = times_from("bid=07:00,19:00 qod=09:00/2")
    assert times["bid"] == (("07:00", "19:00"), 1)
    assert Usual("Asia/Shanghai", times).schedule("qod", NOON).days == 2
    with pytest.raises(Invalid):
        Usual("Asia/Shanghai", times).schedule("tid", NOON)
    for wrong in ("bid", "bid=7:00", "bid=07:00/0", "=07:00", "bid=07:00/x"):
        with pytest.raises(Invalid):
            times_from(wrong)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"stop": NOON}, "schedule-stop"),
        ({"zone": "Asia/Nowhere"}, "schedule-zone"),
        ({"zone": "../etc/passwd"}, "schedule-zone"),
        ({"times": ("16:00", "08:00")}, "schedule-times"),
        ({"times": ()}, "schedule-times"),
        ({"days": 0}, "schedule-every"),
        ({"early": -1}, "schedule-window"),
        ({"late": 1441}, "schedule-window"),
        ({"rhythm": Rhythm.INTERVAL, "times": ()}, "schedule-every"),
        ({"start": NOON.replace(tzinfo=None)}, "time-without-zone"),
    ],
)
def test_a_schedule_holds_together(wrong: dict[str, object], code: str) -> None:
    right: dict[str, object] = {
        "frequency": "bid",
        "rhythm": Rhythm.CLOCK,
        "start": NOON,
        "zone": "Asia/Shanghai",
        "times": ("08:00", "16:00"),
    }
    with pytest.raises(Invalid) as caught:
        Schedule(**{**right, **wrong})  # type: ignore[arg-type]
    assert caught.value.code == code
