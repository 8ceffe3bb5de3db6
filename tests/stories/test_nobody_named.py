"""A day at the demo hospital with the service's log at its most talkative: no patient is named.

People type names and numbers into every box, scan wristbands, look patients up for a recall. What
the service logs, the addresses in it, and every entry of the ledger are then searched for whatever
identifies any patient of the house.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from uuid6 import uuid7

from access import Identity, Kind, Policy, Principal, Purpose, Role
from demo import Credential, HistoryClock, seed
from hospital import Hospital, open_hospital, prepare_database
from ledger import Entry
from settings import Settings
from tests.access.hospital import CHEAP
from tests.stories.people import API
from tests.stories.serving import WebServer, environment, medtrace

_CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
_WARD = "ward"


@dataclass(frozen=True, slots=True)
class Day:
    """The demo hospital before its day begins."""

    env: dict[str, str]
    folder: Path
    people: list[Credential]
    patients: dict[str, Identity]

    def somebody(self, role: Role) -> Credential:
        """One of the staff who works as this."""
        return next(each for each in self.people if role in each.person.roles)


def identities(house: Hospital) -> dict[str, Identity]:
    """Every patient of the house, by pseudonym, as somebody may read them who works a recall."""
    reader = Principal(Kind.STAFF, "reader", "reader", frozenset({Role.QUALITY}))
    with house.database.read() as connection:
        rows = connection.execute(text("SELECT pseudonym FROM patient")).scalars()
        pseudonyms = [f"urn:uuid:{_uuid(bytes(row).hex())}" for row in rows]
    found = house.access.patients.identify_many(pseudonyms, by=reader, reason=Purpose.QUALITY)
    return {pseudonym: identity for pseudonym, identity in found.items() if identity is not None}


def _uuid(digits: str) -> str:
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    """The demo hospital, founded as `medtrace serve --demo` does it."""
    tmp_path = tmp_path_factory.mktemp("day")
    env = environment(tmp_path / "data", MEDTRACE_LOG_LEVEL="DEBUG")
    settings = Settings.from_environment(env)
    prepare_database(settings)
    clock = HistoryClock(datetime.now(UTC))
    house = open_hospital(settings, clock, policy=Policy(hasher=CHEAP))
    people = list(seed(house, clock))
    patients = identities(house)
    house.close()
    assert len(patients) > 100
    return Day(env, tmp_path, people, patients)


def test_no_log_line_no_address_and_no_entry_names_a_patient(day: Day) -> None:
    with WebServer(env=day.env, cwd=day.folder / "server") as server:
        _at_a_desk(day, server)
        _at_a_handheld(day, server)
        assert server.stop() == 0
        said = server.output
    assert "/recalls/" in said
    assert f"{API}/patient" in said
    house = open_hospital(Settings.from_environment(day.env))
    entries = house.ledger.entries(0, house.ledger.head().size)
    house.close()
    written = [json.dumps([each.event, each.context], ensure_ascii=False) for each in entries]
    looked = [each for each in entries if each.event.get("action") == "see_patients"]
    assert len(looked) > len(day.patients), "the day's own look-ups are on record"
    for identity in day.patients.values():
        _is_nowhere(identity, said, written)
    tails = {identity.display.tail for identity in day.patients.values()}
    assert not tails & set(_told(entries)), "no tail is a word of what was written about people"
    assert not tails & set(re.findall(r"(?<=[\s\"'=])[^\s\"'&]+", said)), "nor of a log line"


def _is_nowhere(identity: Identity, said: str, written: list[str]) -> None:
    for secret in (identity.name, identity.record_number, identity.wristband, identity.phone):
        if secret:
            assert secret not in said, "in the log"
            assert not [line for line in written if secret in line], "in the ledger"


def _told(entries: Sequence[Entry]) -> Iterator[str]:
    """Every word where a tail could only be a patient's: not among staff numbers and serials."""
    for entry in entries:
        yield from _texts(
            entry.event if entry.kind == "access" else entry.event.get("medtrace:note")
        )


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield from value.split()
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _at_a_desk(day: Day, server: WebServer) -> None:
    """Names and numbers in every box, a recall, and who its patients are."""
    quality = day.somebody(Role.QUALITY)
    some = list(day.patients.values())[:20]
    with httpx.Client(base_url=server.url, timeout=60, follow_redirects=True) as browser:
        token = _token(browser, "/sign-in")
        form = {"number": quality.person.number, "password": quality.password}
        assert browser.post("/sign-in", data={"csrf_token": token, **form}).status_code == 200
        for identity in some:
            for word in (identity.name, identity.record_number, identity.wristband):
                browser.get("/search", params={"q": word})
                browser.get("/recalls/new", params={"product": word})
                browser.post(
                    "/sign-in", data={"csrf_token": token, "number": word, "password": word}
                )
                browser.get("/recalls", params={"lot": word}, headers={"Referer": "/recalls"})
        for case in set(re.findall(r'href="(/recalls/RC-[^"/]+)"', browser.get("/recalls").text)):
            token = _token(browser, case)
            asked = {"csrf_token": token, "reason": Purpose.PATIENT_SAFETY.value}
            names = browser.post(f"{case}/patients", data=asked)
            assert any(each.name in names.text for each in day.patients.values())


def _token(browser: httpx.Client, path: str) -> str:
    found = _CSRF.search(browser.get(path).text)
    assert found
    return found.group(1)


def _at_a_handheld(day: Day, server: WebServer) -> None:
    """Wristbands known and unknown, identities where none belong, an event for a patient."""
    nurse = next(
        each for each in day.people if Role.NURSE in each.person.roles and each.badge and each.pin
    )
    station = min(nurse.person.places)
    words = ("enrol", "--station", station, "--profile", _WARD)
    code = medtrace(*words, env=day.env, cwd=day.folder / "admin").stdout.split()[-1]
    with httpx.Client(base_url=server.url + API, timeout=60) as handheld:

        def send(path: str, body: object) -> httpx.Response:
            return handheld.post(path, json=body)

        token = send("/enrolment", {"code": code, "name": f"PDA {station}"}).json()["token"]
        handheld.headers["Authorization"] = f"Bearer {token}"
        session = send("/session", {"badge": nurse.badge, "pin": nurse.pin}).json()["session"]
        handheld.headers["Medtrace-Session"] = session
        everybody = sorted(day.patients.values(), key=lambda each: each.ward != station)
        answers = {
            send("/patient", {"wristband": each.wristband or "-"}).status_code
            for each in everybody[:40]
        }
        assert 200 in answers, "one of them lies in the nurse's ward"
        pseudonym, identity = next(iter(day.patients.items()))
        for word in (identity.name, identity.record_number, identity.wristband):
            send("/scan", {"raw": word})
            send("/session", {"badge": word, "pin": word[:12]})
            send("/patient", {"wristband": word, "name": word})
            send("/events", {"events": [{"patient": word}], word: word})
        told = {
            "id": str(uuid7()),
            "kind": "administered",
            "time": datetime.now(UTC).isoformat(),
            "things": [{"scan": "(01)06901234567892(17)271231(10)A1(21)1"}],
            "location": station,
            "patient": pseudonym,
        }
        assert send("/events", {"events": [told]}).status_code == 200


def test_a_name_in_the_log_would_be_found(day: Day) -> None:
    """The search itself: it finds what it looks for."""
    identity = next(iter(day.patients.values()))
    with pytest.raises(AssertionError, match="in the log"):
        _is_nowhere(identity, f"GET /search?q={identity.name}", [])
    with pytest.raises(AssertionError, match="in the ledger"):
        _is_nowhere(identity, "", [f'{{"note":"{identity.record_number}"}}'])
