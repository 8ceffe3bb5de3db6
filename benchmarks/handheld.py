"""From the last key of a scan to its verdict on the screen of the handheld app.

    python -m benchmarks.handheld [--scans 50] [--slower 4]

The demo hospital is served as in production; Chromium at 360 × 640 shows the real app and takes
keys as a wedge reader types them. Measured in the page, from the time stamp of Enter until the
frame with the verdict has been drawn: in reach, where the server judges what receiving this box
would be, and out of reach, where the device's copy does. Needs `make setup` (Playwright, chromium).
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Final

from playwright.sync_api import Page, sync_playwright

from access import OPERATOR
from benchmarks.service import serving
from benchmarks.timing import percentile
from demo import Credential, HistoryClock, credentials, items, seed
from hospital import open_hospital, prepare_database
from settings import Settings

_KEEPER, _STATION, _DRUG = "0417", "STORE", "D014"
_EXPIRY: Final = date(2030, 1, 31)
_AIM_MS: Final = 100
_WATCH: Final = """() => {
  window.times = [];
  let began = 0, shown = "";
  window.addEventListener("keydown", event => {
    if (event.key === "Enter") began = event.timeStamp;
  }, true);
  new MutationObserver(() => {
    const count = document.querySelector("[data-testid=verdict] .banner-count b")?.textContent;
    if (!began || !count || count === shown) return;
    shown = count;
    const from = began;
    began = 0;
    requestAnimationFrame(() => { const drawn = new MessageChannel();
      drawn.port1.onmessage = () => window.times.push(performance.now() - from);
      drawn.port2.postMessage(0) });
  }).observe(document.body, {subtree: true, childList: true, characterData: true});
}"""


@contextmanager
def started(settings: Settings) -> Iterator[tuple[str, str, Credential]]:
    """The demo hospital behind its address, with a device's enrolment code and who works at it."""
    prepare_database(settings)
    clock = HistoryClock(datetime.now(UTC))
    with_history = open_hospital(settings, clock)
    seed(with_history, clock)
    with_history.close()
    hospital = open_hospital(settings)
    code = hospital.access.devices.enrolment_code(OPERATOR, station=_STATION, profile="receiving")
    made = credentials(settings.secret("demo-password"))
    with serving(settings) as url:
        yield (
            url.replace("127.0.0.1", "localhost"),
            code,
            next(each for each in made if each.person.number == _KEEPER),
        )
    hospital.close()


def scan(page: Page, text: str) -> None:
    """Type a code as a reader does; its GS as Ctrl+]."""
    for number, part in enumerate(text.split("\x1d")):
        if number:
            page.keyboard.press("Control+BracketRight")
        page.keyboard.type(part, delay=1)
    page.keyboard.press("Enter")


def at_work(page: Page, url: str, code: str, keeper: Credential) -> None:
    """Let the device in, sign in, begin to receive."""
    page.goto(f"{url}/pda/")
    page.locator(".start h1").wait_for()
    scan(page, code)
    page.get_by_text("扫工牌").wait_for()
    scan(page, keeper.badge or "")
    page.get_by_test_id("keypad").wait_for()
    page.keyboard.type(keeper.pin or "", delay=20)
    page.locator(".hero").wait_for()
    page.wait_for_timeout(2_000)
    page.get_by_test_id("job-receive").click()
    page.evaluate(_WATCH)


def measured(page: Page, scans: int, run: str) -> list[float]:
    """Milliseconds of so many scans of boxes that nobody has seen."""
    box = items()[_DRUG].codes[0]
    page.evaluate("() => { window.times = [] }")
    for number in range(scans):
        scan(page, box.text("VERDICT", _EXPIRY, f"{run}{number:05}"))
        page.wait_for_function("wanted => window.times.length === wanted", arg=number + 1)
    found: list[float] = page.evaluate("window.times")
    return found


def tell(where: str, times: list[float]) -> None:
    """A row of a Markdown table."""
    late = sum(each > _AIM_MS for each in times)
    figures = " | ".join(f"{percentile(times, share):.0f}" for share in (0.5, 0.95, 1))
    print(f"| {where} | {len(times)} | {figures} | {late} |", flush=True)


def main() -> None:
    """Scan, and look."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scans", type=int, default=50)
    parser.add_argument("--slower", type=int, default=1, help="how much slower the device's CPU is")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="medtrace-handheld-") as folder:
        settings = Settings.from_environment({"MEDTRACE_DATA": folder})
        with started(settings) as (url, code, keeper), sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            context = browser.new_context(viewport={"width": 360, "height": 640})
            page = context.new_page()
            at_work(page, url, code, keeper)
            rate = {"rate": given.slower}
            context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", rate)
            print(f"| | scans | p50 ms | p95 ms | longest ms | later than {_AIM_MS} ms |")
            print("|---|---|---|---|---|---|")
            tell("in reach", measured(page, given.scans, "A"))
            context.set_offline(True)
            page.wait_for_timeout(500)
            tell("out of reach", measured(page, given.scans, "B"))
            browser.close()


if __name__ == "__main__":
    main()
