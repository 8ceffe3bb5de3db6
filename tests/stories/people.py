"""Who and what the story is about: a small hospital, its people at handhelds and at desks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
from uuid6 import uuid7

from access import OPERATOR, Role
from hospital import open_hospital
from settings import Settings
from tests.handheld_api.handhelds import PASSWORD, PIN, furnish
from tests.stories.serving import medtrace
from trace import EventKind

API = "/api/handheld/v1"
DESK = {"0417": Role.WAREHOUSE, "5101": Role.QUALITY}
_CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


def now() -> datetime:
    """The time."""
    return datetime.now(UTC)


def found_hospital(data: Path, url: str | None) -> str:
    """Make the hospital in its folder and database; the pseudonym of its patient.

    Catalogue, places, people and the patient come from the program's own faces: no door for them
    is open to handhelds. The devices of the story are enrolled by the story.
    """
    tokens = furnish(data, now, url)
    environ = {"MEDTRACE_DATA": str(data), "MEDTRACE_DATABASE_URL": url or ""}
    house = open_hospital(Settings.from_environment(environ), now)
    house.access.staff.add(
        OPERATOR,
        number="5101",
        name="质控员",
        roles={Role.QUALITY},
        password=PASSWORD,
        must_change=False,
    )
    house.close()
    return tokens.patient


class Handheld:
    """A PDA that is enrolled by the administrator's command and somebody who signs in at it."""

    def __init__(
        self, client: httpx.Client, station: str, profile: str, env: Mapping[str, str], cwd: Path
    ) -> None:
        self._client = client
        self.station = station
        words = ("enrol", "--station", station, "--profile", profile)
        code = medtrace(*words, env=env, cwd=cwd).stdout.split()[-1]
        enrolled = self._send("/enrolment", {"code": code, "name": f"PDA {station}"}, 201)
        self.headers = {"Authorization": f"Bearer {enrolled['token']}"}

    headers: Mapping[str, str] = {}

    def sign_in(self, number: str) -> None:
        """By badge and PIN."""
        session = self._send("/session", {"badge": f"BADGE-{number}", "pin": PIN}, 201)
        self.headers = {**self.headers, "Medtrace-Session": session["session"]}

    def upload(self, picture: bytes) -> httpx.Response:
        """Send a photo, or what pretends to be one."""
        return self._client.post(
            f"{API}/photo", files={"photo": ("label.png", picture)}, headers=self.headers
        )

    def photograph(self, picture: bytes) -> dict[str, Any]:
        """Take a photo of one symbol; its reading."""
        response = self.upload(picture)
        assert response.status_code == 200, response.text
        (symbol,) = response.json()["symbols"]
        assert not symbol["uncertain"]
        reading: dict[str, Any] = symbol["reading"]
        return reading

    def wristband(self, band: str) -> str:
        """The pseudonym of who wears it."""
        patient: str = self._send("/patient", {"wristband": band})["patient"]
        return patient

    def record(self, kind: EventKind, *things: dict[str, Any], **more: object) -> dict[str, Any]:
        """Say what happened here, now; the outcome."""
        event = {
            "id": str(uuid7()),
            "kind": kind.value,
            "time": now().isoformat(),
            "things": things,
            "location": self.station,
            **more,
        }
        (outcome,) = self._send("/events", {"events": [event]})["outcomes"]
        assert self._send("/events", {"events": [event]})["outcomes"][0]["outcome"] in {
            "already-recorded",
            "refused",
        }
        answer: dict[str, Any] = outcome
        return answer

    def _send(self, path: str, body: object, status: int = 200) -> dict[str, Any]:
        response = self._client.post(API + path, json=body, headers=self.headers)
        assert response.status_code == status, response.text
        answer: dict[str, Any] = response.json()
        return answer


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as a reader sees it.

    Args:
        url: where it is.
        text: its words, tags left out.
        forms: of every form the address and what its fields hold.
        html: as it came.
    """

    url: str
    text: str
    forms: tuple[tuple[str, dict[str, str]], ...]
    html: str


class Desk:
    """A browser at a desk."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(
            base_url=url, timeout=60, follow_redirects=True, headers={"Accept-Language": "zh"}
        )

    def close(self) -> None:
        """Close the browser."""
        self._client.close()

    def sign_in(self, number: str) -> Sheet:
        """By staff number and password."""
        return self.send("/sign-in", {"number": number, "password": PASSWORD}, form="/sign-in")

    def open(self, path: str, **query: str) -> Sheet:
        """Open a page."""
        return _sheet(self._client.get(path, params=query))

    def send(self, path: str, fields: Mapping[str, object], *, form: str) -> Sheet:
        """Fill in the form that stands on the page `form` and send it to `path`."""
        shown = self._client.get(form)
        token = _CSRF.search(shown.text)
        assert token, shown.text[:400]
        data = {"csrf_token": token.group(1), **fields}
        return _sheet(self._client.post(path, data=data))


def _sheet(response: httpx.Response) -> Sheet:
    assert response.status_code == 200, (response.status_code, response.text[:2000])
    reader = _Reader()
    reader.feed(response.text)
    return Sheet(str(response.url), " ".join(reader.words), tuple(reader.forms), response.text)


class _Reader(HTMLParser):
    """Collects words and forms."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.forms: list[tuple[str, dict[str, str]]] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag in {"script", "style", "svg"}:
            self._silent += 1
        elif tag == "form":
            self.forms.append((named.get("action", ""), {}))
        elif tag == "input" and self.forms and named.get("type") == "hidden":
            self.forms[-1][1][named["name"]] = named.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style", "svg"}:
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.words.append(" ".join(data.split()))


def in_days(days: int) -> str:
    """A day, as GS1 writes it (YYMMDD)."""
    return (now() + timedelta(days=days)).strftime("%y%m%d")
