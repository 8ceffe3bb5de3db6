"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from access import Policy, SignedIn, Unauthenticated
from errors import MedtraceError
from web.desk import desk
from web.guard import for_anyone_inside, open_to_all
from web.paths import landing, local_path
from web.relying_party import relying_party
from web.shell import seal_of, show, tell
from web.view import Seal, SignInView
from web.visitor import address, begin_session, end_session, reader, token, visitor

blueprint = Blueprint("sign_in", __name__)

_LIMITS = Policy()


@blueprint.get("/sign-in")
@open_to_all
def page() -> Response:
    """The door; who is inside already is led on."""
    principal = visitor()
    if principal is not None:
        return redirect(_onward() or landing(principal), code=303)
    return door()


@blueprint.post("/sign-in")
@open_to_all
def sign_in() -> Response:
    """Begin a session, or say why not."""
    form = request.form
    try:
        signed_in = desk().hospital.access.sign_in.by_password(
            form.get("number", ""),
            form.get("password", ""),
            code=form.get("code", "").strip() or None,
            address=address(),
        )
    except Unauthenticated as error:
        return door(error)
    return begin_session(redirect(_first(signed_in), code=303), signed_in)


@blueprint.post("/sign-out")
@for_anyone_inside
def sign_out() -> Response:
    """End the session of this browser."""
    desk().hospital.access.sessions.end(token(), reader(), address())
    response = end_session(redirect(url_for("sign_in.page"), code=303))
    tell("signed-out")
    return response


def _first(signed_in: SignedIn) -> str:
    return _onward() or landing(signed_in.principal)


def _onward() -> str | None:
    """Where they wanted to go before they were sent here."""
    return local_path(request.values.get("next"))


def door(error: MedtraceError | None = None) -> Response:
    """The sign-in page; with what went wrong."""
    own = desk()
    number = request.form.get("number", "")
    last = own.notary.audits.last()
    view = SignInView(
        action=url_for("sign_in.sign_in"),
        next=_onward() or "",
        number=number,
        error=error.text if error else None,
        attempts=_LIMITS.max_failures,
        lock_minutes=int(_LIMITS.lock.total_seconds()) // 60,
        ledger_size=own.hospital.ledger.head().size,
        ledger_sound=None if last is None else seal_of(last) is Seal.PROVEN,
        code_asked=bool(request.form.get("code"))
        or (error is not None and error.code == "second-factor-needed"),
        single_sign_on=_single_sign_on(),
        passkey=url_for("passkeys.sign_in") if relying_party() else None,
        passkey_begin=url_for("passkeys.ask"),
    )
    here = url_for("sign_in.page", next=_onward())
    status = error.status if error else 200
    return show("sign_in.html", status=status, back_to=here, sign_in=view)


def _single_sign_on() -> str | None:
    """The way to the identity provider, where there is one."""
    if desk().hospital.settings.single_sign_on is None:
        return None
    return url_for("oidc.begin", next=_onward())
