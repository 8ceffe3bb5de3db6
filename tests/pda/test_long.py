"""What takes its time: thousands of records over a bad line, the camera, a slow device."""

from __future__ import annotations

import io
import logging
import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from scanning import SymbolKind, draw_symbol
from tests.handheld_api.handhelds import House, box_code
from tests.pda.device import Pda, pda
from tests.web.look import _ARGUMENTS, served

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.long]

log = logging.getLogger(__name__)

MANY = 5_000
CUTS = 10
LABEL = "(01)06901234567892(17)271231(10)CAM1(21)C0001"


class BadLine:
    """A line that breaks after the server did its work and before anybody hears of it.

    Args:
        app: the WSGI application behind it.
    """

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app
        self.cuts = 0
        self.calls = 0

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:  # noqa: ANN401 -- WSGI
        """Answer, or break."""
        answer = self._app(environ, start)
        if environ["PATH_INFO"].endswith("/uploads"):
            self.calls += 1
            if self.cuts < CUTS and self.calls % 2:
                self.cuts += 1
                b"".join(answer)
                environ["werkzeug.socket"].shutdown(2)
                raise ConnectionError
        return answer


def granted(device: Pda) -> None:
    """Wait until the device has leave to send in.

    A function, not an expression: the page's policy forbids to evaluate a text, and Playwright does
    so again at every look after the first.
    """
    device.page.wait_for_function("() => JSON.parse(sessionStorage.session).grant !== null")


def fill_queue(device: Pda, count: int) -> None:
    """So many receipts wait on the device's disk, as a shift in a cellar leaves them."""
    device.page.evaluate(
        """async ({count, code}) => {
          const uuid = n => { const t = (1795312800000 + n).toString(16).padStart(12, "0");
            const r = crypto.randomUUID(); return `${t.slice(0,8)}-${t.slice(8)}-7${r.slice(15)}` };
          const person = JSON.parse(sessionStorage.getItem("session"));
          await new Promise((resolve, reject) => {
            const asked = indexedDB.open("medtrace");
            asked.onsuccess = () => {
              const work = asked.result.transaction("queue", "readwrite");
              for (let n = 0; n < count; n++) {
                const id = uuid(n);
                const event = {id, kind: "received", time: "2026-11-22T11:00:00+08:00",
                  location: "STORE", party: "国控江州", after_the_fact: true,
                  things: [{scan: code.replace("SERIAL", "Z" + n)}]};
                work.objectStore("queue").add({id, by: "0417", grant: person.grant, job: "receive",
                  what: "x", at: event.time, event, status: "waiting", recorded: false,
                  problems: []});
              }
              work.oncomplete = () => { asked.result.close(); resolve() };
              work.onabort = reject;
            };
          });
        }""",
        {"count": count, "code": box_code("SERIAL")},
    )


def test_five_thousand_records_arrive_once_each_over_a_line_that_breaks(
    browser: Browser, ward_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = BadLine(ward_house.app.wsgi_app)
    monkeypatch.setattr(ward_house.app, "wsgi_app", line)
    with served(ward_house.app) as address:
        with pda(browser, address.replace("127.0.0.1", "localhost")) as device:
            device.enrol(ward_house, "STORE").sign_in("0417").at_home()
            granted(device)
            fill_queue(device, MANY)
            began = time.monotonic()
            device.page.reload()
            device.page.wait_for_function(
                "() => document.querySelector('.pill')?.textContent.includes('在线')",
                timeout=120_000,
            )
            took = time.monotonic() - began
            assert device.waits() == 0
        log.warning("%d records, %d cuts: %.1f s", MANY, line.cuts, took)
    found = [
        serial
        for each in ward_house.events()
        for serial in re.findall(r"/21/(Z\d+)", str(each.get("epcList")))
    ]
    assert line.cuts == CUTS
    assert sorted(found) == sorted(f"Z{number}" for number in range(MANY))


@pytest.fixture
def filmed(browser: Browser, tmp_path: Path) -> Iterator[Browser]:
    """Chromium whose camera sees a label, as a still film (Y4M)."""
    film = tmp_path / "label.y4m"
    film.write_bytes(_film(LABEL))
    arguments = [
        *_ARGUMENTS,
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    found = browser.browser_type.launch(executable_path=shutil.which("chromium"), args=arguments)
    yield found
    found.close()


def _film(content: str) -> bytes:
    """A few frames of a drawn DataMatrix in the middle of a white sheet."""
    drawn = draw_symbol(content, SymbolKind.GS1_DATAMATRIX, module=8)
    symbol = Image.open(io.BytesIO(drawn)).convert("L")
    sheet = Image.new("L", (640, 480), 230)
    sheet.paste(symbol, ((640 - symbol.width) // 2, (480 - symbol.height) // 2))
    frame = b"FRAME\n" + sheet.tobytes() + bytes([128]) * (320 * 240 * 2)
    return b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + frame * 4


def test_the_camera_reads_a_label(filmed: Browser, address: str, ward_house: House) -> None:
    with pda(filmed, address, permissions=["camera"]) as device:
        device.enrol(ward_house, "STORE").sign_in("0417").at_home()
        device.job("receive")
        device.tap("camera")
        device.sees("go", "通过")
        expect(device.page.get_by_test_id("thing")).to_contain_text("CAM1")


def test_a_photo_of_a_sheet_is_read_by_the_server_and_ticked(
    browser: Browser, address: str, ward_house: House
) -> None:
    sheet = Image.new("RGB", (1200, 500), "white")
    for place, serial in enumerate(("P0001", "P0002", "P0003")):
        content = LABEL.replace("C0001", serial)
        drawn = draw_symbol(content, SymbolKind.GS1_DATAMATRIX, module=8)
        sheet.paste(Image.open(io.BytesIO(drawn)).convert("RGB"), (60 + place * 380, 120))
    photo = io.BytesIO()
    sheet.save(photo, "PNG")
    with pda(browser, address) as device:
        device.enrol(ward_house, "STORE").sign_in("0417").at_home()
        device.job("receive")
        device.tap("camera")
        file = {"name": "sheet.png", "mimeType": "image/png", "buffer": photo.getvalue()}
        device.page.get_by_test_id("photo").set_input_files(file)  # type: ignore[arg-type]
        expect(device.page.get_by_test_id("found")).to_contain_text("读到 3 码")
        device.page.locator("input[type=checkbox]").nth(1).uncheck()
        device.tap("take")
        expect(device.page.get_by_test_id("taken-row")).to_have_count(2)
        device.page.get_by_test_id("camera").wait_for(state="detached")


def test_it_is_usable_soon_on_a_slow_device(
    browser: Browser, address: str, ward_house: House
) -> None:
    with pda(browser, address) as device:
        device.enrol(ward_house, "STORE").sign_in("0417").at_home()
        devtools = device.context.new_cdp_session(device.page)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
        device.page.reload()
        device.page.locator(".hero").wait_for()
        took = device.page.evaluate("performance.now()")
        log.warning("usable after %.0f ms at a quarter of the speed", took)
