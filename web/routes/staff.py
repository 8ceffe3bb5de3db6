"""The accounts of the hospital: found, made, given rights, reset, closed.

Three hands keep them (GB/T 22239-2019 §8.1.5): the system administrator makes accounts, resets
passwords and hands out badges, the security administrator gives rights, unlocks and removes lost
second factors, the audit administrator looks on. Which is which stands in `access.PERMISSIONS`.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from access import Action, Role, Standing
from errors import Forbidden, MedtraceError
from web.desk import desk
from web.filling.files import STAFF
from web.filling.staff import PAGE, new_view, one_view, read_rights, staff_view
from web.guard import needs
from web.listing import asked_file, file_links, wanted_of
from web.shell import show, tell
from web.view import Field, GivenPasswordView, NewStaffView, Said
from web.view.field import EMPTY
from web.visitor import address, reader

blueprint = Blueprint("staff", __name__, url_prefix="/staff")

_PLACE: Final = "staff"


@blueprint.get("")
@needs(Action.SEE_STAFF)
def page() -> Response:
    """Accounts by number, narrowed to a number, a name or a role."""
    file = asked_file(STAFF)
    if file is not None:
        return file
    query, after = request.args.get("q", "").strip(), request.args.get("after", "")
    role = next((each for each in Role if each == request.args.get("role")), None)
    found = desk().hospital.access.roster.page(
        by=reader(), query=query, role=role, after=after, limit=PAGE + 1, address=address()
    )
    view = staff_view(found, query, role, after, reader())
    files = file_links("staff.page", **wanted_of(STAFF))
    return show("staff.html", place=_PLACE, staff=view, files=files)


@blueprint.get("/new")
@needs(Action.MANAGE_STAFF)
def new() -> Response:
    """The form of a new account."""
    return _form(new_view(reader()))


@blueprint.post("")
@needs(Action.MANAGE_STAFF)
def add() -> Response:
    """Make an account; its first password is shown in the answer, this once."""
    form, by = request.form, reader()
    number, name = form.get("number", ""), form.get("name", "")
    ticked = form.getlist("role"), form.getlist("place")
    try:
        roles, places = read_rights(*ticked)
        made = desk().hospital.access.staff.add(
            by, number=number, name=name, roles=roles, places=places, address=address()
        )
    except Forbidden:
        raise
    except MedtraceError as error:
        told = {error.field: error.text}
        view = new_view(
            by,
            number=Field(number, told.pop("number", None)),
            name=Field(name, told.pop("name", None)),
            roles=ticked[0],
            places=ticked[1],
            error=next(iter(told.values()), None),
        )
        return _form(view, status=422)
    standing = _standing(made.staff_id)
    return _given(standing, made.password or "", fresh=True)


@blueprint.get("/<staff_id>")
@needs(Action.SEE_STAFF)
def one(staff_id: str) -> Response:
    """One account, and what its reader may do to it."""
    return _one(staff_id)


@blueprint.post("/<staff_id>/roles")
@needs(Action.ASSIGN_ROLES)
def set_roles(staff_id: str) -> Response:
    """Give it these roles and places instead of those it has."""
    form = request.form
    try:
        roles, places = read_rights(form.getlist("role"), form.getlist("place"))
        desk().hospital.access.staff.set_roles(
            staff_id, roles, places, by=reader(), address=address()
        )
    except Forbidden:
        raise
    except MedtraceError as error:
        return _one(staff_id, rights_error=error.text)
    return _done("roles-saved", staff_id)


@blueprint.post("/<staff_id>/unlock")
@needs(Action.ASSIGN_ROLES)
def unlock(staff_id: str) -> Response:
    """Forget its wrong passwords."""
    desk().hospital.access.staff.unlock(staff_id, by=reader(), address=address())
    return _done("unlocked", staff_id)


@blueprint.post("/<staff_id>/factors")
@needs(Action.ASSIGN_ROLES)
def remove_factors(staff_id: str) -> Response:
    """Remove its lost second factors, codes and passkeys."""
    desk().hospital.access.second_factor.remove(staff_id, by=reader(), address=address())
    return _done("factors-removed", staff_id)


@blueprint.post("/<staff_id>/password")
@needs(Action.MANAGE_STAFF)
def reset_password(staff_id: str) -> Response:
    """Give it a new password, shown in the answer, this once."""
    staff = desk().hospital.access.staff
    password = staff.reset_password(staff_id, by=reader(), address=address())
    return _given(_standing(staff_id), password)


@blueprint.post("/<staff_id>/close")
@needs(Action.MANAGE_STAFF)
def close(staff_id: str) -> Response:
    """Close it: sessions end, secrets are wiped."""
    desk().hospital.access.staff.disable(staff_id, by=reader(), address=address())
    return _done("account-closed-now", staff_id)


@blueprint.post("/<staff_id>/open")
@needs(Action.MANAGE_STAFF)
def open_again(staff_id: str) -> Response:
    """Open it again, with a new password."""
    password = desk().hospital.access.staff.enable(staff_id, by=reader(), address=address())
    return _given(_standing(staff_id), password)


@blueprint.post("/<staff_id>/badge")
@needs(Action.MANAGE_STAFF)
def assign_badge(staff_id: str) -> Response:
    """Give the person this badge instead of the one they had."""
    badge = request.form.get("badge", "")
    try:
        desk().hospital.access.badges.assign(staff_id, badge, by=reader(), address=address())
    except Forbidden:
        raise
    except MedtraceError as error:
        return _one(staff_id, badge=Field("", error.text))
    return _done("badge-assigned", staff_id)


@blueprint.post("/<staff_id>/badge/withdraw")
@needs(Action.MANAGE_STAFF)
def withdraw_badge(staff_id: str) -> Response:
    """Let the badge open nothing any more."""
    desk().hospital.access.badges.withdraw(staff_id, by=reader(), address=address())
    return _done("badge-withdrawn", staff_id)


def _standing(staff_id: str) -> Standing:
    return desk().hospital.access.roster.standing(staff_id, by=reader(), address=address())


def _one(staff_id: str, *, badge: Field = EMPTY, rights_error: Said | None = None) -> Response:
    view = one_view(_standing(staff_id), reader(), badge=badge, rights_error=rights_error)
    wrong = bool(rights_error or badge.error)
    back = url_for("staff.one", staff_id=staff_id)
    return show(
        "staff_account.html",
        place=_PLACE,
        status=422 if wrong else 200,
        back_to=back,
        one=view,
    )


def _given(standing: Standing, password: str, *, fresh: bool = False) -> Response:
    account = standing.account
    back = url_for("staff.one", staff_id=account.staff_id)
    view = GivenPasswordView(
        number=account.number,
        name=account.name,
        password=password,
        back=back,
        fresh=fresh,
        without_roles=not account.roles,
    )
    return show("staff_password.html", place=_PLACE, back_to=back, given=view)


def _form(view: NewStaffView, *, status: int = 200) -> Response:
    back = url_for("staff.new")
    return show("staff_new.html", place=_PLACE, status=status, back_to=back, form=view)


def _done(code: str, staff_id: str) -> Response:
    tell(code)
    return redirect(url_for("staff.one", staff_id=staff_id), code=303)
