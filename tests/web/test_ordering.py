"""Physicians write orders of care at the desk, and stop them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from uuid6 import uuid7

from access import Role
from tests.web.busy import opened
from tests.web.house import SECRETS, WANG, Browser, House

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(sqlite_template, tmp_path_factory.mktemp("orders")) as found:
        yield found


@pytest.fixture(scope="module")
def physician(house: House) -> Browser:
    return house.enter("D1", Role.PHYSICIAN, places=["W07"])


DOSE = {
    "type": "medication",
    "number": "YZ-9",
    "destination": "W07",
    "patient_kind": "record_number",
    "patient_number": WANG.record_number,
    "product": "bfzdk",
    "amount": "100",
    "unit": "mg",
    "route": "ivgtt",
    "frequency": "qd",
    "high_alert": "1",
}


def sent_again(page: str) -> dict[str, list[str]]:
    """What the page that asks once more would send."""
    found: dict[str, list[str]] = {}
    for name, value in _HIDDEN.findall(page):
        if name not in {"csrf_token", "next"}:
            found.setdefault(name, []).append(value)
    return found


def test_an_order_is_placed_after_it_was_looked_at(house: House, physician: Browser) -> None:
    before = len(entries(house, "order"))
    page = physician.post("/orders/new", DOSE).get_data(as_text=True)
    assert "贝伐珠单抗注射液" in page, "found by its initials, shown by its name"
    assert "100 mg · ivgtt" in page
    assert not [secret for secret in SECRETS if secret in page]
    assert len(entries(house, "order")) == before
    answer = physician.post("/orders/new", sent_again(page))
    assert answer.status_code == 303
    shown = physician.get(answer.location).get_data(as_text=True)
    for said in ("医嘱 YZ-9", "100 mg", "ivgtt", "qd", "高警示"):
        assert said in shown, said
    again = physician.post("/orders/new", sent_again(page))
    assert "YZ-9 已经有了" in again.get_data(as_text=True)
    stop = re.search(r'action="(/orders/\d+/stop)"', shown)
    assert stop
    form = {"note": "换药", "event_id": str(uuid7())}
    assert physician.post(stop[1], form).status_code == 303
    assert "已停" in physician.get(answer.location).get_data(as_text=True)
    nurse = house.enter("N1", Role.NURSE, places=["W07"])
    assert nurse.post(stop[1], {}).status_code == 403
    assert 'href="/orders/new"' not in nurse.get("/documents").get_data(as_text=True)


def entries(house: House, kind: str) -> list[int]:
    found = house.hospital.ledger.entries(0, house.size())
    return [entry.seq for entry in found if entry.kind == kind]


@pytest.mark.parametrize(
    ("wrong", "status", "why"),
    [
        ({"destination": "W08"}, 403, ""),
        ({"patient_number": "ZY00000000000"}, 422, "患者"),
        ({"patient_number": ""}, 422, "患者这一项：缺少这一项"),
        ({"product": "没有的药"}, 422, "第 1 行 药品或物品"),
        ({"product": ""}, 422, "药品或物品这一项：缺少这一项"),
        ({"amount": "很多"}, 422, "第 1 行 剂量"),
        ({"unit": "一勺"}, 422, "没有这个剂量单位"),
        ({"frequency": "有空"}, 422, "频次这一项：不认识这个频次"),
        ({"route": ""}, 422, "第 1 行 途径：缺少这一项"),
        ({"start": "明天"}, 422, "开始这一项：时间不对"),
        ({"type": "procedure", "quantity": "x", "product": "C001"}, 422, "第 1 行 数量"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_placed(
    house: House, physician: Browser, wrong: dict[str, str], status: int, why: str
) -> None:
    before = len(entries(house, "order"))
    answer = physician.post("/orders/new", DOSE | wrong)
    assert answer.status_code == status
    assert why in answer.get_data(as_text=True)
    assert len(entries(house, "order")) == before


def test_a_prescription_has_several_lines(physician: Browser) -> None:
    assert "第 6 行" in physician.get("/orders/new?type=prescription").get_data(as_text=True)
    lines = {"product": ["D001", "C001", ""], "quantity": ["1", "5", ""]}
    heads = {name: DOSE[name] for name in ("destination", "patient_kind", "patient_number")}
    page = physician.post(
        "/orders/new", {"type": "prescription", "number": "CF-9", **heads, **lines}
    ).get_data(as_text=True)
    answer = physician.post("/orders/new", sent_again(page))
    assert answer.status_code == 303
    shown = physician.get(answer.location).get_data(as_text=True)
    assert "一次性使用无菌注射器" in shown
    assert "剂量" not in shown
