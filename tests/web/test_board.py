"""The director's view: today's figures, what soon expires, and who may look."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from uuid6 import uuid7

from access import Role
from inventory import Definition
from tests.support import NOON, SYRINGE, box, event, syringes
from tests.web.busy import keep_busy, opened
from tests.web.house import Browser, House
from trace import Document, EventKind
from web import today


@pytest.fixture
def busy(sqlite_template: Path, tmp_path: Path) -> Iterator[House]:
    with opened(sqlite_template, tmp_path) as house:
        keep_busy(house)
        yield house


def kpis(browser: Browser) -> list[int]:
    page = browser.get("/board").get_data(as_text=True)
    return [int(each.replace(",", "")) for each in re.findall(r"</h2><p><b>([\d,]+)</b>", page)]


def test_scans_are_passed_looked_at_or_stopped_and_that_adds_up(busy: House) -> None:
    browser = busy.enter("Q1", Role.QUALITY)
    scans, passed, looks, stopped = kpis(browser)
    assert (scans, looks, stopped) == (passed + looks + stopped, 2, 0)
    again = [event(EventKind.RECEIVED, box("T1", lot="B1"), at="STORE") for _ in range(2)]
    busy.recorder.record(again)
    assert kpis(browser) == [scans + 2, passed, looks, 2]
    page = browser.get("/board").get_data(as_text=True)
    assert re.search(r"<li><span>已收过</span>.*?<b>2</b>", page, re.DOTALL)
    busy.clock.advance(days=1)
    assert kpis(busy.sign_in("Q1")) == [0, 0, 0, 0]


def test_a_long_day_is_counted_part_by_part(busy: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits until a whole day was read: the page says what is missing, and comes again."""
    monkeypatch.setattr(today, "_MOST", 10)
    browser = busy.enter("Q1", Role.QUALITY)
    pages = []
    while "没有统计完" in (page := browser.get("/board").get_data(as_text=True)):
        assert 'hx-trigger="load delay:1s"' in page
        pages.append(page)
    assert len(pages) > 1
    monkeypatch.undo()
    assert kpis(browser) == kpis(busy.sign_in("Q1"))


def test_what_is_given_for_an_order_counts_as_closed(busy: House) -> None:
    browser = busy.enter("Q1", Role.QUALITY)
    before = browser.get("/board").get_data(as_text=True)
    assert "2 次中 0 次" in before
    busy.recorder.record(
        [
            event(EventKind.MOVED, syringes(1), to="W08"),
            event(
                EventKind.DISPENSED,
                box("A3"),
                patient=busy.pseudonyms["李建国"],
                to="W08",
            ),
            event(
                EventKind.ADMINISTERED,
                box("A3"),
                at="W08",
                patient=busy.pseudonyms["李建国"],
                documents=(Document("prescription", "CF-2"),),
            ),
        ]
    )
    assert "3 次中 1 次" in browser.get("/board").get_data(as_text=True)


def test_what_handhelds_kept_out_of_reach_is_told_as_it_comes_in(busy: House) -> None:
    browser = busy.enter("Q1", Role.QUALITY)
    assert "今天补传 <b>1 条</b>" in browser.get("/board").get_data(as_text=True)
    late = event(EventKind.MOVED, syringes(1), to="W08", after_the_fact=True)
    busy.recorder.record([late])
    page = browser.get("/board/wall").get_data(as_text=True)
    assert "今天补传 <b>2 条</b>" in page
    assert "1 条待核对" in page


def test_near_expiry_is_told_by_days_with_what_it_costs(busy: House) -> None:
    dear = Definition(id=uuid7(), time=NOON, thing=replace(SYRINGE, details={"price": "12.5"}))
    day = NOON.date()
    busy.recorder.record(
        [
            dear,
            event(EventKind.RECEIVED, syringes(4, lot="S20", expiry=day + timedelta(days=20))),
            event(EventKind.RECEIVED, syringes(2, lot="S90", expiry=day + timedelta(days=90))),
            event(EventKind.RECEIVED, syringes(9, lot="S181", expiry=day + timedelta(days=181))),
        ]
    )
    page = busy.enter("Q1", Role.QUALITY).get("/board").get_data(as_text=True)
    assert re.search(r"≤ 30 天<small>¥ 50.00</small>.*?<b>1</b>", page, re.DOTALL)
    assert re.search(r"31–90 天<small>¥ 25.00</small>.*?<b>1</b>", page, re.DOTALL)
    assert re.search(r"91–180 天.*?<b>0</b>", page, re.DOTALL)


def test_the_wall_shows_no_patient_and_draws_itself_anew(busy: House) -> None:
    page = busy.enter("A1", Role.AUDITOR).get("/board/wall").get_data(as_text=True)
    assert 'hx-trigger="every 30s"' in page
    assert 'class="rail"' not in page
    assert "王秀兰" not in page
