"""Accounts: made, given roles, closed; three administrators who can't become one another."""

from __future__ import annotations

from itertools import combinations

import pytest
from sqlalchemy import text

from access import ADMINISTRATORS, OPERATOR, Label, Role, Tampered, Unauthenticated
from access.passwords import check_password, check_pin
from errors import Conflict, Forbidden, Invalid, NotFound, Refused
from tests.access.hospital import PASSWORD, POLICY, Hospital

NOBODY = "00000000-0000-7000-8000-000000000000"


def test_an_account_is_made_and_on_record(hospital: Hospital) -> None:
    made = hospital.access.staff.add(
        OPERATOR, number="n2307", name=" 周敏 ", roles=[Role.NURSE], places=["W07"]
    )
    (account,) = hospital.access.staff.list(by=OPERATOR)
    assert (account.number, account.name, account.must_change) == ("N2307", "周敏", True)
    assert hospital.access.staff.names(["N2307", "N9", "\x00"]) == {"N2307": "周敏"}
    event = hospital.last()
    assert event["object"] == f"urn:medtrace:staff:{made.staff_id}"
    assert event["details"] == {"roles": ["nurse"], "places": ["W07"]}
    assert "周敏" not in str(event)


def test_made_up_passwords_meet_the_policy_and_are_not_shown_by_chance(clinic: Hospital) -> None:
    made = [
        clinic.access.staff.add(OPERATOR, number=f"N{number}", name="周敏") for number in range(50)
    ]
    assert len({account.password for account in made}) == 50
    for account in made:
        assert account.password is not None
        check_password(POLICY, account.password, "N2307")
        assert account.password not in repr(account)


def test_a_number_is_taken_once(hospital: Hospital) -> None:
    hospital.hire("N2307")
    with pytest.raises(Conflict, match="staff-number-taken"):
        hospital.hire("n2307")


@pytest.mark.parametrize("number", ["", " ", "工号", "N 2307", "N'2307", "N\x00", "-1", "N" * 33])
def test_a_number_has_a_form(clinic: Hospital, number: str) -> None:
    with pytest.raises(Invalid):
        clinic.hire(number)


@pytest.mark.parametrize("name", ["", "  ", "周\x00敏", "周\n敏", "\ud800", "周" * 201])
def test_a_name_has_a_form(clinic: Hospital, name: str) -> None:
    with pytest.raises(Invalid):
        clinic.access.staff.add(OPERATOR, number="N1", name=name)


@pytest.mark.parametrize("pair", list(combinations(sorted(ADMINISTRATORS), 2)))
def test_nobody_is_administrator_of_two_kinds(clinic: Hospital, pair: tuple[Role, Role]) -> None:
    with pytest.raises(Refused, match="roles-exclusive"):
        clinic.hire("A1", pair)
    staff_id = clinic.hire("A2", pair[:1])
    with pytest.raises(Refused, match="roles-exclusive"):
        clinic.access.staff.set_roles(staff_id, pair, by=OPERATOR)


def test_the_system_administrator_makes_accounts_and_security_gives_roles(
    clinic: Hospital,
) -> None:
    system = clinic.person("SYS1", Role.SYSTEM_ADMIN)
    security = clinic.person("SEC1", Role.SECURITY_ADMIN)
    add, set_roles = clinic.access.staff.add, clinic.access.staff.set_roles
    with pytest.raises(Forbidden):
        add(system, number="N2307", name="周敏", roles=[Role.NURSE])
    with pytest.raises(Forbidden):
        add(security, number="N2307", name="周敏")
    made = add(system, number="N2307", name="周敏")
    with pytest.raises(Forbidden):
        set_roles(made.staff_id, [Role.NURSE], by=system)
    set_roles(made.staff_id, [Role.NURSE], ["W07"], by=security)
    assert clinic.last()["details"] == {
        "before": {"roles": [], "places": []},
        "after": {"roles": ["nurse"], "places": ["W07"]},
    }
    results = [event["result"] for event in clinic.trail()[-5:]]
    assert results == ["forbidden", "forbidden", "ok", "forbidden", "ok"]


def test_nobody_changes_their_own_rights(clinic: Hospital) -> None:
    security = clinic.person("SEC1", Role.SECURITY_ADMIN)
    with pytest.raises(Refused, match="own-rights"):
        clinic.access.staff.set_roles(security.id, [Role.SYSTEM_ADMIN], by=security)
    assert clinic.last()["result"] == "own-rights"


def test_nobody_becomes_an_administrator_by_resetting_their_password(clinic: Hospital) -> None:
    system = clinic.person("SYS1", Role.SYSTEM_ADMIN)
    audit = clinic.hire("AUD1", [Role.AUDIT_ADMIN])
    staff = clinic.access.staff
    for act in (staff.reset_password, staff.disable, staff.enable):
        with pytest.raises(Forbidden):
            act(audit, by=system)
    assert staff.reset_password(audit, by=OPERATOR)


def test_a_reset_password_must_be_changed_and_ends_sessions(hospital: Hospital) -> None:
    staff_id = hospital.hire("N2307", [Role.NURSE], ["W07"])
    token = hospital.sign_in("N2307").token
    password = hospital.access.staff.reset_password(staff_id, by=OPERATOR)
    with pytest.raises(Unauthenticated):
        hospital.access.sessions.principal(token)
    with pytest.raises(Unauthenticated):
        hospital.sign_in("N2307", PASSWORD)
    assert hospital.sign_in("N2307", password).principal.must_change_password
    assert password not in str(hospital.trail())


def test_a_closed_account_keeps_no_secret(hospital: Hospital) -> None:
    staff_id = hospital.hire("N2307", [Role.NURSE], ["W07"])
    principal = hospital.sign_in("N2307").principal
    hospital.access.badges.assign(staff_id, "B-1", by=OPERATOR)
    hospital.access.second_factor.begin(principal)
    hospital.access.staff.disable(staff_id, by=OPERATOR)
    with hospital.ledger.database.read() as connection:
        for table in ("staff_password", "staff_totp", "staff_badge", "session"):
            rows = connection.execute(text(f"SELECT count(*) FROM {table}"))
            assert rows.scalar() == 0, table
    password = hospital.access.staff.enable(staff_id, by=OPERATOR)
    assert hospital.sign_in("N2307", password).principal.must_change_password


@pytest.mark.parametrize("staff_id", [NOBODY, "", "x", "\x00", "\ud800", "' OR 1=1"])
def test_unknown_accounts_are_not_found(hospital: Hospital, staff_id: str) -> None:
    staff = hospital.access.staff
    with pytest.raises(NotFound):
        staff.set_roles(staff_id, [Role.NURSE], by=OPERATOR)
    for act in (staff.reset_password, staff.disable, staff.enable, staff.unlock):
        with pytest.raises(NotFound):
            act(staff_id, by=OPERATOR)
    with pytest.raises(NotFound):
        hospital.access.badges.assign(staff_id, "B-1", by=OPERATOR)


def test_a_failed_act_leaves_neither_row_nor_entry(hospital: Hospital) -> None:
    hospital.hire("N2307")
    before = len(hospital.trail())
    with pytest.raises(Conflict):
        hospital.hire("N2307")
    assert len(hospital.trail()) == before


@pytest.mark.parametrize(
    "change",
    [
        "roles = '[\"security_admin\"]'",
        "places = '[]'",
        "number = 'N1'",
        "must_change = NOT must_change",
        "disabled = 1",
        "name = '别人'",
    ],
)
def test_rights_edited_by_hand_make_the_account_useless(hospital: Hospital, change: str) -> None:
    hospital.hire("N2307", [Role.NURSE], ["W07"])
    token = hospital.sign_in("N2307").token
    with hospital.ledger.database.write() as connection:
        connection.execute(text(f"UPDATE staff SET {change}"))
    with pytest.raises(Tampered, match="row-tampered"):
        hospital.access.sessions.principal(token)


def test_a_password_copied_from_another_account_does_not_open(hospital: Hospital) -> None:
    mine, theirs = hospital.hire("N1"), hospital.hire("N2", password="An-other-pass-1")  # noqa: S106 -- invented
    move = text(
        "UPDATE staff_password SET hash = (SELECT hash FROM staff_password WHERE staff_id = :mine)"
        " WHERE staff_id = :theirs"
    )
    with hospital.ledger.database.write() as connection:
        connection.execute(move, {"mine": mine, "theirs": theirs})
    with pytest.raises(Tampered):
        hospital.sign_in("N2", PASSWORD)


def test_no_hash_is_stored_in_the_clear(hospital: Hospital) -> None:
    hospital.hire("N2307")
    with hospital.ledger.database.read() as connection:
        (stored,) = connection.execute(text("SELECT hash FROM staff_password")).scalars()
    assert b"argon2" not in bytes(stored)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("Short-1", "password-length"),
        ("L" * 100 + "l1-" * 10, "password-length"),
        ("onlylowercase", "password-classes"),
        ("lowerandUPPER", "password-classes"),
        ("aaaaaAAAAA111", "password-simple"),
        ("xN2307x-Yq8", "password-name"),
        ("xｎ2307x-Yq8", "password-name"),
        ("Zhou-周敏-2026", "password-name"),
    ],
)
def test_weak_passwords_are_told_why(password: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_password(POLICY, password, "N2307", "周敏")
    assert (caught.value.code, caught.value.field) == (code, "password")


@pytest.mark.parametrize(
    "password", ["Qing-he-2026", "correct horse Battery", "密码安全很重要Aa12"]
)
def test_good_passwords_pass(password: str) -> None:
    check_password(POLICY, password, "N2307", "周敏")


@pytest.mark.parametrize(
    ("pin", "code"),
    [
        ("12345", "pin-form"),
        ("1234567", "pin-form"),
        ("12a456", "pin-form"),
        ("１２３４５６", "pin-form"),
        ("", "pin-form"),
        ("111111", "pin-simple"),
        ("123456", "pin-simple"),
        ("987654", "pin-simple"),
    ],
)
def test_weak_pins_are_told_why(pin: str, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        check_pin(pin)


def test_pages_say_number_and_work_of_people_not_their_names(hospital: Hospital) -> None:
    staff_id = hospital.hire("N2307", [Role.NURSE], ["W07"])
    label = Label("N2307", frozenset({Role.NURSE}))
    uri = f"urn:medtrace:staff:{staff_id}"
    asked = ["N2307", uri, "N9", "urn:medtrace:staff:\x00", "urn:medtrace:operator", "\x00"]
    assert hospital.access.staff.labels(asked) == {"N2307": label, uri: label}
