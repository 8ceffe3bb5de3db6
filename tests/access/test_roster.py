"""Accounts and devices looked up, on both engines."""

from __future__ import annotations

from datetime import timedelta

import pytest

from access import OPERATOR, Description, Principal, Role, Unauthenticated
from errors import Forbidden, Invalid, NotFound, Refused
from tests.access.hospital import Hospital


@pytest.fixture
def system(hospital: Hospital) -> Principal:
    return hospital.person("SYS1", Role.SYSTEM_ADMIN)


def numbers(hospital: Hospital, by: Principal, **wanted: object) -> list[str]:
    found = hospital.access.roster.page(by=by, **wanted)  # type: ignore[arg-type]
    return [account.number for account in found]


def test_accounts_are_found_by_number_name_and_role_page_by_page(
    hospital: Hospital, system: Principal
) -> None:
    for number in ("N1", "N2", "N10", "X_1", "XA1"):
        hospital.hire(number, [Role.NURSE])
    hospital.hire("P1", [Role.PHARMACIST, Role.QUALITY])
    assert numbers(hospital, system, query="n1") == ["N1", "N10"]
    assert numbers(hospital, system, query="员工 N2") == ["N2"]
    assert numbers(hospital, system, query="X_") == ["X_1"]  # no wildcard
    assert numbers(hospital, system, role=Role.QUALITY) == ["P1"]
    assert numbers(hospital, system, limit=2) == ["N1", "N10"]
    assert numbers(hospital, system, limit=2, after="N10") == ["N2", "P1"]
    assert numbers(hospital, system, query="'; DROP TABLE staff; --") == []
    for limit in (0, 201):
        with pytest.raises(Invalid):
            numbers(hospital, system, limit=limit)


def test_who_may_not_see_accounts_or_devices_is_refused_on_record(hospital: Hospital) -> None:
    nurse = hospital.person("N1", Role.NURSE, places=["W07"])
    access = hospital.access
    for look in (
        lambda: access.roster.page(by=nurse),
        lambda: access.roster.standing(nurse.id, by=nurse),
        lambda: access.fleet.page(by=nurse),
        lambda: access.fleet.one("0" * 36, by=nurse),
    ):
        with pytest.raises(Forbidden):
            look()
        assert hospital.last()["result"] == "forbidden"
    assert access.roster.own(nurse).account.number == "N1"


def test_how_an_account_stands(hospital: Hospital, system: Principal) -> None:
    staff_id = hospital.hire("N1", [Role.NURSE])
    hospital.sign_in("N1")
    hospital.access.badges.assign(staff_id, "BADGE-1", by=system)
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            hospital.sign_in("N1", "wrong")
    standing = hospital.access.roster.standing(staff_id, by=system)
    assert standing.locked_until == hospital.clock.now + timedelta(minutes=30)
    assert (standing.badge, standing.pin, standing.linked, standing.sessions) == (
        True,
        False,
        False,
        1,
    )
    hospital.access.badges.withdraw(staff_id, by=system)
    hospital.clock.advance(minutes=31)
    standing = hospital.access.roster.standing(staff_id, by=system)
    assert (standing.locked_until, standing.badge, standing.sessions) == (None, False, 0)
    with pytest.raises(NotFound):
        hospital.access.roster.standing("nobody", by=system)


def test_a_device_is_moved_and_renewed_and_keeps_its_id(
    hospital: Hospital, system: Principal
) -> None:
    access = hospital.access
    device, token = hospital.device("W07", "ward")
    access.fleet.move(device.id, station="PHARM", profile="pharmacy", by=system)
    moved = access.devices.principal(token)
    assert (moved.station, moved.profile and moved.profile.name) == ("PHARM", "pharmacy")
    first = access.fleet.renew(device.id, by=system)
    with pytest.raises(Unauthenticated, match="device-unknown"):
        access.devices.principal(token)
    code = access.fleet.renew(device.id, by=system)
    with pytest.raises(Unauthenticated, match="enrolment-code-wrong"):  # the newest counts
        access.devices.enrol(first, Description("PDA 1"))
    access.fleet.move(device.id, station="W08", profile="ward", by=system)
    enrolled = access.devices.enrol(code, Description("PDA 1, reset"))
    assert enrolled.device_id == device.id
    assert hospital.last()["details"] == {"profile": "ward", "station": "W08"}
    assert access.devices.principal(enrolled.token).station == "W08"
    (kept,) = access.fleet.page(by=system, query="reset")
    assert (kept.device.device_id, kept.keys) == (device.id, ())
    access.devices.revoke(device.id, by=system)
    for act in (
        lambda: access.fleet.renew(device.id, by=system),
        lambda: access.fleet.move(device.id, station="W07", profile="ward", by=system),
    ):
        with pytest.raises(Refused, match="device-revoked"):
            act()
    with pytest.raises(Invalid, match="profile-unknown"):
        access.fleet.move(device.id, station="W07", profile="king", by=OPERATOR)
