"""What a person sees when something did not work."""

from __future__ import annotations

from typing import Final

from flask import Response, current_app, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from access import Unauthenticated
from errors import MedtraceError
from texts import Text, text_of
from web.guard import to_sign_in
from web.paths import landing, local_path
from web.shell import plain_shell, show
from web.view import ProblemView
from web.visitor import known_visitor

_SERVER_FAULT: Final = 500
_OWN_WORDS: Final = frozenset({403, 404, 429, 503})
_CODES: Final = {
    400: "malformed",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    415: "media-type-unknown",
    429: "too-many-requests",
}


def problem_page(error: Exception) -> Response:
    """The page for an error: one of ours, one of the framework's, or a mistake of the program.

    Who has not signed in is sent to do so.

    Args:
        error: what was raised.
    """
    if isinstance(error, Unauthenticated):
        return make_response(to_sign_in())
    if isinstance(error, HTTPException) and error.response is not None:
        return make_response(error.response)  # a redirect, or an answer made already
    view = _view(error)
    if view.status < _SERVER_FAULT:
        response = show("problem.html", status=view.status, back_to=view.back, problem=view)
    else:  # the database may be what failed: nothing is read for this page
        page = render_template("problem.html", shell=plain_shell(view.back), problem=view)
        response = make_response(page, view.status)
    return _with_headers(response, error)


def _view(error: Exception) -> ProblemView:
    status, code, text = _said(error)
    number = str(g.get("request_id", "")) or None
    return ProblemView(
        status=status,
        code=code,
        text=text,
        request=number if status >= _SERVER_FAULT else None,
        back=_back(),
    )


def _said(error: Exception) -> tuple[int, str, Text | None]:
    if isinstance(error, MedtraceError):
        own = error.status >= _SERVER_FAULT or error.code == "forbidden"
        return error.status, error.code, None if own else error.text
    if isinstance(error, CSRFError):
        return 400, "csrf", text_of("csrf")
    if isinstance(error, HTTPException):
        status = error.code or _SERVER_FAULT
        code = _CODES.get(status, "internal")
        return status, code, None if status in _OWN_WORDS else _text(code)
    return _SERVER_FAULT, "internal", None


def _text(code: str) -> Text | None:
    if code != "too-large":
        return None
    most = current_app.config["MAX_CONTENT_LENGTH"] or 0
    return text_of(code).filled({"limit": f"{most // 1024 // 1024} MB"})


def _back() -> str:
    """The page before, where it is one of this site and not this one; else the beginning."""
    sent_from = request.referrer or ""
    path = local_path(sent_from.removeprefix(request.host_url.rstrip("/")))
    return path if path and path != request.path else landing(known_visitor())


def _with_headers(response: Response, error: Exception) -> Response:
    """What the framework's error says beside its text (`Allow`, `Retry-After`)."""
    if isinstance(error, HTTPException):
        for name, value in error.get_headers():
            if name.lower() not in {"content-type", "content-length"}:
                response.headers[name] = value
    return response
