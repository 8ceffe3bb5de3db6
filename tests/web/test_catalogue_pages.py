"""Master data at the desk: lists, files that go back in, imports looked at before they count."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from uuid6 import uuid7

from access import Role
from tests.web.busy import keep_busy, opened
from tests.web.house import Browser, House


@pytest.fixture
def busy(sqlite_template: Path, tmp_path: Path) -> Iterator[House]:
    with opened(sqlite_template, tmp_path) as house:
        keep_busy(house)
        yield house


def text(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.get_data(as_text=True)


def give(browser: Browser, path: str, content: str, name: str = "p.csv") -> str:
    answer = browser.post(path, {"file": (BytesIO(content.encode()), name)})
    return answer.get_data(as_text=True)


def test_lists_of_products_places_and_suppliers_are_narrowed(busy: House) -> None:
    browser = busy.enter("P1", Role.PHARMACIST)
    found = text(browser, "/catalogue?category=implant&format=csv")
    assert "支架" in found
    assert "贝伐珠" not in found
    assert "贝伐珠" in text(browser, "/catalogue?q=bfz")
    assert "肿瘤科二病区" in text(browser, "/catalogue/places?q=w07")
    assert "国控江州" in text(browser, "/catalogue/suppliers?q=国控")


def test_what_is_taken_out_goes_back_in_and_changes_nothing(busy: House) -> None:
    browser = busy.enter("P1", Role.PHARMACIST)
    file = browser.get("/catalogue/products/file").get_data().decode("utf-8-sig")
    page = give(browser, "/catalogue/products/import", file)
    assert "没有要写入的" in page
    assert "不变 <b>4</b>" in page


def test_a_file_is_recorded_once_and_only_after_it_was_looked_at(busy: House) -> None:
    browser = busy.enter("P1", Role.PHARMACIST)
    before = busy.size()
    rows = "院内编码,名称,类别,基本单位,单价\nD009,注射用美罗培南,药品,支,46.5\n"
    page = give(browser, "/catalogue/products/import", rows)
    assert busy.size() == before
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None
    stranger = busy.enter("P2", Role.PHARMACIST)
    taken = stranger.post("/catalogue/products/import", {"token": token[1]})
    assert taken.status_code == 422
    done = browser.post("/catalogue/products/import", {"token": token[1]})
    assert "已写入" in done.get_data(as_text=True)
    assert "注射用美罗培南" in text(browser, "/stock?q=mlpn")
    assert "¥ 46.50" in text(browser, "/catalogue?q=mlpn")
    again = browser.post("/catalogue/products/import", {"token": token[1]})
    assert "文件已过期" in again.get_data(as_text=True)


def test_every_row_with_a_fault_comes_as_a_file(busy: House) -> None:
    """A page shows two hundred; a file of a hospital may have thousands."""
    browser = busy.enter("P1", Role.PHARMACIST)
    before = busy.size()
    rows = "".join(f"D{n:04},甲,药品,支,很贵\n" for n in range(350))
    table = f"院内编码,名称,类别,基本单位,单价\n{rows}"
    shown = give(browser, "/catalogue/products/import", table)
    assert "150 " in shown
    file = BytesIO(table.encode())
    answer = browser.post("/catalogue/products/import", {"file": (file, "p.csv"), "format": "csv"})
    assert "products-faults" in answer.headers["Content-Disposition"]
    header, *told = answer.get_data().decode("utf-8-sig").splitlines()
    assert header == "行,列,问题,影响"
    assert len(told) == 350
    assert told[0] == "2,单价,不是单价：很贵。写成 12.5,这一行不能导入"
    assert busy.size() == before


def test_a_row_with_a_fault_stops_the_file_and_is_named(busy: House) -> None:
    browser = busy.enter("P1", Role.PHARMACIST)
    before = busy.size()
    page = give(
        browser,
        "/catalogue/products/import",
        "院内编码,名称,类别,基本单位,单价\nD010,甲,药品,支,很贵\nD011,乙,药品,支,1\n",
    )
    assert "不是单价：很贵" in page
    assert 'name="token"' not in page
    assert busy.size() == before
    for name, content in (("p.exe", "x"), ("p.xlsx", "not a sheet"), ("p.csv", "")):
        answer = browser.post(
            "/catalogue/products/import", {"file": (BytesIO(content.encode()), name)}
        )
        assert answer.status_code == 422, name
    assert browser.post("/catalogue/products/import", {}).status_code == 422
    for token in ("../../medtrace.sqlite3", "0" * 32 + ".csv"):
        assert browser.post("/catalogue/products/import", {"token": token}).status_code == 422


def test_the_administrator_keeps_places_and_sees_no_goods(busy: House) -> None:
    browser = busy.enter("A1", Role.SYSTEM_ADMIN)
    browser.client.get("/")
    page = give(browser, "/catalogue/places/import", "地点编码,名称,类型\nW09,骨科一病区,病区\n")
    assert browser.get("/stock").status_code != 200
    if "W09" not in page:  # a second factor is due of administrators first
        return
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None


SUPPLIERS = """供应商编码,名称,统一社会信用代码,经营许可证号,许可证有效期至,电话
国控江州,国药控股江州有限公司,91350100m000100y43,A-01,2027/3/31,0591-1234
新店,江州新店,,,,
"""
LEVELS = "地点编码,院内编码,最低,补到,来自\nSTORE,C001,20,50,\nSTORE,D001,1,4,\n"


@pytest.mark.parametrize(
    ("kind", "good", "bad", "why"),
    [
        ("suppliers", SUPPLIERS, SUPPLIERS.replace("y43", "y44"), "信用代码不对"),
        ("suppliers", SUPPLIERS, SUPPLIERS.replace("2027/3/31", "明年"), "日期要写成"),
        ("par-levels", LEVELS, LEVELS.replace("C001", "C009"), "没有这个产品"),
        ("par-levels", LEVELS, LEVELS.replace("STORE,D001", "W07,D001"), "不是你管的地点"),
        ("par-levels", LEVELS, LEVELS.replace("20,50", "20,5"), ""),
    ],
)
def test_a_table_comes_in_whole_and_goes_out_as_it_came(
    busy: House, kind: str, good: str, bad: str, why: str
) -> None:
    role = {"suppliers": Role.PHARMACIST, "par-levels": Role.WAREHOUSE}[kind]
    browser = busy.enter("S1", role, places=["STORE"])
    before, path = busy.size(), f"/catalogue/{kind}/import"
    page = give(browser, path, bad)
    assert why in page
    assert "有错 <b>1</b>" in page
    token = re.search(r'name="token" value="([^"]+)"', give(browser, path, good))
    assert token is not None
    assert busy.size() == before, "only looked at"
    browser.post(path, {"token": token[1]})
    assert busy.size() == before + 2
    out = browser.get(f"/catalogue/{kind}/file").get_data().decode("utf-8-sig")
    assert len(out.splitlines()) == 3
    assert "没有要写入的" in give(browser, path, out)
    assert len(text(browser, f"/catalogue/{kind}?format=csv").splitlines()) == 3


def test_a_supplier_is_shown_with_the_end_of_its_licence(busy: House) -> None:
    browser = busy.enter("P1", Role.PHARMACIST)
    page = give(browser, "/catalogue/suppliers/import", SUPPLIERS.replace("2027", "2026"))
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None
    browser.post("/catalogue/suppliers/import", {"token": token[1]})
    assert "chip-stop" in text(browser, "/catalogue/suppliers?q=国药控股")


def test_a_par_level_is_set_for_a_place_of_ones_own(busy: House) -> None:
    browser = busy.enter("S1", Role.WAREHOUSE, places=["STORE"])
    sent = {
        "event_id": str(uuid7()),
        "place": "STORE",
        "product": "C001",
        "least": "20",
        "target": "50",
    }
    assert browser.post("/catalogue/par-levels", sent).status_code == 303
    row = text(browser, "/catalogue/par-levels?format=csv").splitlines()[1].split(",")
    assert row[:6] == ["中心药库", "一次性使用无菌注射器", "20", "50", "10", "40"]
    for wrong, why in (
        ({"least": "x"}, "要整数"),
        ({"least": "60"}, ""),
        ({"product": "D999"}, "没有这个产品"),
    ):
        answer = browser.post("/catalogue/par-levels", sent | wrong | {"event_id": str(uuid7())})
        assert answer.status_code == 422
        assert why in answer.get_data(as_text=True)
    other = browser.post("/catalogue/par-levels", sent | {"place": "W07"})
    assert other.status_code == 403
