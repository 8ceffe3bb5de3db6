"""Every field of every call, with what does not belong there: told by its name, never an error.

The calls are those of the OpenAPI document with its examples, so a new one is in here by itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from uuid6 import uuid7

from tests.handheld_api.handhelds import API, PIN, Answer, Handheld, House

PEOPLE = {"STORE": "0417", "PHARM": "0533", "W07": "2307", "OR1": "3105"}
ELSEWHERE = {"/enrolment", "/session", "/device/token", "/device/key", "/photo", "/session/offline"}
"""What lets somebody in has tests of its own; a wrong guess there locks an account."""
WORST: list[Any] = [None, True, -1, 10**40, "", "\x00", [None], {"a": 1}]
MORE: list[Any] = [
    *(
        0,
        2**63,
        1.5,
        " ",
        "x" * 5_000,
        "9" * 5_000,
        "2026-13-45",
        "NaN",
        "1e999",
        "００１",
        "\u202e",
    ),
    *("9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+14:00", "2026-11-22T09:46:12"),
    *([], [[]], {}, float("inf"), "\ud800", "urn:uuid:", "__proto__"),
]
Path = tuple[str | int, ...]


def calls(house: House) -> dict[str, Any]:
    """The calls that write something, each with the body of its example."""
    document = Answer(house.app.test_client().get("/api/openapi.json")).json
    found = {}
    for path, methods in document["paths"].items():
        content = methods.get("post", {}).get("requestBody", {}).get("content", {})
        name = path.removeprefix(API)
        if "application/json" in content and name not in ELSEWHERE:
            found[name] = content["application/json"].get("example", {})
    return found


def meant_for(station: str, body: Any) -> Any:  # noqa: ANN401 -- any JSON
    """The example as it is sent from a station: its places, its people, ids that are new."""
    if isinstance(body, list):
        return [meant_for(station, each) for each in body]
    if not isinstance(body, dict):
        return body
    told = {name: meant_for(station, each) for name, each in body.items()}
    told |= dict.fromkeys(told.keys() & {"location", "destination", "place"}, station)
    if "signatures" in told:
        told["signatures"] = [{"pin": PIN}, {"badge": "BADGE-0418", "pin": PIN}]
    return told | ({"id": str(uuid7())} if "id" in told else {})


def fields(body: Any, at: Path = ()) -> Iterator[Path]:  # noqa: ANN401 -- any JSON
    """Where something stands in a body; of a list its first item is enough."""
    yield at
    if isinstance(body, dict):
        for name, each in body.items():
            if name != "signatures":
                yield from fields(each, (*at, name))
    elif isinstance(body, list) and body:
        yield from fields(body[0], (*at, 0))


def with_value(body: Any, at: Path, value: Any) -> Any:  # noqa: ANN401 -- any JSON
    """The same body with something else at one place; where it is `...`, without it."""
    if not at:
        return value
    first, rest = at[0], at[1:]
    copy: Any = list(body) if isinstance(body, list) else dict(body)
    if not rest and value is ...:
        del copy[first]
    else:
        copy[first] = with_value(body[first], rest, value)
    return copy


def check(handheld: Handheld, path: str, body: Any) -> None:  # noqa: ANN401 -- any JSON
    answer = handheld.send(path, json.dumps(body).encode())
    assert answer.status_code < 500, (path, body, answer.text)
    if answer.status_code == 422:
        told = answer.json
        assert told["text"]["zh"], (path, body)
        assert told["text"]["en"], (path, body)


def send_all(house: House, values: list[Any]) -> int:
    sent = 0
    for station, person in PEOPLE.items():
        handheld = house.handheld(station, person)
        for path, example in calls(house).items():
            check(handheld, path, meant_for(station, example))
            for at in fields(example):
                for value in (..., *values) if at else values:
                    body = meant_for(station, example)
                    check(handheld, path, with_value(body, at, value))
                    sent += 1
    return sent


@pytest.mark.long
def test_no_field_of_any_call_ends_in_an_error(house: House) -> None:
    assert send_all(house, [*WORST, *MORE]) > 1_000


def test_no_call_ends_in_an_error_over_one_field(house: House) -> None:
    """The same for who may do most, and for the values that do most harm."""
    handheld = house.handheld("PHARM", "0533")
    examples = calls(house)
    assert len(examples) > 15
    for path, example in examples.items():
        for at in fields(example):
            value = WORST[len(at) % len(WORST)]
            check(handheld, path, with_value(meant_for("PHARM", example), at, value))
