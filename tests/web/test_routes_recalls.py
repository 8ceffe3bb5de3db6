"""Recall at the desk: opening a case, its page, and who its patients are."""

from __future__ import annotations

import logging
import re

import pytest
from uuid6 import uuid7

from access import Role
from access.patient_files import PatientFiles
from tests.support import box, event
from tests.web.house import SECRETS, Browser, House
from trace import EventKind, Reason, Refused

FORM = {
    "product": "D001",
    "lot": "B1",
    "recall_class": "1",
    "reason": "可见异物",
    "notice": "QH-118",
}


def form(**changes: object) -> dict[str, object]:
    """A form as the page sends it."""
    return {"event_id": str(uuid7()), **FORM, **changes}


def case(house: House, browser: Browser | None = None) -> str:
    """The address of a fresh case of lot B1."""
    desk = browser or house.enter("Q9", Role.QUALITY)
    answer = desk.post("/recalls", form())
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.location


def kinds(house: House) -> list[str]:
    """The kinds of the ledger's entries."""
    return [entry.kind for entry in house.hospital.ledger.entries(0, house.size())]


def test_a_case_is_opened_and_its_lot_is_held_at_once(stocked: House) -> None:
    address = case(stocked)
    assert address == "/recalls/RC-2026-0001"
    (outcome,) = stocked.recorder.record([event(EventKind.DISPENSED, box("A3"), to="W07")])
    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.RECALLED
    browser = stocked.sign_in("Q9")
    text = browser.get(address).get_data(as_text=True)
    for said in ("RC-2026-0001", "可见异物", "QH-118", "一级召回", "质控 Q9", "相加相符"):
        assert said in text
    assert "余 24:00" in re.sub(r"<[^>]+>", "", text)
    assert "拦下" in text
    assert "RC-2026-0001" in browser.get("/recalls").get_data(as_text=True)
    assert "RC-2026-0001" in browser.get("/").get_data(as_text=True)
    assert browser.get("/search?q=rc-2026-0001").location == address


def test_cases_and_their_tasks_are_taken_out_as_files(stocked: House) -> None:
    """No name of a patient stands in either: the end of a pseudonym does."""
    address = case(stocked)
    browser = stocked.sign_in("Q9")
    cases = browser.get("/recalls?format=csv").get_data().decode("utf-8-sig").splitlines()
    assert len(cases) == 2
    assert cases[1].startswith("RC-2026-0001,,贝伐珠单抗注射液,2026-11-2")
    tasks = browser.get(f"{address}/tasks?format=csv").get_data().decode("utf-8-sig")
    assert "查找、清点、隔离,中心药库,,1," in tasks
    assert "通知患者" in tasks
    assert not [secret for secret in SECRETS if secret in tasks]
    assert browser.get("/recalls?format=xlsx").status_code == 200
    assert browser.get("/recalls/RC-2026-0009/tasks?format=csv").status_code == 404


def test_a_form_sent_twice_opens_one_case(stocked: House) -> None:
    browser = stocked.enter("Q1", Role.QUALITY)
    sent = form()
    first = browser.post("/recalls", sent)
    stocked.clock.advance(seconds=3)
    second = browser.post("/recalls", sent)
    assert first.location == second.location == "/recalls/RC-2026-0001"
    assert kinds(stocked).count("recall") == 1
    other = browser.post("/recalls", form(lot="B2"))
    assert other.location == "/recalls/RC-2026-0002"


def test_a_form_sent_again_with_other_lots_is_no_repetition(stocked: House) -> None:
    browser = stocked.enter("Q1", Role.QUALITY)
    sent = form()
    browser.post("/recalls", sent)
    answer = browser.post("/recalls", {**sent, "lot": "B2"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "这张表已经开过 RC-2026-0001" in text
    token = re.search(r'name="event_id" value="([^"]+)"', text)
    assert token is not None
    assert token.group(1) != sent["event_id"]
    again = browser.post("/recalls", {**sent, "lot": "B2", "event_id": token.group(1)})
    assert again.location == "/recalls/RC-2026-0002"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"lot": ""}, None),
        ({"lot": []}, "至少选一个批号"),
        ({"lot": [], "other_lots": "B2, B3；B4"}, None),
        ({"lot": [], "other_lots": "*"}, "这不是批号：*"),
        ({"other_lots": "x" * 60}, "这不是批号"),
        ({"recall_class": "4"}, "缺少这一项"),
        ({"recall_class": ""}, "缺少这一项"),
        ({"reason": "  "}, "缺少这一项"),
        ({"reason": "x" * 501}, "≤ 500"),
        ({"notice": "\x07"}, "≤ 120"),
        ({"notice": ""}, None),
        ({"product": "none"}, "没有找到这个产品"),
        ({"product": "\x00"}, "没有找到这个产品"),
        ({"event_id": "no uuid"}, "D001"),
    ],
)
def test_what_is_wrong_with_a_form_is_said_and_nothing_is_recorded(
    stocked: House, changes: dict[str, object], said: str | None
) -> None:
    browser = stocked.enter("Q1", Role.QUALITY)
    answer = browser.post("/recalls", form(**changes))
    text = answer.get_data(as_text=True)
    if said is None:
        assert answer.status_code == 303
        return
    assert answer.status_code == (200 if "event_id" in changes else 422)
    assert said in text
    assert "recall" not in kinds(stocked)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("D001", "贝伐珠单抗注射液"),
        ("贝伐", "贝伐珠单抗注射液"),
        ("]d20106901234567892", "贝伐珠单抗注射液"),
        ("83271160045839207715", "注射用头孢曲松钠"),
        ("注射", "个产品："),
        ("nothing", "没有找到这个产品"),
        ("\x00", "没有找到这个产品"),
    ],
)
def test_the_form_finds_the_product_by_any_code_or_name(
    stocked: House, words: str, found: str
) -> None:
    browser = stocked.enter("Q1", Role.QUALITY)
    answer = browser.client.get("/recalls/new", query_string={"product": words, "lot": "B1"})
    text = answer.get_data(as_text=True)
    assert found in text
    chosen = 'name="event_id"' in text
    assert answer.status_code == (200 if chosen else 422)
    if words == "D001":
        assert 'value="B1" checked' in text
        assert "3 瓶" in text


def test_a_recall_of_lots_that_never_came_is_a_case_too(stocked: House) -> None:
    browser = stocked.enter("Q1", Role.QUALITY)
    address = case_of(browser, lot=[], other_lots="Z9")
    text = browser.get(address).get_data(as_text=True)
    assert "Z9" in text
    assert "发起" in text


def case_of(browser: Browser, **changes: object) -> str:
    """The address of a case opened with these changes to the form."""
    return browser.post("/recalls", form(**changes)).location


def test_goods_without_a_lot_number_are_recalled_and_said_to_have_none(stocked: House) -> None:
    unmarked = box("NL1")
    stocked.recorder.record([event(EventKind.RECEIVED, unmarked)])
    desk = stocked.enter("Q9", Role.QUALITY)
    answer = desk.post("/recalls", form(lot=""))
    assert answer.status_code == 303
    text = re.sub(r"<[^>]+>", "", desk.get(answer.location).get_data(as_text=True))
    assert "批无" in text
    (outcome,) = stocked.recorder.record([event(EventKind.DISPENSED, unmarked, to="W07")])
    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.RECALLED


def test_names_are_read_for_a_reason_and_each_reading_is_on_record(stocked: House) -> None:
    address = case(stocked)
    browser = stocked.sign_in("Q9")
    before = browser.get(address).get_data(as_text=True)
    assert "看名单" in before
    assert not any(secret in before for secret in SECRETS)
    size = stocked.size()
    answer = browser.post(f"{address}/patients", {"reason": "PATSFTY"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    for said in ("王秀兰", "李建国", "5873", "1002", "1 瓶"):
        assert said in text
    assert "ZY20260915873" not in text
    assert "13800001234" not in text
    assert answer.headers["Cache-Control"] == "no-store"
    read = [
        entry.event
        for entry in stocked.hospital.ledger.entries(size, stocked.size())
        if entry.event.get("action") == "see_patients"
    ]
    assert [event["result"] for event in read] == ["ok", "ok"]
    assert all(event["details"] == {"reason": "PATSFTY", "about": "RC-2026-0001"} for event in read)


@pytest.mark.parametrize("reason", ["", "curiosity", "ETREAT", "\x00"])
def test_without_a_reason_of_the_list_no_name_is_read(stocked: House, reason: str) -> None:
    address = case(stocked)
    browser = stocked.sign_in("Q9")
    size = stocked.size()
    answer = browser.post(f"{address}/patients", {"reason": reason})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "先选一个理由" in text
    assert not any(secret in text for secret in SECRETS)
    assert stocked.size() == size


def test_a_nurse_reads_the_names_of_her_own_ward_only(stocked: House) -> None:
    address = case(stocked)
    browser = stocked.enter("N7", Role.NURSE, places=["W07"])
    text = browser.post(f"{address}/patients", {"reason": "TREAT"}).get_data(as_text=True)
    assert "王秀兰" in text
    assert "李建国" not in text
    assert "还有 1 名患者在你无权查看的科室" in text


@pytest.mark.parametrize("role", [Role.WAREHOUSE, Role.AUDITOR, Role.WARD_STORE])
def test_who_may_see_no_patient_sees_none(stocked: House, role: Role) -> None:
    address = case(stocked)
    browser = stocked.enter("X1", role)
    text = browser.get(address).get_data(as_text=True)
    assert "names-dialog" not in text
    answer = browser.post(f"{address}/patients", {"reason": "PATSFTY"})
    assert answer.status_code == 403
    for page in (text, answer.get_data(as_text=True)):
        assert not any(secret in page for secret in SECRETS)


def test_an_erased_person_is_counted_and_not_named(stocked: House) -> None:
    address = case(stocked)
    context = stocked.hospital.access._context
    with context.act() as act:
        PatientFiles(context).destroy(act, stocked.pseudonyms["王秀兰"].bytes)
    browser = stocked.sign_in("Q9")
    text = browser.post(f"{address}/patients", {"reason": "PATSFTY"}).get_data(as_text=True)
    assert "身份已抹去" in text
    assert "王秀兰" not in text
    assert "李建国" in text


def test_no_page_address_or_log_line_names_a_patient(
    stocked: House, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = stocked.enter("Q1", Role.QUALITY)
    address = case(stocked)
    pages = ["/", "/units/1", "/units/2", "/lots/1", "/recalls", address, "/ledger", "/ledger/1"]
    pages += [f"/ledger/{seq}" for seq in range(stocked.size())]
    texts = [browser.get(page).get_data(as_text=True) for page in pages]
    named = browser.post(f"{address}/patients", {"reason": "PATSFTY"}).get_data(as_text=True)
    links = re.findall(r'(?:href|action|src)="([^"]*)"', "\n".join([*texts, named]))
    printed = "".join(capsys.readouterr())
    for secret in SECRETS:
        assert not any(secret in text for text in texts)
        assert not any(secret in link for link in links)
        assert secret not in caplog.text
        assert secret not in printed


@pytest.mark.parametrize("case_id", ["RC-2026-9999", "x", "%00", "王"])
def test_a_case_that_is_not_there_says_so(stocked: House, case_id: str) -> None:
    browser = stocked.enter("Q1", Role.QUALITY)
    assert browser.get(f"/recalls/{case_id}").status_code == 404
    answer = browser.post(f"/recalls/{case_id}/patients", {"reason": "PATSFTY"})
    assert answer.status_code == 404
