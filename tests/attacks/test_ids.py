"""Guessing ids: every id in every address, of one's own hospital and of another's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

import pytest
from sqlalchemy import text
from uuid6 import uuid7

from access import OPERATOR, Description, Identity, Role
from app import create_app
from hospital import open_hospital
from inventory import Category, Definition, Product
from tests.attacks.doors import address_of, enrolled
from tests.support import NOON
from tests.web.house import SECRETS, House
from trace import Recorder

MANY = 40
PATIENT = Identity("HY-0001", "赵他院", "V-9001", "W07", "1", phone="13911112222")
OTHERS = (
    "他院专用药",
    "他院护士",
    "他院 PDA",
    *(value for _, value in PATIENT.identifiers()),
    PATIENT.name,
)


def addresses(house: House) -> Iterator[tuple[str, str]]:
    """Endpoint and address of every page that names something, with every id there may be."""
    cases = [f"RC-2026-{number:04}" for number in range(4)]
    for rule in house.app.url_map.iter_rules():
        if not rule.arguments or rule.endpoint in {"presentation.static", "log.resource"}:
            continue
        counted = [name for name in rule.arguments if name != "case_id"]
        for number in range(MANY if counted else len(cases)):
            values: dict[str, object] = dict.fromkeys(counted, number)
            if "case_id" in rule.arguments:
                values["case_id"] = cases[number % len(cases)]
            yield rule.endpoint, address_of(house, rule.endpoint, values)


@pytest.fixture
def neighbour(stocked: House) -> House:
    """Another hospital in the same database, with its own goods and patient."""
    settings = replace(stocked.hospital.settings, ledger_id=2, origin="medtrace.example/other")
    keys = settings.key_dir.with_name("keys-of-the-other")
    opened = open_hospital(replace(settings, key_dir=keys), stocked.clock)
    assert isinstance(opened.recorder, Recorder)
    product = Product("X001", "他院专用药", "1 g", Category.DRUG, "盒", "他院制药", identifiers=())
    opened.recorder.record([Definition(id=uuid7(), time=NOON, thing=product)])
    opened.access.patients.register(PATIENT, by=OPERATOR)
    opened.access.staff.add(OPERATOR, number="N9001", name="他院护士")
    code = opened.access.devices.enrolment_code(OPERATOR, station="W07", profile="ward")
    opened.access.devices.enrol(code, Description("他院 PDA"))
    return stocked


@pytest.mark.parametrize(
    "role",
    [
        Role.QUALITY,
        *(
            pytest.param(role, marks=pytest.mark.long)
            for role in (Role.PHARMACIST, Role.NURSE, Role.AUDIT_ADMIN)
        ),
    ],
)
def test_no_id_leads_into_another_hospital(neighbour: House, role: Role) -> None:
    browser = neighbour.enter("X1", role, places=["W07"])
    for endpoint, address in addresses(neighbour):
        page = browser.get(address).get_data(as_text=True)
        assert not [secret for secret in OTHERS if secret in page], (endpoint, address)


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        pytest.param(Role.AUDITOR, set(), marks=pytest.mark.long),
        (Role.NURSE, {"王秀兰"}),
        pytest.param(Role.WAREHOUSE, set(), marks=pytest.mark.long),
        pytest.param(Role.EQUIPMENT_OFFICE, set(), marks=pytest.mark.long),
        pytest.param(Role.SYSTEM_ADMIN, set(), marks=pytest.mark.long),
        pytest.param(Role.AUDIT_ADMIN, set(), marks=pytest.mark.long),
    ],
)
def test_no_id_shows_a_patient_to_whom_it_does_not_concern(
    stocked: House, role: Role, seen: set[str]
) -> None:
    browser = stocked.enter("X1", role, places=["W07"])
    for endpoint, address in addresses(stocked):
        page = browser.get(address).get_data(as_text=True)
        shown = {secret for secret in SECRETS if secret in page}
        assert shown <= seen, (endpoint, address)


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN])
def test_no_administrator_reaches_the_accounts_and_devices_of_another_hospital(
    neighbour: House, role: Role
) -> None:
    browser = neighbour.enter("X1", role)
    with neighbour.hospital.database.read() as connection:
        theirs = {
            name: connection.execute(text(f"SELECT {name} FROM {table} WHERE ledger_id = 2"))
            .scalars()
            .all()
            for name, table in (("staff_id", "staff"), ("device_id", "device"))
        }
    for path in ("/staff", "/devices"):
        page = browser.get(path).get_data(as_text=True)
        assert not [secret for secret in OTHERS if secret in page]
    form = {"station": "W07", "profile": "ward", "badge": "B1", "role": "nurse"}
    asked = 0
    for rule in neighbour.app.url_map.iter_rules():
        for name in rule.arguments & theirs.keys():
            for value in theirs[name]:
                asked += 1
                address = address_of(neighbour, rule.endpoint, {name: value})
                get = "GET" in (rule.methods or set())
                answer = browser.get(address) if get else browser.post(address, form)
                assert answer.status_code in {403, 404}, (rule.endpoint, answer.status_code)
    assert asked >= len(("one", "set_roles", "close", "one", "move", "revoke"))


def test_a_session_of_one_hospital_is_none_in_another(stocked: House) -> None:
    settings = replace(stocked.hospital.settings, ledger_id=2, origin="medtrace.example/other")
    keys = settings.key_dir.with_name("keys-of-the-other")
    other = create_app(open_hospital(replace(settings, key_dir=keys), stocked.clock))
    cookie = stocked.enter("Q1", Role.QUALITY).client.get_cookie("medtrace_session")
    assert cookie is not None
    client = other.test_client()
    client.set_cookie("medtrace_session", cookie.value)
    assert client.get("/recalls").status_code == 303
    token = enrolled(stocked, "W07", "ward").token
    answer = client.get("/api/handheld/v1/device", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "value",
    ["-1", "1e9", "9" * 30, "1.0", "1%00", "..", "%2e%2e", "1;2", "1'--", "null"],
)
def test_what_is_no_id_is_not_found(stocked: House, value: str) -> None:
    browser = stocked.enter("Q1", Role.QUALITY)
    for place in ("units", "lots", "products", "recalls", "ledger"):
        answer = browser.get(f"/{place}/{quote(value, safe='%')}")
        assert answer.status_code in {404, 308}, (place, answer.status_code)


def test_pseudonyms_are_not_guessed_at_the_handheld(stocked: House) -> None:
    stocked.hire("N7", Role.NURSE, places=["W07"])
    ward = enrolled(stocked, "W07", "ward").sign_in("N7")
    for band in ("V-7702", "ZY20260911002", "V-770_", "V-77%", "*", "V-7701' OR '1'='1"):
        answer = ward.call("POST", "/patient", {"wristband": band})
        assert answer.status_code in {403, 404}, band
        assert not any(secret in answer.get_data(as_text=True) for secret in SECRETS)
