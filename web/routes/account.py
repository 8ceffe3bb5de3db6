"""One's own account: who one is, the ways in, where one is signed in."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from web.desk import desk
from web.filling.account import account_view
from web.guard import for_anyone_inside
from web.shell import show, tell
from web.visitor import address, reader

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("")
@for_anyone_inside
def page() -> Response:
    """All of it on one page."""
    return show("account.html", mine=account_view())


@blueprint.post("/sessions/<reference>/end")
@for_anyone_inside
def end_session(reference: str) -> Response:
    """End one of one's own sessions."""
    desk().hospital.access.sessions.end_one(reader(), reference, address())
    tell("session-ended")
    return redirect(url_for("account.page"), code=303)
