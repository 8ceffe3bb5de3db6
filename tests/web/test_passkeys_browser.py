"""Passkeys in a real browser, before a real server, with Chromium's virtual authenticator."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, CDPSession, Page

from access import Policy, Role
from tests.access.hospital import CHEAP, PASSWORD
from tests.web.house import House
from tests.web.look import chromium, served
from web.visitor import COOKIE

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@dataclass
class Desk:
    """A browser with an authenticator beside it."""

    page: Page
    devtools: CDPSession
    authenticator: str
    address: str

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)

    def sign_in(self, number: str) -> None:
        """By number and password."""
        self.open("/sign-in")
        self.page.locator("#number").fill(number)
        self.page.locator("#password").fill(PASSWORD)
        self.page.get_by_role("button", name="登录", exact=True).click()
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def sign_out(self) -> None:
        """Forget the session, as closing the browser would."""
        self.page.context.clear_cookies()
        self.open("/sign-in")

    def register(self, label: str = "药房的电脑") -> None:
        """A passkey, on the page that is open."""
        self.page.locator("#passkey-label").fill(label)
        self.page.locator("#passkey-password").fill(PASSWORD)
        self.page.get_by_role("button", name="登记通行密钥").click()

    def use_passkey(self) -> None:
        """Sign in with it."""
        self.page.get_by_role("button", name="用通行密钥登录").click()

    def credentials(self) -> list[dict[str, Any]]:
        """What the authenticator holds."""
        found = self.devtools.send(
            "WebAuthn.getCredentials", {"authenticatorId": self.authenticator}
        )
        held: list[dict[str, Any]] = found["credentials"]
        return held

    def verifies(self, *, person: bool) -> None:
        """Whether the person shows a finger when asked."""
        self.devtools.send(
            "WebAuthn.setUserVerified",
            {"authenticatorId": self.authenticator, "isUserVerified": person},
        )

    def signed_in(self) -> bool:
        """Whether there is a session."""
        return any(each.get("name") == COOKIE for each in self.page.context.cookies())


@pytest.fixture
def desk(house: House, browser: Browser) -> Iterator[Desk]:
    house.use(Policy(hasher=CHEAP))  # administrators need two factors here
    with served(house.app) as address:
        context = browser.new_context()
        page = context.new_page()
        devtools = context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        made = devtools.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )
        local = address.replace("127.0.0.1", "localhost")
        yield Desk(page, devtools, made["authenticatorId"], local)
        context.close()


def trail(house: House) -> list[dict[str, Any]]:
    """The access events on record, in order."""
    ledger = house.hospital.ledger
    entries = ledger.entries(0, ledger.head().size)
    return [entry.event for entry in entries if entry.kind == "access"]


def test_an_administrator_registers_a_passkey_and_signs_in_with_nothing_else(
    house: House, desk: Desk
) -> None:
    house.hire("SYS1", Role.SYSTEM_ADMIN)
    desk.sign_in("SYS1")
    assert desk.page.url.endswith("/second-factor")  # nothing else before that
    desk.register()
    desk.page.wait_for_url("**/staff")
    (held,) = desk.credentials()
    assert (held["rpId"], held["isResidentCredential"]) == ("localhost", True)
    desk.sign_out()
    desk.use_passkey()
    desk.page.wait_for_url("**/staff")
    desk.open("/devices/new")
    assert desk.page.locator("h1").inner_text() == "登记设备"
    assert trail(house)[-1]["details"]["method"] == "passkey"
    desk.sign_out()
    desk.page.locator("#number").fill("SYS1")
    desk.page.locator("#password").fill(PASSWORD)
    desk.page.get_by_role("button", name="登录", exact=True).click()
    desk.page.get_by_text("这个账号要用通行密钥登录").wait_for()
    assert not desk.signed_in()


def test_a_removed_passkey_is_refused(house: House, desk: Desk) -> None:
    house.hire("N2307", Role.NURSE, places=["W07"])
    desk.sign_in("N2307")
    desk.open("/account")
    desk.register("护士站")
    desk.page.get_by_text("护士站").first.wait_for()
    desk.page.locator("summary", has_text="删除").click()
    desk.page.locator(".passkey .ask-form input[type=password]").fill("wrong")
    desk.page.get_by_role("button", name="删除这把通行密钥").click()
    desk.page.get_by_text("还能试 4 次").wait_for()
    desk.page.locator(".passkey .ask-form input[type=password]").fill(PASSWORD)
    desk.page.get_by_role("button", name="删除这把通行密钥").click()
    desk.page.get_by_text("通行密钥已删除").wait_for()
    assert desk.credentials()  # the authenticator still has it
    desk.sign_out()
    desk.use_passkey()
    desk.page.get_by_text("通行密钥没有通过").wait_for()
    assert not desk.signed_in()
    assert trail(house)[-1]["result"] == "unknown-passkey"


def test_who_is_not_verified_registers_nothing_and_a_wrong_password_asks_nobody(
    house: House, desk: Desk
) -> None:
    house.hire("N2307", Role.NURSE, places=["W07"])
    desk.sign_in("N2307")
    desk.open("/account")
    desk.page.locator("#passkey-label").fill("x")
    desk.page.locator("#passkey-password").fill("wrong")
    desk.page.get_by_role("button", name="登记通行密钥").click()
    desk.page.get_by_text("还能试 4 次").wait_for()
    desk.verifies(person=False)
    desk.register("y")
    desk.page.get_by_text("浏览器没有生成通行密钥").wait_for()
    assert desk.credentials() == []
    desk.verifies(person=True)
    desk.register("z")
    desk.page.get_by_text("通行密钥已登记").wait_for()
    desk.register("z again")
    desk.page.get_by_text("这台设备上已有你的通行密钥").wait_for()


def test_an_answer_works_once_and_in_the_browser_that_was_asked(house: House, desk: Desk) -> None:
    house.hire("N2307", Role.NURSE, places=["W07"])
    desk.sign_in("N2307")
    desk.open("/account")
    desk.register()
    desk.page.get_by_text("通行密钥已登记").wait_for()
    desk.sign_out()
    with desk.page.expect_request("**/sign-in/passkey") as sent:
        desk.use_passkey()
    desk.page.wait_for_url(lambda url: "/sign-in" not in url)
    request = sent.value
    asked = request.all_headers()["cookie"]
    body = request.post_data or ""
    before = len(trail(house))
    client = house.app.test_client(use_cookies=False)
    headers = {"Cookie": asked, "Content-Type": "application/x-www-form-urlencoded"}
    again = client.post("/sign-in/passkey", data=body, headers=headers, base_url=desk.address)
    assert again.status_code == 401
    assert "通行密钥没有通过" in again.get_data(as_text=True)
    assert trail(house)[before]["result"] == "wrong-challenge"
    # A thief who was asked something else shows the same answer.
    thief = house.browser()
    thief.post("/sign-in/passkey/begin")
    (credential,) = parse_qs(body)["credential"]
    stolen = thief.post("/sign-in/passkey", {"credential": credential})
    assert stolen.status_code == 401
    assert trail(house)[-1]["result"] == "wrong-passkey"


def test_another_origin_is_refused_by_browser_and_by_server(house: House, desk: Desk) -> None:
    house.hire("N2307", Role.NURSE, places=["W07"])
    desk.sign_in("N2307")
    desk.open("/account")
    desk.register()
    desk.page.get_by_text("通行密钥已登记").wait_for()
    desk.sign_out()
    # The same name on another port is another origin: its answer carries it, and we look.
    with served(house.app) as other:
        there = other.replace("127.0.0.1", "localhost")
        asked = desk.page.request.post(
            f"{desk.address}/sign-in/passkey/begin",
            form={"csrf_token": desk.page.locator("[name=csrf_token]").first.input_value()},
        ).json()
        token = desk.page.locator("[name=csrf_token]").first.input_value()
        desk.page.goto(f"{there}/sign-in")
        answer = desk.page.evaluate(ANSWER, asked)
        refused = desk.page.request.post(
            f"{desk.address}/sign-in/passkey",
            form={"csrf_token": token, "credential": answer},
        )
        assert refused.status == 401
        assert trail(house)[-1]["result"] == "wrong-passkey"
        # By number there are no passkeys: they are bound to names.
        desk.page.goto(f"{other}/sign-in")
        assert desk.page.get_by_role("button", name="用通行密钥登录").count() == 0
    assert json.loads(answer)["type"] == "public-key"


ANSWER = """async (asked) => {
  const bytes = (text) => Uint8Array.from(
    atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const text = (raw) => btoa(String.fromCharCode(...new Uint8Array(raw)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const got = await navigator.credentials.get({
    publicKey: {...asked, challenge: bytes(asked.challenge), allowCredentials: []}});
  const response = {};
  for (const name of ["clientDataJSON", "authenticatorData", "signature", "userHandle"])
    response[name] = text(got.response[name]);
  return JSON.stringify({id: got.id, rawId: text(got.rawId), type: got.type, response});
}"""
"""What a page of somebody else's would run."""
