"""The handheld API: PDAs enrol, people sign in at them, codes are read, events are recorded.

JSON over HTTP under `/api/handheld/v1`, described by OpenAPI at `/api/openapi.json`. Every endpoint
asks for a device's token, those that act for a person's session too; what a device's profile does
not list is forbidden.
"""

from __future__ import annotations

from flask import Flask
from flask_smorest import Api

from handheld_api.identity import EXTENSION, SESSION
from handheld_api.problems import (
    MEDIA_TYPE,
    problem_of_crash,
    problem_of_error,
    problem_of_http,
    request_id,
)
from handheld_api.routes import blueprint
from hospital import Hospital

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
}
_SECURITY = {
    "device": {"type": "http", "scheme": "bearer", "description": "The device's token."},
    "session": {"type": "apiKey", "in": "header", "name": SESSION},
}


class _Api(Api):  # type: ignore[misc]  # flask-smorest has no types
    """Leaves errors to the application, which answers all of them in one form."""

    def _register_error_handlers(self) -> None:
        """Register none."""


def register(app: Flask, hospital: Hospital) -> None:
    """Open this door.

    Args:
        app: the application.
        hospital: what it opens to.
    """
    app.config.update(_CONFIG)
    app.extensions[EXTENSION] = hospital
    api = _Api(app)
    for name, scheme in _SECURITY.items():
        api.spec.components.security_scheme(name, scheme)
    api.register_blueprint(blueprint)
