"""Signing in and out, passwords, second factors."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from access import ADMINISTRATORS, OPERATOR, Role
from tests.access.hospital import PASSWORD, POLICY
from tests.web.house import Browser, House
from web.paths import local_path
from web.visitor import COOKIE

NEW = "Chun-feng-2027"
WRONG_CODE = "000000"


def cookie(browser: Browser, name: str = COOKIE) -> str:
    """A cookie's value; empty: there is none."""
    found = browser.client.get_cookie(name)
    return found.value if found else ""


def sign_in(browser: Browser, number: str, password: str = PASSWORD, **more: str) -> int:
    data = {"number": number, "password": password, **more}
    return browser.post("/sign-in", data).status_code


def test_a_person_signs_in_and_out(house: House) -> None:
    browser = house.enter("P0533", Role.PHARMACIST)
    page = browser.get("/").get_data(as_text=True)
    assert "药师 P0533" in page
    assert "员工P0533" not in page
    token = cookie(browser)
    answer = browser.post("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert cookie(browser) == ""
    browser.client.set_cookie(COOKIE, token)
    assert browser.get("/").location == "/sign-in"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(house: House) -> None:
    house.hire("P1", Role.PHARMACIST)
    browser = house.browser()
    answer = browser.post("/sign-in", {"number": "P1", "password": PASSWORD})
    (line,) = [each for each in answer.headers.getlist("Set-Cookie") if each.startswith(COOKIE)]
    assert "HttpOnly" in line
    assert "SameSite=Lax" in line
    assert "Secure" not in line
    assert "Max-Age" not in line


def test_behind_tls_cookies_are_secure_and_stay_so(house: House) -> None:
    house.hospital = replace(
        house.hospital, settings=replace(house.hospital.settings, secure_cookies=True)
    )
    from app import create_app  # noqa: PLC0415 -- a second application of the same hospital

    client = create_app(house.hospital).test_client()
    page = client.get("/sign-in", base_url="https://localhost")
    assert page.headers["Strict-Transport-Security"].startswith("max-age=")
    assert all("Secure" in line for line in page.headers.getlist("Set-Cookie"))


def test_a_session_that_somebody_planted_is_not_taken_over(house: House) -> None:
    house.hire("P1", Role.PHARMACIST)
    planted = cookie(house.enter("X1", Role.NURSE))
    browser = house.browser()
    browser.client.set_cookie(COOKIE, planted)
    browser.post("/sign-out")
    browser.client.set_cookie(COOKIE, "chosen-by-somebody-else")
    assert sign_in(browser, "P1") == 303
    assert cookie(browser) not in {"", planted, "chosen-by-somebody-else"}


@pytest.mark.parametrize("value", ["x", "é", "\x7f", "a" * 5000, "' OR 1=1 --", "%00"])
def test_a_cookie_of_garbage_is_nobody(house: House, value: str) -> None:
    browser = house.browser()
    answer = browser.client.get("/", headers={"Cookie": f"{COOKIE}={value}"})
    assert (answer.status_code, answer.location) == (303, "/sign-in")


def test_a_wrong_password_says_how_many_tries_are_left_and_then_locks(house: House) -> None:
    house.hire("P1", Role.PHARMACIST)
    browser = house.browser()
    for left in (4, 3, 2, 1, 0):
        answer = browser.post("/sign-in", {"number": "P1", "password": "wrong"})
        assert answer.status_code == 401
        assert f"还能试 {left} 次" in answer.get_data(as_text=True)
    answer = browser.post("/sign-in", {"number": "P1", "password": PASSWORD})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 401
    assert "已锁定" in text
    assert 'value="P1"' in text
    assert PASSWORD not in text


@pytest.mark.parametrize("number", ["", "nobody", "\x00", "P1' --", "药师" * 100])
def test_an_unknown_account_answers_as_a_known_one(house: House, number: str) -> None:
    answer = house.browser().post("/sign-in", {"number": number, "password": "wrong"})
    assert answer.status_code == 401
    assert "工号或密码不对" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("/recalls", "/recalls"),
        ("/search?q=A1", "/search?q=A1"),
        ("", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nSet-Cookie: x=1", "/"),
    ],
)
def test_signing_in_leads_back_and_never_away(house: House, wanted: str, goes: str) -> None:
    house.hire("P1", Role.PHARMACIST)
    answer = house.browser().post(
        "/sign-in", {"number": "P1", "password": PASSWORD, "next": wanted}
    )
    assert (answer.status_code, answer.location) == (303, goes)


@given(st.text())
def test_a_way_on_is_a_path_of_this_site(text: str) -> None:
    path = local_path(text)
    assert path is None or (path.startswith("/") and not path.startswith(("//", "/\\")))


def test_who_is_inside_is_led_on(house: House) -> None:
    browser = house.enter("P1", Role.PHARMACIST)
    assert browser.get("/sign-in").location == "/"
    assert browser.get("/sign-in?next=/recalls").location == "/recalls"


@pytest.mark.parametrize(
    ("role", "first"),
    [
        (Role.NURSE, "/"),
        (Role.AUDIT_ADMIN, "/ledger"),
        (Role.SYSTEM_ADMIN, "/staff"),
        (Role.SECURITY_ADMIN, "/staff"),
    ],
)
def test_everybody_begins_where_their_work_is(house: House, role: Role, first: str) -> None:
    house.hire("X1", role)
    answer = house.browser().post("/sign-in", {"number": "X1", "password": PASSWORD})
    assert answer.location == first


def test_a_session_ends_when_it_was_idle(house: House) -> None:
    browser = house.enter("P1", Role.PHARMACIST)
    house.clock.advance(minutes=14)
    assert browser.get("/").status_code == 200
    house.clock.advance(minutes=16)
    assert browser.get("/").location == "/sign-in"


def due(house: House, number: str = "P1") -> Browser:
    """Somebody whose password is one that somebody else knows, signed in."""
    house.hospital.access.staff.add(
        OPERATOR,
        number=number,
        name="新人",
        roles=[Role.PHARMACIST],
        password=PASSWORD,
    )
    return house.sign_in(number)


def test_a_given_password_must_be_changed_before_anything_else(house: House) -> None:
    browser = due(house)
    for path in ("/", "/recalls", "/ledger", "/units/1"):
        assert browser.get(path).location == "/password"
    form = {"current": PASSWORD, "new": NEW, "again": NEW}
    answer = browser.post("/password", form)
    assert (answer.status_code, answer.location) == (303, "/")
    assert browser.get("/").status_code == 200
    assert sign_in(house.browser(), "P1", NEW) == 303
    assert sign_in(house.browser(), "P1", PASSWORD) == 401


def test_changing_the_password_ends_every_other_session(house: House) -> None:
    here, there = house.enter("P1", Role.PHARMACIST), house.sign_in("P1")
    here.post("/password", {"current": PASSWORD, "new": NEW, "again": NEW})
    assert here.get("/").status_code == 200
    assert there.get("/").location == "/sign-in"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"current": PASSWORD, "new": NEW, "again": "other"}, "两次输入的新密码不一样"),
        ({"current": "wrong", "new": NEW, "again": NEW}, "工号或密码不对"),
        ({"current": PASSWORD, "new": "short", "again": "short"}, "密码要 10 到 128 个字符"),
        ({"current": PASSWORD, "new": PASSWORD, "again": PASSWORD}, "个密码不能再用"),
        ({}, "密码要 10 到 128 个字符"),
    ],
)
def test_what_is_wrong_with_a_new_password_is_said(
    house: House, form: dict[str, str], said: str
) -> None:
    browser = house.enter("P1", Role.PHARMACIST)
    answer = browser.post("/password", form)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in text
    assert NEW not in text
    assert sign_in(house.browser(), "P1") == 303


def code_of(house: House, page: str) -> str:
    """What the app shows now, for the secret that a page showed."""
    import base64  # noqa: PLC0415 -- this test's app

    groups = re.search(r'<span class="mono">([A-Z2-7 ]+)</span>', page)
    assert groups is not None
    text = groups.group(1).replace(" ", "")
    secret = base64.b32decode(text + "=" * (-len(text) % 8))
    totp = TOTP(secret, 6, SHA1(), 30)  # noqa: S303 -- RFC 6238's default
    return totp.generate(int(house.clock().timestamp())).decode()


def test_a_second_factor_is_set_up_and_asked_for(house: House) -> None:
    browser = house.enter("Q1", Role.QUALITY)
    assert browser.get("/second-factor").status_code == 200
    page = browser.post("/second-factor/begin").get_data(as_text=True)
    assert re.search(r'<svg viewBox="0 0 (\d+) \1" class="qr">', page)
    wrong = browser.post("/second-factor/confirm", {"code": WRONG_CODE})
    assert wrong.status_code == 422
    right = browser.post("/second-factor/confirm", {"code": code_of(house, page)})
    assert (right.status_code, right.location) == (303, "/")

    house.clock.advance(seconds=60)
    other = house.browser()
    asked = other.post("/sign-in", {"number": "Q1", "password": PASSWORD})
    assert asked.status_code == 401
    assert "输入动态口令" in asked.get_data(as_text=True)
    assert sign_in(other, "Q1", code=WRONG_CODE) == 401
    assert sign_in(other, "Q1", code=code_of(house, page)) == 303


def test_an_administrator_sets_the_second_factor_up_before_anything_else(house: House) -> None:
    strict = replace(POLICY, second_factor_for=ADMINISTRATORS)
    house.use(strict)
    house.hire("T1", Role.AUDIT_ADMIN)
    browser = house.browser()
    answer = browser.post("/sign-in", {"number": "T1", "password": PASSWORD})
    assert answer.location == "/second-factor"
    assert browser.get("/ledger").location == "/second-factor"
    page = browser.post("/second-factor/begin").get_data(as_text=True)
    done = browser.post("/second-factor/confirm", {"code": code_of(house, page)})
    assert done.location == "/ledger"
    assert browser.get("/ledger").status_code == 200


def test_confirming_what_was_never_begun_begins_anew(house: House) -> None:
    browser = house.enter("Q1", Role.QUALITY)
    answer = browser.post("/second-factor/confirm", {"code": WRONG_CODE})
    assert (answer.status_code, answer.location) == (303, "/second-factor")


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.dictionaries(st.sampled_from(["number", "password", "code", "next"]), st.text()))
def test_no_form_breaks_the_door(house: House, form: dict[str, str]) -> None:
    assert house.browser().post("/sign-in", form).status_code == 401


def test_the_language_of_the_reader_is_kept(house: House) -> None:
    browser = house.browser()
    answer = browser.post("/preferences", {"lang": "en", "next": "/sign-in"})
    assert answer.status_code == 303
    assert "Staff number" in browser.get("/sign-in").get_data(as_text=True)
