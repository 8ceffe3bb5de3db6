"""The witness's door: another hospital's program asks, without a session and without a form."""

from __future__ import annotations

import pytest

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
