"""What view models work out: days, sums, clocks, lanes, and how figures are written."""

from __future__ import annotations

import doctest
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web import view
from web.kit import lives
from web.view import (
    Clock,
    ClockState,
    Expiry,
    ExpiryState,
    Formats,
    Lane,
    Life,
    PartKind,
    Seal,
    SealSummary,
    SumBar,
    SumPart,
    code_groups,
    formats,
    pseudonym_tail,
)
from web.view.words import WORDS

CHINA = Formats(ZoneInfo("Asia/Shanghai"))


def test_an_instant_is_shown_in_the_hospitals_zone() -> None:
    instant = datetime(2026, 11, 21, 18, 3, 12, tzinfo=UTC)
    assert CHINA.moment(instant) == "2026-11-22 02:03"
    assert CHINA.second(instant) == "02:03:12"
    assert CHINA.date(instant) == "2026-11-22"
    assert CHINA.machine(instant) == "2026-11-22T02:03:12+08:00"


@pytest.mark.parametrize(
    ("length", "zh", "en"),
    [
        (timedelta(days=6, hours=1, minutes=34), "6 天 1 时 34 分", "6 d 1 h 34 min"),
        (timedelta(hours=4, minutes=51), "4 时 51 分", "4 h 51 min"),
        (timedelta(days=1), "1 天", "1 d"),
        (timedelta(seconds=59), "0 分", "0 min"),
    ],
)
def test_a_span_names_its_units(length: timedelta, zh: str, en: str) -> None:
    assert CHINA.span(length, "zh") == zh
    assert CHINA.span(length, "en") == en


@pytest.mark.parametrize(
    ("left", "written"),
    [
        (timedelta(hours=1, minutes=37), "01:37"),
        (timedelta(hours=71, seconds=1), "71:01"),
        (timedelta(seconds=1), "00:01"),
        (timedelta(0), "00:00"),
        (timedelta(minutes=-23), "00:23"),
    ],
)
def test_time_left_and_time_over_are_written_alike(left: timedelta, written: str) -> None:
    assert CHINA.hours(left) == written


def test_the_examples_in_the_formats_hold() -> None:
    assert doctest.testmod(formats).failed == 0


def test_numbers_have_thousands_apart() -> None:
    assert CHINA.number(1200) == "1,200"


@given(st.text(alphabet="0123456789ABCDEF", min_size=1, max_size=40))
def test_grouping_a_code_loses_nothing(code: str) -> None:
    groups = code_groups(code)
    assert "".join(groups) == code
    assert all(len(group) == 4 for group in groups[:-1])


@given(st.text(max_size=60))
def test_at_most_eight_signs_of_a_pseudonym_are_shown(pseudonym: str) -> None:
    assert len(pseudonym_tail(pseudonym).replace("-", "")) <= 8 * 3  # ß is SS in capitals


TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("days", "state"),
    [(181, "far"), (180, "near"), (31, "near"), (30, "urgent"), (0, "urgent"), (-1, "past")],
)
def test_an_expiry_tag_warns_in_time(days: int, state: str) -> None:
    expiry = Expiry(TODAY + timedelta(days=days), TODAY)
    assert expiry.state == ExpiryState(state)
    assert expiry.days == days
    assert replace(expiry, frozen=True).state is ExpiryState.FROZEN


@pytest.mark.parametrize(
    ("left", "state"),
    [(25, "running"), (24, "short"), (0, "short"), (-1, "over")],
)
def test_a_clock_warns_in_its_last_quarter(left: int, state: str) -> None:
    clock = Clock(timedelta(minutes=96), timedelta(minutes=left), datetime(2026, 1, 1, tzinfo=UTC))
    assert clock.state == ClockState(state)
    assert replace(clock, done=True).state is ClockState.DONE


_counts = st.lists(st.integers(0, 100_000), min_size=len(PartKind), max_size=len(PartKind))


def _bar(counts: list[int], total: int) -> SumBar:
    parts = [SumPart(kind, count) for kind, count in zip(PartKind, counts, strict=True)]
    return SumBar(tuple(reversed(parts)), total, "支")


@given(_counts, st.integers(-50, 50))
def test_a_sum_agrees_exactly_when_its_parts_make_the_total(counts: list[int], off: int) -> None:
    bar = _bar(counts, sum(counts) + off)
    assert bar.difference == off
    assert bar.agrees == (off == 0)


@given(_counts)
def test_the_bar_is_full_in_order_and_shows_every_part(counts: list[int]) -> None:
    slices = _bar(counts, sum(counts)).slices
    assert [part.kind for part in slices] == [
        kind for kind, count in zip(PartKind, counts, strict=True) if count
    ]
    if slices:
        assert slices[0].start == 0
        assert slices[-1].start + slices[-1].width == pytest.approx(100, abs=0.02)
    assert all(part.width >= 0.79 for part in slices)
    for before, after in pairwise(slices):
        assert before.start + before.width == pytest.approx(after.start, abs=0.01)


def test_missing_units_leave_the_bar_empty_at_its_end() -> None:
    last = SumBar((SumPart(PartKind.USED, 250),), 1000, "支").slices[-1]
    assert last.start + last.width == pytest.approx(25)


def test_steps_that_follow_each_other_in_one_lane_stand_together() -> None:
    store, pharmacy, *_ = lives.thing().life.lanes
    assert (store.lane, len(store.steps)) == (Lane.STORE, 2)
    assert (pharmacy.lane, len(pharmacy.steps)) == (Lane.PHARMACY, 3)


def test_a_thing_that_comes_back_opens_a_lane_of_its_own() -> None:
    there, back = lives.thing().life.steps[0], lives.thing().life.steps[2]
    assert [group.lane for group in Life((there, back, there)).lanes] == [
        Lane.STORE,
        Lane.PHARMACY,
        Lane.STORE,
    ]


def test_a_life_counts_its_length_places_and_gaps() -> None:
    life = lives.thing_broken().life
    assert (life.places, life.gaps, life.seals) == (5, 1, (4, 1))
    assert life.length == life.steps[-1].at - life.steps[0].at
    assert Life(()).length == timedelta()


@pytest.mark.parametrize(
    ("proven", "broken", "seal"), [(3, 0, "proven"), (2, 0, "pending"), (2, 1, "broken")]
)
def test_one_broken_proof_breaks_the_seal_of_the_whole(proven: int, broken: int, seal: str) -> None:
    assert SealSummary(proven, broken, 3).seal == Seal(seal)


def test_every_word_list_is_complete() -> None:
    assert {enum: set(words) for enum, words in WORDS.items()} == {
        enum: set(enum) for enum in WORDS
    }
    shown = {thing for thing in vars(view).values() if isinstance(thing, type)}
    enums = {thing for thing in shown if issubclass(thing, Enum)}
    drawn = {view.ExpiryState, view.ClockState, view.PatientListState}  # shown by shape alone
    assert enums - set(WORDS) == drawn
