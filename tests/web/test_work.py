"""Work-lists: who sees what waits, and how it is settled at the desk."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from uuid6 import uuid7

from access import Role
from tests.web.busy import keep_busy, opened
from tests.web.house import Browser, House
from web.view.table import Tab

_UNKNOWN = "不认识这个码。再扫一次，还不行就拍照登记"
_NEVER_CAME = "没有入过库。先收货；在整箱里的先从箱里取出"
_TOKEN = re.compile(r'name="event_id" value="([^"]+)"')


@pytest.fixture
def busy(sqlite_template: Path, tmp_path: Path) -> Iterator[House]:
    with opened(sqlite_template, tmp_path) as house:
        house.count = keep_busy(house)  # type: ignore[attr-defined] # for the tests of counts
        yield house


def text(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.get_data(as_text=True)


def rows(browser: Browser, path: str) -> list[list[str]]:
    content = browser.get(f"{path}?format=csv").get_data().decode("utf-8-sig")
    return list(csv.reader(StringIO(content)))[1:]


def token(page: str) -> str:
    found = _TOKEN.search(page)
    assert found is not None
    return found[1]


def test_beyond_a_hundred_nobody_counts() -> None:
    tabs = [Tab("", "", count=count) for count in (0, 100, 101)]
    assert [tab.waiting for tab in tabs] == ["0", "100", "100+"]


def test_every_list_shows_what_waits_there(busy: House) -> None:
    browser = busy.enter("P1", Role.PHARMACIST)
    found = {
        name: rows(browser, f"/work/{name}")
        for name in (
            *("receiving", "inspections", "transfers", "exceptions"),
            *("codes", "apart", "counts", "excursions"),
        )
    }
    assert [row[0] for row in found["receiving"]] == ["CG-1"]
    assert [row[1] for row in found["inspections"]] == ["T1"]
    assert [(row[1], row[3]) for row in found["transfers"]] == [("B1", "住院药房")]
    assert [row[0] for row in found["exceptions"]] == [
        _UNKNOWN,
        _NEVER_CAME,
    ]
    assert [row[0] for row in found["codes"]] == ["04012345678901"]
    assert "B1" in {row[1] for row in found["apart"]}
    assert [row[0] for row in found["counts"]] == ["中心药库"]
    assert [row[2] for row in found["excursions"]] == ["12 … 13 ℃"]
    page = text(browser, "/work")
    for name, waiting in found.items():
        assert re.search(rf'/work/{name}"><span class="work-count">{len(waiting)}<', page), name


def test_a_list_holds_only_what_its_reader_may_settle(busy: House) -> None:
    ward = busy.enter("N1", Role.NURSE, places=["W07"])
    assert rows(ward, "/work/transfers") == []
    assert rows(ward, "/work/counts") == []
    pharmacy = busy.enter("P2", Role.PHARMACIST, places=["PHARM"])
    assert [row[3] for row in rows(pharmacy, "/work/transfers")] == ["住院药房"]
    assert [row[0] for row in rows(pharmacy, "/work/exceptions")] == [_NEVER_CAME]
    assert rows(pharmacy, "/work/receiving") == []
    answer = pharmacy.get(f"/work/counts/{_count(busy)}")
    assert answer.status_code == 403


def test_an_exception_is_settled_once_with_a_note(busy: House) -> None:
    browser = busy.enter("P1", Role.PHARMACIST)
    page = text(browser, "/work/exceptions")
    (first, *_) = re.findall(r'action="(/work/exceptions/\d+/\d+)"', page)
    before = busy.size()
    empty = browser.post(first, {"event_id": token(page), "note": " "})
    assert empty.status_code == 422
    assert "缺少这一项" in empty.get_data(as_text=True)
    assert busy.size() == before
    sent = {"event_id": token(page), "note": "补收货，见送货单"}
    assert browser.post(first, sent).status_code == 303
    assert browser.post(first, sent).status_code == 303  # the same form sent twice
    assert busy.size() == before + 1
    again = browser.post(first, {"event_id": str(uuid7()), "note": "x"})
    assert "没有待处理的异常" in again.get_data(as_text=True)
    assert len(rows(browser, "/work/exceptions")) == 1
    forged = browser.post(first, {"event_id": "1", "note": "x"})
    assert forged.status_code == 422


def test_a_code_is_mapped_by_code_or_by_a_name_that_only_one_product_has(busy: House) -> None:
    browser = busy.enter("P1", Role.PHARMACIST)
    page = text(browser, "/work/codes")
    subject = "https://id.gs1.org/01/04012345678901"
    assert f'value="{subject}"' in page
    sent = {"event_id": token(page), "identifier": subject}
    several = browser.post("/work/codes", sent | {"product": "注射"})
    assert "写院内编码" in several.get_data(as_text=True)
    none = browser.post("/work/codes", sent | {"product": "D999"})
    assert "没有找到这个产品" in none.get_data(as_text=True)
    assert browser.post("/work/codes", sent | {"product": "支架"}).status_code == 303
    assert rows(browser, "/work/codes") == []


def test_a_life_says_how_warm_it_was_and_leads_up_and_down(busy: House) -> None:
    busy.hire("Z1", Role.PHARMACIST, Role.AUDITOR)
    browser = busy.sign_in("Z1")
    cold = browser.get("/search?q=COLD")
    page = text(browser, cold.location)
    assert "5–13 ℃" in page
    assert "应为 2–8 ℃" in page
    assert "温度超限 1" in page
    assert re.search(r'href="/ledger/\d+">记录', page), "the reading opens its proof"
    bought = text(browser, browser.get("/search?q=T2").location)
    (order,) = re.findall(r'<a href="(/documents/\d+)">采购单 CG-1</a>', bought)
    assert "CG-1" in text(browser, order)
    assert 'href="/catalogue/suppliers?q=' in bought


def test_an_excursion_is_decided_by_who_may(busy: House) -> None:
    nurse = busy.enter("N1", Role.NURSE, places=["PHARM"])
    page = text(nurse, "/work/excursions")
    assert "TH-1" in page
    assert 'name="note"' not in page
    sent = {"event_id": str(uuid7()), "note": "门没关好，已销毁"}
    assert nurse.post("/work/excursions/1", sent).status_code == 403
    pharmacist = busy.enter("P1", Role.PHARMACIST)
    assert pharmacist.post("/work/excursions/1", sent).status_code == 303
    assert rows(pharmacist, "/work/excursions") == []


def _count(busy: House) -> UUID:
    found: UUID = busy.count  # type: ignore[attr-defined] # set by the fixture
    return found


def test_a_count_is_approved_by_somebody_else_as_it_was_seen(busy: House) -> None:
    path = f"/work/counts/{_count(busy)}"
    own = text(busy.enter("0417", Role.WAREHOUSE), path)
    assert "换一位审核" in own
    browser = busy.enter("0422", Role.WAREHOUSE)
    page = text(browser, path)
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert digest is not None
    assert "-3" in page
    sent = {"event_id": token(page), "digest": digest[1]}
    changed = browser.post(path, sent | {"digest": "0" * 64})
    assert changed.status_code == 422
    assert browser.post(path, sent).status_code == 303
    before = busy.size()
    assert browser.post(path, sent).status_code == 303
    assert busy.size() == before
    assert "已审核" in text(browser, path)
    stock = {row[1]: row for row in rows(browser, "/stock/places/1")}
    assert stock["L1"][4] == "7"
    for wrong in ("x", "1", str(uuid7())):
        assert browser.get(f"/work/counts/{wrong}").status_code == 404


def test_documents_are_seen_by_who_works_at_either_end(busy: House) -> None:
    browser = busy.enter("P1", Role.PHARMACIST)
    found = {row[0]: row for row in rows(browser, "/documents")}
    assert set(found) == {"CG-1", "DB-1", "CF-1"}
    assert found["DB-1"][5] == "0"
    page = text(browser, "/documents?type=po&number=CG")
    (href,) = re.findall(r'href="(/documents/\d+)"', page)
    one = text(browser, href)
    assert "国控江州" in one
    assert "一次性使用无菌注射器" in one
    assert "data-print" in one
    ward = busy.enter("N1", Role.NURSE, places=["W08"])
    assert [row[0] for row in rows(ward, "/documents")] == ["CF-1"]
    assert ward.get(href).status_code == 403
    assert str(UUID(int=7)) not in text(ward, "/documents")
    assert browser.get("/documents/1").status_code == 404


def test_a_recalls_tasks_stand_on_the_list_of_who_works_there(busy: House) -> None:
    browser = busy.enter("P1", Role.PHARMACIST)
    assert rows(browser, "/work/recall-tasks") == []
    page = text(browser, "/recalls/new?product=D001")
    form_id = token(page)
    sent = {
        "product": "D001",
        "lot": "B1",
        "recall_class": "1",
        "reason": "杂质",
        "event_id": form_id,
    }
    opened_case = browser.post("/recalls", sent)
    assert opened_case.status_code == 303, opened_case.get_data(as_text=True)
    store = busy.enter("S1", Role.WAREHOUSE, places=["STORE"])
    assert {row[2] for row in rows(store, "/work/recall-tasks")} == {"中心药库"}
    assert len(rows(browser, "/work/recall-tasks")) > 1
