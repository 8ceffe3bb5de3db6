"""Out of reach: start, sign in, work, keep, send; nothing is lost and nothing is told twice."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from uuid6 import uuid7

from hospital import check_batches
from recall import Recall, RecallClass, Scope
from tests.handheld_api.handhelds import PIN, Handheld, House, box_code, event
from tests.pda.device import Pda, pda
from tests.support import ANTIBODY, NOON
from trace import EventKind

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def clerk(ward_house: House) -> Handheld:
    """Somebody at another device of the store."""
    return ward_house.handheld("STORE", "0418")


@pytest.fixture(scope="module")
def enrolled(browser: Browser, address: str, ward_house: House) -> Iterator[Pda]:
    """A PDA of the store that has everything it needs."""
    with pda(browser, address) as device:
        device.enrol(ward_house, "STORE").sign_in("0417").at_home()
        device.page.evaluate("navigator.serviceWorker.ready")
        ready(device)
        yield device


def ready(device: Pda) -> None:
    """Wait until the device can do without the server."""
    device.page.wait_for_function(
        """async () => (await caches.keys()).length > 0 && new Promise(done => {
             const asked = indexedDB.open("medtrace");
             asked.onsuccess = () => {
               const store = asked.result.transaction("kv").objectStore("kv");
               const found = store.getAllKeys();
               found.onsuccess = () => { asked.result.close();
                 done(["people", "known", "blocked"].every(name => found.result.includes(name))) };
             } })"""
    )


@pytest.fixture
def store(enrolled: Pda) -> Iterator[Pda]:
    """The same, in reach at the beginning and at the end."""
    yield enrolled
    enrolled.context.set_offline(offline=False)
    enrolled.go("queue")
    enrolled.tap("try")
    expect(enrolled.page.get_by_test_id("pill")).to_contain_text(re.compile("在线|需处理"))


def mine(house: House, serial: str) -> list[dict[str, Any]]:
    """The events on record about a box."""
    return [each for each in house.events() if f"/21/{serial}" in json.dumps(each)]


def restart(device: Pda) -> None:
    """The battery was flat: the tab is gone without a word, the app starts anew."""
    device.page.close(run_before_unload=False)
    device.open()


def stalled(device: Pda, code: str) -> None:
    """A scan in the middle of which the device stands still for longer than readers ever do."""
    half = len(code) // 2
    device.scan(code[:half], enter=False)
    device.page.wait_for_timeout(900)
    device.scan(code[half:])


SLOW_DISK = """{
  const success = Object.getOwnPropertyDescriptor(IDBRequest.prototype, "onsuccess");
  const slow = new WeakSet();
  for (const name of ["get", "getAll"]) {
    const asked = IDBObjectStore.prototype[name];
    IDBObjectStore.prototype[name] = function (...args) {
      const request = asked.apply(this, args);
      slow.add(request);
      return request;
    };
  }
  Object.defineProperty(IDBRequest.prototype, "onsuccess", {...success, set(told) {
    success.set.call(this, slow.has(this) ? event => setTimeout(() => told(event), 400) : told);
  }});
}"""
"""A disk that takes its time for each answer."""


def test_a_scan_that_comes_before_the_copy_waits_for_it(store: Pda) -> None:
    store.context.set_offline(offline=True)
    store.job("receive")
    store.scan(box_code("SL1"))
    store.sees("go")
    store.page.add_init_script(SLOW_DISK)
    store.page.reload(wait_until="commit")
    store.page.wait_for_function("() => performance.getEntriesByName('listening').length")
    assert store.page.locator("#app > *").count() == 0
    store.scan(box_code("SL2"))
    store.sees("go")
    store.scan(box_code("SL3"))
    store.sees("go", "3")
    expect(store.page.get_by_test_id("thing")).to_contain_text("贝伐")
    expect(store.page.get_by_test_id("taken-row")).to_have_count(3)
    store.confirm()
    store.sees("go", "已保存")
    restart(store)
    store.sign_in("0417").at_home()


def test_it_starts_signs_in_works_and_keeps_without_network_and_sends_by_itself(
    store: Pda, ward_house: House
) -> None:
    store.context.set_offline(offline=True)
    restart(store)
    store.page.get_by_text("离线也能登录：0417").wait_for()
    store.sign_in("0417", "111111")
    expect(store.page.get_by_role("alert")).to_contain_text("不对")
    store.sign_in("0417", PIN).at_home()
    store.job("receive")
    stalled(store, box_code("O1"))
    store.sees("go")
    store.scan(box_code("O2"))
    store.sees("go")
    expect(store.page.get_by_test_id("unchecked")).to_contain_text("之后的新召回")
    restart(store)  # in the middle of a job
    store.sign_in("0417").at_home()
    store.job("receive")
    expect(store.page.get_by_test_id("taken-row")).to_have_count(2)
    store.confirm()
    store.sees("go", "已保存")
    store.pill("待上传 1")
    restart(store)
    store.pill("待上传 1")
    store.sign_in("0417").at_home()
    assert store.waits() == 1
    assert mine(ward_house, "O1") == []
    store.context.set_offline(offline=False)
    store.pill("在线")
    (told,) = mine(ward_house, "O1")
    assert (told["medtrace:person"], told["medtrace:afterTheFact"]) == ("0417", True)
    assert store.waits() == 0
    audit = check_batches(ward_house.stored())
    assert (audit.covered, audit.unsigned) == (len(ward_house.events()), 0)


def test_a_correction_and_a_count_out_of_reach_survive_the_battery(
    store: Pda, ward_house: House
) -> None:
    store.job("receive")
    store.scan(box_code("Q1"))
    store.confirm()
    store.sees("go", "完成")
    store.context.set_offline(offline=True)
    restart(store)
    store.sign_in("0417").at_home()
    store.tap("done-lately")
    store.page.get_by_test_id("done").get_by_role("button").first.click()
    store.page.get_by_role("button", name="没有发生").click()
    store.tap("correct")
    store.sees("look", "再签名")
    store.job("count")
    store.scan(box_code("Q1"))
    store.confirm()
    store.sees("go", "已保存")
    restart(store)
    store.pill("待上传 3")
    store.sign_in("0417").at_home()
    store.context.set_offline(offline=False)
    store.pill("需处理 1")
    kinds = [each.kind for each in ward_house.hospital.ledger.entries(0, 10_000)]
    assert ("count-lines" in kinds, "correction" in kinds) == (True, False)
    store.tap("pill")
    expect(store.page.get_by_test_id("troubled")).to_contain_text("更正")
    if store.page.get_by_test_id("sign").is_disabled():
        store.go("home")
        store.sign_in("0417").at_home()
        store.go("queue")
    store.tap("sign")
    store.page.get_by_test_id("keypad").wait_for()
    store.page.keyboard.type(PIN, delay=40)
    expect(store.page.get_by_test_id("troubled")).to_have_count(0)
    kinds = [each.kind for each in ward_house.hospital.ledger.entries(0, 10_000)]
    assert "correction" in kinds
    audit = check_batches(ward_house.stored())
    assert (audit.unsigned, store.waits()) == (0, 0)
    store.go("home")


@pytest.mark.long
def test_somebody_the_device_does_not_know_waits_for_the_network(store: Pda) -> None:
    store.sign_out()
    store.context.set_offline(offline=True)
    store.sign_in("0419")
    expect(store.page.get_by_role("alert")).to_contain_text("不对")
    store.sign_in("0417").at_home()


@pytest.mark.long
def test_what_two_people_did_out_of_reach_is_each_ones_own(
    browser: Browser, address: str, ward_house: House
) -> None:
    with pda(browser, address) as device:
        device.enrol(ward_house, "STORE").sign_in("0417").at_home()
        ready(device)
        device.sign_out()
        device.sign_in("0418").at_home()
        device.page.wait_for_timeout(500)
        device.context.set_offline(offline=True)
        for number, serial in (("0418", "X1"), ("0417", "X2")):
            device.job("receive")
            device.scan(box_code(serial))
            device.confirm()
            device.sees("go", "已保存")
            if number == "0418":
                device.sign_out()
                device.sign_in("0417").at_home()
        device.context.set_offline(offline=False)
        device.pill("在线")
        people = [mine(ward_house, each)[0]["medtrace:person"] for each in ("X1", "X2")]
        assert people == ["0418", "0417"]


@pytest.mark.long
def test_recalled_and_expired_goods_are_stopped_by_the_copy(
    store: Pda, ward_house: House, clerk: Handheld
) -> None:
    codes = [box_code("Q1", lot="BAD"), box_code("Q2", lot="OLD", expiry="261201")]
    clerk.record(*(event(EventKind.RECEIVED, each, party="国控江州") for each in codes))
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
    store.go("queue")
    store.tap("try")
    store.page.wait_for_timeout(500)
    store.context.set_offline(offline=True)
    store.job("send")
    store.scan("PHARM")
    store.scan(codes[0])
    store.sees("stop", "召回")
    store.scan(box_code("Q3", lot="GONE", expiry="261101"))
    store.sees("stop", "过期")
    store.scan(codes[1])
    store.sees("look", "快到期")
    expect(store.page.get_by_test_id("taken-row")).to_have_count(0)


@pytest.mark.long
def test_what_the_server_cannot_take_stays_until_a_person_settles_it(
    store: Pda, ward_house: House
) -> None:
    store.context.set_offline(offline=True)
    store.job("send")
    store.scan("PHARM")
    store.scan(box_code("NEVER-HERE"))
    store.confirm()
    store.sees("go", "已保存")
    store.context.set_offline(offline=False)
    store.pill("需处理 1")
    restart(store)
    store.pill("需处理 1")
    store.tap("pill")
    expect(store.page.get_by_test_id("troubled")).to_contain_text("没有入过库")
    assert mine(ward_house, "NEVER-HERE")[0]["medtrace:kind"] == "sent"
    store.page.get_by_role("button", name="知道了").click()
    expect(store.page.get_by_test_id("troubled")).to_have_count(0)
    store.go("home")
    if store.page.get_by_text("扫工牌").is_visible():
        store.sign_in("0417").at_home()


@pytest.mark.long
def test_a_clock_ten_minutes_wrong_is_put_right(
    browser: Browser, address: str, ward_house: House
) -> None:
    with pda(browser, address, timezone_id="Asia/Shanghai") as device:
        device.context.add_init_script(
            """{ const Real = Date; const off = 600000;
                 window.Date = class extends Real {
                   constructor(...args) { args.length ? super(...args) : super(Real.now() + off) }
                   static now() { return Real.now() + off } } }"""
        )
        device.page.reload()
        device.enrol(ward_house, "STORE").sign_in("0417").at_home()
        ready(device)
        device.context.set_offline(offline=True)
        restart(device)
        device.sign_in("0417").at_home()
        device.job("receive")
        device.scan(box_code("W1"))
        device.confirm()
        device.sees("go", "已保存")
        device.context.set_offline(offline=False)
        device.pill("在线")
        (told,) = mine(ward_house, "W1")
        assert abs(datetime.fromisoformat(told["eventTime"]) - NOON) < timedelta(minutes=5)


@pytest.mark.long
def test_a_full_disk_loses_nothing_and_says_so(
    browser: Browser, address: str, ward_house: House
) -> None:
    with pda(browser, address) as device:
        device.enrol(ward_house, "STORE").sign_in("0417").at_home()
        ready(device)
        device.context.set_offline(offline=True)
        device.job("receive")
        device.scan(box_code("F1"))
        device.sees("go")
        devtools = device.context.new_cdp_session(device.page)
        origin = {"origin": address}
        used = devtools.send("Storage.getUsageAndQuota", origin)["usage"]
        devtools.send("Storage.overrideQuotaForOrigin", {**origin, "quotaSize": used // 2})
        device.page.wait_for_timeout(31_000)  # so long Chromium believes in the room it had before
        device.confirm()
        device.sees("stop", "存不下了")
        expect(device.page.get_by_test_id("taken-row")).to_have_count(1)
        assert device.waits() == 0
        devtools.send("Storage.overrideQuotaForOrigin", origin)
        device.confirm()
        device.sees("go", "已保存")
        device.context.set_offline(offline=False)
        device.pill("在线")
        assert len(mine(ward_house, "F1")) == 1
