"""The pages in a real browser: reach, reflow, keys, scanner, and what axe-core finds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.web.look import NAMES, SIZES, WEB, chromium, kit_app, missing, served

pytestmark = pytest.mark.xdist_group("browser")

AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(kit_app()) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def _context(
    browser: Browser, address: str, size: str, language: str = "zh", theme: str = "light"
) -> BrowserContext:
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, reduced_motion="reduce"
    )
    cookies = {"lang": language, "theme": theme}
    context.add_cookies([{"name": k, "value": v, "url": address} for k, v in cookies.items()])
    return context


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = _context(browser, address, "desk")
    yield context.new_page()
    context.close()


LONG = pytest.mark.long


@pytest.mark.parametrize(
    ("size", "language"),
    [
        ("desk", "zh"),
        pytest.param("tablet", "zh", marks=LONG),
        ("handheld", "en"),
        pytest.param("desk", "en", marks=LONG),
        pytest.param("tablet", "en", marks=LONG),
        pytest.param("handheld", "zh", marks=LONG),
    ],
)
def test_no_page_is_wider_than_its_screen_nor_refused_by_the_policy(
    browser: Browser, address: str, size: str, language: str
) -> None:
    context = _context(browser, address, size, language)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    wide = []
    for name in NAMES:
        page.goto(f"{address}/kit/{name}")
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(name)
    context.close()
    assert wide == []
    assert complaints == []


@pytest.mark.parametrize(
    ("size", "language", "theme"),
    [("desk", "zh", "light"), pytest.param("handheld", "en", "dark", marks=LONG)],
)
def test_axe_finds_nothing(
    browser: Browser, address: str, size: str, language: str, theme: str
) -> None:
    if not AXE.exists():
        missing("axe-core (npm ci --prefix web)")
    context = _context(browser, address, size, language, theme)
    context.add_init_script(path=AXE)
    page = context.new_page()
    found = {}
    for name in NAMES:
        page.goto(f"{address}/kit/{name}")
        result = page.evaluate(
            "rules => axe.run({runOnly: rules, resultTypes: ['violations']})", RULES
        )
        broken = {
            rule["id"]: [node["html"][:120] for node in rule["nodes"][:3]]
            for rule in result["violations"]
        }
        if broken:
            found[name] = broken
    context.close()
    assert found == {}


def test_a_scan_reaches_the_box_wherever_the_focus_is(page: Page, address: str) -> None:
    page.goto(f"{address}/kit/recall")
    page.get_by_role("button", name="看名单").focus()
    page.keyboard.type("(01)06901234004182")
    assert page.locator("#scan-box").input_value() == "(01)06901234004182"
    page.keyboard.press("Enter")
    page.wait_for_url("**/kit/search?q=*")
    assert not page.locator("dialog[open]").count()


def test_a_scan_replaces_what_was_in_the_box(page: Page, address: str) -> None:
    page.goto(f"{address}/kit/thing")
    page.keyboard.type("2608A17")
    assert page.locator("#scan-box").input_value() == "2608A17"


def test_the_separator_of_a_gs1_scan_is_kept(page: Page, address: str) -> None:
    page.goto(f"{address}/kit/home")
    page.keyboard.type("10AB")
    page.keyboard.press("Control+BracketRight")
    page.keyboard.type("21X")
    assert page.locator("#scan-box").input_value() == "10AB\u001d21X"


def test_enter_never_presses_a_button_but_space_does(page: Page, address: str) -> None:
    page.goto(f"{address}/kit/recall")
    page.get_by_role("button", name="看名单").focus()
    page.keyboard.press("Enter")
    assert not page.locator("dialog[open]").count()
    page.keyboard.press("Space")
    assert page.locator("dialog[open]").count() == 1
    page.keyboard.press("Escape")
    assert not page.locator("dialog[open]").count()


def test_enter_in_a_field_does_not_send_the_recall(page: Page, address: str) -> None:
    page.goto(f"{address}/kit/recall-chosen")
    page.locator("#notice").fill("QH-1")
    page.keyboard.press("Enter")
    assert page.url.endswith("/kit/recall-chosen")


def test_enter_signs_in(page: Page, address: str) -> None:
    page.goto(f"{address}/kit/sign-in")
    page.locator("#number").fill("0533")
    page.locator("#password").fill("secret")
    with page.expect_request("**/kit/home"):
        page.keyboard.press("Enter")


def test_slash_goes_to_the_scan_box(page: Page, address: str) -> None:
    page.goto(f"{address}/kit/home")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "scan-box"
    assert page.locator("#scan-box").input_value() == ""


def test_a_code_is_copied_without_its_gaps(browser: Browser, address: str) -> None:
    context = _context(browser, address, "desk")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{address}/kit/thing")
    page.locator("[data-copy]").first.click()
    page.locator(".toast").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "83271160045839207715"
    selected = page.evaluate(
        "(getSelection().selectAllChildren(document.querySelector('.code')), `${getSelection()}`)"
    )
    assert selected == "83271160045839207715"
    context.close()


def test_language_and_theme_are_chosen_without_script(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/kit/recall")
    page.locator(".bar-language button").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.url.endswith("/kit/recall")
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Dark").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    context.close()


def test_the_device_chooses_when_the_reader_does_not(browser: Browser, address: str) -> None:
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(f"{address}/kit/home")
    colour = "getComputedStyle(document.documentElement).backgroundColor"
    assert page.evaluate(colour) == "rgb(11, 21, 19)"
    context.add_cookies([{"name": "theme", "value": "light", "url": address}])
    page.reload()
    assert page.evaluate(colour) == "rgb(241, 245, 243)"
    context.close()


def test_on_a_handheld_every_control_is_large_enough(browser: Browser, address: str) -> None:
    context = _context(browser, address, "handheld")
    page = context.new_page()
    small: list[str] = []
    for name in NAMES:
        page.goto(f"{address}/kit/{name}")
        small += page.evaluate(
            """name => [...document.querySelectorAll('.button, .input, .rail-item, .copy, summary')]
              .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 40)
              .map(e => `${name}: ${e.outerHTML.slice(0, 80)}`)""",
            name,
        )
    context.close()
    assert small == []
