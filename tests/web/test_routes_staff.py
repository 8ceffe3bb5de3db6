"""The pages of accounts: three administrators, none of them enough alone."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from access import OPERATOR, Role
from tests.access.hospital import PASSWORD, POLICY
from tests.web.house import Browser, House

ONE = re.compile(r'href="(/staff/[0-9a-f-]{36})"')
SHOWN = re.compile(r'class="given mono">([^<]+)<')


def text(browser: Browser, path: str) -> str:
    return browser.get(path).get_data(as_text=True)


def path_of(house: House, number: str, *roles: Role, places: tuple[str, ...] = ()) -> str:
    """A new account's page."""
    return f"/staff/{house.hire(number, *roles, places=places)}"


@pytest.fixture
def system(stocked: House) -> Browser:
    return stocked.enter("SYS1", Role.SYSTEM_ADMIN)


@pytest.fixture
def security(stocked: House) -> Browser:
    return stocked.enter("SEC1", Role.SECURITY_ADMIN)


def test_one_makes_an_account_another_gives_it_rights_and_its_owner_begins(
    stocked: House, system: Browser, security: Browser
) -> None:
    made = system.post("/staff", {"number": " n2307 ", "name": "周雨桐"})
    page = made.get_data(as_text=True)
    (password,) = SHOWN.findall(page)
    assert made.status_code == 200
    assert made.headers["Cache-Control"] == "no-store"
    assert "在那之前这个账号什么都做不了" in page
    (account,) = ONE.findall(page)
    assert "没有岗位" in text(system, "/staff?q=N2307")
    refused = system.post(f"{account}/roles", {"role": "nurse", "place": "W07"})
    assert refused.status_code == 403
    assert security.post(f"{account}/roles", {"role": "nurse", "place": "W07"}).status_code == 303
    assert "护士" in text(security, account)
    browser = stocked.browser()
    answer = browser.post("/sign-in", {"number": "N2307", "password": password})
    assert answer.location == "/password"
    assert password not in text(system, account)
    entries = stocked.hospital.ledger.entries(0, stocked.size())
    assert password not in b"".join(entry.body for entry in entries).decode()


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"number": "", "name": "x"}, 'id="number-error"'),
        ({"number": "N 1", "name": "x"}, 'id="number-error"'),
        ({"number": "SYS1", "name": "x"}, "SYS1 已有账号"),
        ({"number": "N1", "name": ""}, 'id="name-error"'),
        ({"number": "N1", "name": "a\x00b"}, 'id="name-error"'),
        ({"number": "N1", "name": "x", "role": "king"}, "没有这个岗位：king"),
        ({"number": "N1", "name": "x", "place": "W99"}, "没有这个科室或库房：W99"),
    ],
)
def test_what_is_wrong_with_a_new_account_is_said(
    system: Browser, form: dict[str, str], said: str
) -> None:
    answer = system.post("/staff", form)
    assert (answer.status_code, said in answer.get_data(as_text=True)) == (422, True)


def test_who_makes_accounts_gives_no_rights_with_them(stocked: House, system: Browser) -> None:
    for form in ({"role": "pharmacist"}, {"place": "W07"}):
        answer = system.post("/staff", {"number": "P9", "name": "x", **form})
        assert answer.status_code == 403
    assert 'name="role"' not in text(system, "/staff/new")
    assert [each.number for each in stocked.hospital.access.staff.list(by=OPERATOR)] == ["SYS1"]


def test_rights_that_do_not_go_together_are_refused_and_nobody_raises_themselves(
    stocked: House, security: Browser
) -> None:
    nurse = path_of(stocked, "N1", Role.NURSE)
    both = {"role": ["system_admin", "audit_admin"]}
    answer = security.post(f"{nurse}/roles", both)
    assert answer.status_code == 422
    assert "不能由一个人兼任" in answer.get_data(as_text=True)
    (own,) = ONE.findall(text(security, "/staff?q=SEC1"))
    answer = security.post(f"{own}/roles", {"role": "nurse"})
    assert "自己的权限由别人来改" in answer.get_data(as_text=True)
    assert f'action="{own}/roles"' not in text(security, own)
    assert security.post(f"{nurse}/roles", {"place": "W99", "role": "nurse"}).status_code == 422


def test_the_list_is_paged_by_the_server_and_searched(stocked: House, system: Browser) -> None:
    for number in range(60):
        stocked.hire(f"N{number:03}", Role.NURSE, places=["W07"])
    stocked.hire("P-1", Role.PHARMACIST)
    first = text(system, "/staff")
    assert len(ONE.findall(first)) == 50
    assert "N000" in first
    (more,) = re.findall(r'href="(/staff\?after=N049)"', first)
    second = text(system, more)
    assert len(ONE.findall(second)) == 12
    assert "回到开头" in second
    assert len(ONE.findall(text(system, "/staff?q=n05"))) == 10
    assert len(ONE.findall(text(system, "/staff?q=员工N04"))) == 10
    assert len(ONE.findall(text(system, "/staff?role=pharmacist"))) == 1
    assert ONE.findall(text(system, "/staff?q=%25")) == []
    assert "没有这样的账号" in text(system, "/staff?q=nobody")
    assert system.get("/staff?q=a%00b").status_code == 422


def test_a_locked_account_is_unlocked_by_who_gives_rights(
    stocked: House, system: Browser, security: Browser
) -> None:
    account = path_of(stocked, "N1", Role.NURSE)
    for _ in range(5):
        stocked.browser().post("/sign-in", {"number": "N1", "password": "wrong"})
    assert "锁定到" in text(system, account)
    assert f"{account}/unlock" not in text(system, account)
    assert system.post(f"{account}/unlock").status_code == 403
    assert f"{account}/unlock" in text(security, account)
    assert security.post(f"{account}/unlock").status_code == 303
    stocked.sign_in("N1")


def test_a_password_is_reset_by_one_and_factors_by_another(
    stocked: House, system: Browser, security: Browser
) -> None:
    account = path_of(stocked, "N1", Role.NURSE)
    browser = stocked.sign_in("N1")
    (password,) = SHOWN.findall(system.post(f"{account}/password").get_data(as_text=True))
    assert browser.get("/account").status_code == 303  # their sessions ended
    assert stocked.browser().post("/sign-in", {"number": "N1", "password": password}).location
    assert security.post(f"{account}/password").status_code == 403
    assert system.post(f"{account}/factors").status_code == 403
    assert security.post(f"{account}/factors").status_code == 303


def test_nobody_resets_an_administrator_by_page(
    stocked: House, system: Browser, security: Browser
) -> None:
    account = path_of(stocked, "AUD1", Role.AUDIT_ADMIN)
    for act in ("password", "close", "open"):
        assert system.post(f"{account}/{act}").status_code == 403
    assert security.post(f"{account}/factors").status_code == 403
    page = text(system, account)
    assert "只能在服务器命令行重置" in page
    assert f"{account}/password" not in page
    stocked.sign_in("AUD1")


def test_a_closed_account_is_closed_until_it_is_opened(stocked: House, system: Browser) -> None:
    account = path_of(stocked, "N1", Role.NURSE)
    browser = stocked.sign_in("N1")
    assert system.post(f"{account}/close").status_code == 303
    assert browser.get("/account").location.startswith("/sign-in")
    page = text(system, account)
    assert "已停用" in page
    assert f"{account}/badge" not in page
    answer = system.post(f"{account}/badge", {"badge": "B1"})
    assert (answer.status_code, "先启用" in answer.get_data(as_text=True)) == (422, True)
    refused = stocked.browser().post("/sign-in", {"number": "N1", "password": PASSWORD})
    assert refused.status_code == 401
    (password,) = SHOWN.findall(system.post(f"{account}/open").get_data(as_text=True))
    answer = stocked.browser().post("/sign-in", {"number": "N1", "password": password})
    assert answer.location == "/password"


def test_a_badge_is_handed_out_and_taken_back(stocked: House, system: Browser) -> None:
    one, other = path_of(stocked, "N1", Role.NURSE), path_of(stocked, "N2", Role.NURSE)
    assert system.post(f"{one}/badge", {"badge": "BADGE-1"}).status_code == 303
    answer = system.post(f"{other}/badge", {"badge": "BADGE-1"})
    assert (answer.status_code, "别人的" in answer.get_data(as_text=True)) == (422, True)
    assert "BADGE-1" not in text(system, one)
    badges = stocked.hospital.access.badges
    assert badges.find("BADGE-1").staff_id
    assert system.post(f"{one}/badge/withdraw").status_code == 303
    assert badges.find("BADGE-1").staff_id is None
    assert system.post(f"{other}/badge", {"badge": "BADGE-1"}).status_code == 303


def test_the_audit_administrator_looks_on(stocked: House) -> None:
    browser = stocked.enter("AUD1", Role.AUDIT_ADMIN)
    account = path_of(stocked, "N1", Role.NURSE, places=("W07",))
    page = text(browser, account)
    assert "护士" in page
    assert "<form" not in page[page.index("<main") :]
    assert browser.get("/staff/new").status_code == 403


@pytest.mark.parametrize("path", ["/staff/nobody", "/staff/1", "/staff/" + "0" * 36])
def test_who_is_not_there_is_not_found(system: Browser, path: str) -> None:
    for act in ("", "/password", "/close", "/open", "/badge", "/badge/withdraw"):
        answer = system.post(path + act, {"badge": "B"}) if act else system.get(path)
        assert answer.status_code == 404, act


def test_one_page_says_who_one_is_and_ends_sessions(stocked: House) -> None:
    here = stocked.enter("N1", Role.NURSE, places=["W07"])
    there = stocked.sign_in("N1")
    page = text(here, "/account")
    for said in ("员工N1", "护士", "修改密码", "绑定动态口令", "通行密钥", "在哪里登录着"):
        assert said in page
    (end,) = re.findall(r'action="(/account/sessions/[0-9a-f]+/end)"', page)
    stranger = stocked.enter("N2", Role.NURSE)
    assert stranger.post(end).status_code == 404
    assert here.post(end).status_code == 303
    assert there.get("/account").location.startswith("/sign-in")
    assert here.get("/account").status_code == 200


def test_a_pin_is_chosen_by_who_knows_the_password(stocked: House) -> None:
    browser = stocked.enter("N1", Role.NURSE, places=["W07"])
    for form, said in (
        ({"pin": "123", "password": PASSWORD}, "PIN 要 6 位数字"),
        ({"pin": "111111", "password": PASSWORD}, "PIN 太简单"),
        ({"pin": "271828", "password": "wrong"}, "还能试 4 次"),
    ):
        answer = browser.post("/account/pin", form)
        assert (answer.status_code, said in answer.get_data(as_text=True)) == (422, True)
    answer = browser.post("/account/pin", {"pin": "271828", "password": PASSWORD})
    assert answer.status_code == 303
    page = text(browser, "/account")
    assert "PIN 已设好" in page
    assert "271828" not in page


def test_passkeys_are_offered_where_they_can_be_bound(stocked: House) -> None:
    nowhere = stocked.app.test_client().get("/sign-in", base_url="http://10.1.2.3")
    assert "/sign-in/passkey" not in nowhere.get_data(as_text=True)
    client, there = stocked.app.test_client(), "http://evil.example"
    page = client.get("/sign-in", base_url=there).get_data(as_text=True)
    (token,) = set(re.findall(r'name="csrf_token" value="([^"]+)"', page))
    asked = client.post("/sign-in/passkey/begin", data={"csrf_token": token}, base_url=there)
    assert (asked.status_code, asked.json and asked.json["code"]) == (422, "passkeys-nowhere")
    assert stocked.browser().post("/sign-in/passkey/begin").json["rpId"] == "localhost"  # type: ignore[index]
    origin = "https://medtrace.example"
    stocked.hospital = replace(
        stocked.hospital, settings=replace(stocked.hospital.settings, passkey_origin=origin)
    )
    stocked.use(POLICY)
    asked = stocked.browser().post("/sign-in/passkey/begin")
    assert asked.json is not None
    assert asked.json["rpId"] == "medtrace.example"


def test_a_passkeys_ceremony_needs_the_forms_token(stocked: House) -> None:
    client = stocked.app.test_client()
    for path in ("/sign-in/passkey/begin", "/sign-in/passkey"):
        assert client.post(path).status_code == 400
