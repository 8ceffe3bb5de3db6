"""At the bed: wristband, drug, five rights, a second nurse, less than a dose, no dose at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from playwright.sync_api import Browser, expect
from uuid6 import uuid7

from access import OPERATOR, Role
from inventory import Definition
from orders import Line
from tests.handheld_api.handhelds import (
    PIN,
    SYRINGE_GTIN,
    WANG,
    Handheld,
    House,
    box_code,
    colleague,
    event,
)
from tests.pda.device import Pda, pda
from tests.pda.wards import medication
from tests.support import ANTIBODY, NOON
from trace import Dose, EventKind

pytestmark = pytest.mark.xdist_group("browser")

LI = replace(WANG, record_number="ZY20260911002", name="李建国", wristband="V-7702", bed="16")


@pytest.fixture(scope="module")
def li(ward_house: House) -> UUID:
    """The patient in the next bed."""
    return UUID(ward_house.hospital.access.patients.register(LI, by=OPERATOR))


@pytest.fixture(scope="module")
def drugs(ward_house: House) -> Handheld:
    """Whoever brings drugs to the ward."""
    colleague(ward_house.hospital, "2308", Role.NURSE, "W07")
    return ward_house.handheld("STORE", "0418")


@pytest.fixture(scope="module")
def ward(browser: Browser, address: str, ward_house: House, drugs: Handheld) -> Iterator[Pda]:
    """A PDA of the ward, with a nurse at it."""
    del drugs
    with pda(browser, address, timezone_id="Asia/Shanghai") as device:
        yield device.enrol(ward_house, "W07").sign_in("2307").at_home()


def bring(drugs: Handheld, *serials: str) -> None:
    """Boxes of the antibody come to the ward."""
    codes = [box_code(each) for each in serials]
    drugs.record(*(event(EventKind.RECEIVED, each, party="国控江州") for each in codes))
    drugs.record(event(EventKind.MOVED, *codes, destination="W07"))


def rights(ward: Pda) -> dict[str, str]:
    """What the five ticks say."""
    ward.page.get_by_test_id("rights").wait_for()
    rows: dict[str, str] = ward.page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll("[data-right]")]
             .map(row => [row.dataset.right, row.dataset.verdict]))"""
    )
    return rows


def test_wristband_then_drug_gives_five_ticks_and_the_record(
    ward: Pda, ward_house: House, drugs: Handheld
) -> None:
    medication(ward_house, "MO-1", ward_house.patient)
    bring(drugs, "B1")
    ward.job("bedside")
    ward.scan(box_code("B1"))
    ward.sees("look", "先扫患者腕带")
    ward.scan("V-7701")
    expect(ward.page.get_by_test_id("patient")).to_contain_text("王秀兰")
    expect(ward.page.get_by_test_id("orders")).to_contain_text("100 mg")
    ward.scan(box_code("B1"))
    ward.sees("go", "五项相符")
    assert rights(ward) == dict.fromkeys(("patient", "drug", "dose", "route", "time"), "go")
    ward.confirm()
    ward.sees("go", "已给药")
    told = ward_house.events()[-1]
    assert (told["medtrace:kind"], told["medtrace:person"]) == ("administered", "2307")
    assert told["bizTransactionList"][0]["bizTransaction"].endswith("MO-1")
    assert "V-7701" not in ward.page.url
    assert "王秀兰" not in ward.page.url


def test_a_drug_kept_for_the_next_bed_stops(
    ward: Pda, ward_house: House, drugs: Handheld, li: UUID
) -> None:
    bring(drugs, "B2")
    pharmacy = ward_house.handheld("PHARM", "0533")
    drugs.record(event(EventKind.RECEIVED, box_code("B3"), party="国控江州"))
    drugs.record(event(EventKind.MOVED, box_code("B3"), destination="PHARM"))
    pharmacy.record(
        event(
            EventKind.DISPENSED,
            box_code("B3"),
            at="PHARM",
            destination="W07",
            patient=f"urn:uuid:{li}",
        )
    )
    medication(ward_house, "MO-2", ward_house.patient)
    ward.job("bedside")
    ward.scan("V-7701")
    ward.page.get_by_test_id("orders").wait_for()
    ward.scan(box_code("B3"))
    ward.sees("stop", "不是这位患者")
    assert rights(ward)["patient"] == "stop"
    expect(ward.page.get_by_test_id("confirm")).to_have_count(0)
    ward.tap("again")
    ward.page.get_by_text("先扫患者腕带").wait_for()


def test_high_alert_takes_a_second_nurse_who_is_another(
    ward: Pda, ward_house: House, drugs: Handheld, li: UUID
) -> None:
    medication(ward_house, "MO-3", li, high_alert=True)
    bring(drugs, "B4")
    ward.job("bedside")
    ward.scan("V-7702")
    ward.page.get_by_test_id("orders").wait_for()
    ward.scan(box_code("B4"))
    ward.sees("go", "五项相符")
    expect(ward.page.get_by_test_id("rights")).to_contain_text("第二位护士")
    for badge, verdict in (("BADGE-2307", "stop"), ("BADGE-2308", "go")):
        ward.confirm()
        ward.page.get_by_test_id("keypad").wait_for()
        ward.page.keyboard.type(PIN, delay=40)
        ward.page.get_by_text("第二个人扫工牌").wait_for()
        ward.scan(badge)
        ward.page.get_by_test_id("keypad").wait_for()
        ward.page.keyboard.type(PIN, delay=40)
        ward.page.get_by_test_id("keypad").wait_for(state="detached")
        ward.sees(verdict, "" if verdict == "stop" else "已给药")
        if verdict == "stop":
            ward.scan(box_code("B4"))
            ward.sees("go")
    assert ward_house.events()[-1]["medtrace:secondPerson"] == "2308"


@pytest.mark.long
def test_a_dose_that_is_not_given_says_why(ward: Pda, ward_house: House, li: UUID) -> None:
    medication(ward_house, "MO-4", li)
    ward.job("bedside")
    ward.scan("V-7702")
    ward.page.get_by_test_id("orders").get_by_role("button").first.click()
    ward.tap("withhold")
    ward.page.get_by_role("button", name="禁食禁水").click()
    ward.sees("go", "已记下")
    told = ward_house.events()[-1]
    assert (told["medtrace:kind"], told["medtrace:cause"]) == ("withheld", "nil-by-mouth")


@pytest.mark.long
def test_an_order_for_a_group_takes_what_the_catalogue_has_in_it(
    ward: Pda, ward_house: House, drugs: Handheld
) -> None:
    gtin, group = "06945678901249", {"generic": "贝伐珠单抗 100 mg 注射液"}
    code = box_code("GR1", gtin=gtin)
    other = replace(
        ANTIBODY, code="D002", identifiers=(f"https://id.gs1.org/01/{gtin}",), details=group
    )
    ward_house.hospital.recorder.record([Definition(id=uuid7(), time=NOON, thing=other)])
    dose = Dose(Decimal(100), "mg")
    line = Line((), 1, generic=group["generic"], dose=dose, route="iv")
    medication(ward_house, "MO-6", ward_house.patient, lines=(line,))
    drugs.record(event(EventKind.RECEIVED, code, party="国控江州"))
    drugs.record(event(EventKind.MOVED, code, destination="W07"))
    ward.job("bedside")
    ward.scan("V-7701")
    ward.page.get_by_test_id("orders").wait_for()
    ward.scan(f"]C101{SYRINGE_GTIN}1728010110L1")
    ward.sees("stop")
    ward.scan(code)
    ward.sees("go", "五项相符")
    ward.confirm()
    ward.sees("go", "已给药")
    assert ward_house.events()[-1]["bizTransactionList"][0]["bizTransaction"].endswith("MO-6")


def test_out_of_reach_the_kept_list_is_used_and_its_limits_are_said(
    ward: Pda, ward_house: House, drugs: Handheld
) -> None:
    medication(ward_house, "MO-5", ward_house.patient)
    bring(drugs, "B5")
    for number in ("2308", "2307"):
        ward.sign_out()
        with ward.page.expect_response("**/bedside/round"):
            ward.sign_in(number).at_home()
    # Somebody signs in again, and the network goes before anything new is there.
    ward.sign_out()
    ward.context.route("**/bedside/round", lambda route: route.abort())
    ward.sign_in("2307").at_home()
    ward.context.set_offline(offline=True)
    ward.job("bedside")
    ward.scan("V-7701")
    ward.sees("look", "存的医嘱核对")
    ward.scan(box_code("B5"))
    ward.sees("go", "五项相符")
    expect(ward.page.get_by_test_id("unchecked")).to_contain_text("是否已经给过")
    ward.confirm()
    ward.sees("go", "已保存")
    ward.pill("待上传 1")
    ward.context.unroute("**/bedside/round")
    ward.context.set_offline(offline=False)
    ward.pill("在线")
    told = ward_house.events()[-1]
    assert (told["medtrace:kind"], told["medtrace:afterTheFact"]) == ("administered", True)


def test_out_of_reach_a_band_that_is_on_no_list_keeps_no_record_back(
    ward: Pda, ward_house: House, drugs: Handheld
) -> None:
    new = replace(WANG, record_number="ZY20260911003", name="陈立", wristband="V-7703", bed="17")
    arrived = ward_house.hospital.access.patients.register(new, by=OPERATOR)
    bring(drugs, "B6")
    ward.context.set_offline(offline=True)
    ward.job("bedside")
    ward.scan("V-7703")
    ward.sees("look", "照纸质医嘱核对")
    ward.scan(box_code("B6"))
    ward.sees("look", "没有查到是谁")
    assert (rights(ward)["patient"], rights(ward)["dose"]) == ("look", "unknown")
    expect(ward.page.get_by_test_id("unchecked")).to_contain_text("腕带是谁")
    ward.confirm()
    ward.sees("go", "已保存")
    ward.context.set_offline(offline=False)
    ward.pill("在线")
    told = ward_house.events()[-1]
    assert (told["medtrace:kind"], told["medtrace:patient"]) == ("administered", arrived)
