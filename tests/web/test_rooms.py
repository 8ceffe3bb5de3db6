"""Emergency kits, loaner sets and preference lists at the desk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from uuid6 import uuid7

from access import Role
from tests.web.busy import opened
from tests.web.house import Browser, House
from tests.web.theatre_house import furnish_theatre


@pytest.fixture(scope="module")
def theatre(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(sqlite_template, tmp_path_factory.mktemp("rooms")) as house:
        furnish_theatre(house)
        yield house


def text(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.get_data(as_text=True)


def address_of(page: str, name: str) -> str:
    found = re.search(rf'<a href="(/rooms/[^"]+)"><b>{name}', page)
    assert found, name
    return found[1]


def sent(**fields: str) -> dict[str, str]:
    return {"event_id": str(uuid7()), **fields}


def test_a_kit_is_sealed_only_while_complete_and_checked_by_its_number(theatre: House) -> None:
    nurse = theatre.enter("N1", Role.NURSE, places=["W07"])
    page = text(nurse, "/rooms/kits")
    assert "备好" in page
    assert "已打开 · 缺物品" in page
    trolley, box = address_of(page, "抢救车"), address_of(page, "急救箱 2")
    assert nurse.post(box, sent(doing="seal", seal="7")).status_code == 403
    assert nurse.post(trolley, sent(doing="check", seal="")).status_code == 422
    assert nurse.post(trolley, sent(doing="nothing", seal="1")).status_code == 422
    assert nurse.post(trolley, sent(doing="check", seal="0001234")).status_code == 303
    surgery = theatre.enter("T1", Role.THEATRE, places=["OR1"])
    refused = surgery.post(box, sent(doing="seal", seal="7")).get_data(as_text=True)
    assert "还缺 6" in refused
    shown = text(surgery, box)
    assert "还没有封" in shown or "已打开" in shown
    assert "一次性使用无菌注射器" in shown


def test_a_loaner_set_says_what_came_and_who_may_close_it(theatre: House) -> None:
    store = theatre.enter("S1", Role.WAREHOUSE, places=["STORE"])
    assert "GT-7" not in text(store, "/rooms/loaners"), "of another place"
    assert store.get("/rooms/loaners/GT-7").status_code == 403
    surgery = theatre.enter("T2", Role.THEATRE, places=["OR1"])
    rows = text(surgery, "/rooms/loaners?format=csv").splitlines()
    assert [row.split(",")[:2] for row in rows[1:]] == [["GT-7", "在院"], ["GT-6", "逾期"]]
    assert text(surgery, "/rooms/loaners?loaner=GT-6").count("GT-7") == 0
    assert '<b class="text-look">+1</b>' in text(surgery, "/rooms/loaners/GT-7")
    assert surgery.post("/rooms/loaners/GT-6", sent()).status_code == 303
    assert "已结" in text(surgery, "/rooms/loaners/GT-6")
    assert surgery.get("/rooms/loaners/GT-99").status_code == 404


def test_a_preference_list_says_which_lots_to_take(theatre: House) -> None:
    pharmacist = theatre.enter("P1", Role.PHARMACIST)
    assert "冠状动脉支架置入术" in text(pharmacist, "/rooms/preferences?procedure=支架")
    page = text(pharmacist, "/rooms/preferences/PCI?place=STORE")
    assert "L1 × 10" in page
    assert "备用" in page
    assert pharmacist.get("/rooms/preferences/NONE").status_code == 404
