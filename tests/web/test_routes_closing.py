"""Closing a recall at the desk, and opening it again: two persons sign in one form."""

from __future__ import annotations

import re

import pytest
from uuid6 import uuid7
from werkzeug.test import TestResponse

from access import OPERATOR, Kind, Principal, Role
from tests.access.hospital import PASSWORD
from tests.support import box, event
from tests.web.house import Browser, House
from tests.web.test_routes_recalls import case
from trace import EventKind, Outcome, Reason, Recorded, Refused

PIN = "271828"


@pytest.fixture
def office(stocked: House) -> Browser:
    """The equipment office at its desk, with a PIN; quality's Q9 has one too, and opened a case."""
    case(stocked)
    browser = stocked.enter("E1", Role.EQUIPMENT_OFFICE)
    for number in ("E1", "Q9"):
        give_pin(stocked, number)
    return browser


def give_pin(house: House, number: str) -> None:
    staff = house.hospital.access.staff.list(by=OPERATOR)
    staff_id = next(each.staff_id for each in staff if each.number == number)
    house.hospital.access.badges.set_pin(Principal(Kind.STAFF, staff_id, number), PIN, PASSWORD)


def form(**changes: object) -> dict[str, object]:
    return {
        "event_id": str(uuid7()),
        "explanation": "两支已用，一支随厂家销毁",
        "way": "pin",
        "secret": PIN,
        "second_number": "Q9",
        "second_way": "password",
        "second_secret": PASSWORD,
        **changes,
    }


def close(browser: Browser, **changes: object) -> TestResponse:
    return browser.post("/recalls/RC-2026-0001/closing", form(**changes))


def reopen(browser: Browser, **changes: object) -> TestResponse:
    return browser.post("/recalls/RC-2026-0001/reopening", form(**changes))


def dispensed(house: House) -> Outcome:
    (outcome,) = house.recorder.record([event(EventKind.DISPENSED, box("A3"), to="W07")])
    return outcome


def words_of(answer: TestResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def decisions(house: House) -> list[dict[str, object]]:
    entries = house.hospital.ledger.entries(0, house.size())
    return [
        entry.event
        for entry in entries
        if entry.kind == "recall" and entry.event["type"] != "medtrace:Recall"
    ]


def test_two_persons_close_a_case_and_its_goods_are_free(stocked: House, office: Browser) -> None:
    answer = close(office)
    assert (answer.status_code, answer.location) == (303, "/recalls/RC-2026-0001")
    text = words_of(office.get("/recalls/RC-2026-0001"))
    for said in ("已结案", "结案人", "设备科 E1 · 质控 Q9", "两支已用，一支随厂家销毁", "召回结案"):
        assert said in text, said
    (told,) = decisions(stocked)
    assert (told["medtrace:person"], told["medtrace:secondPerson"]) == ("E1", "Q9")
    methods = [each["method"] for each in told["medtrace:signatures"]]  # type: ignore[attr-defined]
    assert methods == ["pin", "password"]
    assert isinstance(dispensed(stocked), Recorded)
    assert "不能发" not in words_of(office.get("/search?q=B1"))


def test_they_open_it_again_and_its_goods_are_held(stocked: House, office: Browser) -> None:
    close(office)
    assert reopen(office, explanation="又有投诉").status_code == 303
    text = words_of(office.get("/recalls/RC-2026-0001"))
    for said in ("进行中", "重新启动", "又有投诉", "召回重新启动"):
        assert said in text, said
    outcome = dispensed(stocked)
    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.RECALLED


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"explanation": " "}, "写明去向再结案"),
        ({"explanation": "x" * 501}, "≤ 500"),
        ({"secret": ""}, "缺少"),
        ({"second_number": ""}, "缺少"),
        ({"second_secret": ""}, "缺少"),
        ({"way": "badge"}, "缺少"),
        ({"secret": "000000"}, "还能试 4 次"),
        ({"second_secret": "000000"}, "还能试 4 次"),
        ({"second_number": "Q7"}, "还能试 4 次"),
        ({"second_number": "E1", "second_way": "pin", "second_secret": PIN}, "复核的人要换一位"),
        ({"second_number": "E2"}, "签名的这位没有这一步的权限"),
        ({"event_id": "?"}, "UUID"),
    ],
)
def test_a_closing_that_lacks_something_closes_nothing_and_says_what(
    stocked: House, office: Browser, changes: dict[str, object], said: str
) -> None:
    stocked.hire("E2", Role.EQUIPMENT_OFFICE)
    answer = close(office, **changes)
    assert answer.status_code == 422
    assert said in words_of(answer)
    html = answer.get_data(as_text=True)
    assert "data-open-now" in html
    assert PASSWORD not in html
    assert PIN not in html
    assert decisions(stocked) == []
    assert isinstance(dispensed(stocked), Refused)


def test_after_a_wrong_second_secret_the_first_one_is_not_asked_for_twice(
    stocked: House, office: Browser
) -> None:
    """Who signed with a code of the second factor couldn't show it again."""
    token = str(uuid7())
    assert close(office, event_id=token, second_secret="000000").status_code == 422  # noqa: S106 -- wrong
    assert close(office, event_id=token, secret="000000").status_code == 303  # noqa: S106 -- not compared
    assert len(decisions(stocked)) == 1


def test_a_form_that_is_sent_twice_closes_once(stocked: House, office: Browser) -> None:
    sent = form()
    for _ in range(2):
        answer = office.post("/recalls/RC-2026-0001/closing", sent)
        assert answer.status_code == 303
    assert len(decisions(stocked)) == 1


def test_a_closed_case_is_not_closed_again_nor_an_open_one_reopened(
    stocked: House, office: Browser
) -> None:
    assert reopen(office).status_code == 422
    close(office)
    answer = close(office)
    assert (answer.status_code, len(decisions(stocked))) == (422, 1)
    assert "已经结案" in words_of(answer)


def test_who_may_not_close_sees_no_form_and_is_refused(stocked: House, office: Browser) -> None:
    assert "conclude-dialog" in office.get("/recalls/RC-2026-0001").get_data(as_text=True)
    nurse = stocked.enter("N1", Role.NURSE, places=["W07"])
    assert "conclude-dialog" not in nurse.get("/recalls/RC-2026-0001").get_data(as_text=True)
    for answer in (close(nurse), reopen(nurse)):
        assert answer.status_code == 403
    assert decisions(stocked) == []


def test_a_case_that_is_not_there_is_not_closed(office: Browser) -> None:
    assert office.post("/recalls/RC-2026-0099/closing", form()).status_code == 404
