"""Signing in by the hospital's identity provider (OpenID Connect); there only when configured."""

from __future__ import annotations

import hmac
from typing import Any, Final

from flask import Blueprint, current_app, redirect, request, session, url_for
from werkzeug.wrappers import Response

from access import Subject, Unauthenticated
from errors import Unavailable
from web.desk import desk
from web.guard import open_to_all
from web.paths import landing, local_path
from web.routes.sign_in import door
from web.visitor import address, begin_session

blueprint = Blueprint("oidc", __name__, url_prefix="/sign-in/oidc")

_ASKED: Final = "oidc"
"""Where the browser's form cookie (signed, HttpOnly, SameSite=Lax) keeps what was asked."""


@blueprint.get("")
@open_to_all
def begin() -> Response:
    """Send the browser to the provider; a link, because the policy lets forms go nowhere else."""
    try:
        with desk().jobs.run("sign-on", quiet=True):
            asked = desk().provider.ask(_here())
    except Unavailable as error:
        return door(error)
    session[_ASKED] = {
        "state": asked.state,
        "nonce": asked.nonce,
        "verifier": asked.verifier,
        "next": local_path(request.args.get("next")) or "",
    }
    return redirect(asked.url, code=303)


@blueprint.get("/callback")
@open_to_all
def callback() -> Response:
    """Take the provider's answer: begin a session, or say that it didn't work."""
    asked: dict[str, Any] = session.pop(_ASKED, None) or {}  # an answer is taken once
    try:
        who = _answered(asked)
        signed_in = desk().hospital.access.single_sign_on.sign_in(who, address=address())
    except (Unauthenticated, Unavailable) as error:
        return door(error)
    onward = asked["next"] or landing(signed_in.principal)
    return begin_session(redirect(onward, code=303), signed_in)


def _answered(asked: dict[str, Any]) -> Subject:
    """Who comes back, when it is an answer to what this browser asked."""
    state, code = request.args.get("state", ""), request.args.get("code", "")
    if not asked or not code or not _same(state, asked["state"]):
        raise Unauthenticated("single-sign-on-failed")
    return desk().provider.answer(code, asked["nonce"], asked["verifier"], _here())


def _here() -> str:
    """Our address as the provider has it registered."""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    scheme = "https" if secure else request.scheme
    return url_for("oidc.callback", _external=True, _scheme=scheme)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(
        one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass")
    )
