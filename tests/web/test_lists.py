"""The lists of the desk: pages by keys, filters, and the same tables as files."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from itertools import count
from pathlib import Path

import pytest

from access import Role
from sheets import read_sheet
from tests.support import NOON, Clock, box, event, syringes
from tests.web.house import Browser, House
from trace import EventKind
from web import listing

_KEY = re.compile(r"after=([0-9.]+)")
_NUMBERS = count()
_LOT = re.compile(r'class="tag-value">([^<]+)<')


@pytest.fixture(scope="module")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Many lots of two products in two places, some of them expired. Not to be changed."""
    path = tmp_path_factory.mktemp("lists")
    shutil.copy(sqlite_template, path / "medtrace.sqlite3")
    house = House(f"sqlite:///{path / 'medtrace.sqlite3'}", path / "data", Clock())
    house.furnish()
    day = NOON.date()
    things = [
        syringes(5 + n, lot=f"N{n:02}", expiry=day + timedelta(days=20 * (n % 4) + 5))
        for n in range(11)
    ]
    things += [box(f"E{n}", lot=f"X{n}", expiry=day + timedelta(days=15)) for n in range(3)]
    things.append(syringes(3, lot="=1+1"))
    house.recorder.record([event(EventKind.RECEIVED, each, at="STORE") for each in things])
    few = [syringes(2, lot=each.lot or "") for each in things[:4]]
    house.recorder.record([event(EventKind.RECEIVED, each, at="PHARM") for each in few])
    house.clock.advance(days=15)
    yield house
    house.hospital.close()


@pytest.fixture
def browser(filled: House, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """A pharmacist's, on pages of three rows."""
    monkeypatch.setattr(listing, "PAGE", 3)
    monkeypatch.setattr(listing, "STEP", 4)
    return filled.enter(f"P{next(_NUMBERS)}", Role.PHARMACIST)


def text(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def lots_of_every_page(browser: Browser, path: str) -> list[str]:
    """The lots that the pages show, one page after the other."""
    found: list[str] = []
    page = text(browser, path)
    for _ in range(20):
        found += _LOT.findall(page)
        more = re.search(r'href="([^"]+)" rel="next"', page)
        if more is None:
            return found
        page = text(browser, more[1].replace("&amp;", "&"))
    raise AssertionError("the pages do not end")


def rows_of_file(browser: Browser, path: str) -> list[list[str]]:
    answer = browser.get(path)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    content = answer.get_data().decode("utf-8-sig")
    return list(csv.reader(StringIO(content)))


@pytest.mark.parametrize("path", ["/stock/expiring?days=180", "/stock/places/1"])
def test_pages_show_every_row_once_as_the_file_does(browser: Browser, path: str) -> None:
    header, *rows = rows_of_file(browser, f"{path}{'&' if '?' in path else '?'}format=csv")
    at = header.index("批号")
    shown = [each for each in lots_of_every_page(browser, path) if not each.startswith("20")]
    assert len(rows) > 10
    assert shown == [row[at].removeprefix("'") for row in rows]


def test_stock_by_product_sums_what_lies_in_all_places(browser: Browser) -> None:
    header, *rows = rows_of_file(browser, "/stock?format=csv")
    syringe = next(row for row in rows if "注射器" in row[0])
    assert int(syringe[header.index("可用")]) == 10 + sum(5 + n for n in range(11)) + 4 * 2 + 3
    assert int(syringe[header.index("地点数")]) == 2


def test_a_table_is_the_same_as_csv_and_as_xlsx(browser: Browser, tmp_path: Path) -> None:
    written = rows_of_file(browser, "/stock/expiring?format=csv")
    answer = browser.get("/stock/expiring?format=xlsx")
    assert answer.content_type.endswith("spreadsheetml.sheet")
    file = tmp_path / "stock.xlsx"
    file.write_bytes(answer.get_data())
    sheet = read_sheet(file)
    assert [list(row.cells.values()) for row in sheet.rows] == written[1:]


def test_what_has_expired_comes_first_and_a_day_limits(browser: Browser) -> None:
    header, *rows = rows_of_file(browser, "/stock/expiring?days=30&place=STORE&format=csv")
    days = [row[header.index("效期")] for row in rows]
    today = NOON.date() + timedelta(days=15)
    assert days == sorted(days)
    assert days[0] < today.isoformat()
    assert days[-1] <= (today + timedelta(days=30)).isoformat()
    assert {row[header.index("地点")] for row in rows} == {"中心药库"}
    assert rows[0][header.index("状态")] == "已过期"


def test_the_product_says_which_lot_to_use_first(browser: Browser) -> None:
    page = text(browser, "/stock/products/4")
    lots = _LOT.findall(page)
    assert "过期" in page
    assert lots.index("N01") < lots.index("N02") < lots.index("N03")


def test_a_key_that_is_none_begins_at_the_beginning(browser: Browser) -> None:
    for key in ("x", "1", "1.2", "9" * 40, "7.0.0.0", "1.1.1.1", "-1.2.3.4", "\u0663"):
        for path in ("/stock", "/stock/places", "/stock/places/1", "/stock/expiring"):
            assert browser.get(f"{path}?after={key}").status_code == 200, (path, key)


def test_a_file_that_nobody_knows_is_refused_in_words(browser: Browser) -> None:
    answer = browser.get("/stock?format=exe")
    assert answer.status_code == 422
    assert "没有这种文件" in answer.get_data(as_text=True)


def test_a_name_that_is_a_formula_stays_a_name(browser: Browser) -> None:
    rows = rows_of_file(browser, "/stock/places/1?format=csv")
    assert [cell for row in rows for cell in row if "1+1" in cell] == ["'=1+1"]


def test_a_product_is_found_by_its_pinyin(browser: Browser) -> None:
    for words in ("bfzdk", "beifazhu", "贝伐珠", "BFZ", "ＢＦＺ", "单抗 100"):
        rows = rows_of_file(browser, f"/stock?q={words}&format=csv")
        assert [row[0] for row in rows[1:]] == ["贝伐珠单抗注射液"], words
