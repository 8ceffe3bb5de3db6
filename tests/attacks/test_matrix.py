"""Every role at every door: what opens is what the table of permissions says, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Any

import pytest

from access import PERMISSIONS, PROFILES, SIGNATURES, Action, Role, Scope
from tests.attacks.doors import (
    ANYBODY,
    API,
    API_OPEN,
    EVENTS,
    HANDHELD,
    INSIDE,
    LOOKS,
    PAGES,
    Handheld,
    address_of,
    enrolled,
    told,
)
from tests.web.house import House
from trace import EventKind

WARD = "W07"
SIGN_OUT = {"sign_in.sign_out", "everywhere.sign_out"}
SAMPLES: dict[str, object] = {"case_id": "RC-2026-0001", "path": "checkpoint"}
SAMPLES |= {"filename": "base.css"}


def test_no_door_is_missing_from_the_table(house: House) -> None:
    pages, calls = set(), set()
    for rule in house.app.url_map.iter_rules():
        if rule.rule.startswith(API):
            methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            calls |= {(method, rule.rule.removeprefix(API)) for method in methods}
        elif rule.endpoint not in API_OPEN:
            pages.add(rule.endpoint)
    assert pages - PAGES.keys() == set()
    assert calls - HANDHELD.keys() == {("POST", "/enrolment")}
    assert HANDHELD.keys() - calls == set()
    assert set(EVENTS) == set(EventKind)


def test_every_listed_page_is_there(house: House) -> None:
    there = {rule.endpoint for rule in house.app.url_map.iter_rules()}
    assert PAGES.keys() - there == {"oidc.begin", "oidc.callback"}  # no provider is configured


def scope(role: Role, action: Action) -> Scope | None:
    return PERMISSIONS[action].get(role)


@pytest.mark.parametrize("role", list(Role))
def test_every_page_opens_to_whom_the_table_names(stocked: House, role: Role) -> None:
    browser = stocked.enter("X1", role, places=[WARD])
    for rule in stocked.app.url_map.iter_rules():
        needed = PAGES.get(rule.endpoint)
        if needed is None or rule.endpoint in SIGN_OUT:
            continue
        values = {name: SAMPLES.get(name, 1) for name in rule.arguments}
        address = address_of(stocked, rule.endpoint, values)
        get = "GET" in (rule.methods or set())
        answer = browser.get(address) if get else browser.post(address)
        opens = needed in {ANYBODY, INSIDE} or all(
            scope(role, Action(action)) is not None for action in needed
        )
        assert (answer.status_code != 403) is opens, (rule.endpoint, role, answer.status_code)


def pairs(profiles: Iterable[str]) -> list[Any]:
    """Every role at every profile; what the short run leaves out still meets both of the pair."""
    every = product(enumerate(Role), enumerate(profiles))
    return [
        pytest.param(role, profile, marks=pytest.mark.long if (row + column) % 3 else ())
        for (row, role), (column, profile) in every
    ]


@pytest.mark.parametrize(("role", "profile"), pairs(PROFILES))
def test_every_call_opens_to_whom_table_and_profile_name(
    stocked: House, role: Role, profile: str
) -> None:
    stocked.hire("X1", role, places=[WARD])
    handheld = enrolled(stocked, WARD, profile).sign_in("X1")
    endpoints = PROFILES[profile].endpoints
    for (method, path), name in HANDHELD.items():
        if name in {"sign_in", "sign_out", "roll"}:
            continue
        answer = handheld.call(method, path, {"wristband": "V-7701"} if name == "patient" else None)
        may = name in endpoints
        if name == "patient":
            may = may and all(
                allowed(role, profile, action)
                for action in (Action.FIND_PATIENTS, Action.SEE_PATIENTS)
            )
        if (method, path) in LOOKS:
            may = may and allowed(role, profile, LOOKS[method, path])
        assert (answer.status_code != 403) is may, (name, answer.json)


@pytest.mark.parametrize(("role", "profile"), pairs(each for each in PROFILES if each != "gate"))
def test_every_event_is_taken_from_whom_table_and_profile_name(
    stocked: House, role: Role, profile: str
) -> None:
    patient = "urn:uuid:00000000-0000-4000-8000-000000000001"
    stocked.hire("X1", role, places=[WARD])
    handheld = enrolled(stocked, WARD, profile).sign_in("X1")
    for kind, action in EVENTS.items():
        answer = handheld.call("POST", "/events", told(kind, WARD, patient))
        expected = (
            403 if not allowed(role, profile, action) else 409 if SIGNATURES.get(action) else 200
        )
        assert answer.status_code == expected, (kind, answer.json)


def allowed(role: Role, profile: str, action: Action) -> bool:
    """What table and profile say of somebody bound to the ward where it happens."""
    return scope(role, action) is not None and action in PROFILES[profile].actions


@pytest.mark.parametrize("kind", list(EVENTS))
def test_a_nurse_of_one_ward_does_nothing_in_another(stocked: House, kind: EventKind) -> None:
    stocked.hire("N7", Role.NURSE, places=["W07"])
    there = enrolled(stocked, "W08", "ward").sign_in("N7")
    names = {"W08": there, "W07": enrolled(stocked, "W07", "ward").sign_in("N7")}
    patient = "urn:uuid:00000000-0000-4000-8000-000000000001"
    for at, handheld in names.items():  # at the other ward's device, and from her own
        answer = handheld.call("POST", "/events", told(kind, "W08", patient))
        assert (answer.status_code, answer.json and answer.json["code"]) == (403, "forbidden"), at


def test_a_nurse_of_one_ward_finds_no_patient_of_another(stocked: House) -> None:
    stocked.hire("N7", Role.NURSE, places=["W07"])
    for station in ("W07", "W08"):
        handheld = enrolled(stocked, station, "ward").sign_in("N7")
        answer = handheld.call("POST", "/patient", {"wristband": "V-7702"})
        assert answer.status_code == 403
        assert "李建国" not in answer.get_data(as_text=True)


def test_a_device_does_no_other_profiles_work(stocked: House) -> None:
    stocked.hire("P1", Role.PHARMACIST)
    ward = enrolled(stocked, "PHARM", "ward").sign_in("P1")
    pharmacy = enrolled(stocked, "PHARM", "pharmacy").sign_in("P1")
    patient = "urn:uuid:00000000-0000-4000-8000-000000000001"
    batch = told(EventKind.DISPENSED, "PHARM", patient, to="W07")
    assert ward.call("POST", "/events", batch).status_code == 403
    assert pharmacy.call("POST", "/events", batch).status_code == 200


def test_a_device_with_nobody_at_it_does_nothing_that_takes_a_person(stocked: House) -> None:
    alone = enrolled(stocked, WARD, "ward")
    for (method, path), name in HANDHELD.items():
        if name in {"me", "sign_out", "patient", "events"}:
            assert alone.call(method, path).status_code == 401, name


def test_a_session_of_a_desk_is_none_at_a_device_and_the_other_way(stocked: House) -> None:
    browser = stocked.enter("P1", Role.PHARMACIST)
    cookie = browser.client.get_cookie("medtrace_session")
    assert cookie is not None
    handheld = enrolled(stocked, "PHARM", "pharmacy").sign_in("P1")
    other = Handheld(stocked.app.test_client(), handheld.token, cookie.value)
    assert other.call("GET", "/session").status_code == 401
    stranger = stocked.browser()
    stranger.client.set_cookie("medtrace_session", handheld.session)
    assert stranger.get("/").status_code == 303
