"""Guessing at many accounts from one address: slowed down, whatever the account's own lock says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app import create_app
from tests.web.house import House

LIMIT = 7


@pytest.fixture
def slow(house: House) -> House:
    """The hospital with room for a few tries a minute."""
    settings = replace(house.hospital.settings, sign_in_rate=LIMIT)
    house.hospital = replace(house.hospital, settings=settings)
    house.app = create_app(house.hospital)
    return house


def test_guessing_at_a_new_account_each_time_is_slowed_down(slow: House) -> None:
    browser = slow.browser()
    form = {"csrf_token": browser.token(), "password": "Spring-2026"}
    answers = [
        browser.client.post("/sign-in", data={**form, "number": f"N{number}"})
        for number in range(LIMIT + 2)
    ]
    assert [answer.status_code for answer in answers] == [401] * LIMIT + [429, 429]
    assert int(answers[-1].headers["Retry-After"]) <= 60
    assert browser.get("/sign-in").status_code == 200


def test_tries_without_a_form_token_count_as_well(slow: House) -> None:
    client = slow.app.test_client()
    answers = [client.post("/sign-in", data={"number": "N1"}).status_code for _ in range(LIMIT + 1)]
    assert answers == [400] * LIMIT + [429]


def test_guessing_at_enrolment_codes_is_slowed_down(slow: House) -> None:
    client = slow.app.test_client()
    body = {"code": "AAAA-BBBB", "name": "PDA"}
    answers = [client.post("/api/handheld/v1/enrolment", json=body) for _ in range(LIMIT + 1)]
    assert [answer.status_code for answer in answers] == [401] * LIMIT + [429]
    assert answers[-1].json is not None
    assert answers[-1].json["code"] == "too-many-requests"
    assert int(answers[-1].headers["Retry-After"]) <= 60


def test_pages_that_hold_no_secret_are_not_slowed(slow: House) -> None:
    client = slow.app.test_client()
    assert {client.get("/sign-in").status_code for _ in range(LIMIT * 2)} == {200}


def test_addresses_are_told_apart(slow: House) -> None:
    def knock(address: str) -> int:
        client = slow.app.test_client()
        return client.post("/sign-in", environ_base={"REMOTE_ADDR": address}).status_code

    assert [knock("10.1.2.3") for _ in range(LIMIT + 1)][-1] == 429
    assert knock("10.1.2.4") == 400


def test_a_forwarded_address_is_believed_from_our_own_proxies_only(slow: House) -> None:
    def knock(client_of: House, claimed: str) -> int:
        client = client_of.app.test_client()
        return client.post("/sign-in", headers={"X-Forwarded-For": claimed}).status_code

    assert [knock(slow, f"10.9.9.{n}") for n in range(LIMIT + 1)][-1] == 429
    slow.hospital = replace(slow.hospital, settings=replace(slow.hospital.settings, proxies=1))
    slow.app = create_app(slow.hospital)
    assert {knock(slow, f"10.9.9.{n}") for n in range(LIMIT + 1)} == {400}
    # What the client itself claims stands further left than what our proxy saw.
    assert [knock(slow, f"10.8.8.{n}, 10.7.7.7") for n in range(LIMIT + 1)][-1] == 429
