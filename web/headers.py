"""The headers that every answer carries, so that a browser holds to our rules as well."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from flask import request
from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
    " object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Nothing from elsewhere, no script or style inside a page, no framing (CSP Level 3)."""

_ALWAYS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_HSTS: Final = "max-age=63072000"


class OwnHeaders:
    """Adds them on the way out, below Flask.

    Looked up and set one by one in Flask they took a sixth of an empty request.

    Args:
        application: whose answers get them, but for those that it set itself.
        secure: it stands behind TLS.
    """

    def __init__(self, application: WSGIApplication, *, secure: bool) -> None:
        self._application = application
        self._own = [*_ALWAYS.items()]
        if secure:
            self._own.append(("Strict-Transport-Security", _HSTS))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""

        def start(
            status: str,
            headers: list[tuple[str, str]],
            *error: Any,  # noqa: ANN401 -- as PEP 3333 has it
        ) -> Callable[[bytes], object]:
            set_already = {name for name, _ in headers}
            headers += [pair for pair in self._own if pair[0] not in set_already]
            return start_response(status, headers, *error)

        return self._application(environ, start)


def keep_to_ourselves(response: Response) -> Response:
    """Let what carries data be stored nowhere unless its view said otherwise."""
    if request.endpoint != "presentation.static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
