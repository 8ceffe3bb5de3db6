"""Changing one's own password."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from access import Unauthenticated
from errors import Invalid, MedtraceError
from texts import text_of
from web.desk import desk
from web.guard import for_anyone_inside
from web.paths import landing
from web.shell import show, tell
from web.view import Field, PasswordView
from web.visitor import address, begin_session, reader

blueprint = Blueprint("password", __name__)


@blueprint.get("/password")
@for_anyone_inside
def page() -> Response:
    """The form."""
    return _form(PasswordView(url_for("password.change"), due=reader().must_change_password))


@blueprint.post("/password")
@for_anyone_inside
def change() -> Response:
    """Change it: every session of the account ends, a fresh one begins here."""
    form, by = request.form, reader()
    new = form.get("new", "")
    view = PasswordView(url_for("password.change"), due=by.must_change_password)
    if new != form.get("again", ""):
        return _form(replace(view, again=Field(error=text_of("passwords-differ"))))
    change_password = desk().hospital.access.sign_in.change_password
    try:
        signed_in = change_password(by, form.get("current", ""), new, address=address())
    except Unauthenticated as error:
        return _form(replace(view, current=_wrong(error)))
    except Invalid as error:
        return _form(replace(view, new=_wrong(error)))
    response = begin_session(redirect(landing(signed_in.principal), code=303), signed_in)
    tell("password-changed")
    return response


def _wrong(error: MedtraceError) -> Field:
    return Field(error=error.text)


def _form(view: PasswordView) -> Response:
    wrong = any(field.error for field in (view.current, view.new, view.again))
    return show("password.html", status=422 if wrong else 200, password=view)
