"""Passkeys (WebAuthn): registered and removed by their owner, and a way in.

Each ceremony takes two requests: the first answers what to ask the authenticator and keeps the
challenge in this browser's own signed cookie, the second takes what came back.
"""

from __future__ import annotations

import base64
from typing import Final

from flask import Blueprint, jsonify, redirect, request, session, url_for
from werkzeug.wrappers import Response

from access import Asked, Unauthenticated
from errors import Invalid, MedtraceError
from web.desk import desk
from web.filling.account import account_view, passkeys_view
from web.guard import for_anyone_inside, open_to_all
from web.messages import language
from web.paths import landing, local_path
from web.relying_party import required_party
from web.routes.sign_in import door
from web.shell import show, tell
from web.view import Field, PasskeysView
from web.visitor import address, begin_session, reader, visitor_again

blueprint = Blueprint("passkeys", __name__)

_SIGN_IN: Final = "passkey"
_REGISTER: Final = "passkey-new"
"""Where the browser's form cookie (signed, HttpOnly, SameSite=Lax) keeps the challenge."""


@blueprint.post("/sign-in/passkey/begin")
@open_to_all
def ask() -> Response:
    """What to ask an authenticator for, to sign in."""
    try:
        asked = desk().hospital.access.passkey_sign_in.begin(required_party())
    except MedtraceError as error:
        return _told(error)
    return _asked(_SIGN_IN, asked)


@blueprint.post("/sign-in/passkey")
@open_to_all
def sign_in() -> Response:
    """Begin a session for who holds the passkey, or say that it didn't work."""
    challenge, answer = _challenge(_SIGN_IN), request.form.get("credential", "")
    enter = desk().hospital.access.passkey_sign_in.finish
    try:
        signed_in = enter(challenge, answer, required_party(), address=address())
    except (Unauthenticated, Invalid) as error:
        return door(error)
    onward = local_path(request.form.get("next")) or landing(signed_in.principal)
    return begin_session(redirect(onward, code=303), signed_in)


@blueprint.post("/account/passkeys/begin")
@for_anyone_inside
def begin() -> Response:
    """What to ask an authenticator for, to register a passkey; takes the password once more."""
    password, begun = request.form.get("password", ""), desk().hospital.access.passkeys.begin
    try:
        asked = begun(reader(), password, required_party(), address=address())
    except MedtraceError as error:
        return _told(error)
    return _asked(_REGISTER, asked)


@blueprint.post("/account/passkeys")
@for_anyone_inside
def register() -> Response:
    """Take a passkey into use."""
    form, label = request.form, request.form.get("label", "")
    take = desk().hospital.access.passkeys.register
    challenge = _challenge(_REGISTER)
    try:
        take(
            reader(),
            challenge,
            form.get("credential", ""),
            required_party(),
            label=label,
            address=address(),
        )
    except MedtraceError as error:
        return _page(passkeys_view(Field(label, error.text)))
    tell("passkey-registered")
    was_due = reader().must_add_second_factor
    return redirect(landing(visitor_again()) if was_due else url_for("account.page"), code=303)


@blueprint.post("/account/passkeys/<passkey_id>/remove")
@for_anyone_inside
def remove(passkey_id: str) -> Response:
    """Remove one of one's own; takes the password once more."""
    password, drop = request.form.get("password", ""), desk().hospital.access.passkeys.remove
    try:
        drop(reader(), passkey_id, password, address=address())
    except Unauthenticated as error:
        return _page(passkeys_view(failed=passkey_id, error=error.text))
    tell("passkey-removed")
    return redirect(url_for("account.page"), code=303)


def _asked(kept: str, asked: Asked) -> Response:
    session[kept] = base64.b64encode(asked.challenge).decode()
    answer = jsonify()
    answer.set_data(asked.options)
    return answer


def _challenge(kept: str) -> bytes:
    """What this browser was asked, once."""
    return base64.b64decode(session.pop(kept, ""))


def _told(error: MedtraceError) -> Response:
    """What went wrong, for the script that asked."""
    answer = jsonify(code=error.code, text=error.text.in_language(language()))
    answer.status_code = error.status
    return answer


def _page(passkeys: PasskeysView) -> Response:
    back = url_for("account.page")
    return show("account.html", status=422, back_to=back, mine=account_view(passkeys))
