"""Setting up one's own second factor (TOTP, RFC 6238)."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import segno
from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from errors import Invalid, NotFound
from web.desk import desk
from web.filling.account import passkeys_view
from web.guard import for_anyone_inside
from web.paths import landing
from web.shell import show, tell
from web.view import Field, SecondFactorView
from web.visitor import address, reader, visitor_again

blueprint = Blueprint("second_factor", __name__, url_prefix="/second-factor")


@blueprint.get("")
@for_anyone_inside
def page() -> Response:
    """What it is, and the button that begins."""
    return _page(_view())


@blueprint.post("/begin")
@for_anyone_inside
def begin() -> Response:
    """Make a secret and show it, this once."""
    uri = desk().hospital.access.second_factor.begin(reader())
    return _page(_with_secret(uri))


@blueprint.post("/confirm")
@for_anyone_inside
def confirm() -> Response:
    """Take it into use, when the app shows the right code."""
    code = request.form.get("code", "").replace(" ", "")
    try:
        desk().hospital.access.second_factor.confirm(reader(), code, address=address())
    except Invalid as error:
        return _page(replace(_view(), code=Field(error=error.text), begun=True), status=422)
    except NotFound:
        return redirect(url_for("second_factor.page"), code=303)
    tell("second-factor-set")
    return redirect(landing(visitor_again()), code=303)


def _view() -> SecondFactorView:
    return SecondFactorView(
        begin=url_for("second_factor.begin"),
        confirm=url_for("second_factor.confirm"),
        due=reader().must_add_second_factor,
        passkeys=passkeys_view() if reader().must_add_second_factor else None,
    )


def _with_secret(uri: str) -> SecondFactorView:
    drawn = BytesIO()
    segno.make(uri, error="m").save(
        drawn, kind="svg", xmldecl=False, svgns=False, svgclass="qr", lineclass=None, omitsize=True
    )
    (secret,) = parse_qs(urlsplit(uri).query)["secret"]
    groups = tuple(secret[at : at + 4] for at in range(0, len(secret), 4))
    return replace(_view(), symbol=drawn.getvalue().decode(), secret=groups, begun=True)


def _page(view: SecondFactorView, *, status: int = 200) -> Response:
    back = url_for("second_factor.page")
    return show("second_factor.html", status=status, back_to=back, factor=view)
