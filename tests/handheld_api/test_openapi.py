"""The OpenAPI document: valid, complete, and true to what the endpoints do."""

from __future__ import annotations

from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from access import Role
from handheld_api import MEDIA_TYPE, examples
from tests.handheld_api.handhelds import API, Answer, House, colleague
from trace import EventKind, Reason

DEFAULT = {"$ref": "#/components/responses/DEFAULT_ERROR"}


@pytest.fixture
def document(house: House) -> dict[str, Any]:
    """As anybody may read it."""
    response = Answer(house.app.test_client().get("/api/openapi.json"))
    assert response.status_code == 200
    found: dict[str, Any] = response.json
    return found


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every operation, by method and path."""
    return {
        f"{method.upper()} {path.removeprefix(API)}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in {"get", "post", "put", "patch", "delete"}
    }


def test_it_is_openapi_31_and_valid(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(document).validate()


def test_every_endpoint_is_in_it_with_who_may_call_it(
    house: House, document: dict[str, Any]
) -> None:
    served = {
        f"{method} {rule.rule.removeprefix(API)}"
        for rule in house.app.url_map.iter_rules()
        if rule.rule.startswith(API)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    asked = {
        name: sorted(operation["security"][0]) if operation["security"] else []
        for name, operation in operations(document).items()
    }
    assert asked.keys() == served
    person = ["device", "session"]
    assert asked == {
        "POST /enrolment": [],
        "GET /device": ["device"],
        "POST /device/token": ["device"],
        "POST /device/key": ["device"],
        "POST /session": ["device"],
        "GET /session": person,
        "DELETE /session": person,
        "POST /patient": person,
        "POST /scan": ["device"],
        "POST /photo": ["device"],
        "POST /events": person,
        "POST /corrections": person,
        "GET /orders": person,
        "POST /orders": person,
        "GET /order": person,
        "POST /order/revisions": person,
        "POST /bedside/due": person,
        "GET /reports/closed-loop": person,
        "POST /bedside/round": person,
        "GET /counts": person,
        "POST /counts": person,
        "GET /count": person,
        "POST /count/lines": person,
        "POST /count/approval": person,
        "GET /stock": person,
        "GET /stock/expiring": person,
        "POST /stock/sweep": person,
        "GET /advice": person,
        "POST /par-levels": person,
        "GET /replenishment": person,
        "POST /readings": ["device"],
        "GET /excursions": person,
        "POST /excursion/decision": person,
        "GET /exceptions": person,
        "POST /exceptions/resolution": person,
        "GET /recalls/blocks": ["device"],
        "GET /sync": ["device"],
        "GET /reasons": ["device"],
        "POST /session/offline": person,
        "POST /uploads": ["device"],
        "GET /narcotics": person,
        "GET /narcotics/account": person,
        "POST /narcotics/closing": person,
        "POST /narcotics/ampoules": person,
        "GET /loaners": person,
        "POST /loaners": person,
        "POST /loaner/closing": person,
        "GET /kits": person,
        "POST /kits": person,
        "POST /kit/acts": person,
        "GET /preference-lists": person,
        "POST /preference-lists": person,
        "GET /bought": person,
        "GET /recalls/tasks": person,
        "POST /recalls/tasks": person,
    }
    assert document["components"]["securitySchemes"].keys() == {"device", "session"}


def test_what_is_open_or_closed_by_the_document_is_so(
    house: House, document: dict[str, Any]
) -> None:
    client = house.app.test_client()
    for name, operation in operations(document).items():
        method, path = name.split()
        response = client.open(API + path, method=method, json={})
        assert (response.status_code == 401) is bool(operation["security"]), name


def test_every_operation_says_what_it_does_and_how_it_fails(document: dict[str, Any]) -> None:
    for name, operation in operations(document).items():
        assert operation["summary"], name
        assert operation["responses"]["default"] == DEFAULT, name
    for response in document["components"]["responses"].values():
        assert response["content"].keys() == {MEDIA_TYPE}


def test_examples_follow_their_schemas(document: dict[str, Any]) -> None:
    shown = 0
    for name, operation in operations(document).items():
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for content in (each for body in bodies for each in body.get("content", {}).values()):
            if "example" in content:
                shown += 1
                schema = {**content["schema"], "components": document["components"]}
                OAS31Validator(schema).validate(content["example"])
            else:
                assert name in {"POST /scan", "POST /photo", "GET /session"}, name
    assert shown == 79


def test_closed_lists_are_listed(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert schemas["Event"]["properties"]["kind"]["enum"] == [kind.value for kind in EventKind]
    reasons = schemas["Outcome"]["properties"]["reason"]["enum"]
    assert {reason.value for reason in Reason} <= set(reasons)


def test_requests_of_the_document_go_through(house: House, document: dict[str, Any]) -> None:
    """The example of a scan reads, the example of an event records, signed by two."""
    second = examples.EVENTS["events"][0]["signatures"][1]
    colleague(
        house.hospital, "0420", Role.WAREHOUSE, "STORE", badge=second["badge"], pin=second["pin"]
    )
    store = house.handheld("STORE", "0417")
    for path, status in (("/scan", 200), ("/events", 200)):
        operation = operations(document)[f"POST {path}"]
        example = operation["requestBody"]["content"]["application/json"]["example"]
        response = store.post(path, example)
        assert response.status_code == status, response.text
    assert response.json["outcomes"][0]["outcome"] == "recorded"
