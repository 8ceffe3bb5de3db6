"""A PDA in a browser: a reader that types, a person who taps, a network that comes and goes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from access import OPERATOR
from tests.handheld_api.handhelds import PIN, STATIONS, House

KEY_MS = 15
"""Between two keys of a slow wedge reader."""
FAST_MS = 1
"""Between two keys of a fast one."""
WAIT_MS = 15_000
expect.set_options(timeout=WAIT_MS)


class Pda:
    """One device.

    Args:
        context: its browser.
        address: where the server is.
    """

    def __init__(self, context: BrowserContext, address: str) -> None:
        context.set_default_timeout(WAIT_MS)
        self.context = context
        self.address = address
        self.complaints: list[str] = []
        self.page = self.open()

    def open(self) -> Page:
        """Start the app, as after a reload or a flat battery."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._listen)
        page.goto(f"{self.address}/pda/")
        self.page = page
        return page

    def _listen(self, message: Any) -> None:  # noqa: ANN401 -- Playwright's
        if message.type == "error" and "net::ERR" not in message.text and "40" not in message.text:
            self.complaints.append(message.text)

    def scan(self, code: str, *, gs: str = "key", enter: bool = True, pace: int = FAST_MS) -> None:
        """Type a code as a reader does.

        Args:
            code: with real GS characters.
            gs: how the reader writes them: `key` is Ctrl+], anything else its letters.
            enter: whether the reader ends with Enter.
            pace: milliseconds between two keys.
        """
        keyboard = self.page.keyboard
        for number, part in enumerate(code.split("\x1d")):
            if number and gs == "key":
                keyboard.press("Control+BracketRight")
            keyboard.type((gs if number and gs != "key" else "") + part, delay=pace)
        if enter:
            keyboard.press("Enter")

    def enrol(self, house: House, station: str, profile: str | None = None) -> Pda:
        """Let the device in by the code on an administrator's screen."""
        made = house.hospital.access.devices.enrolment_code(
            OPERATOR, station=station, profile=profile or STATIONS[station]
        )
        self.page.locator(".start h1").wait_for()
        self.scan(made)
        expect(self.page.get_by_text("扫工牌")).to_be_visible()
        return self

    def sign_in(self, number: str, pin: str = PIN) -> Pda:
        """Somebody scans the badge and types the PIN."""
        self.page.get_by_text("扫工牌").wait_for()
        self.scan(f"BADGE-{number}")
        self.page.get_by_test_id("keypad").wait_for()
        self.page.keyboard.type(pin, delay=40)
        return self

    def at_home(self) -> Pda:
        """Wait for the home screen."""
        self.page.locator(".hero").wait_for()
        return self

    def sign_out(self) -> None:
        """Leave."""
        self.go("settings")
        self.tap("sign-out")
        self.page.get_by_text("扫工牌").wait_for()

    def go(self, where: str) -> None:
        """To a screen."""
        self.page.evaluate("where => { location.hash = `#/${where}` }", where)

    def job(self, name: str) -> None:
        """Begin a job from the home screen."""
        self.go("home")
        self.tap(f"job-{name}")

    def tap(self, name: str) -> None:
        """Tap something by its test id."""
        self.page.get_by_test_id(name).click()

    @property
    def verdict(self) -> Locator:
        """The banner."""
        return self.page.get_by_test_id("verdict")

    def sees(self, verdict: str, text: str = "") -> None:
        """The verdict is there, with these words."""
        expect(self.verdict).to_have_attribute("data-verdict", verdict)
        if text:
            expect(self.verdict).to_contain_text(text)

    def pill(self, text: str) -> None:
        """What the connection pill says."""
        expect(self.page.get_by_test_id("pill")).to_contain_text(text)

    def confirm(self) -> None:
        """Tap the filled button."""
        self.tap("confirm")

    def waits(self) -> int:
        """How many records are on the device's disk and not settled."""
        count: int = self.page.evaluate(
            """() => new Promise((resolve, reject) => {
              const asked = indexedDB.open("medtrace");
              asked.onerror = () => reject(asked.error);
              asked.onsuccess = () => {
                const counting = asked.result.transaction("queue").objectStore("queue").count();
                counting.onsuccess = () => { asked.result.close(); resolve(counting.result); };
              };
            })"""
        )
        return count


@contextmanager
def pda(browser: Browser, address: str, **more: Any) -> Iterator[Pda]:  # noqa: ANN401 -- Playwright's
    """A device, closed afterwards; nothing in it may have complained."""
    wanted = {"viewport": {"width": 360, "height": 640}, "reduced_motion": "reduce", **more}
    context = browser.new_context(**wanted)
    device = Pda(context, address)
    yield device
    assert device.complaints == []
    context.close()
