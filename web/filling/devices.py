"""Filling the pages of devices."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final

from flask import url_for

from access import PROFILES, Action, Kept, Principal, permits
from errors import Invalid
from scanning import SymbolKind, draw_symbol
from texts import text_of
from web.desk import desk
from web.filling.staff import known_places
from web.view import (
    Choice,
    DeviceCodeView,
    DeviceRow,
    DevicesView,
    Field,
    KeyRow,
    OneDeviceView,
    StationForm,
)
from web.view.field import EMPTY

PAGE: Final = 50
"""Devices on a page."""


def devices_view(found: list[Kept], query: str, before: str, by: Principal) -> DevicesView:
    """A page of devices; `found` holds one more than are shown where there is a next page."""
    names, shown = known_places(), found[:PAGE]
    older = len(found) > PAGE
    last = shown[-1].device.device_id if shown else ""
    wanted: dict[str, Any] = {"q": query or None}
    return DevicesView(
        action=url_for("devices.page"),
        query=query,
        rows=tuple(device_row(each, names) for each in shown),
        older=url_for("devices.page", **wanted, before=last) if older else None,
        first=url_for("devices.page", **wanted) if before else None,
        new=url_for("devices.new") if permits(by, Action.ENROL_DEVICES) else None,
    )


def device_view(
    kept: Kept, by: Principal, *, station: Field = EMPTY, profile: Field = EMPTY
) -> OneDeviceView:
    """One device, and what its reader may do to it."""
    device, names = kept.device, known_places()
    may = permits(by, Action.ENROL_DEVICES) and device.revoked is None

    def to(endpoint: str) -> str:
        return url_for(f"devices.{endpoint}", device_id=device.device_id)

    move = station_form(
        to("move"), names, device.station, device.profile, station=station, profile=profile
    )
    return OneDeviceView(
        back=url_for("devices.page"),
        row=device_row(kept, names),
        device_id=device.device_id,
        keys=tuple(KeyRow(key.key_id, key.registered) for key in kept.keys),
        move=move if may else None,
        renew=to("renew") if may else None,
        revoke=to("revoke") if may else None,
    )


def station_form(  # noqa: PLR0913 -- where, what for, and what was wrong with either
    action: str,
    names: Mapping[str, str],
    chosen_station: str = "",
    chosen_profile: str = "",
    *,
    station: Field = EMPTY,
    profile: Field = EMPTY,
) -> StationForm:
    """Where a device stands and what for, to choose from."""
    return StationForm(
        action=action,
        stations=tuple(
            Choice(code, f"{name} · {code}", code == chosen_station) for code, name in names.items()
        ),
        profiles=tuple(
            Choice(name, text_of(f"profile-{name}"), name == chosen_profile) for name in PROFILES
        ),
        station=station,
        profile=profile,
    )


def code_view(
    code: str, station: str, profile: str, *, back: str, device: str | None = None
) -> DeviceCodeView:
    """A one-time code, drawn to be scanned by the device and read back before it is shown."""
    house = desk().hospital
    drawn = draw_symbol(code, SymbolKind.QR, fmt="svg")
    symbol = "data:image/svg+xml;base64," + base64.b64encode(drawn).decode()
    return DeviceCodeView(
        symbol=symbol,
        code=code,
        station=known_places().get(station, station),
        profile=text_of(f"profile-{profile}"),
        until=house.clock() + house.access.policy.code_life,
        back=back,
        device=device,
    )


def check_station(code: str) -> None:
    """Say whether there is such a place.

    Raises:
        Invalid: `place-unknown`; or `required`, none was chosen.
    """
    if not code:
        raise Invalid("required", field="station")
    if code not in known_places():
        raise Invalid("place-unknown", field="station", found=code[:100])


def device_row(kept: Kept, names: Mapping[str, str]) -> DeviceRow:
    """A device as the list shows it."""
    device = kept.device
    return DeviceRow(
        href=url_for("devices.one", device_id=device.device_id),
        name=device.description.name,
        station=names.get(device.station, device.station),
        profile=text_of(f"profile-{device.profile}"),
        hardware=device.description.hardware,
        software=device.description.software,
        enrolled=device.enrolled,
        seen=device.seen,
        skew=device.skew,
        keys=len(kept.keys),
        revoked=device.revoked,
        waiting=device.waiting,
        now=desk().hospital.clock(),
    )
