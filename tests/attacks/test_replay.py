"""What was taken from somebody and is shown again: tokens, sessions, cookies."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from access import OPERATOR, Role
from tests.attacks.doors import API, Handheld, enrolled
from tests.web.house import House
from web.visitor import COOKIE


def stolen(house: House, number: str) -> str:
    """A copy of somebody's session."""
    cookie = house.sign_in(number).client.get_cookie(COOKIE)
    assert cookie is not None
    return cookie.value


def opens(house: House, token: str) -> bool:
    client = house.app.test_client()
    client.set_cookie(COOKIE, token)
    return client.get("/password").status_code == 200


ENDS: dict[str, Callable[[House, str], object]] = {
    "the account is closed": lambda house, who: house.hospital.access.staff.disable(
        who, by=OPERATOR
    ),
    "the password is reset": lambda house, who: house.hospital.access.staff.reset_password(
        who, by=OPERATOR
    ),
    "it was left alone": lambda house, _: house.clock.advance(minutes=16),
    "the day is over": lambda house, _: house.clock.advance(hours=13),
}


@pytest.mark.parametrize("name", ENDS)
def test_what_ended_stays_ended(house: House, name: str) -> None:
    who = house.hire("P1", Role.PHARMACIST)
    token = stolen(house, "P1")
    assert opens(house, token)
    ENDS[name](house, who)
    assert not opens(house, token)


def test_taken_rights_are_gone_in_a_session_that_goes_on(house: House) -> None:
    who = house.hire("Q1", Role.QUALITY)
    browser = house.sign_in("Q1")
    assert browser.get("/ledger").status_code == 200
    house.hospital.access.staff.set_roles(who, [Role.NURSE], ["W07"], by=OPERATOR)
    assert browser.get("/ledger").status_code == 403


def test_a_copied_session_of_a_handheld_ends_with_the_next_person(stocked: House) -> None:
    for number in ("N1", "N2"):
        stocked.hire(number, Role.NURSE, places=["W07"])
    ward = enrolled(stocked, "W07", "ward").sign_in("N1")
    copy = Handheld(stocked.app.test_client(), ward.token, ward.session)
    assert copy.call("GET", "/session").status_code == 200
    assert ward.call("DELETE", "/session").status_code == 204
    assert copy.call("GET", "/session").status_code == 401


def test_a_browsers_cookies_open_nothing_at_the_handhelds_door(stocked: House) -> None:
    browser = stocked.enter("P1", Role.PHARMACIST)
    for path in ("/device", "/session"):
        answer = browser.client.get(API + path)
        assert answer.status_code == 401
        assert "Access-Control-Allow-Origin" not in answer.headers
    origin = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    answer = browser.client.options(f"{API}/events", headers=origin)
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_token_is_of_its_own_kind_only(stocked: House) -> None:
    stocked.hire("N1", Role.NURSE, places=["W07"])
    ward = enrolled(stocked, "W07", "ward").sign_in("N1")
    client = stocked.app.test_client()
    assert Handheld(client, ward.session, ward.token).call("GET", "/session").status_code == 401
    assert not opens(stocked, ward.token)
