"""What went wrong, as RFC 9457 tells it: with the field, in both languages, never a stray error."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from handheld_api import MEDIA_TYPE
from tests.handheld_api.handhelds import Answer, House, box_code, event
from texts import CATALOGUE
from trace import EventKind, Reason

BOX = box_code("8837")


def check_problem(response: Answer, status: int, code: str) -> dict[str, Any]:
    """A problem has every member that it must have."""
    assert response.status_code == status, response.text
    assert response.content_type == MEDIA_TYPE
    problem: dict[str, Any] = json.loads(response.content)
    assert problem["type"] == f"urn:medtrace:problem:{code}"
    assert (problem["status"], problem["code"]) == (status, code)
    assert UUID(problem["instance"].removeprefix("urn:uuid:"))
    assert problem["instance"].endswith(response.headers["X-Request-Id"])
    assert problem["title"] in (problem["text"]["zh"], problem["text"]["en"])
    assert problem["text"]["zh"] != problem["text"]["en"]
    assert "{" not in problem["text"]["zh"]
    return problem


def test_every_reason_and_every_code_of_a_field_has_its_sentence() -> None:
    assert {str(reason) for reason in Reason} <= CATALOGUE.keys()


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        (None, "zh"),
        ("zh-CN", "zh"),
        ("en", "en"),
        ("en-GB, zh;q=0.5", "en"),
        ("fr", "zh"),
        ("en;q=0, fr", "zh"),
    ],
)
def test_the_title_is_in_the_language_asked_for(
    house: House, asked: str | None, language: str
) -> None:
    store = house.handheld("STORE")
    if asked:
        store.headers["Accept-Language"] = asked
    response = store.post("/scan", {})
    problem = check_problem(response, 422, "malformed")
    assert problem["title"] == problem["text"][language]
    assert response.headers["Content-Language"] == language
    assert "Accept-Language" in response.headers["Vary"]


NO_JSON = {
    "nothing": b"",
    "half": b'{"raw": "01069',
    "bytes": b"\xff\xfe\x00",
    "deep": b"[" * 100_000,
    "a number too long": b'{"raw": ' + b"9" * 10_000 + b"}",
}


@pytest.mark.parametrize("body", NO_JSON.values(), ids=NO_JSON)
@pytest.mark.parametrize("path", ["/scan", "/events", "/session", "/patient"])
def test_a_body_that_is_no_json(house: House, path: str, body: bytes) -> None:
    ward = house.handheld("W07", "2307")
    if not body:
        assert ward.send(path, body).status_code == 422
        return
    problem = check_problem(ward.send(path, body), 400, "malformed")
    assert problem["field"] == "body"
    assert problem["errors"][0]["code"] == "body-not-json"


@pytest.mark.parametrize("body", ["text", 5, None, [], [1], {"raw": BOX, "extra": 1}])
def test_json_that_is_no_request(house: House, body: object) -> None:
    problem = check_problem(house.handheld("STORE").post("/scan", body), 422, "malformed")
    assert problem["errors"][0]["code"] in {"field-object", "field-unknown", "required"}


def test_a_body_of_another_type(house: House) -> None:
    response = house.handheld("STORE").send("/scan", b"raw=1", "text/plain")
    check_problem(response, 415, "media-type-unknown")


SEND = event(EventKind.RECEIVED, BOX)
FIELDS: dict[str, tuple[dict[str, Any], str, str]] = {
    "no id": ({"id": None}, "id", "required"),
    "no uuid": ({"id": "7"}, "id", "field-uuid"),
    "no such kind": ({"kind": "stolen"}, "kind", "field-choice"),
    "kind is a list": ({"kind": ["received"]}, "kind", "field-choice"),
    "no time": ({"time": "noon"}, "time", "field-time"),
    "no zone": ({"time": "2026-11-22T12:00:00"}, "time", "time-without-zone"),
    "things are one": ({"things": {"scan": BOX}}, "things", "field-list"),
    "a thing is text": ({"things": [BOX]}, "things.0", "field-object"),
    "no scan": ({"things": [{}]}, "things.0.scan", "required"),
    "scan is a number": ({"things": [{"scan": 1}]}, "things.0.scan", "field-text"),
    "empty scan": ({"things": [{"scan": ""}]}, "things.0.scan", "field-length"),
    "no amount": ({"things": [{"scan": BOX, "quantity": 0}]}, "things.0.quantity", "field-range"),
    "half": ({"things": [{"scan": BOX, "quantity": 0.5}]}, "things.0.quantity", "field-integer"),
    "no date": ({"things": [{"scan": BOX, "expiry": "soon"}]}, "things.0.expiry", "field-date"),
    "long place": ({"location": "X" * 65}, "location", "field-length"),
    "a place with NUL": ({"location": "W\x0007"}, "location", "field-characters"),
    "half a character": ({"note": "\ud800"}, "note", "field-characters"),
    "no pseudonym": ({"patient": "王秀兰"}, "patient", "pseudonym-malformed"),
    "a person of theirs": ({"person": "5101"}, "person", "field-unknown"),
    "no document": ({"documents": [{"type": "po"}]}, "documents.0.id", "required"),
}


@pytest.mark.parametrize(("change", "field", "code"), FIELDS.values(), ids=FIELDS)
def test_the_field_at_fault_is_named(
    house: House, change: dict[str, Any], field: str, code: str
) -> None:
    told = {name: value for name, value in {**SEND, **change}.items() if value is not None}
    response = house.handheld("STORE", "0417").post("/events", {"events": [SEND, told]})
    problem = check_problem(response, 422, "malformed")
    (fault,) = problem["errors"]
    assert problem["field"] == fault["field"] == f"events.1.{field}"
    assert fault["code"] == code
    assert fault["text"]["zh"] != fault["text"]["en"] != code
    assert "{" not in fault["text"]["zh"] + fault["text"]["en"]
    assert fault["text"]["en"] in problem["text"]["en"]
    assert house.events() == []


def test_an_event_is_about_something(house: House) -> None:
    told = {**SEND, "things": []}
    response = house.handheld("STORE", "0417").post("/events", {"events": [SEND, told]})
    assert check_problem(response, 422, "required")["field"] == "events.1.things"
    assert house.events() == []


THINGS: dict[str, tuple[dict[str, Any], str, str]] = {
    "wrong check digit": ({"scan": "(01)06901234567893(21)1"}, "scan", "scan-check-digit"),
    "half a code": ({"scan": "(01)0690123456789"}, "scan", "scan-too-short"),
    "garbage": ({"scan": "\x00\xff"}, "scan", "scan-scheme-unknown"),
    "half a character": ({"scan": "\ud800"}, "scan", "scan-scheme-unknown"),
    "a place": ({"scan": "(414)0614141000005"}, "scan", "scan-names-no-thing"),
    "two of a serial": ({"scan": BOX, "quantity": 2}, "quantity", "quantity-of-serial"),
    "another lot": ({"scan": BOX, "lot": "B7"}, "lot", "label-differs"),
    "another expiry": ({"scan": BOX, "expiry": "2030-01-01"}, "expiry", "label-differs"),
}


@pytest.mark.parametrize(("thing", "field", "code"), THINGS.values(), ids=THINGS)
def test_a_thing_that_cannot_be_read_stops_the_call(
    house: House, thing: dict[str, Any], field: str, code: str
) -> None:
    told = event(EventKind.RECEIVED, BOX, thing)
    response = house.handheld("STORE", "0417").post("/events", {"events": [SEND, told]})
    problem = check_problem(response, 422, code)
    assert problem["field"] == f"events.1.things.1.{field}"
    assert house.events() == []


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-12:00"])
def test_times_beyond_what_can_be_written(house: House, time: str) -> None:
    response = house.handheld("STORE", "0417").post("/events", {"events": [{**SEND, "time": time}]})
    problem = check_problem(response, 422, "time-malformed")
    assert problem["field"] == "events.0.time"


def test_a_hundred_faults_are_told_in_short(house: House) -> None:
    response = house.handheld("STORE", "0417").post("/events", {"events": [{}] * 400})
    problem = check_problem(response, 422, "malformed")
    assert len(problem["errors"]) == 20
    named = house.handheld("STORE").post("/scan", {"raw": BOX, "x" * 1_000_000: 1})
    assert len(named.content) < 2_000


@pytest.mark.parametrize(
    ("path", "content_type"),
    [("/photo", "multipart/form-data; boundary=x"), ("/events", "application/json")],
)
def test_an_upload_that_is_too_large(house: House, path: str, content_type: str) -> None:
    response = house.handheld("STORE", "0417").send(path, bytes(11 << 20), content_type)
    problem = check_problem(response, 413, "too-large")
    assert "10 MB" in problem["text"]["zh"]


def test_a_path_that_is_not_there_and_a_method_that_is_not_taken(house: House) -> None:
    stranger = house.stranger()
    problem = check_problem(stranger.get("/nowhere"), 404, "not-found")
    assert "/nowhere" in problem["text"]["en"]
    response = stranger.ask("PUT", "/scan")
    check_problem(response, 405, "method-not-allowed")
    assert "POST" in response.headers["Allow"]


def test_a_mistake_of_ours_tells_its_number_and_nothing_else(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError("the secret is in here")

    monkeypatch.setattr("handheld_api.routes.read", fail)
    house.app.testing = False
    response = house.handheld("STORE").post("/scan", {"raw": BOX})
    problem = check_problem(response, 500, "internal")
    assert response.headers["X-Request-Id"] in problem["text"]["zh"]
    assert "secret" not in response.text
