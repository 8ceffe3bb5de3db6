"""The one table of permissions, and the pure question that reads it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access import (
    ADMINISTRATORS,
    OPERATOR,
    PERMISSIONS,
    PROFILES,
    Action,
    Kind,
    Principal,
    Role,
    Scope,
    permits,
    permits_somewhere,
    scope_of,
)
from access.permissions import EVENTS, HOSPITAL_WIDE, markdown
from errors import Forbidden
from tests.access.hospital import Hospital
from texts import CATALOGUE

ROOT = Path(__file__).parents[2]


def staff(*roles: Role, places: tuple[str, ...] = (), **more: object) -> Principal:
    return Principal(
        Kind.STAFF,
        "1",
        "周敏",
        frozenset(roles),
        frozenset(places),
        **more,  # type: ignore[arg-type] # tests name fields of the dataclass
    )


def test_the_printed_table_is_the_table() -> None:
    assert (ROOT / "docs" / "permissions.md").read_text() == markdown()


def test_the_command_in_the_page_prints_the_page() -> None:
    page = (ROOT / "docs" / "permissions.md").read_text()
    code = page.split('python -c "')[1].split('"')[0]
    printed = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert printed.stdout == page


def test_every_action_has_a_row_and_every_role_a_name() -> None:
    assert set(PERMISSIONS) == set(Action)
    assert all(f"role-{role}" in CATALOGUE for role in Role)
    assert all(f"profile-{name}" in CATALOGUE for name in PROFILES)


@pytest.mark.parametrize(
    ("role", "action", "scope"),
    [
        (Role.NURSE, Action.ADMINISTER, Scope.PLACES),
        (Role.NURSE, Action.DISPENSE, None),
        (Role.NURSE, Action.ORDER_CARE, None),
        (Role.PHARMACIST, Action.ORDER_CARE, None),
        (Role.PHYSICIAN, Action.ORDER_CARE, Scope.PLACES),
        (Role.PHYSICIAN, Action.ADMINISTER, None),
        (Role.PHYSICIAN, Action.DISPENSE, None),
        (Role.NURSE, Action.IMPLANT, None),
        (Role.NURSE, Action.RELEASE, None),
        (Role.THEATRE, Action.IMPLANT, Scope.PLACES),
        (Role.PHARMACIST, Action.DISPENSE, Scope.PLACES),
        (Role.PHARMACIST, Action.OPEN_RECALL, Scope.HOSPITAL),
        (Role.WAREHOUSE, Action.RECEIVE, Scope.PLACES),
        (Role.WAREHOUSE, Action.SEE_PATIENTS, None),
        (Role.QUALITY, Action.CLOSE_RECALL, Scope.HOSPITAL),
        (Role.QUALITY, Action.ADMINISTER, None),
        (Role.AUDITOR, Action.VIEW_LEDGER, Scope.HOSPITAL),
        (Role.AUDITOR, Action.SEE_PATIENTS, None),
        (Role.SYSTEM_ADMIN, Action.READ_AUDIT, None),
        (Role.SYSTEM_ADMIN, Action.ASSIGN_ROLES, None),
        (Role.SYSTEM_ADMIN, Action.SEARCH, None),
        (Role.SECURITY_ADMIN, Action.READ_AUDIT, None),
        (Role.SECURITY_ADMIN, Action.MANAGE_STAFF, None),
        (Role.AUDIT_ADMIN, Action.READ_AUDIT, Scope.HOSPITAL),
        (Role.AUDIT_ADMIN, Action.MANAGE_STAFF, None),
    ],
)
def test_what_the_house_agreed_on(role: Role, action: Action, scope: Scope | None) -> None:
    assert scope_of(role, action) is scope


def test_administrators_touch_no_goods_and_see_no_patient() -> None:
    hands_off = EVENTS | {Action.SEE_PATIENTS, Action.FIND_PATIENTS, Action.REGISTER_PATIENTS}
    assert not [
        (role, action) for role in ADMINISTRATORS for action in hands_off if scope_of(role, action)
    ]


def test_only_the_audit_administrator_reads_the_audit_and_only_reads() -> None:
    assert set(PERMISSIONS[Action.READ_AUDIT]) == {Role.AUDIT_ADMIN}
    allowed = {action for action in Action if scope_of(Role.AUDIT_ADMIN, action)}
    assert allowed == {
        Action.READ_AUDIT,
        Action.VIEW_LEDGER,
        Action.SEE_STAFF,
        Action.SEE_DASHBOARD,
    }


def test_who_erases_does_not_hold_and_who_holds_does_not_erase() -> None:
    assert not set(PERMISSIONS[Action.ERASE_PATIENTS]) & set(PERMISSIONS[Action.HOLD_PATIENTS])


@given(
    role=st.sampled_from(Role),
    action=st.sampled_from(Action),
    places=st.frozensets(st.sampled_from(["W07", "W08", "OR1"])),
    place=st.none() | st.sampled_from(["W07", "W08", "OR1"]),
)
def test_one_role_may_exactly_what_the_table_says(
    role: Role, action: Action, places: frozenset[str], place: str | None
) -> None:
    scope = scope_of(role, action)
    at_place = place in places if places else role in HOSPITAL_WIDE
    expected = scope is Scope.HOSPITAL or (scope is Scope.PLACES and at_place)
    assert permits(staff(role, places=tuple(places)), action, place) is expected


@given(st.frozensets(st.sampled_from(Role)), st.sampled_from(Action))
def test_nobody_may_anything_before_a_due_change(roles: frozenset[Role], action: Action) -> None:
    assert not permits(staff(*roles, must_change_password=True), action, "W07")
    assert not permits(staff(*roles, must_add_second_factor=True), action, "W07")


@given(st.frozensets(st.sampled_from(Role)), st.sampled_from(Action), st.sampled_from(Role))
def test_a_further_role_takes_nothing_away(
    roles: frozenset[Role], action: Action, more: Role
) -> None:
    before = permits(staff(*roles, places=("W07",)), action, "W07")
    after = permits(staff(*roles, more, places=("W07",)), action, "W07")
    assert after or not before


def test_a_nurse_of_one_ward_can_not_act_for_another() -> None:
    nurse = staff(Role.NURSE, places=("W07",))
    assert permits(nurse, Action.ADMINISTER, "W07")
    assert not permits(nurse, Action.ADMINISTER, "W08")
    assert permits(nurse, Action.ADMINISTER, "W07-FRIDGE", ("W07", "H1"))
    assert not permits(nurse, Action.ADMINISTER, "W08-FRIDGE", ("W08", "H1"))


def test_a_place_bound_account_has_no_say_where_no_place_is_named() -> None:
    nurse = staff(Role.NURSE, places=("W07",))
    assert not permits(nurse, Action.ADMINISTER)
    assert permits_somewhere(nurse, Action.ADMINISTER)
    assert not permits_somewhere(nurse, Action.DISPENSE)


def test_without_places_some_roles_work_everywhere_and_others_nowhere() -> None:
    assert permits(staff(Role.PHARMACIST), Action.DISPENSE, "PHARM")
    assert not permits(staff(Role.NURSE), Action.ADMINISTER, "W07")


def test_no_role_may_nothing() -> None:
    assert not [action for action in Action if permits(staff(), action, "W07")]


def test_at_a_handheld_person_and_profile_must_both_say_yes() -> None:
    def at(station: str, profile: str, *roles: Role) -> Principal:
        return staff(*roles, device="d", station=station, profile=PROFILES[profile])

    pharmacist = at("W07", "ward", Role.PHARMACIST)
    assert permits(staff(Role.PHARMACIST), Action.DISPENSE, "W07")
    assert not permits(pharmacist, Action.DISPENSE, "W07")
    both = at("OR1", "theatre", Role.PHARMACIST, Role.THEATRE)
    assert not permits(both, Action.DISPENSE, "OR1")
    assert not permits(both, Action.RECEIVE, "STORE"), "a device acts at its own station only"
    assert permits(at("OR1", "theatre", Role.PHARMACIST), Action.RECEIVE, "OR1")


def test_a_device_alone_does_what_its_profile_leaves_unattended() -> None:
    device = Principal(Kind.DEVICE, "d", "PDA", station="W07", profile=PROFILES["ward"])
    assert not [action for action in Action if permits(device, action, "W07")]
    bare = Principal(Kind.DEVICE, "d", "PDA", station="W07")
    assert not [action for action in Action if permits(bare, action, "W07")]


def test_profiles_open_their_endpoints_and_no_others() -> None:
    gate = Principal(Kind.DEVICE, "d", "gate", station="W07", profile=PROFILES["gate"])
    assert gate.may_call("scan")
    assert not gate.may_call("events")
    assert staff(Role.NURSE).may_call("anything")


def test_the_operator_sees_no_patient_and_no_audit() -> None:
    for action in (Action.SEE_PATIENTS, Action.READ_AUDIT, Action.SEARCH):
        assert not permits(OPERATOR, action)


def test_what_was_tried_and_forbidden_is_on_record(clinic: Hospital) -> None:
    nurse = clinic.person("N2307", Role.NURSE, places=["W07"])
    clinic.access.require(nurse, Action.ADMINISTER, "W07")
    with pytest.raises(Forbidden) as caught:
        clinic.access.require(nurse, Action.ADMINISTER, "W08", address="10.1.2.3")
    assert (caught.value.code, caught.value.status) == ("forbidden", 403)
    event = clinic.last()
    assert (event["action"], event["object"], event["result"]) == ("administer", "W08", "forbidden")
    assert (event["by"], event["address"]) == (nurse.uri, "10.1.2.3")


def test_the_facade_knows_what_lies_in_what(clinic: Hospital) -> None:
    hospital = Hospital(clinic.ledger, clinic.clock, around=lambda code: [code.partition("-")[0]])
    nurse = hospital.person("N2307", Role.NURSE, places=["W07"])
    hospital.access.require(nurse, Action.ADMINISTER, "W07-FRIDGE")
    with pytest.raises(Forbidden):
        hospital.access.require(nurse, Action.ADMINISTER, "W08-FRIDGE")


def test_a_device_is_stopped_at_endpoints_outside_its_profile(clinic: Hospital) -> None:
    device, _ = clinic.device("GATE1", "gate")
    clinic.access.require_endpoint(device, "scan")
    with pytest.raises(Forbidden):
        clinic.access.require_endpoint(device, "events")
    assert (clinic.last()["action"], clinic.last()["object"]) == ("call", "events")
