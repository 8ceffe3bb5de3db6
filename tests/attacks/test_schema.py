"""Schemathesis against the OpenAPI document: whatever is sent, the answer is as described."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case
from schemathesis.specs.openapi.checks import positive_data_acceptance

from access import Role
from app import create_app
from tests.attacks.doors import API, HANDHELD, Handheld, enrolled
from tests.web.house import House

CALLS = [("POST", "/enrolment"), *HANDHELD]
EXAMPLES = 60
NOT_SAYABLE: list[Any] = [positive_data_acceptance]
"""A code's check digit, a location that exists: rules that no schema can tell; they answer 422."""


@pytest.fixture
def ward(stocked: House) -> Handheld:
    """A ward's device with a nurse at it, at a hospital that does not count tries."""
    unlimited = replace(stocked.hospital.settings, sign_in_rate=0)
    stocked.hospital = replace(stocked.hospital, settings=unlimited)
    stocked.app = create_app(stocked.hospital)
    stocked.hire("N7", Role.NURSE, places=["W07"])
    return enrolled(stocked, "W07", "ward").sign_in("N7")


@pytest.mark.long
@pytest.mark.parametrize(("method", "path"), CALLS)
def test_every_call_answers_as_the_document_says(
    stocked: House, ward: Handheld, method: str, path: str
) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", stocked.app)
    operation = schema[API + path][method]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def holds(case: Case[Any]) -> None:
        known = {
            "Authorization": f"Bearer {ward.token}",
            "Medtrace-Session": ward.session,
            "Accept-Encoding": "identity",
        }
        answer = case.call_and_validate(headers=known, excluded_checks=NOT_SAYABLE)
        if path == "/device/token" and answer.status_code == 201:
            ward.token = answer.json()["token"]
        if (method, path) == ("DELETE", "/session"):
            ward.sign_in("N7")

    holds()
