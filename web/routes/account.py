"""One's own account: who one is, the ways in, where one is signed in."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from access import Unauthenticated
from errors import Invalid
from web.desk import desk
from web.filling.account import account_view
from web.guard import for_anyone_inside
from web.paths import due_of
from web.shell import show, tell
from web.view import Field
from web.visitor import address, reader

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("")
@for_anyone_inside
def page() -> Response:
    """All of it on one page."""
    return show("account.html", mine=account_view())


@blueprint.post("/pin")
@for_anyone_inside
def set_pin() -> Response:
    """Choose the PIN that goes with one's badge and signs; takes the password once more."""
    form, choose = request.form, desk().hospital.access.badges.set_pin
    if due := due_of(reader()):
        return redirect(url_for(due), code=303)
    try:
        choose(reader(), form.get("pin", ""), form.get("password", ""), address=address())
    except (Invalid, Unauthenticated) as error:
        view = account_view(new_pin=Field(error=error.text))
        return show("account.html", status=422, back_to=url_for("account.page"), mine=view)
    tell("pin-set")
    return redirect(url_for("account.page"), code=303)


@blueprint.post("/sessions/<reference>/end")
@for_anyone_inside
def end_session(reference: str) -> Response:
    """End one of one's own sessions."""
    desk().hospital.access.sessions.end_one(reader(), reference, address())
    tell("session-ended")
    return redirect(url_for("account.page"), code=303)
