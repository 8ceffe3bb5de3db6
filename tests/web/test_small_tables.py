"""Tables that stand on a page beside other things come as CSV and XLSX too, as lists do."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from html import unescape
from io import StringIO
from pathlib import Path

import pytest

from access import Role
from sheets import read_sheet
from tests.web.busy import keep_busy, opened
from tests.web.house import Browser, House
from tests.web.theatre_house import furnish_theatre

_TABLE = re.compile(r'<table class="table listing-table">.*?</table>', re.DOTALL)
_CSV = re.compile(r'href="([^"]*table=[^"]*format=csv)"')


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(sqlite_template, tmp_path_factory.mktemp("small")) as found:
        count = keep_busy(found)
        furnish_theatre(found)
        found.hire("P1", Role.PHARMACIST)
        found.hire("A1", Role.SYSTEM_ADMIN)
        found.hire("Q1", Role.QUALITY)
        PAGES["a count"] = ("P1", f"/work/counts/{count}", 1)
        yield found


PAGES = {
    "a count": ("P1", "", 1),
    "a document": ("P1", "/documents", 1),
    "a product": ("P1", "/stock/products/4", 2),
    "where a lot went": ("P1", "/lots/1/flow", 1),
    "a kit": ("P1", "/rooms/kits", 1),
    "a loaner set": ("P1", "/rooms/loaners/GT-7", 1),
    "a preference list": ("P1", "/rooms/preferences/PCI?place=STORE", 1),
    "jobs": ("A1", "/system/jobs", 1),
    "the system": ("A1", "/system", 2),
}
"""Whose page, where (of a list: the first that it leads to), and how many tables it shows."""


def reached(browser: Browser, path: str) -> str:
    """The page; of a list, that of its first row."""
    if path in {"/documents", "/rooms/kits"}:
        found = re.search(rf'href="({path}/\d+)"', browser.get(path).get_data(as_text=True))
        assert found
        path = found[1]
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("what", list(PAGES))
def test_every_table_of_a_page_is_a_file_with_the_same_rows(
    house: House, what: str, tmp_path: Path
) -> None:
    person, path, tables = PAGES[what]
    browser = house.sign_in(person)
    page = reached(browser, path)
    shown = [table for table in _TABLE.findall(page) if "<tbody>" in table]
    links = [unescape(link) for link in _CSV.findall(page)]
    assert len(links) == len(set(links)) == tables
    for link, table in zip(links, shown[-tables:], strict=True):
        answer = browser.get(link)
        assert "attachment" in answer.headers["Content-Disposition"]
        header, *rows = csv.reader(StringIO(answer.get_data().decode("utf-8-sig")))
        assert len(header) == table.count("<th ")
        assert len(rows) == table.count("<tr") - 1
        book = browser.get(link.replace("format=csv", "format=xlsx"))
        (tmp_path / "table.xlsx").write_bytes(book.get_data())
        assert list(read_sheet(tmp_path / "table.xlsx").rows)


def test_a_file_of_a_page_asks_for_what_the_page_asks_for(house: House) -> None:
    nurse = house.enter("N1", Role.NURSE, places=["W07"])
    assert nurse.get("/system?table=settings&format=csv").status_code == 403
    assert nurse.get("/rooms/loaners/GT-7?table=loaner-set&format=csv").status_code == 403


def test_no_other_table_and_no_other_format(house: House) -> None:
    browser = house.sign_in("P1")
    assert browser.get("/lots/1/flow?table=nothing&format=csv").status_code == 404
    assert browser.get("/lots/1/flow?table=lot-flow&format=exe").status_code == 422
    assert browser.get("/lots/1/flow?table=lot-flow").status_code == 422
