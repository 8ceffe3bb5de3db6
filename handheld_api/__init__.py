"""The handheld API: PDAs enrol, people sign in at them, codes are read, events are recorded.

JSON over HTTP under `/api/handheld/v1`, described by OpenAPI at `/api/openapi.json`. Every endpoint
asks for a device's token, those that act for a person's session too; what a device's profile does
not list is forbidden.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask
from flask_smorest import Api

from handheld_api.bedside_routes import bedside_blueprint
from handheld_api.cold_routes import cold_blueprint
from handheld_api.compression import compress
from handheld_api.count_routes import counts_blueprint
from handheld_api.examples import PROBLEM
from handheld_api.exception_routes import exceptions_blueprint
from handheld_api.identity import EXTENSION, HEADERS, NARCOTICS, PREVIEW, SECURITY
from handheld_api.narcotic_routes import narcotics_blueprint
from handheld_api.order_routes import orders_blueprint
from handheld_api.problems import (
    MEDIA_TYPE,
    problem_of_crash,
    problem_of_error,
    problem_of_http,
    request_id,
)
from handheld_api.recall_routes import recalls_blueprint
from handheld_api.routes import blueprint
from handheld_api.schemas import ProblemSchema
from handheld_api.signatures import NarcoticProducts
from handheld_api.store_routes import stores_blueprint
from handheld_api.sync_routes import sync_blueprint
from handheld_api.theatre_routes import theatre_blueprint
from hospital import Hospital, new_participants
from trace import Preview

__all__ = [
    "MEDIA_TYPE",
    "problem_of_crash",
    "problem_of_error",
    "problem_of_http",
    "register",
    "request_id",
]

_CONFIG = {
    "API_TITLE": "medtrace handheld API",
    "API_VERSION": "1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/api",
    "OPENAPI_JSON_PATH": "openapi.json",
    "API_SPEC_OPTIONS": {
        "info": {"description": __doc__, "license": {"name": "Apache-2.0"}},
    },
}


_BLUEPRINTS = (
    blueprint,
    orders_blueprint,
    bedside_blueprint,
    counts_blueprint,
    stores_blueprint,
    cold_blueprint,
    exceptions_blueprint,
    recalls_blueprint,
    sync_blueprint,
    narcotics_blueprint,
    theatre_blueprint,
)


class _Api(Api):  # type: ignore[misc]  # flask-smorest has no types
    """Leaves errors to the application, which answers all of them in one form."""

    def _register_error_handlers(self) -> None:
        """Register none."""

    def _register_responses(self) -> None:
        """Describe every error as a problem (RFC 9457)."""
        content = {MEDIA_TYPE: {"schema": ProblemSchema, "example": PROBLEM}}
        for status in HTTPStatus:
            described = {"description": status.phrase, "content": content}
            self.spec.components.response(status.name, described, lazy=True)
        default = {"description": "A problem", "content": content}
        self.spec.components.response("DEFAULT_ERROR", default, lazy=True)


def register(app: Flask, hospital: Hospital) -> None:
    """Open this door.

    Args:
        app: the application.
        hospital: what it opens to.
    """
    app.config.update(_CONFIG)
    app.extensions[EXTENSION] = hospital
    app.extensions[NARCOTICS] = NarcoticProducts(hospital)
    rules = new_participants()
    app.extensions[PREVIEW] = Preview(hospital.database, hospital.ledger_id, rules)
    app.after_request(compress)
    api = _Api(app)
    for name, scheme in SECURITY.items():
        api.spec.components.security_scheme(name, scheme)
    for name, use in HEADERS.items():
        header = {"description": use, "schema": {"type": "string"}}
        api.spec.components.parameter(name, "header", {"name": name, **header})
    for each in _BLUEPRINTS:
        api.register_blueprint(each)
