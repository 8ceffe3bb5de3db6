"""The pages of devices: enrolled, sent elsewhere, given a new token, shut out."""

from __future__ import annotations

import base64
import re
from datetime import timedelta

import cv2
import numpy as np
import pytest
import zxingcpp

from access import Description, Role
from tests.attacks.doors import Handheld, enrolled
from tests.web.house import Browser, House

ONE = re.compile(r'href="(/devices/[0-9a-f-]{36})"')
CODE = re.compile(r'data-code="([A-Z2-7]{24})"')


def text(browser: Browser, path: str) -> str:
    return browser.get(path).get_data(as_text=True)


@pytest.fixture
def system(stocked: House) -> Browser:
    return stocked.enter("SYS1", Role.SYSTEM_ADMIN)


def enrol(house: House, code: str, name: str = "PDA-07") -> Handheld:
    """A device scans the code."""
    client = house.app.test_client()
    answer = client.post("/api/handheld/v1/enrolment", json={"code": code, "name": name})
    assert answer.status_code == 201, answer.json
    assert answer.json is not None
    return Handheld(client, answer.json["token"])


def test_a_device_scans_the_code_on_the_page_and_is_in_the_list(
    stocked: House, system: Browser
) -> None:
    page = system.post("/devices", {"station": "W07", "profile": "ward"}).get_data(as_text=True)
    (code,) = CODE.findall(page)
    (svg,) = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', page)
    assert read_symbol(base64.b64decode(svg).decode()) == code
    handheld = enrol(stocked, code)
    answer = handheld.call("GET", "/device")
    assert answer.json is not None
    assert (answer.json["station"], answer.json["profile"]) == ("W07", "ward")
    listed = text(system, "/devices")
    assert "PDA-07" in listed
    again = stocked.app.test_client().post(
        "/api/handheld/v1/enrolment", json={"code": code, "name": "second"}
    )
    assert again.status_code == 401


def read_symbol(svg: str) -> str:
    """What a reader sees in the drawing."""
    (side,) = {int(each) for each in re.findall(r'(?:width|height)="(\d+)"', svg)}
    pixels = np.full((side, side), 255, np.uint8)
    ((x, y),) = re.findall(r"translate\((\d+) (\d+)\)", svg)
    for start, top, length in re.findall(r"M(\d+) (\d+)h(\d+)v1", svg):
        row, left = int(top) + int(y), int(start) + int(x)
        pixels[row, left : left + int(length)] = 0
    large = cv2.resize(pixels, None, fx=6, fy=6, interpolation=cv2.INTER_NEAREST)
    (found,) = zxingcpp.read_barcodes(large)
    return found.text


def test_a_code_is_good_for_ten_minutes(stocked: House, system: Browser) -> None:
    page = system.post("/devices", {"station": "W07", "profile": "ward"}).get_data(as_text=True)
    (code,) = CODE.findall(page)
    stocked.clock.advance(minutes=10)
    answer = stocked.app.test_client().post(
        "/api/handheld/v1/enrolment", json={"code": code, "name": "late"}
    )
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"station": "", "profile": "ward"}, 'id="station-error"'),
        ({"station": "W99", "profile": "ward"}, "没有这个科室或库房：W99"),
        ({"station": "W07", "profile": "king"}, "没有这种设备用途"),
    ],
)
def test_what_is_wrong_with_a_station_is_said(
    stocked: House, system: Browser, form: dict[str, str], said: str
) -> None:
    enrolled(stocked, "W07", "ward")
    (device,) = ONE.findall(text(system, "/devices"))
    for path in ("/devices", f"{device}/station"):
        answer = system.post(path, form)
        assert (answer.status_code, said in answer.get_data(as_text=True)) == (422, True), path


def test_a_device_is_sent_elsewhere_and_who_was_at_it_is_signed_out(
    stocked: House, system: Browser
) -> None:
    stocked.hire("N7", Role.NURSE, places=["W07"])
    handheld = enrolled(stocked, "W07", "ward").sign_in("N7")
    assert handheld.call("GET", "/session").status_code == 200
    (device,) = ONE.findall(text(system, "/devices"))
    moved = system.post(f"{device}/station", {"station": "PHARM", "profile": "pharmacy"})
    assert moved.status_code == 303
    assert handheld.call("GET", "/session").status_code == 401
    answer = handheld.call("GET", "/device")
    assert answer.json is not None
    assert (answer.json["station"], answer.json["profile"]) == ("PHARM", "pharmacy")
    entry = stocked.hospital.ledger.entries(0, stocked.size())[-1].event
    assert entry["details"] == {
        "after": {"profile": "pharmacy", "station": "PHARM"},
        "before": {"profile": "ward", "station": "W07"},
    }


def test_a_new_token_kills_the_old_one_and_keeps_the_device(
    stocked: House, system: Browser
) -> None:
    old = enrolled(stocked, "W07", "ward")
    (device,) = ONE.findall(text(system, "/devices"))
    page = system.post(f"{device}/token").get_data(as_text=True)
    assert old.call("GET", "/device").status_code == 401
    assert "等待换令牌" in text(system, device)
    (code,) = CODE.findall(page)
    fresh = enrol(stocked, code, "PDA W07")
    answer = fresh.call("GET", "/device")
    assert answer.json is not None
    assert answer.json["device_id"] == device.removeprefix("/devices/")
    assert ONE.findall(text(system, "/devices")) == [device]
    assert old.call("GET", "/device").status_code == 401


def test_a_revoked_device_is_out_at_once_and_no_code_brings_it_back(
    stocked: House, system: Browser
) -> None:
    enrolled(stocked, "W07", "ward")
    (device,) = ONE.findall(text(system, "/devices"))
    (code,) = CODE.findall(system.post(f"{device}/token").get_data(as_text=True))
    assert system.post(f"{device}/revoke").status_code == 303
    answer = stocked.app.test_client().post(
        "/api/handheld/v1/enrolment", json={"code": code, "name": "again"}
    )
    assert answer.status_code == 401
    page = text(system, device)
    assert "已吊销" in page
    assert f"{device}/token" not in page
    for act in ("token", "station"):
        answer = system.post(f"{device}/{act}", {"station": "W07", "profile": "ward"})
        assert answer.status_code in {409, 422}, act


def test_the_list_is_paged_searched_and_says_how_each_device_stands(
    stocked: House, system: Browser
) -> None:
    devices = stocked.hospital.access.devices
    by = stocked.hospital.access.sessions.principal(
        getattr(system.client.get_cookie("medtrace_session"), "value", "")
    )
    for number in range(53):
        stocked.clock.advance(seconds=1)
        station = "W07" if number % 2 else "W08"
        code = devices.enrolment_code(by, station=station, profile="ward")
        token = devices.enrol(code, Description(f"PDA-{number:02}", "MC3300", "0.1")).token
    devices.principal(token, says=stocked.clock() + timedelta(seconds=95))
    first = text(system, "/devices")
    assert len(ONE.findall(first)) == 50
    assert "+95.0 s" in first
    assert "一天没有联系" in first
    (older,) = re.findall(r'href="(/devices\?before=[0-9a-f-]+)"', first)
    assert len(ONE.findall(text(system, older))) == 3
    assert len(ONE.findall(text(system, "/devices?q=w07"))) == 26
    assert len(ONE.findall(text(system, "/devices?q=PDA-0"))) == 10
    assert system.get("/devices?q=a%00b").status_code == 422


def test_the_security_administrator_looks_and_does_nothing(stocked: House) -> None:
    enrolled(stocked, "W07", "ward")
    browser = stocked.enter("SEC1", Role.SECURITY_ADMIN)
    (device,) = ONE.findall(text(browser, "/devices"))
    page = text(browser, device)
    assert "<form" not in page[page.index("<main") :]
    for path in ("/devices", f"{device}/station", f"{device}/token", f"{device}/revoke"):
        assert browser.post(path).status_code == 403


@pytest.mark.parametrize("path", ["/devices/1", "/devices/" + "0" * 36])
def test_what_is_not_there_is_not_found(system: Browser, path: str) -> None:
    form = {"station": "W07", "profile": "ward"}
    assert system.get(path).status_code == 404
    for act in ("station", "token", "revoke"):
        assert system.post(f"{path}/{act}", form).status_code == 404
