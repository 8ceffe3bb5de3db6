"""Who asks: the session's cookie, and the principal behind it."""

from __future__ import annotations

from typing import Final

from flask import current_app, g, request, session
from werkzeug.wrappers import Response

from access import Principal, SignedIn, Unauthenticated
from web.desk import desk

COOKIE: Final = "medtrace_session"
"""The cookie that carries the session's token; the token stands nowhere else."""

_KEPT: Final = "medtrace_visitor"
_UNKNOWN: Final = object()


def visitor() -> Principal | None:
    """Who has signed in on this browser, with the rights they have now; None: nobody."""
    if g.get(_KEPT, _UNKNOWN) is _UNKNOWN:
        setattr(g, _KEPT, _principal())
    principal: Principal | None = g.get(_KEPT)
    return principal


def known_visitor() -> Principal | None:
    """The same as far as this request has asked already; reads nothing."""
    principal: Principal | None = g.get(_KEPT)
    return principal


def visitor_again() -> Principal | None:
    """The same after something changed what they may."""
    g.pop(_KEPT, None)
    return visitor()


def reader() -> Principal:
    """Who reads a page that only those who have signed in reach."""
    principal = visitor()
    if principal is None:
        raise Unauthenticated("not-signed-in")
    return principal


def token() -> str:
    """The token that this browser shows; empty: none."""
    return request.cookies.get(COOKIE, "")


def address() -> str:
    """The network address the request came from."""
    return request.remote_addr or ""


def begin_session(response: Response, signed_in: SignedIn) -> Response:
    """Give the browser a session that has begun; whatever it held before is worth nothing now."""
    session.clear()  # the form token of before signing in ends here too
    response.set_cookie(
        COOKIE,
        signed_in.token,
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )
    return response


def end_session(response: Response) -> Response:
    """Take the session from the browser."""
    session.clear()
    response.delete_cookie(
        COOKIE,
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )
    return response


def _principal() -> Principal | None:
    if not token():
        return None
    try:
        return desk().hospital.access.sessions.principal(token())
    except Unauthenticated:
        return None
