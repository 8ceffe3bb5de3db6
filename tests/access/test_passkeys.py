"""Passkeys: registered, used, copied, removed."""

from __future__ import annotations

import json
from dataclasses import replace
from ipaddress import ip_network

import pytest
from sqlalchemy import update

from access import (
    OPERATOR,
    Action,
    Policy,
    Principal,
    RelyingParty,
    Role,
    SignedIn,
    Unauthenticated,
)
from access.models import staff_passkey
from access.vault import Tampered
from errors import Conflict, Forbidden, Invalid, NotFound, Refused
from tests.access.authenticator import HERE, Authenticator
from tests.access.hospital import CHEAP, PASSWORD, Hospital

STRICT = Policy(hasher=CHEAP)
"""As it is in a real hospital: administrators have two factors."""


def register(
    hospital: Hospital, by: Principal, key: Authenticator, label: str = "办公室电脑"
) -> str:
    """Register a key; gives the passkey's id."""
    passkeys = hospital.access.passkeys
    asked = passkeys.begin(by, PASSWORD, HERE)
    return passkeys.register(by, asked.challenge, key.create(asked.options), HERE, label=label)


def enter(hospital: Hospital, key: Authenticator, address: str = "10.1.2.3") -> SignedIn:
    """Sign in with a key."""
    door = hospital.access.passkey_sign_in
    asked = door.begin(HERE)
    return door.finish(asked.challenge, key.get(asked.options), HERE, address=address)


def refused(hospital: Hospital, key: Authenticator, address: str = "10.1.2.3") -> tuple[str, str]:
    """The code that a key is refused with, and what stands on record."""
    with pytest.raises(Unauthenticated) as caught:
        enter(hospital, key, address)
    return caught.value.code, hospital.last()["result"]


@pytest.fixture
def nurse(clinic: Hospital) -> Principal:
    return clinic.person("N2307", Role.NURSE, places=["W07"])


def test_a_registered_passkey_opens_a_session_and_all_of_it_is_on_record(
    hospital: Hospital,
) -> None:
    nurse = hospital.person("N2307", Role.NURSE, places=["W07"])
    key = Authenticator()
    passkey = register(hospital, nurse, key)
    assert hospital.last() | {"at": 0, "id": 0} == {
        "action": "passkey-registered",
        "at": 0,
        "by": nurse.uri,
        "details": {"backed_up": False, "passkey": passkey},
        "id": 0,
        "object": nurse.uri,
        "result": "ok",
    }
    signed_in = enter(hospital, key)
    assert (signed_in.principal.id, signed_in.principal.places) == (nurse.id, frozenset({"W07"}))
    assert hospital.access.sessions.principal(signed_in.token).id == nurse.id
    entry = hospital.last()
    assert (entry["action"], entry["by"], entry["object"]) == ("sign-in", nurse.uri, nurse.uri)
    assert entry["details"] == {"method": "passkey", "passkey": passkey}
    (kept,) = hospital.access.passkeys.own(nurse)
    assert (kept.label, kept.used, kept.counter) == ("办公室电脑", hospital.clock.now, 2)


def test_what_is_asked_for_is_a_discoverable_key_and_a_verified_person(
    clinic: Hospital, nurse: Principal
) -> None:
    options = json.loads(clinic.access.passkeys.begin(nurse, PASSWORD, HERE).options)
    assert options["rp"] == {"id": "medtrace.example", "name": "江州市第一人民医院"}
    assert options["authenticatorSelection"] == {
        "requireResidentKey": True,
        "residentKey": "required",
        "userVerification": "required",
    }
    assert options["attestation"] == "none"
    assert nurse.id not in json.dumps(options)
    asked = json.loads(clinic.access.passkey_sign_in.begin(HERE).options)
    assert (asked["userVerification"], asked["allowCredentials"]) == ("required", [])
    assert asked["challenge"] != options["challenge"]


def test_to_register_takes_the_password_and_wrong_ones_lock(
    clinic: Hospital, nurse: Principal
) -> None:
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(Unauthenticated, match="sign-in-failed") as caught:
            clinic.access.passkeys.begin(nurse, "wrong", HERE)
        assert caught.value.values["left"] == left
    with pytest.raises(Unauthenticated, match="sign-in-locked"):
        clinic.access.passkeys.begin(nurse, PASSWORD, HERE)
    assert clinic.last()["action"] == "passkey-registered"
    assert clinic.last()["result"] == "locked"


def test_only_a_person_at_a_desk_with_a_password_of_their_own_registers(
    clinic: Hospital, nurse: Principal
) -> None:
    device, _ = clinic.device("W07", "ward")
    at_device = replace(nurse, device=device.id)
    for by in (device, OPERATOR, at_device, replace(nurse, must_change_password=True)):
        with pytest.raises(Forbidden):
            clinic.access.passkeys.begin(by, PASSWORD, HERE)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (Authenticator(origin="https://medtrace.example.evil.example"), "another page"),
        (Authenticator(origin="http://medtrace.example"), "not over TLS"),
        (Authenticator(verifies=False), "the person was not verified"),
        (Authenticator(cross_origin=True), "inside another's frame"),
    ],
)
def test_a_wrong_answer_registers_nothing_and_uses_the_challenge_up(
    clinic: Hospital, nurse: Principal, wrong: Authenticator, why: str
) -> None:
    passkeys = clinic.access.passkeys
    asked = passkeys.begin(nurse, PASSWORD, HERE)
    with pytest.raises(Invalid, match="passkey-refused"):
        passkeys.register(nurse, asked.challenge, wrong.create(asked.options), HERE, label="a")
    assert clinic.last()["result"] == "wrong-answer", why
    right = Authenticator().create(asked.options)
    with pytest.raises(Invalid, match="passkey-late"):
        passkeys.register(nurse, asked.challenge, right, HERE, label="a")
    assert passkeys.own(nurse) == []


@pytest.mark.parametrize(
    "answer", ["", "[]", "{}", "null", "[" * 9000, '{"response":{}}', "\ud800", "{" + " " * 20000]
)
def test_nonsense_is_no_answer(clinic: Hospital, nurse: Principal, answer: str) -> None:
    passkeys, door = clinic.access.passkeys, clinic.access.passkey_sign_in
    asked = passkeys.begin(nurse, PASSWORD, HERE)
    with pytest.raises(Invalid, match="passkey-refused"):
        passkeys.register(nurse, asked.challenge, answer, HERE, label="a")
    with pytest.raises(Unauthenticated, match="passkey-failed"):
        door.finish(door.begin(HERE).challenge, answer, HERE)
    assert clinic.last()["result"] == "malformed"


def test_a_challenge_is_good_for_one_answer_one_person_one_purpose_and_five_minutes(
    clinic: Hospital, nurse: Principal
) -> None:
    passkeys, door = clinic.access.passkeys, clinic.access.passkey_sign_in
    other = clinic.person("N2308", Role.NURSE, places=["W07"])
    key = Authenticator()
    asked = passkeys.begin(nurse, PASSWORD, HERE)
    answer = key.create(asked.options)
    with pytest.raises(Invalid, match="passkey-late"):  # somebody else's
        passkeys.register(other, asked.challenge, answer, HERE, label="a")
    asked = passkeys.begin(nurse, PASSWORD, HERE)
    clinic.clock.advance(minutes=5)
    with pytest.raises(Invalid, match="passkey-late"):  # too late
        passkeys.register(nurse, asked.challenge, key.create(asked.options), HERE, label="a")
    register(clinic, nurse, key)
    asked = door.begin(HERE)
    answer = key.get(asked.options)
    assert door.finish(asked.challenge, answer, HERE).principal.id == nurse.id
    with pytest.raises(Unauthenticated, match="passkey-failed"):  # the same again
        door.finish(asked.challenge, answer, HERE)
    assert clinic.last()["result"] == "wrong-challenge"
    asked = door.begin(HERE)
    answer = key.get(asked.options)
    fresh = door.begin(HERE)
    with pytest.raises(Unauthenticated, match="passkey-failed"):  # an answer to another question
        door.finish(fresh.challenge, answer, HERE)
    clinic.clock.advance(minutes=5)
    with pytest.raises(Unauthenticated, match="passkey-failed"):
        door.finish(asked.challenge, answer, HERE)


def test_a_key_is_registered_once_and_ten_at_the_most(clinic: Hospital, nurse: Principal) -> None:
    key = Authenticator()
    register(clinic, nurse, key)
    options = json.loads(clinic.access.passkeys.begin(nurse, PASSWORD, HERE).options)
    assert len(options["excludeCredentials"]) == 1
    other = clinic.person("N2308", Role.NURSE)
    with pytest.raises(Conflict, match="passkey-known"):
        register(clinic, other, key)
    for _ in range(9):
        register(clinic, nurse, Authenticator())
    with pytest.raises(Refused, match="passkeys-many"):
        register(clinic, nurse, Authenticator())


def test_a_removed_passkey_opens_nothing(clinic: Hospital, nurse: Principal) -> None:
    key, other = Authenticator(), Authenticator()
    passkey = register(clinic, nurse, key)
    register(clinic, nurse, other, "钥匙串上的")
    passkeys = clinic.access.passkeys
    with pytest.raises(Unauthenticated, match="sign-in-failed"):
        passkeys.remove(nurse, passkey, "wrong")
    stranger = clinic.person("N2308", Role.NURSE)
    with pytest.raises(NotFound):
        passkeys.remove(stranger, passkey, PASSWORD)
    assert enter(clinic, key)
    passkeys.remove(nurse, passkey, PASSWORD)
    assert clinic.last()["action"] == "passkey-removed"
    assert refused(clinic, key) == ("passkey-failed", "unknown-passkey")
    assert enter(clinic, other)


def test_a_passkey_that_nobody_registered_opens_nothing(clinic: Hospital) -> None:
    assert refused(clinic, Authenticator()) == ("passkey-failed", "unknown-passkey")


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "https://evil.example"},
        {"origin": "https://medtrace.example:8443"},
        {"verifies": False},
        {"cross_origin": True},
        {"key": Authenticator().key},
    ],
)
def test_five_wrong_answers_lock_the_account_for_every_way_in(
    clinic: Hospital, nurse: Principal, change: dict[str, object]
) -> None:
    key = Authenticator()
    register(clinic, nurse, key)
    wrong = replace(key, **change)  # type: ignore[arg-type]
    answers = [refused(clinic, wrong) for _ in range(5)]
    assert answers[0] == ("passkey-failed", "wrong-passkey")
    assert refused(clinic, key) == ("sign-in-locked", "locked")
    with pytest.raises(Unauthenticated, match="sign-in-locked"):
        clinic.sign_in("N2307")
    clinic.clock.advance(minutes=31)
    key.counter = 100
    assert enter(clinic, key)


def test_an_answer_for_another_domain_is_refused(clinic: Hospital, nurse: Principal) -> None:
    key = Authenticator()
    register(clinic, nurse, key)
    door = clinic.access.passkey_sign_in
    asked = door.begin(HERE)
    with pytest.raises(Unauthenticated, match="passkey-failed"):
        door.finish(asked.challenge, key.get(asked.options, domain="evil.example"), HERE)
    there = RelyingParty("other.example", "https://other.example", "别家医院")
    asked = door.begin(there)
    with pytest.raises(Unauthenticated, match="passkey-failed"):
        door.finish(asked.challenge, key.get(asked.options), there)


def test_a_passkey_opens_its_own_account_whatever_handle_it_shows(
    clinic: Hospital, nurse: Principal
) -> None:
    key, others = Authenticator(), Authenticator()
    register(clinic, nurse, key)
    register(clinic, clinic.person("N2308", Role.NURSE), others)
    assert refused(clinic, replace(key, user=others.user)) == ("passkey-failed", "wrong-user")
    assert refused(clinic, replace(key, user=b"")) == ("passkey-failed", "wrong-user")


def test_a_copied_key_is_found_out_by_its_counter_and_suspended(
    clinic: Hospital, nurse: Principal
) -> None:
    key = Authenticator()
    passkey = register(clinic, nurse, key)
    copy = replace(key)
    assert enter(clinic, key)
    assert refused(clinic, copy)[0] == "passkey-suspended"
    assert [each["result"] for each in clinic.trail()[-2:]] == ["copied", "ok"]
    assert clinic.last()["action"] == "passkey-suspended"
    assert clinic.last()["details"]["passkey"] == passkey
    assert refused(clinic, key) == ("passkey-suspended", "suspended")  # nobody knows which is which
    (kept,) = clinic.access.passkeys.own(nurse)
    assert kept.suspended == clinic.clock.now
    assert clinic.sign_in("N2307")


def test_a_key_that_counts_nothing_is_taken_but_may_not_stop_counting(
    clinic: Hospital, nurse: Principal
) -> None:
    quiet, loud = Authenticator(counts=False), Authenticator()
    register(clinic, nurse, quiet)
    register(clinic, nurse, loud)
    assert enter(clinic, quiet)
    assert enter(clinic, quiet)
    silent = replace(loud, counts=False, counter=0)
    assert refused(clinic, silent)[0] == "passkey-suspended"


def test_a_passkey_is_two_factors_for_an_administrator(hospital: Hospital) -> None:
    strict = Hospital(hospital.ledger, hospital.clock, policy=STRICT)
    system = strict.person("SYS1", Role.SYSTEM_ADMIN)
    assert system.must_add_second_factor
    key = Authenticator()
    passkey = register(strict, system, key)
    signed_in = enter(strict, key)
    strict.access.require(signed_in.principal, Action.ENROL_DEVICES)
    with pytest.raises(Unauthenticated, match="passkey-needed"):  # the password alone is one factor
        strict.sign_in("SYS1")
    assert strict.last()["result"] == "passkey-needed"
    strict.access.second_factor.remove(system.id, by=OPERATOR)
    assert strict.last()["details"] == {"codes": False, "passkeys": 1}
    with pytest.raises(Unauthenticated, match="passkey-failed"):
        enter(strict, key)
    assert strict.sign_in("SYS1").principal.must_add_second_factor
    assert passkey


def test_administrators_come_from_their_network_with_a_passkey_too(hospital: Hospital) -> None:
    policy = replace(STRICT, administrator_networks=(ip_network("10.1.0.0/16"),))
    strict = Hospital(hospital.ledger, hospital.clock, policy=policy)
    key = Authenticator()
    register(strict, strict.person("SYS1", Role.SYSTEM_ADMIN), key)
    assert refused(strict, key, "192.0.2.7") == ("passkey-failed", "wrong-network")
    assert enter(strict, key, "10.1.9.9")


def test_a_password_that_is_due_is_due_after_a_passkey_too(
    clinic: Hospital, nurse: Principal
) -> None:
    key = Authenticator()
    register(clinic, nurse, key)
    clinic.clock.advance(days=91)
    assert enter(clinic, key).principal.must_change_password
    clinic.access.staff.reset_password(nurse.id, by=OPERATOR)
    assert enter(clinic, key).principal.must_change_password


def test_a_closed_account_keeps_no_passkey(clinic: Hospital, nurse: Principal) -> None:
    key = Authenticator()
    register(clinic, nurse, key)
    clinic.access.staff.disable(nurse.id, by=OPERATOR)
    assert clinic.access.passkeys.own(nurse) == []
    assert refused(clinic, key) == ("passkey-failed", "unknown-passkey")
    clinic.access.staff.enable(nurse.id, by=OPERATOR)
    assert refused(clinic, key) == ("passkey-failed", "unknown-passkey")


@pytest.mark.parametrize("column", ["staff_id", "public_key", "counter", "suspended"])
def test_a_passkey_that_was_edited_by_hand_opens_nothing(
    clinic: Hospital, nurse: Principal, column: str
) -> None:
    key = Authenticator()
    register(clinic, nurse, key)
    values = {
        "staff_id": clinic.hire("SYS1", [Role.SYSTEM_ADMIN]),
        "public_key": b"another",
        "counter": 0,
        "suspended": clinic.clock.now,
    }
    with clinic.ledger.database.write() as connection:
        connection.execute(update(staff_passkey).values({column: values[column]}))
    with pytest.raises(Tampered):
        enter(clinic, key)
