"""The demo's people: somebody for every role, and passwords that no source knows."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access import ADMINISTRATORS, OPERATOR, Description, Role
from demo import LOCATIONS, Credential, credentials
from demo.people import NURSES, PHARMACISTS, STAFF
from hospital import Hospital

SECRET = hashlib.sha256(b"demo").digest()


def test_every_role_has_a_person() -> None:
    roles = [role for person in STAFF.values() for role in person.roles]
    assert set(roles) == set(Role)


def test_everybody_works_at_places_there_are() -> None:
    codes = {place.code for place in LOCATIONS}
    assert all(place in codes for person in STAFF.values() for place in person.places)
    for place, number in (NURSES | PHARMACISTS).items():
        person = STAFF[number]
        assert place in codes
        assert not person.places or place in person.places


@given(st.binary(min_size=32, max_size=32))
def test_passwords_are_one_for_all_and_another_for_each_installation(secret: bytes) -> None:
    made = credentials(secret)
    assert len({each.password for each in made}) == 1
    assert made == credentials(secret)
    assert made[0].password != credentials(SECRET + b"x")[0].password
    assert made[0].password not in repr(made)
    for each in made:
        assert (each.badge is None) == (each.pin is None) == (not each.person.handheld)
        if each.pin is not None:
            assert each.pin not in repr(each)


def test_a_badge_and_a_pin_are_for_those_with_a_handheld() -> None:
    roles = {role for each in credentials(SECRET) if each.pin for role in each.person.roles}
    assert {Role.WAREHOUSE, Role.PHARMACIST, Role.NURSE, Role.THEATRE} <= roles


@pytest.fixture(scope="module")
def made(demo_house: Hospital) -> tuple[Credential, ...]:
    """What the seeded house's people sign in with."""
    return credentials(demo_house.settings.secret("demo-password"))


def test_everybody_signs_in_and_may_go_on(
    demo_house: Hospital, made: tuple[Credential, ...]
) -> None:
    for each in made:
        person = each.person
        signed_in = demo_house.access.sign_in.by_password(person.number, each.password)
        principal = signed_in.principal
        assert (principal.roles, principal.name) == (person.roles, person.name)
        assert not principal.must_change_password
        assert principal.must_add_second_factor == bool(person.roles & ADMINISTRATORS)


def test_badge_and_pin_sign_in_at_a_handheld(
    demo_house: Hospital, made: tuple[Credential, ...]
) -> None:
    devices = demo_house.access.devices
    code = devices.enrolment_code(OPERATOR, station="ZL2", profile="ward")
    enrolled = devices.enrol(code, Description("PDA 1", "MC3300", "0.1.0"))
    device = devices.principal(enrolled.token)
    for each in made:
        if each.badge and each.pin:
            signed_in = demo_house.access.sign_in.by_badge(each.badge, each.pin, device=device)
            assert signed_in.principal.number == each.person.number
