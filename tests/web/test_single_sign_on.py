"""Single sign-on through a real provider: who is let in, who isn't, what is on record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from access import OPERATOR, Role
from tests.web.house import House
from tests.web.providers import asked, house_with, log_in_there, real_provider
from web.visitor import COOKIE


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """Knows four people, one of whom shows two factors."""
    users: dict[str, dict[str, object]] = {
        "zhang": {},
        "li": {},
        "stranger": {},
        "chief": {"amr": ["pwd", "mfa"]},
    }
    with real_provider(users) as issuer:
        yield issuer


@pytest.fixture
def open_house(house: House, provider: str, tmp_path: Path) -> House:
    """The hospital with this provider; 张 is pharmacist P1 here."""
    found = house_with(house, provider, tmp_path)
    link(found, found.hire("P1", Role.PHARMACIST), "zhang")
    return found


def link(house: House, staff_id: str, subject: str) -> None:
    settings = house.hospital.settings.single_sign_on
    assert settings is not None
    house.hospital.access.single_sign_on.link(staff_id, settings.issuer, subject, by=OPERATOR)


def last(house: House) -> dict[str, Any]:
    """The latest access event."""
    size = house.size()
    event: dict[str, Any] = house.hospital.ledger.entries(size - 1, size)[0].event
    return event


def come_back(house: House, subject: str, way: str = "/sign-in/oidc") -> tuple[int, str, str]:
    """Somebody signs in by way of the provider: status, where to, cookie."""
    browser = house.browser()
    url, _ = asked(browser, way)
    answer = browser.get(log_in_there(url, subject))
    found = browser.client.get_cookie(COOKIE)
    return answer.status_code, answer.location or "", found.value if found else ""


def test_whoever_is_linked_is_let_in(open_house: House) -> None:
    status, where, cookie = come_back(open_house, "zhang")
    assert (status, where) == (303, "/")
    assert cookie.startswith("mts_")
    event = last(open_house)
    assert (event["action"], event["result"]) == ("sign-in", "ok")
    assert event["details"]["method"] == "oidc"
    assert "zhang" not in str(event)


def test_one_is_led_on_to_where_one_wanted_to_go(open_house: House) -> None:
    assert come_back(open_house, "zhang", "/sign-in/oidc?next=/recalls")[1] == "/recalls"
    assert come_back(open_house, "zhang", "/sign-in/oidc?next=//evil.example")[1] == "/"


def test_an_account_elsewhere_makes_none_here(open_house: House) -> None:
    people = open_house.hospital.access.staff.list(by=OPERATOR)
    status, _, cookie = come_back(open_house, "stranger")
    assert (status, cookie) == (401, "")
    assert open_house.hospital.access.staff.list(by=OPERATOR) == people
    assert last(open_house)["result"] == "unknown-account"


def test_a_closed_account_stays_closed(open_house: House) -> None:
    staff = open_house.hospital.access.staff
    (account,) = staff.list(by=OPERATOR)
    staff.disable(account.staff_id, by=OPERATOR)
    assert come_back(open_house, "zhang")[0] == 401
    staff.enable(account.staff_id, by=OPERATOR)
    assert come_back(open_house, "zhang")[0] == 401  # the link went with the other secrets


def test_who_has_a_second_factor_here_needs_several_there(open_house: House) -> None:
    import tests.web.test_routes_sign_in as desk  # noqa: PLC0415 -- the phone of its tests

    browser = open_house.sign_in("P1")
    page = browser.post("/second-factor/begin").get_data(as_text=True)
    browser.post("/second-factor/confirm", {"code": desk.code_of(open_house, page)})
    assert come_back(open_house, "zhang")[0] == 401
    assert last(open_house)["result"] == "second-factor-needed"
    (account,) = open_house.hospital.access.staff.list(by=OPERATOR)
    link(open_house, account.staff_id, "chief")
    assert come_back(open_house, "chief")[0] == 303


def test_the_question_is_asked_as_the_standards_say(open_house: House) -> None:
    browser = open_house.browser()
    _, first = asked(browser)
    _, second = asked(browser)
    assert first["response_type"] == "code"
    assert first["scope"] == "openid"
    assert first["code_challenge_method"] == "S256"
    assert first["redirect_uri"] == "http://localhost/sign-in/oidc/callback"
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 30
        assert first[name] != second[name]


def test_the_page_shows_the_way_only_where_there_is_one(open_house: House, house: House) -> None:
    page = open_house.browser().get("/sign-in?next=/recalls").get_data(as_text=True)
    assert 'href="/sign-in/oidc?next=/recalls"' in page
    del house


def test_without_a_provider_there_is_no_such_door(house: House) -> None:
    assert "/sign-in/oidc" not in house.browser().get("/sign-in").get_data(as_text=True)
    assert house.browser().get("/sign-in/oidc").status_code == 404
    assert house.browser().get("/sign-in/oidc/callback?code=x&state=y").status_code == 404


def test_a_provider_that_is_away_leaves_the_password(house: House, tmp_path: Path) -> None:
    house = house_with(house, "http://127.0.0.1:9", tmp_path)
    answer = house.browser().get("/sign-in/oidc")
    assert answer.status_code == 503
    assert 'name="password"' in answer.get_data(as_text=True)
