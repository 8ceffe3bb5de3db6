"""The jobs of a day, one after the other: a box's way from the ramp to the patient, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, expect
from uuid6 import uuid7

from hospital import check_batches
from inventory import Definition, Location
from orders import Line, Order, OrderType
from recall import Recall, RecallClass, Scope
from tests.handheld_api.handhelds import (
    MORPHINE_GTIN,
    PIN,
    STENT_GTIN,
    SYRINGE_GTIN,
    Handheld,
    House,
    box_code,
    event,
)
from tests.pda.device import Pda, pda
from tests.pda.wards import medication
from tests.support import ANTIBODY, GTIN, NOON
from trace import EventKind

pytestmark = pytest.mark.xdist_group("browser")

At = Callable[[str], Pda]
PEOPLE = {"STORE": "0417", "PHARM": "0533", "W07": "2307", "OR1": "3105"}


@pytest.fixture(scope="module")
def at(browser: Browser, address: str, ward_house: House) -> Iterator[At]:
    """A PDA of each station, with somebody at it, from when it is first asked for."""
    shelf = Location("STORE-A1", "A 区 1 架", "shelf", parent="STORE")
    ward_house.hospital.recorder.record([Definition(id=uuid7(), time=NOON, thing=shelf)])
    with ExitStack() as stack:
        found: dict[str, Pda] = {}

        def device(station: str) -> Pda:
            if station not in found:
                fresh = stack.enter_context(pda(browser, address, timezone_id="Asia/Shanghai"))
                found[station] = fresh.enrol(ward_house, station)
                fresh.sign_in(PEOPLE[station]).at_home()
            return found[station]

        yield device


@pytest.fixture(scope="module")
def clerk(ward_house: House) -> Handheld:
    """Somebody at another device of the store."""
    return ward_house.handheld("STORE", "0418")


def put(clerk: Handheld, *codes: str, at: str = "STORE") -> None:
    """Goods lie somewhere."""
    clerk.record(*(event(EventKind.RECEIVED, each, party="国控江州") for each in codes))
    if at != "STORE":
        clerk.record(event(EventKind.MOVED, *codes, destination=at))


def order(house: House, type_: OrderType, number: str, **more: Any) -> None:  # noqa: ANN401
    """Boxes of the antibody are ordered."""
    line = Line((f"https://id.gs1.org/01/{GTIN}",), more.pop("quantity", 1), ANTIBODY.code)
    placed = Order(
        id=uuid7(), time=NOON - timedelta(hours=1), type=type_, number=number, lines=(line,), **more
    )
    house.hospital.recorder.record([placed])


def refresh(device: Pda) -> None:
    """The device asks what is new, as it does by itself every half minute."""
    device.go("queue")
    with device.page.expect_response("**/sync*"):
        device.tap("try")
    expect(device.page.get_by_test_id("try")).to_have_text("试连网络")
    device.go("home")
    device.at_home()


def finish(device: Pda, word: str = "完成") -> None:
    """Confirm, and see that it is on record."""
    device.confirm()
    device.sees("go", word)


def told(house: House) -> dict[str, Any]:
    """What happened last."""
    return house.events()[-1]


def test_from_the_ramp_to_the_pharmacy(at: At, ward_house: House, clerk: Handheld) -> None:
    store = at("STORE")
    boxes = [box_code(each) for each in ("J1", "J2")]
    later = box_code("J9", lot="LATER", expiry="281231")
    clerk.record(*(event(EventKind.ARRIVED, each, party="国控江州") for each in (*boxes, later)))
    store.job("inspect")
    for each in (*boxes, later):
        store.scan(each)
        store.sees("go")
    finish(store)
    assert (told(ward_house)["medtrace:kind"], len(told(ward_house)["epcList"])) == ("inspected", 3)
    store.go("home")
    store.at_home()
    store.scan("STORE-A1")  # a shelf at home begins putting away
    store.sees("go", "A 区 1 架")
    for each in (*boxes, later):
        store.scan(each)
        store.sees("go")
    store.scan("PHARM")
    store.sees("stop", "不在本站点里")
    finish(store)
    assert told(ward_house)["bizLocation"]["id"].endswith("STORE-A1")
    store.go("home")
    store.at_home()
    order(ward_house, OrderType.TRANSFER, "TR-1", source="STORE", destination="PHARM", quantity=2)
    store.scan("TR-1")  # placed a moment ago: the device asks what is new
    lines = store.page.locator(".lines").first
    expect(lines).to_contain_text("先取 A2405")  # first expired, first out, and where it lies
    expect(lines).to_contain_text("A 区 1 架")
    for each in boxes:
        store.scan(each)
        store.sees("go", "/ 2")
    finish(store)
    assert told(ward_house)["medtrace:kind"] == "sent"
    pharmacy = at("PHARM")
    refresh(pharmacy)
    expect(pharmacy.page.get_by_test_id("job-accept")).to_contain_text("2 件在路上")
    pharmacy.scan("TR-1")
    expect(pharmacy.page.locator(".head")).to_contain_text("TR-1")
    for each in boxes:
        pharmacy.scan(each)
        pharmacy.sees("go")
    finish(pharmacy)
    assert (told(ward_house)["medtrace:kind"], len(told(ward_house)["epcList"])) == ("accepted", 2)


@pytest.mark.long
def test_dispensed_by_the_prescription_s_number_and_brought_back(
    at: At, ward_house: House, clerk: Handheld
) -> None:
    put(clerk, box_code("J3"), box_code("J4"), at="PHARM")
    patient = UUID(str(ward_house.patient))
    order(ward_house, OrderType.PRESCRIPTION, "RX-1122-7", destination="W07", patient=patient)
    pharmacy = at("PHARM")
    pharmacy.go("home")
    pharmacy.at_home()
    pharmacy.scan("RX-1122-7")  # no device is told of it before; its number says what it is
    expect(pharmacy.page.locator(".head")).to_contain_text("RX-1122-7")
    expect(pharmacy.page.locator(".slots")).to_contain_text("单上的患者")
    pharmacy.scan(f"]C101{SYRINGE_GTIN}1728010110L1")
    pharmacy.sees("stop")
    pharmacy.scan(box_code("J3"))
    pharmacy.sees("go", "1 / 1")
    pharmacy.scan(box_code("J4"))
    pharmacy.sees("stop", "已够 1")
    finish(pharmacy)
    event_ = told(ward_house)
    assert event_["medtrace:kind"] == "dispensed"
    assert event_["bizTransactionList"][0]["bizTransaction"].endswith("RX-1122-7")
    ward = at("W07")
    ward.job("return")
    ward.scan(box_code("J3"))
    ward.sees("go")
    expect(ward.page.get_by_test_id("confirm")).to_be_disabled()
    ward.page.get_by_role("button", name="医嘱停了").click()
    finish(ward)
    assert (told(ward_house)["medtrace:kind"], told(ward_house)["medtrace:note"]) == (
        "returned",
        "医嘱停了",
    )
    ward.job("waste")
    ward.scan(box_code("J3"))
    ward.sees("go")
    ward.page.get_by_role("button", name="打碎").click()
    finish(ward)
    assert told(ward_house)["medtrace:kind"] == "wasted"
    ward.scan(box_code("J3"))
    ward.sees("stop")


def test_dispensed_by_the_medication_order_s_number(
    at: At, ward_house: House, clerk: Handheld
) -> None:
    put(clerk, box_code("MD1"), box_code("MD2"), at="PHARM")
    medication(ward_house, "MO-77", ward_house.patient)
    pharmacy = at("PHARM")
    pharmacy.go("home")
    pharmacy.at_home()
    pharmacy.tap("job-dispense")
    pharmacy.tap("camera")
    pharmacy.page.get_by_test_id("typed").press_sequentially("MO-77", delay=80)  # by a thumb
    pharmacy.tap("typed-take")
    expect(pharmacy.page.locator(".head")).to_contain_text("MO-77")
    expect(pharmacy.page.locator(".slots")).to_contain_text("单上的患者")
    pharmacy.scan(f"]C101{SYRINGE_GTIN}1728010110L1")
    pharmacy.sees("stop")
    for serial in ("MD1", "MD2"):  # it says how much is given, not how much is handed out
        pharmacy.scan(box_code(serial))
        pharmacy.sees("go")
    finish(pharmacy)
    handed = told(ward_house)
    assert (handed["medtrace:kind"], len(handed["epcList"])) == ("dispensed", 2)
    assert handed["bizTransactionList"][0]["bizTransaction"].endswith("MO-77")
    assert handed["medtrace:patient"] == f"urn:uuid:{ward_house.patient}"


@pytest.mark.long
def test_an_order_s_number_out_of_reach_counts_when_the_record_comes(
    at: At, ward_house: House, clerk: Handheld
) -> None:
    put(clerk, box_code("OF1"), at="PHARM")
    patient = UUID(str(ward_house.patient))
    order(ward_house, OrderType.PRESCRIPTION, "RX-OFF", destination="W07", patient=patient)
    pharmacy = at("PHARM")
    pharmacy.context.set_offline(offline=True)
    pharmacy.job("dispense")
    pharmacy.scan("RX-OFF")
    pharmacy.sees("look", "单号记下了")
    pharmacy.scan(box_code("OF1"))
    pharmacy.sees("go")
    finish(pharmacy, "已保存")
    pharmacy.context.set_offline(offline=False)
    pharmacy.pill("在线")
    handed = told(ward_house)
    assert handed["bizTransactionList"][0]["bizTransaction"].endswith("RX-OFF")
    assert handed["medtrace:patient"] == f"urn:uuid:{ward_house.patient}"
    assert check_batches(ward_house.stored()).covered > 0
    pharmacy.go("home")


@pytest.mark.long
def test_in_theatre_what_is_used_and_what_is_implanted(
    at: At, ward_house: House, clerk: Handheld
) -> None:
    stent = box_code("ST1", lot="S1", gtin=STENT_GTIN)
    syringe = f"]C101{SYRINGE_GTIN}1728010110L7"
    put(clerk, stent, syringe, at="OR1")
    theatre = at("OR1")
    theatre.job("use")
    theatre.scan(syringe)
    theatre.sees("go")
    expect(theatre.page.get_by_test_id("confirm")).to_have_text("扫患者腕带")
    theatre.scan("V-7701")
    theatre.sees("go", "王秀兰")
    expect(theatre.page.get_by_test_id("site")).to_have_count(0)
    theatre.scan(stent)
    theatre.sees("go")
    expect(theatre.page.get_by_test_id("confirm")).to_be_disabled()
    theatre.page.get_by_role("button", name="冠状动脉").click()
    theatre.page.get_by_test_id("surgeon").fill("1102")
    theatre.page.get_by_test_id("surgeon").blur()
    finish(theatre)
    used, implanted = sorted(ward_house.events()[-2:], key=lambda each: each["medtrace:kind"])[::-1]
    assert (used["medtrace:kind"], implanted["medtrace:kind"]) == ("used", "implanted")
    assert (implanted["medtrace:site"], implanted["medtrace:surgeon"]) == ("冠状动脉", "1102")
    theatre.scan("V-7701")
    theatre.scan(stent)
    theatre.sees("stop", "用过")


def test_a_wristband_that_nobody_can_look_up_is_found_when_the_record_comes(
    at: At, ward_house: House, clerk: Handheld
) -> None:
    syringe = f"]C101{SYRINGE_GTIN}1728010110L8"
    put(clerk, syringe, at="OR1")
    theatre = at("OR1")
    theatre.page.wait_for_function("() => JSON.parse(sessionStorage.session).grant !== null")
    theatre.context.set_offline(offline=True)
    theatre.job("use")
    for band in ("V-7701", "V-0000"):
        theatre.scan(band)
        theatre.sees("look", "上传时对人")
        theatre.scan(syringe)
        theatre.sees("go")
        expect(theatre.page.get_by_test_id("unchecked")).to_contain_text("腕带是谁")
        expect(theatre.page.locator(".slots")).to_contain_text(band[-4:])
        finish(theatre, "已保存")
    disk = theatre.page.evaluate(
        """() => new Promise(done => { const asked = indexedDB.open("medtrace");
             asked.onsuccess = () => {
               const all = asked.result.transaction("queue").objectStore("queue").getAll();
               all.onsuccess = () => { asked.result.close();
                 done(JSON.stringify(all.result)) } } })"""
    )
    assert ("band_sha256" in disk, "V-7701" in disk) == (True, False)
    theatre.context.set_offline(offline=False)
    theatre.pill("需处理 1")
    theatre.tap("pill")
    expect(theatre.page.get_by_test_id("troubled")).to_contain_text("没有这位患者")
    theatre.page.get_by_role("button", name="知道了").click()
    first, second = ward_house.events()[-2:]
    assert first["medtrace:patient"] == f"urn:uuid:{ward_house.patient}"
    assert "medtrace:patient" not in second
    assert check_batches(ward_house.stored()).covered > 0
    theatre.go("home")
    theatre.at_home()


def recalled(house: House, lot: str) -> None:
    """A recall is opened."""
    case = Recall(
        id=uuid7(),
        time=NOON,
        case_id="RC-7",
        recall_class=RecallClass.FIRST,
        reason="可见异物",
        source="药监局",
        notified=NOON,
        scope=(Scope(ANTIBODY.code, (lot,)),),
        person="5101",
    )
    house.hospital.recorder.record([case])


def give_and_waste(ward: Pda, box: str, morphine: str) -> None:
    """Nobody here can know more: a box is given, a narcotic wasted without a second person."""
    ward.scan("V-7701")
    ward.sees("look", "存的医嘱核对")
    ward.scan(box)
    ward.sees("go", "五项相符")
    expect(ward.page.get_by_test_id("unchecked")).to_contain_text("之后的新召回")
    finish(ward, "已保存")
    ward.job("waste")
    ward.scan(morphine)
    ward.sees("go")
    ward.page.get_by_role("button", name="配好未用").click()
    finish(ward, "已保存")
    ward.pill("待上传 2")


def search(ward: Pda, first: str, second: str) -> None:
    """What a recall's task asks for is found, set apart and counted."""
    expect(ward.page.get_by_test_id("job-recall")).to_contain_text("RCL")
    ward.tap("job-recall")
    tasks = ward.page.get_by_test_id("task")
    expect(tasks).to_have_count(3)  # the place's, and two for the patient who had some
    expect(tasks.last).to_contain_text("15 床 王秀兰")
    tasks.first.click()
    expect(ward.page.get_by_test_id("task-left")).to_have_text("2")
    ward.tap("acknowledge")
    ward.tap("search")
    ward.scan(first)
    ward.sees("go", "召回")
    finish(ward)
    ward.go("recall")
    ward.page.get_by_test_id("task").first.click()
    expect(ward.page.get_by_test_id("task-left")).to_have_text("1")
    expect(ward.page.get_by_test_id("done")).to_be_disabled()
    ward.scan(second)
    ward.sees("go", "召回")
    finish(ward)
    ward.go("recall")
    ward.page.get_by_test_id("task").first.click()
    ward.tap("done")
    ward.sees("go", "完成")
    ward.go("home")
    ward.tap("job-recall")
    tasks.first.click()
    ward.tap("acknowledge")
    ward.page.get_by_role("button", name="当面告知").click()
    ward.tap("done")
    ward.sees("go", "完成")


def test_a_ward_that_was_out_of_reach_through_a_recall(
    at: At, ward_house: House, clerk: Handheld
) -> None:
    boxes = [box_code(each, lot="RCL") for each in ("K1", "K2", "K3")]
    morphine = box_code("M7", gtin=MORPHINE_GTIN)
    put(clerk, *boxes, at="W07")
    both = [{"pin": PIN}, {"badge": "BADGE-0417", "pin": PIN}]
    clerk.record(event(EventKind.RECEIVED, morphine, party="国控江州", signatures=both))
    clerk.record(event(EventKind.MOVED, morphine, destination="W07", signatures=both))
    medication(ward_house, "MO-7", ward_house.patient)
    ward = at("W07")
    refresh(ward)
    with ward.page.expect_response("**/bedside/round"):
        ward.job("bedside")
    ward.context.set_offline(offline=True)
    recalled(ward_house, "RCL")
    give_and_waste(ward, boxes[0], morphine)
    with ward.page.expect_response("**/recalls/tasks"):
        ward.context.set_offline(offline=False)
    ward.pill("需处理 2")
    ward.tap("pill")
    troubled = ward.page.get_by_test_id("troubled")
    expect(troubled.first).to_contain_text("召回")
    expect(troubled.last).to_contain_text("要两个人")
    kinds = [each["medtrace:kind"] for each in ward_house.events()[-2:]]
    assert kinds == ["administered", "wasted"]
    for _ in range(2):
        ward.page.get_by_role("button", name="知道了").first.click()
    ward.go("home")
    search(ward, *boxes[1:])
    nurse = ward_house.handheld("W07", "2307")
    place, told_, _ = nurse.get("/recalls/tasks").json["tasks"]
    assert (place["state"], place["count"], place["left"]) == ("done", 2, 0)
    assert (told_["work"], told_["state"]) == ("notify", "done")
    ward.job("send")
    ward.scan(boxes[2])
    ward.sees("stop")
    assert check_batches(ward_house.stored()).covered > 0
