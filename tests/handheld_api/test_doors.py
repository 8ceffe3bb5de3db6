"""Who gets in: devices by their token, people by their session, each only where they may."""

from __future__ import annotations

import json
from typing import Any

import pytest

from access import OPERATOR
from handheld_api import MEDIA_TYPE
from tests.handheld_api.handhelds import PASSWORD, PIN, Answer, Handheld, House, box_code, event
from tests.support import Clock
from trace import EventKind

DEVICE_ONLY = {
    "device": ("GET", "/device", None),
    "roll": ("POST", "/device/token", {}),
    "sign in": ("POST", "/session", {"badge": "BADGE-0417", "pin": PIN}),
    "scan": ("POST", "/scan", {"raw": box_code("1")}),
}
WITH_PERSON: dict[str, tuple[str, str, Any]] = {
    "me": ("GET", "/session", None),
    "sign out": ("DELETE", "/session", None),
    "patient": ("POST", "/patient", {"wristband": "V-7701"}),
    "events": ("POST", "/events", {"events": [event(EventKind.RECEIVED, box_code("1"))]}),
}


def ask(handheld: Handheld, method: str, path: str, body: object) -> Answer:
    return handheld.post(path, body) if method == "POST" else handheld.ask(method, path)


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer ", "Bearer nonsense", "Bearer mtd_é\x9f", "Basic Zm9vOmJhcg==", "bearer"],
)
def test_who_is_not_enrolled_stays_out(house: House, authorization: str | None) -> None:
    stranger = house.stranger()
    if authorization is not None:
        stranger.headers["Authorization"] = authorization
    for method, path, body in (*DEVICE_ONLY.values(), *WITH_PERSON.values()):
        response = ask(stranger, method, path, body)
        assert response.status_code == 401
        assert response.content_type == MEDIA_TYPE
        assert response.json["code"] == "device-unknown"
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert house.events() == []


def test_a_stranger_is_turned_away_before_the_body_is_looked_at(house: House) -> None:
    for path in ("/events", "/scan", "/session", "/photo"):
        assert house.stranger().send(path, b"{half a bod").status_code == 401


@pytest.mark.parametrize("session", ["", "mts_nonsense", "é\x9f"])
def test_without_a_person_signed_in_nothing_that_takes_one(house: House, session: str) -> None:
    pharmacy = house.handheld("PHARM")
    pharmacy.headers["Medtrace-Session"] = session
    for method, path, body in WITH_PERSON.values():
        response = ask(pharmacy, method, path, body)
        assert (response.status_code, response.json["code"]) == (401, "not-signed-in")
    assert house.events() == []


def test_a_device_comes_in_by_a_code_that_is_good_once(either_house: House) -> None:
    house = either_house
    devices = house.hospital.access.devices
    code = devices.enrolment_code(OPERATOR, station="W08", profile="ward")
    described = {"code": code, "name": "病区 PDA 2", "hardware": "MC3300", "software": "0.1.0"}
    response = house.stranger().post("/enrolment", described)
    assert response.status_code == 201
    newcomer = house.stranger()
    newcomer.headers["Authorization"] = f"Bearer {response.json['token']}"
    assert newcomer.get("/device").json == {
        "device_id": response.json["device_id"],
        "name": "病区 PDA 2",
        "station": "W08",
        "profile": "ward",
    }
    again = house.stranger().post("/enrolment", described)
    assert (again.status_code, again.json["code"]) == (401, "enrolment-code-wrong")
    assert again.json["field"] == "code"


def test_a_code_runs_out(house: House, clock: Clock) -> None:
    code = house.hospital.access.devices.enrolment_code(OPERATOR, station="W08", profile="ward")
    clock.advance(minutes=11)
    response = house.stranger().post("/enrolment", {"code": code, "name": "PDA"})
    assert (response.status_code, response.json["code"]) == (401, "enrolment-code-wrong")


def test_a_wrong_code_lets_nobody_in(house: House) -> None:
    for code in ("AAAA-BBBB-CCCC-DDDD", "é", "' OR 1=1 --"):
        response = house.stranger().post("/enrolment", {"code": code, "name": "PDA"})
        assert (response.status_code, response.json["code"]) == (401, "enrolment-code-wrong")


def test_a_rolled_token_replaces_the_old_one(house: House) -> None:
    old = house.handheld("STORE")
    response = old.post("/device/token", {})
    assert response.status_code == 201
    assert old.get("/device").status_code == 401
    old.headers["Authorization"] = f"Bearer {response.json['token']}"
    assert old.get("/device").json["station"] == "STORE"


def test_a_revoked_device_is_out_with_whoever_was_signed_in(house: House) -> None:
    store = house.handheld("STORE", "0417")
    device_id = store.get("/device").json["device_id"]
    house.hospital.access.devices.revoke(device_id, by=OPERATOR)
    for method, path, body in (*DEVICE_ONLY.values(), *WITH_PERSON.values()):
        assert ask(store, method, path, body).json["code"] == "device-unknown"
    assert house.events() == []


def test_people_sign_in_by_badge_or_by_password(house: House) -> None:
    store = house.handheld("STORE")
    by_badge = store.post("/session", {"badge": "BADGE-0417", "pin": PIN})
    by_number = store.post("/session", {"number": "0417", "password": PASSWORD})
    for response in (by_badge, by_number):
        assert response.status_code == 201
        assert response.json["number"] == "0417"
        assert response.json["roles"] == ["warehouse"]
        assert response.json["session"].startswith("mts_")
    store.headers["Medtrace-Session"] = by_number.json["session"]
    told = store.get("/session").json
    actions = told.pop("actions")
    assert told == {"number": "0417", "name": "员工 0417", "roles": ["warehouse"]}
    assert {"receive", "move", "count"} < set(actions)
    assert not {"dispense", "administer", "find_patients"} & set(actions)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "number"),
        ({"badge": "BADGE-0417"}, "pin"),
        ({"pin": PIN}, "badge"),
        ({"number": "0417"}, "password"),
        ({"password": PASSWORD}, "number"),
        ({"badge": "BADGE-0417", "number": "0417", "password": PASSWORD}, "pin"),
    ],
)
def test_what_is_missing_to_sign_in_is_named(
    house: House, body: dict[str, str], field: str
) -> None:
    response = house.handheld("STORE").post("/session", body)
    assert (response.status_code, response.json["code"]) == (422, "required")
    assert response.json["field"] == field


def test_wrong_pins_are_counted_and_shut_the_badge(house: House) -> None:
    store = house.handheld("STORE")
    answers = [
        store.post("/session", {"badge": "BADGE-0417", "pin": "000000"}).json for _ in range(6)
    ]
    assert {each["code"] for each in answers[:4]} == {"sign-in-failed"}
    assert "还能试 4 次" in answers[0]["text"]["zh"]
    assert answers[5]["code"] == "sign-in-locked"
    right = store.post("/session", {"badge": "BADGE-0417", "pin": PIN})
    assert (right.status_code, right.json["code"]) == (401, "sign-in-locked")


def test_a_session_is_good_at_its_own_device_only(house: House) -> None:
    store, pharmacy = house.handheld("STORE", "0533"), house.handheld("PHARM")
    pharmacy.headers["Medtrace-Session"] = store.headers["Medtrace-Session"]
    assert pharmacy.get("/session").json["code"] == "not-signed-in"


def test_signed_out_is_out(house: House) -> None:
    store = house.handheld("STORE", "0417")
    response = store.delete("/session")
    assert (response.status_code, response.content) == (204, b"")
    assert store.get("/session").json["code"] == "not-signed-in"


def test_a_session_left_alone_ends(house: House, clock: Clock) -> None:
    store = house.handheld("STORE", "0417")
    clock.advance(hours=1)
    assert store.get("/session").json["code"] == "not-signed-in"


def test_a_gate_reads_codes_and_nothing_else(house: House) -> None:
    gate = house.handheld("W08")
    assert gate.post("/scan", {"raw": box_code("1")}).status_code == 200
    for call in ("sign in", "me", "events", "patient"):
        response = ask(gate, *{**DEVICE_ONLY, **WITH_PERSON}[call])
        assert (response.status_code, response.json["code"]) == (403, "forbidden")


def test_the_store_asks_for_no_patient(house: House) -> None:
    store = house.handheld("STORE", "0417")
    response = store.post("/patient", {"wristband": "V-7701"})
    assert (response.status_code, response.json["code"]) == (403, "forbidden")


def test_the_patient_in_the_bed(house: House) -> None:
    ward = house.handheld("W07", "2307")
    response = ward.post("/patient", {"wristband": "V-7701"})
    assert response.json == {
        "patient": house.tokens.patient,
        "bed": "15",
        "name": "王秀兰",
        "tail": "5873",
    }
    unknown = ward.post("/patient", {"wristband": "V-0000"})
    assert (unknown.status_code, unknown.json["code"]) == (404, "patient-unknown")
    assert unknown.json["field"] == "wristband"
    for answer in (response, unknown):
        assert answer.headers["Cache-Control"] == "no-store"


def test_looking_at_a_patient_is_on_record_without_the_name(house: House) -> None:
    house.handheld("W07", "2307").post("/patient", {"wristband": "V-7701"})
    entries = house.hospital.ledger.entries(0, house.hospital.ledger.head().size)
    looks = [each.event for each in entries if house.tokens.patient in json.dumps(each.event)]
    assert {"find_patients", "see_patients"} <= {look["action"] for look in looks}
    told = json.dumps([each.event for each in entries], ensure_ascii=False)
    assert "王秀兰" not in told
    assert "V-7701" not in told


def test_how_far_a_clock_is_off_is_kept(house: House, clock: Clock) -> None:
    store = house.handheld("STORE")
    clock.advance(minutes=10)
    store.headers["Medtrace-Clock"] = "2026-11-22T12:00:00+08:00"
    store.headers["Medtrace-Software"] = "0.2.0"
    assert store.get("/device").status_code == 200
    with house.hospital.database.read() as connection:
        row = connection.exec_driver_sql(
            "SELECT software, skew_ms FROM device WHERE station = 'STORE'"
        ).one()
    assert tuple(row) == ("0.2.0", -600_000)


@pytest.mark.parametrize(
    ("header", "said", "code"),
    [
        ("Medtrace-Clock", "yesterday", "time-malformed"),
        ("Medtrace-Clock", "2026-11-22T12:00:00", "time-without-zone"),
        ("Medtrace-Software", "x" * 300, "malformed"),
    ],
)
def test_headers_that_say_nonsense(house: House, header: str, said: str, code: str) -> None:
    store = house.handheld("STORE")
    store.headers[header] = said
    response = store.get("/device")
    assert (response.status_code, response.json["code"]) == (422, code)
    assert response.json["field"] in (header, "software")
