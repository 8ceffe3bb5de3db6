"""Problems as RFC 9457 tells them: what was wrong, with which field, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, current_app, g, request
from werkzeug.exceptions import HTTPException

from errors import MedtraceError
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


def problem_of_error(error: MedtraceError) -> Response:
    """The answer to an error of ours."""
    return _problem(error.status, error.code, error.text, field=error.field)


def problem_of_http(error: HTTPException) -> Response:
    """The answer to the framework's errors: a wrong path, a body that is no JSON, a bad field."""
    status = error.code or 500
    code = _CODES.get(status, "internal")
    faults = list(_faults(getattr(error, "data", {}).get("messages", {})))
    values: dict[str, object] = {
        "what": request.path,
        "limit": _megabytes(current_app.config.get("MAX_CONTENT_LENGTH")),
        "detail": "；".join(f"{fault['field']}：{fault['detail']}" for fault in faults)
        or str(error.description),
        "request": request_id(),
    }
    text = text_of(code).filled(values)
    field = faults[0]["field"] if faults else None
    return _problem(status, code, text, field=field, errors=faults)


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
    errors: list[dict[str, str]] | None = None,
) -> Response:
    language = request.accept_languages.best_match(["zh", "en"], "zh")
    members: dict[str, Any] = {
        "type": f"urn:medtrace:problem:{code}",
        "title": text.in_language(language),
        "status": status,
        "code": code,
        "instance": f"urn:uuid:{request_id()}",
        "text": {"zh": text.zh, "en": text.en},
    }
    if field:
        members["field"] = field
    if errors:
        members["errors"] = errors
    response = Response(current_app.json.dumps(members), status, content_type=MEDIA_TYPE)
    response.headers["Content-Language"] = language
    return response


def _faults(messages: Any, path: str = "") -> Iterator[dict[str, str]]:  # noqa: ANN401 -- marshmallow's tree of messages
    """Marshmallow's tree of messages as a flat list of fields; its first level is the place."""
    if isinstance(messages, dict):
        for name, inner in messages.items():
            here = str(name) if not path else f"{path}.{name}"
            yield from _faults(inner, "" if not path and name in _PLACES else here)
    elif isinstance(messages, list):
        yield {"field": path or "body", "detail": " ".join(map(str, messages))}
    else:
        yield {"field": path or "body", "detail": str(messages)}


_PLACES = frozenset({"json", "query", "files", "form", "headers"})


def _megabytes(limit: Any) -> str:  # noqa: ANN401 -- a configuration value
    return f"{limit // 1024 // 1024} MB" if isinstance(limit, int) else "?"
