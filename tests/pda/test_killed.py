"""Power that goes: the server's amid a batch, the device's amid its work."""

from __future__ import annotations

import os
import re
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserType, expect

from tests.handheld_api.handhelds import House, Tokens, box_code
from tests.pda.device import Pda
from tests.pda.test_long import fill_queue, granted
from tests.stories.serving import WebServer, environment, free_port, medtrace
from tests.support import Clock
from tests.web.look import _ARGUMENTS

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.long]

MANY = 1_200
KILLS = (0.05, 0.2, 0.4)
"""Seconds after a batch was sent, at which the server dies."""


@pytest.fixture
def folder(furnished: tuple[Path, Tokens], tmp_path: Path) -> Path:
    """The small hospital's folder, with no server yet."""
    shutil.copytree(furnished[0], tmp_path / "data")
    return tmp_path


def enrolment_code(folder: Path, env: dict[str, str]) -> str:
    """As an administrator asks for it."""
    words = ("enrol", "--station", "STORE", "--profile", "receiving")
    found = re.search(
        r"\b[0-9A-Z]{4}(?:-?[0-9A-Z]{4})+\b", medtrace(*words, env=env, cwd=folder).stdout
    )
    assert found
    return found[0]


def enrolled(device: Pda, folder: Path, env: dict[str, str]) -> None:
    """The device is let in, and somebody is at it."""
    device.page.locator(".start h1").wait_for()
    device.scan(enrolment_code(folder, env))
    device.sign_in("0417").at_home()
    granted(device)


def test_a_server_that_is_killed_in_the_middle_of_a_batch_has_each_record_once(
    browser: Browser, folder: Path, furnished: tuple[Path, Tokens]
) -> None:
    env, port = environment(folder / "data", MEDTRACE_ORIGIN="medtrace.example/test"), free_port()
    address = f"http://localhost:{port}"
    with WebServer(env=env, cwd=folder / "first", port=port) as server:
        context = browser.new_context(viewport={"width": 360, "height": 640})
        device = Pda(context, address)
        enrolled(device, folder, env)
        fill_queue(device, MANY)
        device.page.reload(wait_until="commit")
        for wait in KILLS:
            device.page.wait_for_event("request", lambda sent: sent.url.endswith("/uploads"))
            time.sleep(wait)
            server.kill()
            server = WebServer(env=env, cwd=folder / "again", port=port).__enter__()  # noqa: PLW2901 -- one after the other
        expect(device.page.get_by_test_id("pill")).to_contain_text("在线", timeout=60_000)
        assert device.waits() == 0
        context.close()
        server.stop()
    house = House(folder / "data", Clock(), furnished[1])
    told = [str(each["epcList"]) for each in house.events() if each["medtrace:kind"] == "received"]
    house.close()
    serials = sorted(re.findall(r"/21/(Z\d+)", "".join(told)))
    assert serials == sorted(f"Z{number}" for number in range(MANY))
    assert "batches hold" in medtrace("ledger", "verify", env=env, cwd=folder).stdout


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """Where the device's browser keeps what it keeps."""
    return tmp_path / "profile"


def processes(profile: Path) -> Iterator[int]:
    """The browser's processes, by the profile that only they name."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if str(profile).encode() in (entry / "cmdline").read_bytes():
                yield int(entry.name)
        except OSError:
            continue


def started(kind: BrowserType, profile: Path, address: str) -> Pda:
    """The device is switched on."""
    context = kind.launch_persistent_context(
        str(profile),
        executable_path=shutil.which("chromium"),
        args=_ARGUMENTS,
        viewport={"width": 360, "height": 640},
    )
    return Pda(context, address)


def test_a_device_that_dies_in_the_middle_of_its_work_has_all_of_it(
    browser: Browser, address: str, ward_house: House, profile: Path
) -> None:
    device = started(browser.browser_type, profile, address)
    device.enrol(ward_house, "STORE").sign_in("0417").at_home()
    granted(device)
    device.page.evaluate("navigator.serviceWorker.ready")
    device.page.wait_for_timeout(1_500)
    device.context.set_offline(offline=True)
    for serial in ("D1", "D2", "D3"):
        device.job("receive")
        device.scan(box_code(serial))
        device.confirm()
        device.sees("go", "已保存")
    device.job("receive")
    device.scan(box_code("D4"))
    device.sees("go")
    device.page.wait_for_timeout(300)
    for number in list(processes(profile)):
        with_effect(number)
    again = started(browser.browser_type, profile, address)
    again.pill("在线")
    events = [str(each["epcList"]) for each in ward_house.events()]
    assert [serial for serial in ("D1", "D2", "D3") if f"/21/{serial}" in "".join(events)] == [
        "D1",
        "D2",
        "D3",
    ]
    again.sign_in("0417").at_home()
    again.job("receive")
    expect(again.page.get_by_test_id("taken-row")).to_have_count(1)
    again.context.close()


def with_effect(number: int) -> None:
    """Take the power away from a process of this test's browser."""
    try:
        os.kill(number, signal.SIGKILL)
    except ProcessLookupError:
        return
