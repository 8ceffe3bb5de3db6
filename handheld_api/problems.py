"""Problems as RFC 9457 tells them: what was wrong, with which field, in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from flask import Response, current_app, g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import HTTPException

from errors import MedtraceError
from handheld_api.fields import fault_text
from texts import Text, text_of

MEDIA_TYPE = "application/problem+json"

_CODES = {
    400: "malformed",
    401: "not-signed-in",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    415: "media-type-unknown",
    422: "malformed",
    429: "too-many-requests",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field.

    Args:
        field: its place in the request, `events.0.time`; `body`: the request as a whole.
        code: stable, for machines.
        text: for people.
    """

    field: str
    code: str
    text: Text


def problem_of_error(error: MedtraceError) -> Response:
    """The answer to an error of ours."""
    return _problem(error.status, error.code, error.text, field=error.field)


def problem_of_http(error: HTTPException) -> Response:
    """The answer to the framework's errors: a wrong path, a body that is no JSON, a bad field."""
    status = error.code or 500
    code = _CODES.get(status, "internal")
    faults = list(islice(faults_in(getattr(error, "data", {}).get("messages", {})), _MOST_FAULTS))
    values: dict[str, object] = {
        "what": request.path,
        "limit": _megabytes(current_app.config.get("MAX_CONTENT_LENGTH")),
        "request": request_id(),
    }
    text = text_of(code).filled(values)
    if faults:
        text = Text(
            text.zh.format(detail="；".join(f"{fault.field}：{fault.text.zh}" for fault in faults)),
            text.en.format(detail="; ".join(f"{fault.field}: {fault.text.en}" for fault in faults)),
        )
    response = _problem(status, code, text, faults=faults)
    for name, value in error.get_headers():
        if name in _KEPT:
            response.headers[name] = value
    return response


_KEPT = frozenset({"Allow", "Retry-After"})
_MOST_FAULTS = 20
_LONGEST_NAME = 64
_STOCK = {"Invalid JSON body.": "body-not-json"}
"""What the framework says in a sentence where a schema has no say."""


def problem_of_crash() -> Response:
    """The answer when something broke: nothing was recorded, and where to look in the log."""
    text = text_of("internal").filled({"request": request_id()})
    return _problem(500, "internal", text)


def request_id() -> str:
    """The number by which the log finds this request."""
    return str(g.get("request_id", ""))


def _problem(
    status: int,
    code: str,
    text: Text,
    *,
    field: str | None = None,
    faults: Sequence[Fault] = (),
) -> Response:
    language = _language()
    members: dict[str, Any] = {
        "type": f"urn:medtrace:problem:{code}",
        "title": text.in_language(language),
        "status": status,
        "code": code,
        "instance": f"urn:uuid:{request_id()}",
        "text": text,
    }
    if faults:
        field = faults[0].field
        members["errors"] = faults
    if field:
        members["field"] = field
    response = Response(current_app.json.dumps(members), status, content_type=MEDIA_TYPE)
    response.headers["Content-Language"] = language
    response.vary.add("Accept-Language")
    if status == _UNAUTHORIZED:
        response.www_authenticate = WWWAuthenticate("bearer", {"realm": "medtrace"})
    return response


_UNAUTHORIZED = 401


def _language() -> str:
    """The first of ours among the languages that the caller reads (RFC 9110 §12.5.4)."""
    asked = (tag.partition("-")[0].lower() for tag, quality in request.accept_languages if quality)
    return next((tag for tag in asked if tag in _LANGUAGES), _LANGUAGES[0])


_LANGUAGES = ("zh", "en")


def faults_in(messages: Any, path: str = "") -> Iterator[Fault]:  # noqa: ANN401 -- marshmallow's tree
    """Marshmallow's tree of faults as a flat list of fields; its first level is the place."""
    if isinstance(messages, dict):
        for name, inner in messages.items():
            yield from faults_in(inner, _joined(path, str(name)))
        return
    for message in messages if isinstance(messages, list) else [messages]:
        fault = _STOCK.get(str(message), str(message))
        yield Fault(path or "body", fault.partition(":")[0], fault_text(fault))


def _joined(path: str, name: str) -> str:
    """A field's place; what the framework calls places of its own is left out."""
    if name == "_schema" or (not path and name in _PLACES):
        return path
    name = name[:_LONGEST_NAME]
    return f"{path}.{name}" if path else name


_PLACES = frozenset({"json", "query", "files", "form", "headers"})


def _megabytes(limit: Any) -> str:  # noqa: ANN401 -- a configuration value
    return f"{limit // 1024 // 1024} MB" if isinstance(limit, int) else "?"
