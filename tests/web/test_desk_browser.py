"""The desk in a real browser: each role's morning, both languages, two screens, and axe-core.

The pages of a busy hospital are looked at as the people of each role see them. In the short run
every page is opened once, on a desk in Chinese and on a tablet in English; the long run takes each
page in every language, on every screen, light and dark.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.desks import MORNINGS, Desk, desk_opened
from tests.web.look import SIZES, WEB, missing

pytestmark = pytest.mark.xdist_group("browser")

AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def desk(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk_opened(sqlite_template, tmp_path_factory.mktemp("desk")) as found:
        yield found


def _look(page: Page, where: str, address: str) -> list[str]:
    """What is wrong with a page: too wide, refused by the policy, or found by axe-core."""
    page.goto(f"{address}{where}")
    for chart in page.locator("[data-chart]").all():
        expect(chart).to_have_attribute("data-drawn", "")
    wrong = []
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        wrong.append(f"{where}: wider than the screen")
    page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    for rule in found["violations"]:
        nodes = [node["html"][:100] for node in rule["nodes"][:2]]
        wrong.append(f"{where}: {rule['id']} {nodes}")
    return wrong


def _keep(page: Page, name: str, where: str) -> None:
    """Keep a picture where `MEDTRACE_PICTURES` says, to be looked at."""
    if folder := os.environ.get("MEDTRACE_PICTURES"):
        file = re.sub(r"\W+", "-", f"{name}{where}").strip("-")
        page.screenshot(path=Path(folder) / f"{file}.png")


def _morning(desk: Desk, name: str, size: str, language: str, theme: str) -> list[str]:
    if not AXE.exists():
        missing("axe-core (npm ci --prefix web)")
    wrong: list[str] = []
    with desk.signed_in(name, size, language, theme) as page:
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        for where in MORNINGS[name][1]:
            wrong += _look(page, where, desk.address)
            _keep(page, f"{name}-{size}-{language}-{theme}", where)
    return wrong


@pytest.mark.parametrize("name", list(MORNINGS))
def test_a_morning_at_the_desk(desk: Desk, name: str) -> None:
    number = list(MORNINGS).index(name)
    size, language = (("desk", "zh"), ("tablet", "en"))[number % 2]
    assert _morning(desk, name, size, language, "light") == []


@pytest.mark.long
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("name", list(MORNINGS))
def test_every_morning_everywhere(
    desk: Desk, name: str, size: str, language: str, theme: str
) -> None:
    assert _morning(desk, name, size, language, theme) == []


def test_a_pharmacist_settles_an_exception_from_the_keyboard(desk: Desk) -> None:
    with desk.signed_in("pharmacist") as page:
        page.keyboard.press("Alt+Digit2")
        page.wait_for_url("**/work")
        page.get_by_role("link", name="异常").click()
        field = page.get_by_label("查到什么，做了什么").first
        field.fill("补收货，见送货单")
        field.press("Enter")
        expect(page.locator(".toast")).to_have_text("已处理")
        expect(page.get_by_label("查到什么，做了什么")).to_have_count(1)


def test_a_filter_draws_the_table_anew_without_a_new_page(desk: Desk) -> None:
    with desk.signed_in("pharmacist") as page:
        page.goto(f"{desk.address}/stock")
        page.evaluate("window.kept = true")
        page.locator("#filter-q").fill("bfzdk")
        page.locator("#filter-q").press("Enter")
        expect(page.locator(".listing-table tbody tr")).to_have_count(1)
        assert page.evaluate("window.kept")
        assert "q=bfzdk" in page.url
        with page.expect_download() as download:
            page.get_by_role("link", name="CSV").click()
        assert "贝伐珠单抗" in Path(download.value.path()).read_text("utf-8-sig")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_wall_fits_on_its_screen(desk: Desk, language: str) -> None:
    with desk.signed_in("director", "desk", language) as page:
        page.goto(f"{desk.address}/board/wall")
        expect(page.locator("[data-chart]").first).to_have_attribute("data-drawn", "")
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        cut = page.evaluate(
            """[...document.querySelectorAll('.board-tile')]
              .filter(tile => tile.scrollHeight > tile.clientHeight)
              .map(tile => tile.querySelector('h2').textContent)"""
        )
        assert cut == []


def test_arrows_go_from_row_to_row(desk: Desk) -> None:
    with desk.signed_in("pharmacist") as page:
        page.goto(f"{desk.address}/stock")
        page.locator(".listing-table tbody a").first.focus()
        page.keyboard.press("ArrowDown")
        row = page.locator(".listing-table tbody tr").nth(1)
        expect(row.locator("a").first).to_be_focused()


def test_the_tour_leads_through_five_steps_until_it_is_not_wanted(desk: Desk) -> None:
    with desk.signed_in("pharmacist") as page:
        steps = page.locator(".tour-step")
        expect(steps).to_have_count(5)
        for step in [step.get_attribute("href") or "" for step in steps.all()]:
            answer = page.goto(f"{desk.address}{step}")
            assert answer is not None
            assert answer.status == 200, step
        page.goto(desk.address)
        page.get_by_role("button", name="我会用了").click()
        expect(page.locator(".tour-step")).to_have_count(0)
        page.locator(".menu summary").click()
        page.get_by_role("button", name="再走一遍").click()
        expect(page.locator(".tour-step")).to_have_count(5)
