"""Whatever is sent: an answer in one form, never a crash, nothing half recorded."""

from __future__ import annotations

import json
from typing import Any
from weakref import WeakKeyDictionary

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from uuid6 import uuid7

from handheld_api import MEDIA_TYPE
from tests.handheld_api.handhelds import Handheld, House, box_code, event
from tests.support import NOON
from trace import EventKind

TEXTS = st.text(max_size=40) | st.sampled_from(
    [box_code("1"), "\x00", "\ud800", "STORE", "W07", "9" * 400, "urn:uuid:", "٣", "İ", " \u3000"]
)
NUMBERS = st.integers() | st.floats() | st.just(10**400)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
"""Any JSON, and what Python's reader takes for JSON beyond it."""
SCANS = st.sampled_from(
    [box_code("1"), box_code("2"), "83271160000000000012", "010694567890123210L1"]
) | st.text(max_size=60)
ANY_PROFILE = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
BODIES = {
    "/enrolment": {"code": "AAAA", "name": "PDA", "hardware": "", "software": ""},
    "/session": {"badge": "B", "pin": "1", "number": "0417", "password": "x", "code": "1"},
    "/patient": {"wristband": "V-7701"},
    "/scan": {"raw": box_code("1")},
    "/orders": {
        "orders": [
            {
                "type": "po",
                "number": "PO-1",
                "destination": "W07",
                "lines": [{"product": "D001", "quantity": 1}],
                "packages": [{"container": box_code("1"), "code": box_code("2")}],
            }
        ]
    },
    "/counts": {"id": str(uuid7()), "time": NOON.isoformat(), "products": ["D001"]},
    "/count/lines": {
        "id": str(uuid7()),
        "time": NOON.isoformat(),
        "count": str(uuid7()),
        "lines": [{"scan": box_code("1"), "quantity": 1, "lot": "A", "again": False}],
    },
    "/par-levels": {
        "id": str(uuid7()),
        "time": NOON.isoformat(),
        "product": "D001",
        "least": 1,
        "target": 2,
    },
    "/events": {"events": [event(EventKind.RECEIVED, box_code("1"))]},
}


def mutated(body: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401 -- any JSON
    """The same body with something else somewhere in it."""
    if isinstance(body, dict):
        return JSON | st.fixed_dictionaries({name: mutated(each) for name, each in body.items()})
    if isinstance(body, list):
        return JSON | st.tuples(*map(mutated, body)).map(list)
    return st.just(body) | TEXTS | JSON


def check_answer(handheld: Handheld, path: str, body: bytes) -> None:
    response = handheld.send(path, body)
    assert response.status_code < 500, (path, body, response.text)
    wanted = "application/json" if response.status_code < 400 else MEDIA_TYPE
    assert response.content_type == wanted
    json.loads(response.content)


@ANY_PROFILE
@given(path=st.sampled_from(sorted(BODIES)), data=st.data())
def test_any_json_is_answered(either_house: House, path: str, data: st.DataObject) -> None:
    body = data.draw(mutated(BODIES[path]))
    ward = everybody(either_house)
    check_answer(ward, path, json.dumps(body).encode())


@ANY_PROFILE
@given(path=st.sampled_from(sorted(BODIES)), body=st.binary(max_size=200))
def test_any_bytes_are_answered(house: House, path: str, body: bytes) -> None:
    check_answer(everybody(house), path, body)


@ANY_PROFILE
@given(
    kinds=st.lists(st.sampled_from(EventKind), min_size=1, max_size=4),
    scans=st.lists(SCANS, min_size=1, max_size=3),
    texts=st.lists(TEXTS, min_size=4, max_size=4),
    quantity=st.integers(-1, 2**70),
)
def test_an_event_is_recorded_refused_or_a_problem(
    either_house: House, kinds: list[EventKind], scans: list[str], texts: list[str], quantity: int
) -> None:
    ward = everybody(either_house)
    destination, party, note, document = texts
    things = [{"scan": scan, "quantity": quantity} for scan in scans]
    events = [
        event(
            kind,
            *things,
            at="W07",
            destination=destination,
            party=party,
            note=note,
            documents=[{"type": "po", "id": document}],
        )
        for kind in kinds
    ]
    before = either_house.hospital.ledger.head().size
    response = ward.post("/events", {"events": events})
    assert response.status_code in {200, 403, 422}, response.text
    after = either_house.hospital.ledger.head().size
    assert after - before == (
        len(events) if response.status_code == 200 else response.status_code == 403
    )


NAMES = ["Authorization", "Accept-Language", "Content-Type"]
NAMES += ["Medtrace-Session", "Medtrace-Clock", "Medtrace-Software"]
HEADER = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF), max_size=60)


@ANY_PROFILE
@given(
    name=st.sampled_from(NAMES),
    value=HEADER | st.datetimes().map(str) | HEADER.map(lambda text: f"Bearer {text}"),
)
def test_any_header_is_answered(house: House, name: str, value: str) -> None:
    store = everybody(house)
    store.headers[name] = value
    assert store.post("/scan", {"raw": "1"}).status_code < 500
    assert store.get("/session").status_code < 500


def everybody(house: House) -> Handheld:
    """A nurse at a handheld, signed in once for all examples of a test."""
    if house not in _nurses:
        _nurses[house] = house.handheld("W07", "2307").headers
    nurse = house.handheld("W07")
    nurse.headers.update(_nurses[house])
    return nurse


_nurses: WeakKeyDictionary[House, dict[str, str]] = WeakKeyDictionary()
