"""The second factor, badges, PINs and signatures."""

from __future__ import annotations

import base64
from urllib.parse import parse_qs, urlparse

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from access import OPERATOR, Action, Policy, Principal, Role, Unauthenticated
from errors import Conflict, Forbidden, Invalid, NotFound
from tests.access.hospital import CHEAP, PASSWORD, Hospital


class Phone:
    """An authenticator app that scanned the QR code."""

    def __init__(self, address: str) -> None:
        self.query = parse_qs(urlparse(address).query)
        secret = self.query["secret"][0]
        self.key = base64.b32decode(secret + "=" * (-len(secret) % 8))

    def code(self, hospital: Hospital, offset: int = 0) -> str:
        now = int(hospital.clock().timestamp()) + offset
        return TOTP(self.key, 6, SHA1(), 30).generate(now).decode()  # noqa: S303 -- RFC 6238


def bind(hospital: Hospital, principal: Principal) -> Phone:
    phone = Phone(hospital.access.second_factor.begin(principal))
    hospital.access.second_factor.confirm(principal, phone.code(hospital))
    hospital.clock.advance(seconds=60)
    return phone


def refused(hospital: Hospital, number: str, code: str | None) -> str:
    with pytest.raises(Unauthenticated) as caught:
        hospital.sign_in(number, code=code)
    return caught.value.code


def test_once_bound_the_code_is_asked_for(hospital: Hospital) -> None:
    principal = hospital.person("N2307", Role.NURSE, places=["W07"])
    phone = bind(hospital, principal)
    assert refused(hospital, "N2307", None) == "second-factor-needed"
    assert refused(hospital, "N2307", "") == "second-factor-needed"
    assert refused(hospital, "N2307", "000000") == "sign-in-failed"
    assert hospital.last()["result"] == "wrong-code"
    assert hospital.sign_in("N2307", code=phone.code(hospital)).token


def test_a_code_works_once(hospital: Hospital) -> None:
    phone = bind(hospital, hospital.person("N2307", Role.NURSE, places=["W07"]))
    code = phone.code(hospital)
    hospital.sign_in("N2307", code=code)
    assert refused(hospital, "N2307", code) == "sign-in-failed"


@pytest.mark.parametrize(("offset", "right"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_clock_may_be_half_a_minute_off(clinic: Hospital, offset: int, right: bool) -> None:  # noqa: FBT001 -- a table
    phone = bind(clinic, clinic.person("N2307", Role.NURSE, places=["W07"]))
    clinic.clock.advance(minutes=5)
    code = phone.code(clinic, offset)
    if right:
        assert clinic.sign_in("N2307", code=code).token
    else:
        assert refused(clinic, "N2307", code) == "sign-in-failed"


@pytest.mark.parametrize("code", ["abc", "１２３４５６", "\ud800", "0" * 1000, "\x00"])
def test_nonsense_is_no_code(clinic: Hospital, code: str) -> None:
    bind(clinic, clinic.person("N2307", Role.NURSE, places=["W07"]))
    assert refused(clinic, "N2307", code) == "sign-in-failed"


def test_guessing_codes_locks(clinic: Hospital) -> None:
    phone = bind(clinic, clinic.person("N2307", Role.NURSE, places=["W07"]))
    answers = [refused(clinic, "N2307", "000000") for _ in range(5)]
    assert answers == ["sign-in-failed"] * 5
    assert refused(clinic, "N2307", phone.code(clinic)) == "sign-in-locked"


def test_an_unconfirmed_factor_asks_nobody(clinic: Hospital) -> None:
    principal = clinic.person("N2307", Role.NURSE, places=["W07"])
    clinic.access.second_factor.begin(principal)
    with pytest.raises(Invalid, match="second-factor-wrong"):
        clinic.access.second_factor.confirm(principal, "000000")
    assert clinic.sign_in("N2307").token
    with pytest.raises(NotFound):
        clinic.access.second_factor.confirm(
            clinic.person("N2308", Role.NURSE, places=["W07"]), "000000"
        )


def test_administrators_do_nothing_before_they_have_one(hospital: Hospital) -> None:
    strict = Hospital(hospital.ledger, hospital.clock, policy=Policy(hasher=CHEAP))
    principal = strict.person("SYS1", Role.SYSTEM_ADMIN)
    assert principal.must_add_second_factor
    with pytest.raises(Forbidden, match="second-factor-due"):
        strict.access.require(principal, Action.ENROL_DEVICES)
    phone = bind(strict, principal)
    signed_in = strict.sign_in("SYS1", code=phone.code(strict))
    strict.access.require(signed_in.principal, Action.ENROL_DEVICES)


def test_a_factor_in_use_is_removed_by_who_gives_rights_not_by_who_resets_passwords(
    clinic: Hospital,
) -> None:
    principal = clinic.person("N2307", Role.NURSE, places=["W07"])
    security = clinic.person("SEC1", Role.SECURITY_ADMIN)
    system = clinic.person("SYS1", Role.SYSTEM_ADMIN)
    bind(clinic, principal)
    factor = clinic.access.second_factor
    with pytest.raises(Forbidden):
        factor.begin(principal)
    with pytest.raises(Forbidden):
        factor.remove(principal.id, by=system)
    assert clinic.last()["result"] == "forbidden"
    factor.remove(principal.id, by=security)
    assert clinic.last()["details"] == {"codes": True, "passkeys": 0}
    assert clinic.sign_in("N2307").token
    assert factor.begin(principal)
    with pytest.raises(Forbidden):
        factor.begin(OPERATOR)


def test_an_administrators_factor_is_removed_at_the_command_line_only(clinic: Hospital) -> None:
    security = clinic.person("SEC1", Role.SECURITY_ADMIN)
    system = clinic.person("SYS1", Role.SYSTEM_ADMIN)
    factor = clinic.access.second_factor
    for whose in (system, security):
        with pytest.raises(Forbidden):
            factor.remove(whose.id, by=security)
        assert clinic.last()["result"] == "forbidden"
        factor.remove(whose.id, by=OPERATOR)
    with pytest.raises(NotFound):
        factor.remove("nobody", by=OPERATOR)


class TestBadges:
    """Quick change between people at a shared handheld."""

    @pytest.fixture
    def people(self, hospital: Hospital) -> tuple[Principal, Principal]:
        """Two nurses with badges and PINs."""
        return self.nurse(hospital, "N1"), self.nurse(hospital, "N2")

    @staticmethod
    def nurse(hospital: Hospital, number: str) -> Principal:
        principal = hospital.person(number, Role.NURSE, places=["W07"])
        hospital.access.badges.assign(principal.id, f"BADGE-{number}", by=OPERATOR)
        hospital.access.badges.set_pin(principal, "271828", PASSWORD)
        return principal

    def test_badge_and_pin_open_a_session_at_this_device(
        self, hospital: Hospital, people: tuple[Principal, Principal]
    ) -> None:
        device, _ = hospital.device("W07", "ward")
        by_badge, sessions = hospital.access.sign_in.by_badge, hospital.access.sessions
        first = by_badge("BADGE-N1", "271828", device=device)
        assert first.principal.id == people[0].id
        assert hospital.last()["details"] == {"device": device.uri}
        hospital.access.require(first.principal, Action.ADMINISTER, "W07")
        second = by_badge(" BADGE-N2 ", "271828", device=device)
        assert second.principal.id == people[1].id
        with pytest.raises(Unauthenticated):
            sessions.principal(first.token, device=device)
        hospital.clock.advance(minutes=5)
        with pytest.raises(Unauthenticated):
            sessions.principal(second.token, device=device)

    @pytest.mark.parametrize("badge", ["BADGE-N1", "BADGE-N9", "", "\x00", "\ud800"])
    def test_five_wrong_pins_lock_known_and_unknown_alike(
        self, clinic: Hospital, badge: str
    ) -> None:
        self.nurse(clinic, "N1")
        device, _ = clinic.device("W07", "ward")

        def try_pin(pin: str) -> str:
            with pytest.raises(Unauthenticated) as caught:
                clinic.access.sign_in.by_badge(badge, pin, device=device)
            return caught.value.code

        assert [try_pin("000000") for _ in range(5)] == ["sign-in-failed"] * 5
        assert try_pin("271828") == "sign-in-locked"

    def test_administrators_have_no_short_cut(self, clinic: Hospital) -> None:
        system = clinic.person("SYS1", Role.SYSTEM_ADMIN)
        device, _ = clinic.device("W07", "ward")
        clinic.access.badges.assign(system.id, "BADGE-S", by=OPERATOR)
        clinic.access.badges.set_pin(system, "271828", PASSWORD)
        with pytest.raises(Unauthenticated):
            clinic.access.sign_in.by_badge("BADGE-S", "271828", device=device)
        assert clinic.last()["result"] == "administrator"

    def test_a_badge_is_one_persons_and_given_out_by_who_may(self, hospital: Hospital) -> None:
        one, two = hospital.hire("N1"), hospital.hire("N2")
        nurse = hospital.person("N3", Role.NURSE, places=["W07"])
        badges = hospital.access.badges
        badges.assign(one, "BADGE-1", by=OPERATOR)
        badges.assign(one, "BADGE-1", by=OPERATOR)
        with pytest.raises(Conflict, match="badge-taken"):
            badges.assign(two, "BADGE-1", by=OPERATOR)
        with pytest.raises(Forbidden):
            badges.assign(two, "BADGE-2", by=nurse)
        badges.assign(one, "BADGE-3", by=OPERATOR)
        badges.assign(two, "BADGE-1", by=OPERATOR)

    def test_setting_a_pin_asks_for_the_password(self, clinic: Hospital) -> None:
        nurse = clinic.person("N1", Role.NURSE, places=["W07"])
        set_pin = clinic.access.badges.set_pin
        with pytest.raises(Invalid, match="pin-simple"):
            set_pin(nurse, "111111", PASSWORD)
        for _ in range(5):
            with pytest.raises(Unauthenticated, match="sign-in-failed"):
                set_pin(nurse, "271828", "wrong")
        with pytest.raises(Unauthenticated, match="sign-in-locked"):
            set_pin(nurse, "271828", PASSWORD)

    def test_a_badge_needs_a_device(self, clinic: Hospital) -> None:
        with pytest.raises(Forbidden):
            clinic.access.sign_in.by_badge("BADGE-1", "271828", device=OPERATOR)
