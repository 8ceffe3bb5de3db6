"""Attacks on single sign-on: forged ID tokens, algorithm confusion, answers nobody asked for."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from access import OPERATOR, Role
from tests.web.house import House
from tests.web.providers import CLIENT, LyingProvider, asked, house_with, lying_provider
from web.visitor import COOKIE

Forge = Callable[[LyingProvider, dict[str, Any]], str]


@pytest.fixture
def liar() -> Iterator[LyingProvider]:
    """A provider that a test makes lie."""
    with lying_provider() as made:
        yield made


@pytest.fixture
def target(house: House, liar: LyingProvider, tmp_path: Path) -> House:
    """The hospital that trusts the liar; its subject u-1 is pharmacist P1."""
    found = house_with(house, liar.issuer, tmp_path)
    staff_id = found.hire("P1", Role.PHARMACIST)
    found.hospital.access.single_sign_on.link(staff_id, liar.issuer, "u-1", by=OPERATOR)
    return found


def come_back(house: House, liar: LyingProvider, **changed: str) -> tuple[int, str]:
    """The browser comes back from the provider: status and session."""
    browser = house.browser()
    _, question = asked(browser)
    liar.nonce = changed.get("nonce", question["nonce"])
    state = changed.get("state", question["state"])
    answer = browser.get(f"/sign-in/oidc/callback?code=c-1&state={state}")
    found = browser.client.get_cookie(COOKIE)
    return answer.status_code, found.value if found else ""


def part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def unsigned(liar: LyingProvider, claims: dict[str, Any]) -> str:
    del liar
    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims)}."


def hmac_under_the_public_key(liar: LyingProvider, claims: dict[str, Any]) -> str:
    # By hand: the library does not even sign with such a key.
    said = f"{part({'alg': 'HS256', 'kid': '1'})}.{part(claims)}"
    mac = hmac.digest(liar.key.as_pem(private=False), said.encode(), "sha256")
    return f"{said}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def hmac_under_the_client_secret(liar: LyingProvider, claims: dict[str, Any]) -> str:
    del liar
    key = OctKey.import_key(b"of-nobody".ljust(32, b"\0"))
    return jwt.encode({"alg": "HS256"}, claims, key, algorithms=["HS256"])


def signed_by_somebody_else(liar: LyingProvider, claims: dict[str, Any]) -> str:
    del liar
    return jwt.encode({"alg": "RS256", "kid": "1"}, claims, RSAKey.generate_key(2048))


def with_its_own_key_inside(liar: LyingProvider, claims: dict[str, Any]) -> str:
    del liar
    key = RSAKey.generate_key(2048)
    header = {"alg": "RS256", "kid": "1", "jwk": key.as_dict(private=False)}
    return jwt.encode(header, claims, key)


def saying(**changed: object) -> Forge:
    def forge(liar: LyingProvider, claims: dict[str, Any]) -> str:
        told = {name: value for name, value in {**claims, **changed}.items() if value is not None}
        return liar.honest(told)

    return forge


def altered(liar: LyingProvider, claims: dict[str, Any]) -> str:
    header, _, signature = liar.honest({**claims, "sub": "u-2"}).split(".")
    return f"{header}.{part(claims)}.{signature}"


FORGERIES: dict[str, Forge] = {
    "alg none": unsigned,
    "HS256 under the public key": hmac_under_the_public_key,
    "HS256 under the client secret": hmac_under_the_client_secret,
    "another key": signed_by_somebody_else,
    "a key that the token brings": with_its_own_key_inside,
    "altered claims": altered,
    "another issuer": saying(iss="https://evil.example"),
    "no issuer": saying(iss=None),
    "another audience": saying(aud="another-client"),
    "no audience": saying(aud=None),
    "our audience among others, for another party": saying(aud=[CLIENT, "other"], azp="other"),
    "another nonce": saying(nonce="of-another-browser"),
    "no nonce": saying(nonce=None),
    "run out": saying(exp=1),
    "no end": saying(exp=None),
    "from tomorrow": saying(iat=9_999_999_999),
    "no subject": saying(sub=None),
    "an empty subject": saying(sub=""),
    "a subject that is no text": saying(sub=["u-1"]),
    "a subject without end": saying(sub="u" * 100_000),
    "another access token": saying(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "no token at all": lambda _liar, _claims: "",
    "half a token": lambda liar, claims: liar.honest(claims)[:40],
}


def test_an_honest_token_lets_in(target: House, liar: LyingProvider) -> None:
    status, cookie = come_back(target, liar)
    assert status == 303
    assert cookie.startswith("mts_")


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_token_lets_nobody_in(target: House, liar: LyingProvider, name: str) -> None:
    liar.forge = lambda claims: FORGERIES[name](liar, claims)
    assert come_back(target, liar) == (401, "")


def test_a_provider_that_names_itself_otherwise_is_not_believed(
    target: House, liar: LyingProvider
) -> None:
    liar.says_issuer = "https://id.hospital.example"
    assert target.browser().get("/sign-in/oidc").status_code == 503


@pytest.mark.parametrize("state", ["", "forged", "%C3%A9", "x" * 10_000])
def test_an_answer_with_another_state_is_refused(
    target: House, liar: LyingProvider, state: str
) -> None:
    assert come_back(target, liar, state=state) == (401, "")
    assert liar.redeemed == []


def test_an_answer_that_nobody_asked_for_is_refused(target: House, liar: LyingProvider) -> None:
    answer = target.browser().get("/sign-in/oidc/callback?code=c-1&state=s")
    assert answer.status_code == 401
    assert liar.redeemed == []


def test_an_answer_is_taken_once(target: House, liar: LyingProvider) -> None:
    browser = target.browser()
    _, question = asked(browser)
    liar.nonce = question["nonce"]
    back = f"/sign-in/oidc/callback?code=c-1&state={question['state']}"
    assert browser.get(back).status_code == 303
    assert browser.get(back).status_code == 401
    assert len(liar.redeemed) == 1


def test_an_answer_of_another_browser_is_refused(target: House, liar: LyingProvider) -> None:
    _, question = asked(target.browser())
    victim = target.browser()
    asked(victim)
    back = f"/sign-in/oidc/callback?code=c-1&state={question['state']}"
    assert victim.get(back).status_code == 401
    assert liar.redeemed == []


def test_who_redeems_a_code_shows_that_they_asked(target: House, liar: LyingProvider) -> None:
    come_back(target, liar)
    (redeemed,) = liar.redeemed
    assert redeemed["grant_type"] == "authorization_code"
    assert len(redeemed["code_verifier"]) >= 43


def test_a_link_moved_to_another_account_by_hand_opens_nothing(
    target: House, liar: LyingProvider
) -> None:
    other = target.hire("Q1", Role.QUALITY)
    with target.hospital.database.write() as connection:
        connection.exec_driver_sql(f"UPDATE staff_subject SET staff_id = '{other}'")
    status, cookie = come_back(target, liar)
    assert (status, cookie) == (500, "")
