"""Taking in a notice at a desk, working on its tasks, and a page that follows the scans."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
import xlsxwriter
from reportlab.pdfgen.canvas import Canvas
from uuid6 import uuid7

from access import Role
from inventory import products_by_code
from recall import find_case
from tests.support import box, event, stent
from tests.web.house import Browser, House
from trace import EventKind

NOTICE = """产品名称：贝伐珠单抗注射液
批号：B1、B7至B9
召回级别：一级召回
原因：可见异物
请立即停用"""


@pytest.fixture
def office(stocked: House) -> Browser:
    """Somebody of the equipment office, at a desk."""
    return stocked.enter("0533", Role.EQUIPMENT_OFFICE)


def confirmed(text: str, **more: str) -> dict[str, str]:
    return {
        "product": "D001",
        "lots": "B1、B7~B9",
        "recall_class": "1",
        "reason": "可见异物",
        "event_id": str(uuid7()),
        "text": text,
        **more,
    }


def test_a_pasted_notice_is_shown_with_what_matches_and_what_was_not_understood(
    stocked: House, office: Browser
) -> None:
    before = stocked.size()
    page = office.post("/recalls/notice", {"text": NOTICE}).get_data(as_text=True)
    assert 'value="B1、B7~B9"' in page
    assert 'value="D001" checked' in page
    assert "3 瓶" in page  # three boxes of B1 arrived
    assert re.search(r"<li>请立即停用</li>", page)
    assert stocked.size() == before


def test_what_was_confirmed_opens_a_case_once_with_its_deadline_and_number(
    stocked: House, office: Browser
) -> None:
    sent = confirmed(NOTICE, number="国药监〔2026〕31号", serials="A1~A3", expiry_last="2030-01-31")
    first, again = (office.post("/recalls/notice/open", sent) for _ in range(2))
    assert first.status_code == again.status_code == 303
    assert first.headers["Location"] == again.headers["Location"]
    with stocked.hospital.database.read() as connection:
        case = find_case(connection, 1, first.headers["Location"].rpartition("/")[2])
    assert case is not None
    (part,) = case.scope
    assert [tuple(each) for each in part.extent.ranges] == [("B7", "B9")]
    assert (case.number, case.drill) == ("国药监〔2026〕31号", False)
    assert (case.deadline - case.notified).total_seconds() == 24 * 3600
    (outcome,) = stocked.recorder.record([event(EventKind.DISPENSED, box("A3"), to="W07")])
    assert "recalled" in str(outcome)


def test_each_product_of_a_notice_may_have_lots_of_its_own(stocked: House, office: Browser) -> None:
    many: dict[str, object] = {**confirmed("药物", lots="B1"), "product": ["D001", "M001", "C001"]}
    own: dict[str, object] = {"own_lots.M001": "S1、S4~S6", "own_lots.D001": " "}
    wrong = office.post("/recalls/notice/open", many | own | {"own_lots.C001": "见附件"})
    assert wrong.status_code == 422
    case = office.post("/recalls/notice/open", many | own).headers["Location"]
    with stocked.hospital.database.read() as connection:
        found = find_case(connection, 1, case.rpartition("/")[2])
        assert found is not None
        numbers = products_by_code(connection, 1, ["D001", "M001", "C001"])
    extents = {part.product_id: part.extent for part in found.scope}
    lots = {code: extents[each.product_id].lots for code, each in numbers.items()}
    assert lots == {"D001": ("B1",), "M001": ("S1",), "C001": ("B1",)}
    assert [tuple(each) for each in extents[numbers["M001"].product_id].ranges] == [("S4", "S6")]
    outcomes = stocked.recorder.record(
        [
            event(EventKind.DISPENSED, box("A3"), to="W07"),
            event(EventKind.USED, stent("S7"), at="OR1"),
        ]
    )
    assert all("recalled" in str(each) for each in outcomes), outcomes


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("product", "NONE"),
        ("product", ""),
        ("lots", "见附件"),
        ("lots", ""),
        ("serials", "S9~S1"),
        ("expiry_first", "gestern"),
        ("recall_class", "4"),
        ("reason", ""),
        ("notified", "2099-01-01T00:00"),
        ("event_id", "x"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_opens(
    stocked: House, office: Browser, field: str, value: str
) -> None:
    before = stocked.size()
    answer = office.post("/recalls/notice/open", confirmed(NOTICE) | {field: value})
    assert answer.status_code == 422
    assert 'value="B1、B7~B9"' in answer.get_data(as_text=True) or field == "lots"
    assert stocked.size() == before


def pdf() -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.drawString(72, 720, "Lot numbers: B1, B7 to B9")
    canvas.save()
    return buffer.getvalue()


def workbook() -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    for row, cells in enumerate((("产品名称", "批号"), ("贝伐珠单抗", "B1"), ("贝伐珠单抗", "B2"))):
        sheet.write_row(row, 0, cells)
    book.close()
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "shown"),
    [
        ("n.pdf", pdf(), "B1、B7~B9"),
        ("n.xlsx", workbook(), "B1、B2"),
        ("n.csv", "批号\nB1\nB3\n".encode("gb18030"), "B1、B3"),
        ("n.txt", "批号：B4".encode(), "B4"),
        ("n.exe", b"MZ", None),
        ("n.pdf", b"%PDF-broken", None),
    ],
)
def test_a_notice_comes_as_a_file_too(
    office: Browser, name: str, content: bytes, shown: str | None
) -> None:
    answer = office.post("/recalls/notice", {"file": (io.BytesIO(content), name)})
    assert answer.status_code == (422 if shown is None else 200)
    assert shown is None or f'value="{shown}"' in answer.get_data(as_text=True)


def test_a_drill_says_so_on_its_pages_and_lets_goods_pass(stocked: House, office: Browser) -> None:
    sent = confirmed(NOTICE, drill="1")
    case = office.post("/recalls/notice/open", sent).headers["Location"]
    for page in (case, f"{case}/tasks", "/recalls"):
        assert "演练" in office.get(page).get_data(as_text=True)
    (outcome,) = stocked.recorder.record([event(EventKind.DISPENSED, box("A3"), to="W07")])
    assert "recalled" not in str(outcome)


def test_the_page_follows_the_scans_and_is_silent_while_nothing_happens(
    stocked: House, office: Browser
) -> None:
    case = office.post("/recalls/notice/open", confirmed(NOTICE)).headers["Location"]
    page = office.get(case).get_data(as_text=True)
    (live,) = re.findall(r'hx-get="([^"]+)"', page)
    assert office.get(live).status_code == 204
    stocked.recorder.record([event(EventKind.QUARANTINED, box("A3"))])
    fresh = office.get(live)
    assert fresh.status_code == 200
    assert fresh.headers["ETag"]
    (later,) = re.findall(r'hx-get="([^"]+)"', fresh.get_data(as_text=True))
    assert office.get(later).status_code == 204
    assert office.get("/recalls/RC-9/live").status_code == 404


def test_a_ward_reports_on_its_own_task_and_on_no_other(stocked: House, office: Browser) -> None:
    stocked.recorder.record([event(EventKind.MOVED, box("A3"), to="W07")])
    case = office.post("/recalls/notice/open", confirmed(NOTICE)).headers["Location"]
    nurse = stocked.enter("2307", Role.NURSE, places=["W07"])
    assert nurse.get(f"{case}/tasks").get_data(as_text=True).count("task-form") == 3
    report = {"work": "search", "place": "W07", "step": "counted", "count": "1"}
    assert nurse.post(f"{case}/tasks", report).status_code == 303
    early = nurse.post(f"{case}/tasks", report | {"step": "done"})
    assert early.status_code == 422
    assert "还有 1 件没有隔离" in early.get_data(as_text=True)
    for wrong in ({"count": "many"}, {"step": "?"}, {"note": "\x07"}):
        assert nurse.post(f"{case}/tasks", report | wrong).status_code == 422
    assert nurse.post(f"{case}/tasks", report | {"place": "STORE"}).status_code == 403


def alerts(browser: Browser) -> list[str]:
    page = browser.get("/account").get_data(as_text=True)
    found = re.findall(r'<a class="alert[^>]*>(.*?)</a>', page, re.DOTALL)
    return [re.sub(r"<[^>]+>", " ", each) for each in found]


def test_a_banner_stands_on_every_page_of_who_has_still_something_to_do(
    stocked: House, office: Browser
) -> None:
    stocked.recorder.record([event(EventKind.MOVED, box("A3"), to="W07")])
    case = office.post("/recalls/notice/open", confirmed(NOTICE)).headers["Location"]
    nurse = stocked.enter("2307", Role.NURSE, places=["W07"])
    other = stocked.enter("2308", Role.NURSE, places=["W08"])
    (told,) = alerts(nurse)
    assert "1 处" in told
    assert alerts(other) == []
    task = {"work": "search", "place": "W07"}
    assert office.post(f"{case}/tasks", task | {"step": "assigned", "owner": "2308"})
    (mine,) = alerts(other)
    assert "有 1 项任务交给你" in mine
    assert "前完成" in mine
    stocked.clock.advance(hours=200)
    (late,) = alerts(stocked.sign_in("2308"))
    assert "已超时" in late
    stocked.recorder.record([event(EventKind.QUARANTINED, box("A3"), at="W07")])
    assert stocked.sign_in("2307").post(f"{case}/tasks", task | {"step": "done"}).status_code == 303
    assert alerts(stocked.sign_in("2307")) == alerts(stocked.sign_in("2308")) == []


def test_both_ways_of_taking_in_a_notice_keep_the_hospitals_own_deadlines(
    stocked: House, office: Browser
) -> None:
    own = replace(stocked.hospital.settings, recall_hours=(6, 12, 30))
    object.__setattr__(stocked.hospital, "settings", own)  # this test's own hospital
    typed = {
        "product": "D001",
        "lot": "B1",
        "other_lots": "",
        "recall_class": "2",
        "reason": "可见异物",
        "notice": "",
        "event_id": str(uuid7()),
    }
    shown = office.get("/recalls/new?product=D001").get_data(as_text=True)
    assert "6 小时" in shown
    assert "24 小时" not in shown
    opened = [
        office.post("/recalls", typed),
        office.post("/recalls/notice/open", confirmed(NOTICE, recall_class="2")),
    ]
    for answer in opened:
        with stocked.hospital.database.read() as connection:
            case = find_case(connection, 1, answer.headers["Location"].rpartition("/")[2])
        assert case is not None
        assert (case.deadline - case.notified).total_seconds() == 12 * 3600


@pytest.mark.parametrize(
    "scan",
    [
        "]d20106901234567892" + "10B1" + "\x1d" + "21S77\r\n",
        "(01)06901234567892(10)B1(21)S77",
        "]d20106901234567892" + "21A1",
    ],
    ids=["scanned", "typed", "a pack that the books know"],
)
def test_a_pack_that_is_scanned_proposes_its_product_and_lot(office: Browser, scan: str) -> None:
    page = office.post("/recalls/notice", {"text": scan}).get_data(as_text=True)
    assert 'value="D001" checked' in page
    assert re.search(r'name="lots"[^>]*value="B1"', page)
    assert re.search(r'name="serials"[^>]*value=""', page)
    assert "B1" in page
    assert 'class="unread"' not in page
