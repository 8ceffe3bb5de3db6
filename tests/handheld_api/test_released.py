"""Apps of released versions keep working: what they send is taken, what they read is there.

`released/` holds for each version the OpenAPI document and what its app sends. Devices update when
they next start in reach, so two versions back are in use at any time (docs/handheld.md).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator

from tests.handheld_api.handhelds import API, PIN, Answer, House, box_code, event
from trace import EventKind

RELEASED = Path(__file__).parent / "released"
VERSIONS = sorted(path.stem for path in RELEASED.glob("*.json"))


def released(version: str) -> dict[str, Any]:
    """The OpenAPI document of a version."""
    found: dict[str, Any] = json.loads((RELEASED / f"{version}.json").read_text("utf-8"))
    return found


def resolved(schema: Any, document: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    """A schema with its reference followed."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    found: dict[str, Any] = schema
    return found


def differences(old: Any, new: Any, before: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:  # noqa: ANN401 -- JSON schemas
    """What a request of an old app may hold and the new schema doesn't take."""
    old, new = resolved(old, before), resolved(new, now)
    if "items" in old:
        yield from differences(old["items"], new.get("items", {}), before, now)
        return
    yield from (
        f"now required: {name}"
        for name in set(new.get("required", ())) - set(old.get("required", ()))
    )
    known = new.get("properties", {})
    for name, each in old.get("properties", {}).items():
        if name not in known:
            yield f"gone: {name}"
        else:
            yield from (f"{name}: {each_}" for each_ in differences(each, known[name], before, now))
    lost = set(old.get("enum", ())) - set(new.get("enum", old.get("enum", ())))
    if lost:
        yield f"no longer taken: {sorted(map(str, lost))}"


def lost_answers(old: Any, new: Any, before: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:  # noqa: ANN401 -- JSON schemas
    """What an old app reads in an answer and the new one doesn't say."""
    old, new = resolved(old, before), resolved(new, now)
    if "items" in old:
        yield from lost_answers(old["items"], new.get("items", {}), before, now)
        return
    known = new.get("properties", {})
    for name, each in old.get("properties", {}).items():
        if name not in known:
            yield f"not said: {name}"
        else:
            yield from (
                f"{name}: {each_}" for each_ in lost_answers(each, known[name], before, now)
            )


@pytest.mark.parametrize("version", VERSIONS)
def test_every_call_of_a_released_version_is_still_there_and_takes_what_it_took(
    house: House, version: str
) -> None:
    before = released(version)
    now = Answer(house.app.test_client().get("/api/openapi.json")).json
    broken = []
    for path, methods in before["paths"].items():
        for method, old in methods.items():
            if method not in {"get", "post", "delete"}:
                continue
            new = now["paths"].get(path, {}).get(method)
            if new is None:
                broken.append(f"{method} {path} is gone")
                continue
            for kind, content in old.get("requestBody", {}).get("content", {}).items():
                taken = new["requestBody"]["content"][kind]["schema"]
                found = differences(content["schema"], taken, before, now)
                broken += [f"{method} {path}: {each}" for each in found]
                if "example" in content:
                    schema = {**taken, "components": now["components"]}
                    OAS31Validator(schema).validate(content["example"])
            for status, answer in old["responses"].items():
                for kind, content in answer.get("content", {}).items():
                    told = new["responses"].get(status, {}).get("content", {}).get(kind)
                    if told is None:
                        broken.append(f"{method} {path}: no {status} any more")
                        continue
                    lost = lost_answers(content["schema"], told["schema"], before, now)
                    broken += [f"{method} {path}: {each}" for each in lost]
    assert broken == []


def read_by_an_app(schema: Any) -> Any:  # noqa: ANN401 -- JSON schemas
    """Answers as an app reads them: what it doesn't know of, it passes over."""
    if isinstance(schema, dict):
        known = schema.items()
        return {key: read_by_an_app(each) for key, each in known if key != "additionalProperties"}
    return [read_by_an_app(each) for each in schema] if isinstance(schema, list) else schema


@pytest.mark.parametrize("version", [each for each in VERSIONS if each != "0.1"])
def test_the_shift_of_a_released_app_goes_through(house: House, version: str) -> None:
    document = released(version)
    reading = read_by_an_app(document["components"])

    def told(method: str, path: str, answer: Answer) -> Any:  # noqa: ANN401 -- JSON
        assert answer.status_code in {200, 201}, answer.text
        operation = document["paths"][API + path.partition("?")[0]][method]
        content = operation["responses"][str(answer.status_code)]["content"]["application/json"]
        schema = {**content["schema"], "components": reading}
        OAS31Validator(schema).validate(answer.json)
        return answer.json

    handheld = house.handheld("STORE")
    shown = {"badge": "BADGE-0417", "pin": PIN}
    signed_in = told("post", "/session", handheld.post("/session", shown))
    handheld.headers["Medtrace-Session"] = signed_in["session"]
    grant = told("post", "/session/offline", handheld.post("/session/offline", {}))
    known = told("get", "/sync", handheld.get("/sync"))
    told("get", "/sync", handheld.get(f"/sync?since={known['position']}&origin={known['origin']}"))
    told("get", "/reasons", handheld.get("/reasons"))
    doing = {"kind": "received", "location": "STORE", "party": "国控江州"}
    told("post", "/scan", handheld.post("/scan", {"raw": box_code("1"), "doing": doing}))
    received = event(EventKind.RECEIVED, box_code("1"), party="国控江州", after_the_fact=True)
    sent = {"uploads": [{"grant": grant["grant"], "event": received}]}
    answers = told("post", "/uploads", handheld.post("/uploads", sent))["uploads"]
    assert [each["outcome"] for each in answers] == ["accepted"]
