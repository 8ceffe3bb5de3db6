"""The closed-loop report at a desk: totals, every loop, its files, and whose wards one sees."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from uuid6 import uuid7

from access import Role
from orders import Line, Order, OrderType
from tests.support import ANTIBODY, NOON, STENT, Clock, box, event, stent
from tests.web.busy import opened
from tests.web.house import SECRETS, Browser, House
from trace import Document, Dose, EventKind

K = EventKind
FOUR = NOON.replace(hour=16)


@pytest.fixture(scope="module")
def loops(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Two patients of two wards with an order each; one dose went by unseen. Not to be changed."""
    path = tmp_path_factory.mktemp("loops")
    shutil.copy(sqlite_template, path / "medtrace.sqlite3")
    house = House(f"sqlite:///{path / 'medtrace.sqlite3'}", path / "data", Clock())
    house.furnish()
    for number, (ward, name) in enumerate((("W07", "王秀兰"), ("W08", "李建国")), 1):
        _dose(house, f"YZ-{number}", ward, name, scanned=number == 1)
    house.clock.advance(hours=6)
    yield house
    house.hospital.close()


def _dose(house: House, order: str, ward: str, name: str, *, scanned: bool) -> None:
    patient, thing = house.pseudonyms[name], box(f"L-{order}", lot="B1")
    dose = Dose.of("100", "mg")
    line = Line(ANTIBODY.identifiers, 1, ANTIBODY.code, dose=dose, route="iv")
    placed = Order(
        id=uuid7(),
        time=NOON - timedelta(hours=4),
        type=OrderType.MEDICATION,
        number=order,
        lines=(line,),
        destination=ward,
        patient=patient,
        schedule=house.hospital.usual.schedule("bid", NOON),
    )
    steps = [
        event(K.RECEIVED, thing, at="PHARM", time=NOON - timedelta(days=1)),
        event(K.DISPENSED, thing, at="PHARM", to=ward, patient=patient, time=NOON),
    ]
    if scanned:
        steps.append(event(K.MOVED, thing, at=ward, time=NOON + timedelta(hours=1)))
    on: dict[str, Any] = {"documents": (Document("medication", order),)}
    on |= {"dose": dose, "route": "iv"}
    steps.append(event(K.ADMINISTERED, thing, at=ward, patient=patient, time=FOUR, **on))
    outcomes = house.recorder.record([placed, *steps])
    assert all(type(each).__name__ == "Recorded" for each in outcomes), outcomes


def page(browser: Browser, path: str = "/reports/closed-loop") -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    text = answer.get_data(as_text=True)
    assert not any(secret in text for secret in SECRETS)
    return text


def test_the_board_says_how_many_loops_of_the_month_are_complete(loops: House) -> None:
    told = page(loops.enter("Q9", Role.QUALITY), "/board")
    assert "<b>50.0 %</b> 用药 <small>1 / 2</small>" in told
    assert "<b>–</b> 植入物 <small>0 / 0</small>" in told
    assert 'href="/reports/closed-loop"' in told


def test_quality_sees_every_ward_and_what_is_missing(loops: House) -> None:
    quality = loops.enter("Q1", Role.QUALITY)
    told = page(quality)
    assert "50.0 %" in told
    assert {"YZ-1", "YZ-2"} <= {each for each in ("YZ-1", "YZ-2", "YZ-3") if each in told}
    assert "缺" in told
    opened = page(quality, "/reports/closed-loop?loops=open")
    assert "YZ-2" in opened
    assert "YZ-1<" not in opened
    quality.client.set_cookie("lang", "en")
    assert "Closed loop" in page(quality)
    assert "Nothing in this month" in page(quality, "/reports/closed-loop?month=2025-01")
    assert page(quality, "/reports/closed-loop/implants")
    assert page(quality, "/reports/closed-loop?month=nonsense&ward=NONE")


def test_an_implant_is_named_by_its_product_and_leads_to_its_life(
    sqlite_template: Path, tmp_path: Path
) -> None:
    with opened(sqlite_template, tmp_path) as house:
        where: dict[str, Any] = {"patient": house.pseudonyms["王秀兰"], "site": "左前降支"}
        made = house.recorder.record(
            [
                event(K.RECEIVED, stent("S/1", lot="A1"), at="OR1"),
                event(K.IMPLANTED, stent("S/1"), at="OR1", surgeon="3105", **where),
            ]
        )
        assert all(type(each).__name__ == "Recorded" for each in made), made
        told = page(house.enter("Q1", Role.QUALITY), "/reports/closed-loop/implants")
        row = re.search(r'href="(/units/\d+)"><b>([^<]+)</b></a>.*?S/1', told, re.DOTALL)
        assert row
        assert row[2] == STENT.name
        assert house.sign_in("Q1").get(row[1]).status_code == 200


def test_a_ward_sees_its_own(loops: House) -> None:
    nurse = loops.enter("N8", Role.NURSE, places=["W08"])
    told = page(nurse)
    assert "YZ-2" in told
    assert "YZ-1" not in told
    assert "YZ-1" not in page(nurse, "/reports/closed-loop?ward=W07")
    assert loops.enter("WH", Role.WAREHOUSE).get("/reports/closed-loop").status_code == 403


def test_every_loop_comes_as_a_file(loops: House) -> None:
    answer = loops.enter("Q2", Role.QUALITY).get("/reports/closed-loop?format=csv")
    rows = list(csv.reader(StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert rows[0] == [
        *("医嘱", "病区", "应给时间", "闭环"),
        *("开嘱", "发药", "配制", "病区签收", "给药"),
    ]
    assert [row[0] for row in rows[1:]] == ["YZ-1", "YZ-2"]
    assert rows[2][-2:] == ["缺", "11-22 16:00"]
