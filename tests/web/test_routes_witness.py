"""The witness's door: another hospital's program asks, without a session and without a form."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app import create_app
from tests.web.house import House


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"\xff\x00", 400),
        (b"old 0\n\nmedtrace.example/stranger\n1\nAAAA\n\n", 400),
    ],
)
def test_what_is_no_request_is_told_so(house: House, content: bytes, status: int) -> None:
    answer = house.app.test_client().post("/witness/add-checkpoint", data=content)
    assert answer.status_code == status
    assert answer.content_type.startswith("text/plain")


def test_a_log_that_nobody_listed_is_not_witnessed(house: House) -> None:
    notary = house.hospital.notary
    signed, _ = notary.checkpoint()
    request = b"old 0\n\n" + signed.note
    answer = house.app.test_client().post("/witness/add-checkpoint", data=request)
    assert answer.status_code == 404


def test_the_door_takes_requests_only(house: House) -> None:
    assert house.app.test_client().get("/witness/add-checkpoint").status_code == 405


def test_who_knocks_too_often_waits(house: House) -> None:
    """Each request has us check a signature: one address must not keep the others out."""
    settings = replace(house.hospital.settings, sign_in_rate=3)
    client = create_app(replace(house.hospital, settings=settings)).test_client()
    asked = [client.post("/witness/add-checkpoint", data=b"") for _ in range(5)]
    assert [answer.status_code for answer in asked] == [400] * 3 + [429] * 2
    assert 0 < int(asked[-1].headers["Retry-After"]) <= 60
    other = {"REMOTE_ADDR": "10.9.9.9"}
    answer = client.post("/witness/add-checkpoint", data=b"", environ_base=other)
    assert answer.status_code == 400
