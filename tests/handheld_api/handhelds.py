"""A small hospital with its handhelds, reached through HTTP as a PDA reaches it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from uuid6 import uuid7
from werkzeug.test import TestResponse

from access import OPERATOR, Description, Identity, Kind, Policy, Principal, Role
from app import create_app
from hospital import Hospital, open_hospital, prepare_database
from inventory import Definition, Flag
from ledger import Clock, DatabaseShelf, StoredEntry, stored_entries
from settings import Settings
from tests.access.hospital import CHEAP
from tests.support import ANTIBODY, CEPHALOSPORIN, GTIN, LOCATIONS, NOON, STENT, SYRINGE
from tests.trace.rows import hurry
from trace import EventKind, Recorder

PASSWORD = "Qing-he-2026"  # noqa: S105 -- of people who do not exist
PIN = "590284"
STENT_GTIN, SYRINGE_GTIN = "06934567890122", "06945678901232"
POLICY = Policy(hasher=CHEAP)
"""Passwords and PINs are hashed by the thousand here."""
API = "/api/handheld/v1"
IMPLANT = replace(STENT, identifiers=(f"https://id.gs1.org/01/{STENT_GTIN}",))
SYRINGES = replace(SYRINGE, identifiers=(f"https://id.gs1.org/01/{SYRINGE_GTIN}",))
MORPHINE_GTIN = "06956789012342"
MORPHINE = replace(
    ANTIBODY,
    code="N001",
    name="盐酸吗啡注射液",
    specification="10 mg × 10 支",
    identifiers=(f"https://id.gs1.org/01/{MORPHINE_GTIN}",),
    flags=frozenset({Flag.NARCOTIC}),
)
WANG = Identity(
    record_number="ZY20260915873", name="王秀兰", wristband="V-7701", ward="W07", bed="15"
)
STAFF: dict[str, tuple[Role, tuple[str, ...]]] = {
    "0417": (Role.WAREHOUSE, ("STORE",)),
    "0418": (Role.WAREHOUSE, ("STORE",)),
    "0419": (Role.WAREHOUSE, ("PHARM",)),
    "0533": (Role.PHARMACIST, ()),
    "1102": (Role.PHYSICIAN, ("W07",)),
    "2307": (Role.NURSE, ("W07",)),
    "3105": (Role.THEATRE, ("OR1",)),
}
STATIONS = {
    "STORE": "receiving",
    "PHARM": "pharmacy",
    "W07": "ward",
    "OR1": "theatre",
    "W08": "gate",
}


def box_code(serial: str, *, lot: str = "A2405", expiry: str = "271231", gtin: str = GTIN) -> str:
    """What a scanner sends for the DataMatrix of a box, of the antibody if nothing else is said."""
    return f"]d201{gtin}17{expiry}10{lot}\x1d21{serial}"


def settings(data: Path, url: str | None = None) -> Settings:
    """Settings with everything in one folder."""
    environment = {"MEDTRACE_DATA": str(data), "MEDTRACE_ORIGIN": "medtrace.example/test"}
    return Settings.from_environment(
        {**environment, "MEDTRACE_DATABASE_URL": url} if url else environment
    )


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the hospital's people and devices hold."""

    devices: dict[str, str]
    patient: str


def furnish(data: Path, clock: Clock, url: str | None = None) -> Tokens:
    """Make the hospital: catalogue, places, people, devices and one patient."""
    made = settings(data, url)
    prepare_database(made)
    house = open_hospital(made, clock, policy=POLICY)
    things = (ANTIBODY, CEPHALOSPORIN, IMPLANT, SYRINGES, MORPHINE, *LOCATIONS)
    house.recorder.record([Definition(id=uuid7(), time=NOON, thing=thing) for thing in things])
    for number in STAFF:
        hire(house, number)
    devices = {station: enrol(house, station, profile) for station, profile in STATIONS.items()}
    patient = house.access.patients.register(WANG, by=OPERATOR)
    house.close()
    return Tokens(devices, patient)


def hire(house: Hospital, number: str) -> None:
    """One of the staff."""
    role, places = STAFF[number]
    colleague(house, number, role, *places)


def colleague(
    house: Hospital, number: str, role: Role, *places: str, badge: str = "", pin: str = PIN
) -> None:
    """An account with a badge and a PIN."""
    account = house.access.staff.add(
        OPERATOR,
        number=number,
        name=f"员工 {number}",
        roles={role},
        places=places,
        password=PASSWORD,
        must_change=False,
    )
    house.access.badges.assign(account.staff_id, badge or f"BADGE-{number}", by=OPERATOR)
    owner = Principal(Kind.STAFF, account.staff_id, number, frozenset({role}), number=number)
    house.access.badges.set_pin(owner, pin, PASSWORD)


def enrol(house: Hospital, station: str, profile: str) -> str:
    """A device's token."""
    code = house.access.devices.enrolment_code(OPERATOR, station=station, profile=profile)
    return house.access.devices.enrol(code, Description(f"PDA {station}")).token


class Answer:
    """What came back."""

    def __init__(self, response: TestResponse) -> None:
        self.status_code = response.status_code
        self.headers = response.headers
        self.content_type = response.content_type
        self.content = response.get_data()
        response.close()

    @property
    def text(self) -> str:
        """The body as it came."""
        return self.content.decode()

    @property
    def json(self) -> Any:  # noqa: ANN401 -- whatever JSON says
        """The body, parsed."""
        return json.loads(self.content)


class Handheld:
    """One PDA, or somebody who only pretends to be one."""

    def __init__(self, client: FlaskClient, token: str | None = None) -> None:
        self._client = client
        self.headers: dict[str, str] = {}
        if token is not None:
            self.headers["Authorization"] = f"Bearer {token}"

    def post(self, path: str, body: object) -> Answer:
        """Send JSON."""
        return self.send(path, json.dumps(body).encode())

    def send(self, path: str, body: bytes, content_type: str = "application/json") -> Answer:
        """Send any bytes."""
        return self.ask("POST", path, data=body, content_type=content_type)

    def get(self, path: str) -> Answer:
        """Ask."""
        return self.ask("GET", path)

    def delete(self, path: str) -> Answer:
        """Take away."""
        return self.ask("DELETE", path)

    def photo(self, picture: bytes) -> Answer:
        """Send a photo."""
        return self.ask("POST", "/photo", data={"photo": (BytesIO(picture), "photo.png")})

    def ask(self, method: str, path: str, **more: Any) -> Answer:  # noqa: ANN401 -- as Flask's
        """Any request."""
        response = self._client.open(API + path, method=method, headers=self.headers, **more)
        return Answer(response)

    def sign_in(self, number: str) -> Handheld:
        """Somebody signs in with badge and PIN."""
        response = self.post("/session", {"badge": f"BADGE-{number}", "pin": PIN})
        assert response.status_code == 201, response.text
        self.headers["Medtrace-Session"] = response.json["session"]
        return self

    def record(self, *events: dict[str, Any]) -> list[dict[str, Any]]:
        """Send events; the outcomes."""
        response = self.post("/events", {"events": events})
        assert response.status_code == 200, response.text
        outcomes: list[dict[str, Any]] = response.json["outcomes"]
        return outcomes


def event(
    kind: EventKind, *scans: str | dict[str, Any], at: str = "STORE", **more: object
) -> dict[str, Any]:
    """An event as a handheld sends it; an operation with where in the body, and by whom."""
    operating = kind in {EventKind.IMPLANTED, EventKind.EXPLANTED}
    operation = {"site": "左髋关节", "surgeon": "0417"} if operating else {}
    return {
        "id": str(uuid7()),
        "kind": kind.value,
        "time": NOON.isoformat(),
        "things": [scan if isinstance(scan, dict) else {"scan": scan} for scan in scans],
        "location": at,
        **operation,
        **more,
    }


class House:
    """The hospital while it is open."""

    def __init__(self, data: Path, clock: Clock, tokens: Tokens, url: str | None = None) -> None:
        self.tokens = tokens
        self.hospital = open_hospital(settings(data, url), clock, policy=POLICY)
        hurry(self.hospital.database)
        self.app = create_app(self.hospital)

    def handheld(self, station: str, person: str | None = None) -> Handheld:
        """The PDA of a station; with somebody signed in."""
        found = Handheld(self.app.test_client(), self.tokens.devices[station])
        return found.sign_in(person) if person else found

    def stranger(self) -> Handheld:
        """Somebody who is not enrolled."""
        return Handheld(self.app.test_client())

    def events(self) -> list[dict[str, Any]]:
        """The events on record: what happened, not what was refused."""
        return self.entries("trace")

    def refusals(self) -> list[dict[str, Any]]:
        """The attempts that were refused, with the reason."""
        return self.entries("refusal")

    def entries(self, kind: str) -> list[dict[str, Any]]:
        """The entries of one kind that are about goods."""
        found = self.hospital.ledger.entries(0, self.hospital.ledger.head().size)
        return [
            {**each.event, "context": each.context}
            for each in found
            if each.kind == kind and each.event.get("type") == "ObjectEvent"
        ]

    def stored(self) -> Iterator[StoredEntry]:
        """Every entry as it is stored."""
        ledger = self.hospital.ledger
        url = ledger.database.engine.url.render_as_string(hide_password=False)
        return stored_entries(DatabaseShelf(url, ledger.ledger_id), ledger.head().size)

    @property
    def patient(self) -> UUID:
        """The pseudonym of the patient."""
        return UUID(self.tokens.patient)

    def close(self) -> None:
        """Shut the doors."""
        assert isinstance(self.hospital.recorder, Recorder)
        self.hospital.close()
