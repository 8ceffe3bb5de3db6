"""Work at a handheld that reaches its server: reading, verdicts, jobs, people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from time import sleep
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect
from uuid6 import uuid7

from inventory import Definition
from orders import Line, Order, OrderType
from recall import Recall, RecallClass, Scope
from scanning import new_label_number
from tests.handheld_api.handhelds import (
    MORPHINE_GTIN,
    PIN,
    SYRINGE_GTIN,
    Handheld,
    House,
    box_code,
    event,
)
from tests.inventory.pharmacy import TABLET
from tests.pda.device import KEY_MS, Pda, pda
from tests.support import ANTIBODY, GTIN, NOON
from trace import EventKind

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def store(browser: Browser, address: str, ward_house: House) -> Iterator[Pda]:
    """A PDA of the store, with somebody at it."""
    with pda(browser, address) as device:
        yield device.enrol(ward_house, "STORE").sign_in("0417").at_home()


@pytest.fixture(scope="module")
def pharmacy(browser: Browser, address: str, ward_house: House) -> Iterator[Pda]:
    """A PDA of the pharmacy, with a pharmacist at it."""
    with pda(browser, address) as device:
        yield device.enrol(ward_house, "PHARM").sign_in("0533").at_home()


def last(house: House) -> dict[str, Any]:
    """What happened last."""
    return house.events()[-1]


@pytest.fixture(scope="module")
def clerk(ward_house: House) -> Handheld:
    """Somebody at another device of the store."""
    return ward_house.handheld("STORE", "0418")


def put(clerk: Handheld, *serials: str, at: str = "STORE", **label: str) -> None:
    """Boxes of the antibody lie somewhere."""
    codes = [box_code(each, **label) for each in serials]
    clerk.record(*(event(EventKind.RECEIVED, each, party="国控江州") for each in codes))
    if at != "STORE":
        clerk.record(event(EventKind.MOVED, *codes, destination=at))


def syringes(lot: str = "L1") -> str:
    """The bar code of a pack."""
    return f"]C101{SYRINGE_GTIN}17280101" + f"10{lot}"


@pytest.mark.parametrize(
    "gs",
    ["key", "<GS>", *(pytest.param(each, marks=pytest.mark.long) for each in ("{GS}", "^]", "|"))],
)
def test_a_reader_spells_gs_as_it_likes(store: Pda, gs: str) -> None:
    store.job("receive")
    serial = f"G{['key', '<GS>', '{GS}', '^]', '|'].index(gs)}"
    store.scan(box_code(serial), gs=gs, pace=KEY_MS)
    store.sees("go", "通过")
    expect(store.page.get_by_test_id("thing")).to_contain_text("A2405")
    expect(store.page.get_by_test_id("thing").locator(".code")).to_have_attribute(
        "data-code", serial
    )
    store.tap("undo")


def slowly(route: Route) -> None:
    """A server that takes its time."""
    sleep(0.4)
    route.continue_()


def test_enter_presses_no_button_and_a_double_scan_counts_once(
    store: Pda, ward_house: House
) -> None:
    store.job("receive")
    store.scan(box_code("D1"))
    store.sees("go")
    store.page.get_by_test_id("undo").focus()
    store.scan(box_code("D2"))
    expect(store.page.get_by_test_id("taken-row")).to_have_count(2)
    store.page.keyboard.press("Enter")
    expect(store.page.get_by_test_id("taken-row")).to_have_count(2)
    store.scan(box_code("D2"))
    store.sees("look", "扫过了")
    expect(store.page.get_by_test_id("taken-row")).to_have_count(2)
    store.scan(box_code("D3"))
    store.sees("go", "3")
    store.tap("undo")
    # A tap that comes before the last scan's verdict confirms that scan too.
    store.context.route("**/scan", slowly)
    store.scan(box_code("D4"))
    store.confirm()
    store.sees("go", "完成")
    store.context.unroute("**/scan")
    told = last(ward_house)
    assert (told["medtrace:kind"], len(told["epcList"])) == ("received", 3)
    assert told["medtrace:person"] == "0417"


def test_what_is_here_already_is_stopped_with_a_reason(store: Pda, clerk: Handheld) -> None:
    put(clerk, "H1")
    store.job("receive")
    store.scan(box_code("H1"))
    store.sees("stop", "收过了")
    expect(store.page.get_by_test_id("taken-row")).to_have_count(0)
    store.scan("not-a-code-at-all")
    store.sees("stop")


def test_receiving_against_a_note_counts_and_stops_at_the_last(
    store: Pda, ward_house: House
) -> None:
    line = Line((f"https://id.gs1.org/01/{GTIN}",), 2, ANTIBODY.code)
    note = Order(
        id=uuid7(),
        time=NOON,
        type=OrderType.DELIVERY,
        number="SH-1122-06",
        party="国控江州",
        destination="STORE",
        lines=(line,),
    )
    ward_house.hospital.recorder.record([note])
    store.go("queue")
    store.tap("try")
    store.page.wait_for_timeout(300)
    store.go("home")
    store.page.locator(".hero").wait_for()
    store.scan("SH-1122-06")
    expect(store.page.locator(".head")).to_contain_text("SH-1122-06")
    for serial in ("N1", "N2"):
        store.scan(box_code(serial))
        store.sees("go", "/ 2")
    store.scan(box_code("N3"))
    store.sees("stop", "已够")
    store.scan(syringes())
    store.sees("stop", "单子里没有")
    store.confirm()
    store.sees("go", "完成")
    assert last(ward_house)["bizTransactionList"][0]["bizTransaction"].endswith("SH-1122-06")


def test_putting_away_takes_goods_and_place_in_any_order(
    store: Pda, ward_house: House, clerk: Handheld
) -> None:
    put(clerk, "P1", "P2")
    store.job("send")
    store.scan(box_code("P1"))
    store.sees("go")
    store.scan("PHARM")
    store.sees("go", "住院药房")
    store.scan(box_code("P2"))
    store.confirm()
    store.sees("go", "完成")
    assert last(ward_house)["medtrace:kind"] == "sent"


@pytest.mark.long
def test_an_amount_is_set_by_hand(store: Pda, ward_house: House) -> None:
    store.job("receive")
    store.scan(syringes())
    store.sees("go")
    field = store.page.get_by_test_id("quantity")
    field.fill("40")
    field.blur()
    store.scan(syringes())
    expect(store.page.get_by_test_id("quantity")).to_have_value("41")
    store.confirm()
    store.sees("go", "完成")
    assert last(ward_house)["quantityList"][0]["quantity"] == 41


def test_expired_and_recalled_goods_do_not_pass(
    pharmacy: Pda, ward_house: House, clerk: Handheld
) -> None:
    put(clerk, "E1", at="PHARM", lot="OLD", expiry="261201")
    put(clerk, "R1", at="PHARM", lot="BAD")
    pharmacy.job("dispense")
    pharmacy.scan(box_code("E1", lot="OLD", expiry="261201"))
    pharmacy.sees("look", "到期")
    pharmacy.tap("anyway")
    expect(pharmacy.page.get_by_test_id("taken-row")).to_have_count(1)
    pharmacy.tap("undo")
    opened = Recall(
        id=uuid7(),
        time=NOON,
        case_id="RC-2026-0031",
        recall_class=RecallClass.FIRST,
        reason="异物",
        source="药监局",
        notified=NOON,
        scope=(Scope(ANTIBODY.code, ("BAD",)),),
        person="5101",
    )
    ward_house.hospital.recorder.record([opened])
    pharmacy.scan(box_code("R1", lot="BAD"))
    pharmacy.sees("stop", "召回")
    expect(pharmacy.page.locator(".steps")).to_contain_text("红色隔离箱")
    expect(pharmacy.page.get_by_test_id("taken-row")).to_have_count(0)


def test_narcotics_take_two_persons_and_no_secret_stays(store: Pda, ward_house: House) -> None:
    store.job("receive")
    store.scan(box_code("M1", gtin=MORPHINE_GTIN))
    store.sees("go")
    store.confirm()
    store.page.get_by_test_id("keypad").wait_for()
    store.page.keyboard.type(PIN, delay=40)
    expect(store.page.get_by_text("第二个人扫工牌")).to_be_visible()
    store.scan("BADGE-0418")
    store.page.get_by_test_id("keypad").wait_for()
    store.page.keyboard.type(PIN, delay=40)
    store.sees("go", "完成")
    assert last(ward_house)["medtrace:secondPerson"] == "0418"
    assert store.waits() == 0


def test_what_was_signed_and_whose_answer_was_lost_is_on_record_once(
    store: Pda, ward_house: House
) -> None:
    store.job("receive")
    store.scan(box_code("M2", gtin=MORPHINE_GTIN))
    store.sees("go")

    def lost(route: Route) -> None:
        route.fetch()
        route.abort()

    store.context.route("**/events", lost)
    for sees in ("stop", "go"):
        store.confirm()
        store.page.get_by_test_id("keypad").wait_for()
        store.page.keyboard.type(PIN, delay=40)
        store.page.get_by_text("第二个人扫工牌").wait_for()
        store.scan("BADGE-0418")
        store.page.get_by_test_id("keypad").wait_for()
        store.page.keyboard.type(PIN, delay=40)
        store.sees(sees)
        store.context.unroute("**/events")
        if sees == "stop":
            store.pill("在线")
    assert sum("/21/M2" in json.dumps(each) for each in ward_house.events()) == 1


@pytest.mark.long
def test_a_pack_is_split_into_labelled_doses(
    pharmacy: Pda, ward_house: House, clerk: Handheld
) -> None:
    ward_house.hospital.recorder.record([Definition(id=uuid7(), time=NOON, thing=TABLET)])
    pack = box_code("S1", gtin="06901111111118", lot="T24")
    clerk.record(event(EventKind.RECEIVED, pack, party="国控江州"))
    clerk.record(event(EventKind.MOVED, pack, destination="PHARM"))
    labels = [new_label_number(NOON, bytes([0, 0, 0, number])) for number in (1, 2)]
    pharmacy.job("split")
    pharmacy.scan(labels[0])
    pharmacy.sees("look", "先扫要拆的盒")
    pharmacy.scan(pack)
    pharmacy.sees("go")
    expect(pharmacy.page.get_by_test_id("confirm")).to_be_disabled()
    for label in labels:
        pharmacy.scan(label)
        pharmacy.sees("go")
    pharmacy.page.get_by_test_id("quantity").first.fill("6")
    pharmacy.page.get_by_test_id("quantity").first.blur()
    expect(pharmacy.page.get_by_test_id("confirm")).to_have_text("完成拆零 7")  # not the pack
    pharmacy.confirm()
    pharmacy.sees("go", "完成")
    told = [each.event for each in ward_house.hospital.ledger.entries(0, 10_000)]
    assert [
        each["medtrace:kind"] for each in told if each.get("type") == "TransformationEvent"
    ] == ["split"]


def test_a_step_is_put_right_afterwards_and_both_stay(store: Pda, ward_house: House) -> None:
    store.job("receive")
    store.scan(box_code("V1"))
    store.confirm()
    store.sees("go", "完成")
    wrong = last(ward_house)["eventID"]
    store.go("home")
    store.tap("done-lately")
    store.page.get_by_test_id("done").get_by_role("button").first.click()
    store.page.get_by_role("button", name="没有发生").click()
    store.tap("correct")
    store.page.get_by_test_id("keypad").wait_for()
    store.page.keyboard.type(PIN, delay=40)
    store.sees("go", "已更正")
    ledger = ward_house.hospital.ledger
    size = ledger.head().size
    said = [each.event for each in ledger.entries(0, size) if each.kind == "correction"]
    assert wrong in json.dumps(said[-1])


@pytest.mark.long
def test_a_count_is_held_against_the_books(store: Pda, clerk: Handheld) -> None:
    put(clerk, "C1", "C2", lot="CNT")
    store.job("count")
    store.scan(box_code("C1", lot="CNT"))
    expect(store.page.get_by_test_id("counted")).to_have_text("1")
    store.confirm()
    store.sees("go", "完成")
    counts = clerk.get("/counts").json["counts"]
    assert counts[-1]["people"] == ["0417"]


def test_what_lies_at_a_place_is_looked_up(store: Pda, clerk: Handheld) -> None:
    put(clerk, "LK1", "LK2", lot="LOOK1")
    store.job("lookup")
    store.scan("STORE")
    store.sees("go", "批在这里")
    row = store.page.get_by_test_id("rows").locator(".row", has_text="LOOK1")
    expect(row.locator(".row-count")).to_contain_text("2 瓶")


def test_a_calibrated_reader_has_its_prefix_cut_off(store: Pda) -> None:
    store.go("calibrate")
    store.page.get_by_test_id("habits").wait_for()
    store.scan("##]d20106901234567892" + "10TEST2\x1d1727123121S2;;", gs="~G~")
    store.sees("go", "读对了")
    expect(store.page.get_by_test_id("habits")).to_contain_text("~G~")
    store.tap("keep")
    store.page.get_by_test_id("calibrate").wait_for()
    store.job("receive")
    store.scan("##" + box_code("K1") + ";;", gs="~G~")
    store.sees("go")
    store.tap("undo")
    store.go("calibrate")
    store.page.get_by_role("button", name="恢复自动").click()


def test_what_an_intent_puts_into_the_waiting_field_is_a_scan(store: Pda) -> None:
    store.job("receive")
    store.page.locator(".sink").evaluate(
        """(sink, text) => { sink.focus(); sink.value = text;
           sink.dispatchEvent(new InputEvent('input', {bubbles: true, data: text})) }""",
        box_code("I1"),
    )
    store.sees("go")
    store.tap("undo")


@pytest.mark.long
def test_two_people_on_one_device_are_told_apart(
    browser: Browser, address: str, ward_house: House
) -> None:
    with pda(browser, address) as device:
        device.enrol(ward_house, "STORE").sign_in("0417").at_home()
        device.job("receive")
        device.scan(box_code("T1"))
        device.sees("go")
        device.sign_out()
        device.sign_in("0418").at_home()
        device.job("receive")
        expect(device.page.get_by_test_id("taken-row")).to_have_count(0)
        device.scan(box_code("T2"))
        device.confirm()
        device.sees("go", "完成")
        assert last(ward_house)["medtrace:person"] == "0418"


@pytest.mark.long
def test_english_is_complete_where_the_work_is(pharmacy: Pda, clerk: Handheld) -> None:
    put(clerk, "U1", at="PHARM")
    pharmacy.go("settings")
    pharmacy.page.get_by_role("button", name="English").click()
    for job in ("receive", "pick", "dispense", "return", "quarantine", "recall", "count", "lookup"):
        pharmacy.job(job)
        shown = pharmacy.page.locator("#app").inner_text()
        foreign = [line for line in shown.split("\n") if any("一" <= sign <= "鿿" for sign in line)]
        known = ("药房", "贝伐", "阿莫西林", "员工")  # names are what they are
        assert [line for line in foreign if not any(name in line for name in known)] == [], job
    pharmacy.go("settings")
    pharmacy.page.get_by_role("button", name="中文").click()
