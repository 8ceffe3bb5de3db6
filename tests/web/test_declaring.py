"""What belongs in a kit, comes with a loaner set and is laid out is said at the desk too."""

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


@pytest.fixture
def theatre(sqlite_template: Path, tmp_path: Path) -> Iterator[House]:
    with opened(sqlite_template, tmp_path) as house:
        furnish_theatre(house)
        yield house


def text(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.get_data(as_text=True)


def sent(*lines: tuple[str, str], **fields: str) -> dict[str, object]:
    products, quantities = [each for each, _ in lines], [each for _, each in lines]
    return {"event_id": str(uuid7()), "product": products, "quantity": quantities, **fields}


def wrong(browser: Browser, path: str, form: dict[str, object]) -> str:
    answer = browser.post(path, form)
    assert answer.status_code == 422, answer.status_code
    return answer.get_data(as_text=True)


def test_a_kit_is_changed_and_ended_by_who_counts_there(theatre: House) -> None:
    nurse = theatre.enter("N1", Role.NURSE, places=["W07"])
    kit = re.search(r'href="(/rooms/kits/\d+)"><b>抢救车', text(nurse, "/rooms/kits"))
    assert kit
    assert "/rooms/declare/kit?place=W07-TROLLEY" in text(nurse, kit[1])
    form = text(nurse, "/rooms/declare/kit?place=W07-TROLLEY")
    assert 'value="C001"' in form
    assert "不再是急救箱" in form
    more = sent(("C001", "9"), ("D001", "2"), place="W07-TROLLEY", every="14", known="1")
    assert nurse.post("/rooms/declare/kit", more).headers["Location"] == kit[1]
    changed = text(nurse, kit[1])
    assert "每 14 天" in changed
    assert "贝伐珠单抗" in changed
    elsewhere = sent(("C001", "9"), place="OR1-BOX", every="14")
    assert nurse.post("/rooms/declare/kit", elsewhere).status_code == 403
    end = sent(place="W07-TROLLEY", every="14", known="1", end="1")
    assert nurse.post("/rooms/declare/kit", end).status_code == 303
    assert "抢救车" not in text(nurse, "/rooms/kits")


def test_a_loaner_set_is_declared_with_products_by_name(theatre: House) -> None:
    surgery = theatre.enter("T1", Role.THEATRE, places=["OR1"])
    head = {"number": "GT-9", "party": "江州医药配送", "place": "OR1", "due": "2026-11-23"}
    made = surgery.post("/rooms/declare/loaner", sent(("C001", "3"), **head))
    assert made.headers["Location"] == "/rooms/loaners/GT-9"
    assert "一次性使用无菌注射器" in text(surgery, "/rooms/loaners/GT-9")
    again = wrong(surgery, "/rooms/declare/loaner", sent(("C001", "3"), **head))
    assert "GT-9 已经有了" in again
    assert "GT-9" in again, "what was typed is kept"


def test_a_preference_list_is_written_and_withdrawn(theatre: House) -> None:
    surgery = theatre.enter("T1", Role.THEATRE, places=["OR1"])
    head = {"code": "PCI-2", "procedure": "支架置入", "surgeon": "3105"}
    lines = sent(("C001", "3"), ("D001", "1"), **head) | {"hold": ["", "1"]}
    made = surgery.post("/rooms/declare/preference", lines)
    assert made.headers["Location"] == "/rooms/preferences/PCI-2"
    assert "备用" in text(surgery, "/rooms/preferences/PCI-2")
    form = text(surgery, "/rooms/declare/preference?code=PCI-2")
    assert 'value="支架置入"' in form
    end = sent(**head, known="1", end="1")
    assert surgery.post("/rooms/declare/preference", end).status_code == 303
    assert surgery.get("/rooms/preferences/PCI-2").status_code == 404


@pytest.mark.parametrize(
    ("lines", "fields", "said"),
    [
        ([], {}, "一行也没有"),
        ([("C001", "0")], {}, "要整数，写的是"),
        ([("C001", "9" * 5000)], {}, "要整数，写的是"),
        ([("C001", "2"), ("C001", "3")], {}, "第 2 行 药品或物品：同一种写了两行"),
        ([("不存在", "2")], {}, "第 1 行 药品或物品"),
        ([("C001", "2")], {"due": "2026-13-45"}, "应退这一项"),
        ([("C001", "2")], {"due": ""}, "应退这一项：缺少这一项"),
        ([("C001", "2")], {"number": ""}, "编号这一项：缺少这一项"),
        ([("C001", "2")], {"place": ""}, "送到这一项：缺少这一项"),
        ([("C001", "2")], {"event_id": "none"}, "内容格式不对"),
        ([("C001", "2")], {"number": "N" * 65}, "64"),
    ],
)
def test_what_is_wrong_is_said_by_its_field(
    theatre: House, lines: list[tuple[str, str]], fields: dict[str, str], said: str
) -> None:
    surgery = theatre.enter("T1", Role.THEATRE, places=["OR1"])
    size = theatre.size()
    head = {"number": "GT-9", "party": "江州医药配送", "place": "OR1", "due": "2026-11-23"}
    assert said in wrong(surgery, "/rooms/declare/loaner", sent(*lines, **head) | fields)
    assert theatre.size() == size


def test_who_may_not_is_not_offered_it(theatre: House) -> None:
    auditor = theatre.enter("A1", Role.AUDITOR)
    assert "/rooms/declare" not in text(auditor, "/rooms/kits")
    for kind in ("kit", "loaner", "preference"):
        assert auditor.get(f"/rooms/declare/{kind}").status_code == 403
        assert auditor.post(f"/rooms/declare/{kind}", sent()).status_code == 403


def test_a_par_level_of_thousands_of_digits_is_no_number(theatre: House) -> None:
    store = theatre.enter("S1", Role.WAREHOUSE, places=["STORE"])
    level = {"event_id": str(uuid7()), "place": "STORE", "product": "C001", "target": "5"}
    page = wrong(store, "/catalogue/par-levels", {**level, "least": "9" * 5000})
    assert "要整数" in page
