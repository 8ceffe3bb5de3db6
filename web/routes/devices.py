"""Handhelds and fixed readers: enrolled, sent elsewhere, given a new token, shut out."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from access import Action
from errors import Forbidden, MedtraceError
from texts import Text
from web.desk import desk
from web.filling.devices import (
    PAGE,
    check_station,
    code_view,
    device_view,
    devices_view,
    station_form,
)
from web.filling.files import DEVICES
from web.filling.staff import known_places
from web.guard import needs
from web.listing import asked_file, file_links, wanted_of
from web.shell import show, tell
from web.view import DeviceCodeView, Field
from web.view.field import EMPTY
from web.visitor import address, reader

blueprint = Blueprint("devices", __name__, url_prefix="/devices")

_PLACE: Final = "devices"


@blueprint.get("")
@needs(Action.SEE_DEVICES)
def page() -> Response:
    """Devices, the newest first, narrowed to a name or a station."""
    file = asked_file(DEVICES)
    if file is not None:
        return file
    query, before = request.args.get("q", "").strip(), request.args.get("before", "")
    found = desk().hospital.access.fleet.page(
        by=reader(), query=query, before=before, limit=PAGE + 1, address=address()
    )
    view = devices_view(found, query, before, reader())
    files = file_links("devices.page", **wanted_of(DEVICES))
    return show("devices.html", place=_PLACE, devices=view, files=files)


@blueprint.get("/new")
@needs(Action.ENROL_DEVICES)
def new() -> Response:
    """Where a new device will stand, and what for."""
    return _form()


@blueprint.post("")
@needs(Action.ENROL_DEVICES)
def enrol() -> Response:
    """Make a one-time code that lets one device in; shown in the answer, this once."""
    station, profile = request.form.get("station", ""), request.form.get("profile", "")
    make = desk().hospital.access.devices.enrolment_code
    try:
        check_station(station)
        code = make(reader(), station=station, profile=profile, address=address())
    except Forbidden:
        raise
    except MedtraceError as error:
        return _form(station, profile, error)
    return _code(code_view(code, station, profile, back=url_for("devices.page")))


@blueprint.get("/<device_id>")
@needs(Action.SEE_DEVICES)
def one(device_id: str) -> Response:
    """One device, and what its reader may do to it."""
    return _one(device_id)


@blueprint.post("/<device_id>/station")
@needs(Action.ENROL_DEVICES)
def move(device_id: str) -> Response:
    """Send it to another station, for another use, or both."""
    station, profile = request.form.get("station", ""), request.form.get("profile", "")
    fleet = desk().hospital.access.fleet
    fleet.one(device_id, by=reader(), address=address())
    try:
        check_station(station)
        fleet.move(device_id, station=station, profile=profile, by=reader(), address=address())
    except Forbidden:
        raise
    except MedtraceError as error:
        return _one(device_id, error)
    tell("device-moved")
    return redirect(url_for("devices.one", device_id=device_id), code=303)


@blueprint.post("/<device_id>/token")
@needs(Action.ENROL_DEVICES)
def renew(device_id: str) -> Response:
    """Take its token away, and make a one-time code that gives it a new one."""
    fleet = desk().hospital.access.fleet
    code = fleet.renew(device_id, by=reader(), address=address())
    device = fleet.one(device_id, by=reader(), address=address()).device
    back = url_for("devices.one", device_id=device_id)
    name = device.description.name
    return _code(code_view(code, device.station, device.profile, back=back, device=name))


@blueprint.post("/<device_id>/revoke")
@needs(Action.ENROL_DEVICES)
def revoke(device_id: str) -> Response:
    """Shut it out at once."""
    desk().hospital.access.devices.revoke(device_id, by=reader(), address=address())
    tell("device-shut-out")
    return redirect(url_for("devices.one", device_id=device_id), code=303)


def _one(device_id: str, error: MedtraceError | None = None) -> Response:
    kept = desk().hospital.access.fleet.one(device_id, by=reader(), address=address())
    view = device_view(kept, reader(), station=_of(error, "station"), profile=_of(error, "profile"))
    return show(
        "device.html",
        place=_PLACE,
        status=422 if error else 200,
        back_to=url_for("devices.one", device_id=device_id),
        device=view,
    )


def _form(station: str = "", profile: str = "", error: MedtraceError | None = None) -> Response:
    view = station_form(
        url_for("devices.enrol"),
        known_places(),
        station,
        profile,
        station=_of(error, "station"),
        profile=_of(error, "profile"),
    )
    return show(
        "device_new.html",
        place=_PLACE,
        status=422 if error else 200,
        back_to=url_for("devices.new"),
        form=view,
    )


def _of(error: MedtraceError | None, field: str) -> Field:
    """What is wrong with a field."""
    if error is None or error.field != field:
        return EMPTY
    text: Text = error.text
    return Field(error=text)


def _code(view: DeviceCodeView) -> Response:
    return show("device_code.html", place=_PLACE, back_to=view.back, given=view)
