"""The account books of narcotics at the desk: each line, as a file too, for whom they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from uuid6 import uuid7

from access import Role
from inventory import Definition, NarcoticClosing
from tests.access.hospital import PASSWORD
from tests.inventory.house import MORPHINE, ampoules
from tests.support import NOON, event
from tests.web.house import SECRETS, House
from trace import EventKind, Recorded

LAST = NOON.date() + timedelta(days=300)
TWO: dict[str, Any] = {"second_person": "1104"}


def test_an_account_is_read_line_by_line_and_taken_out(stocked: House) -> None:
    house, at = stocked, {"at": "W07", **TWO}
    outcomes = house.recorder.record(
        [
            Definition(id=uuid7(), time=NOON, thing=MORPHINE),
            event(EventKind.RECEIVED, replace(ampoules(10), expiry=LAST), **at),
            event(EventKind.ADMINISTERED, ampoules(2), patient=uuid7(), **at),
            NarcoticClosing(
                id=uuid7(),
                time=NOON + timedelta(hours=5),
                location="W07",
                day=NOON.date(),
                counted={"N001": 8},
                person="2307",
                second_person="1104",
            ),
        ]
    )
    assert all(isinstance(each, Recorded) for each in outcomes), outcomes
    house.hire("7", Role.QUALITY)
    reader = house.sign_in("7")
    listed = reader.get("/narcotics").get_data(as_text=True)
    assert "盐酸吗啡注射液" in listed
    assert "2026-11-22" in listed
    address = listed.split('href="/narcotics/')[1].split('"')[0]
    book = reader.get(f"/narcotics/{address}").get_data(as_text=True)
    assert book.count("2307") >= 2
    file = reader.get(f"/narcotics/{address}?format=csv").get_data().decode("utf-8-sig")
    rows = [line.split(",") for line in file.strip().splitlines()]
    assert [row[7:10] for row in rows[1:]] == [["10", "", "10"], ["", "2", "8"]]
    before = reader.get(f"/narcotics/{address}?until=2026-11-21").get_data(as_text=True)
    assert "2307" not in before
    assert reader.get("/narcotics/999/999").status_code == 404
    ever = reader.get(f"/narcotics/{address}?since=0001-01-01&until=9999-12-31")
    assert "2307" in ever.get_data(as_text=True), "the calendar's first and last day"
    printed = reader.get(f"/narcotics/{address}/book").get_data(as_text=True)
    assert MORPHINE.holder in printed
    assert f">{LAST}<" in printed, "the last day stands beside the lot"
    assert "收入 10 − 发出 2 ＝ <b>8 支</b>" in printed
    later = reader.get(f"/narcotics/{address}/book?since=2026-11-23").get_data(as_text=True)
    assert "结转 8 " in later
    assert reader.get(f"/narcotics/{address}/book?since=soon").status_code == 422

    house.hire("8", Role.EQUIPMENT_OFFICE)
    assert house.sign_in("8").get("/narcotics").status_code == 403
    house.hire("9", Role.NURSE, places=["W08"])
    nurse = house.sign_in("9")
    assert "盐酸吗啡注射液" not in nurse.get("/narcotics").get_data(as_text=True)
    assert nurse.get(f"/narcotics/{address}").status_code == 403


def test_the_book_tells_names_to_who_may_and_writes_that_down(stocked: House) -> None:
    house, at = stocked, {"at": "W07", **TWO}
    patient = house.pseudonyms["王秀兰"]
    house.recorder.record(
        [
            Definition(id=uuid7(), time=NOON, thing=MORPHINE),
            event(EventKind.RECEIVED, ampoules(10), **at),
            event(EventKind.ADMINISTERED, ampoules(2), patient=patient, **at),
        ]
    )
    house.hire("2307", Role.NURSE, places=["W07"])
    nurse = house.enter("N1", Role.NURSE, places=["W07"])
    listed = nurse.get("/narcotics").get_data(as_text=True)
    address = listed.split('href="/narcotics/')[1].split('"')[0]
    path = f"/narcotics/{address}/book"
    plain = nurse.get(path).get_data(as_text=True)
    assert not [secret for secret in SECRETS if secret in plain]
    assert nurse.post(path, {"reason": ""}).status_code == 422
    before = house.size()
    named = nurse.post(path, {"reason": "TREAT"}).get_data(as_text=True)
    assert "王秀兰" in named
    assert "员工2307 2307" in named
    seen = [each.event for each in house.hospital.ledger.entries(before, house.size())]
    assert [each["action"] for each in seen] == ["see_patients"]
    auditor = house.enter("A1", Role.AUDITOR)
    assert auditor.get(path).status_code == 200
    assert auditor.post(path, {"reason": "TREAT"}).status_code == 403


def test_a_day_is_closed_by_two_who_counted_and_signed(stocked: House) -> None:
    house, at = stocked, {"at": "W07", **TWO}
    house.recorder.record(
        [
            Definition(id=uuid7(), time=NOON, thing=MORPHINE),
            event(EventKind.RECEIVED, ampoules(10), **at),
        ]
    )
    nurse = house.enter("N1", Role.NURSE, places=["W07"])
    house.hire("N2", Role.NURSE, places=["W07"])
    listed = nurse.get("/narcotics").get_data(as_text=True)
    place = listed.split('href="/narcotics/')[1].split("/")[0]
    path = f"/narcotics/{place}/closing"
    page = nurse.get(path).get_data(as_text=True)
    assert "盐酸吗啡注射液" in page
    assert 'name="counted-N001" value=""' in page, "counted without the books"
    sent = {
        "event_id": str(uuid7()),
        "day": "2026-11-22",
        "counted-N001": "9",
        "way": "password",
        "secret": PASSWORD,
        "second_number": "N2",
        "second_way": "password",
        "second_secret": PASSWORD,
    }
    for wrong in (
        {"counted-N001": ""},
        {"day": ""},
        {"second_number": ""},
        {"second_secret": "wrong"},
        {"second_number": "N1"},
    ):
        answer = nurse.post(path, {**sent, **wrong})
        assert answer.status_code in {401, 422}, (wrong, answer.location)
    assert nurse.post(path, sent).status_code == 303
    assert "2026-11-22" in nurse.get(path).get_data(as_text=True)
    assert "点 9，账 10" in house.enter("Q1", Role.QUALITY).get("/work/exceptions").get_data(
        as_text=True
    )
    again = nurse.post(path, {**sent, "event_id": str(uuid7())})
    assert "已日结" in again.get_data(as_text=True)
    stranger = house.enter("N3", Role.NURSE, places=["W08"])
    assert stranger.get(path).status_code == 403
    assert stranger.post(path, sent).status_code == 403
