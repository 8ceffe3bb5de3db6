"""Signing out everywhere: for who lost a device or left a desk open."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from web.desk import desk
from web.guard import for_anyone_inside
from web.shell import tell
from web.visitor import address, end_session, reader

blueprint = Blueprint("everywhere", __name__)


@blueprint.post("/sign-out/everywhere")
@for_anyone_inside
def sign_out() -> Response:
    """End every session of who asks, this one too."""
    desk().hospital.access.sessions.end_everywhere(reader(), address())
    response = end_session(redirect(url_for("sign_in.page"), code=303))
    tell("signed-out")
    return response
