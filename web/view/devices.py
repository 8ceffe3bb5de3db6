"""Handhelds and fixed readers, for those who keep them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from web.view.field import EMPTY, Field
from web.view.said import Said
from web.view.staff import Choice

_LATE: Final = timedelta(hours=24)
_OFF: Final = timedelta(seconds=30)


class DeviceState(StrEnum):
    """How a device stands."""

    CURRENT = "current"
    """Was heard of within a day."""
    SILENT = "silent"
    """Was not."""
    WAITING = "waiting"
    """Its token was taken away, it has not fetched a new one."""
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One device in the list.

    Args:
        href: its page.
        name: what it calls itself.
        station: the name of the place it stands at.
        profile: what it is for.
        hardware, software: the make, and the version that runs.
        enrolled: since when it is known.
        seen: last contact.
        skew: how far its clock is ahead (negative: behind), None: not measured.
        keys: how many keys it signs with.
        revoked: since when it is shut out, or None.
        waiting: it has no token now.
        now: the moment of the page.
    """

    href: str
    name: str
    station: str
    profile: Said
    hardware: str
    software: str
    enrolled: datetime
    seen: datetime | None
    skew: timedelta | None
    keys: int
    revoked: datetime | None
    waiting: bool
    now: datetime

    @property
    def state(self) -> DeviceState:
        """How it stands."""
        if self.revoked:
            return DeviceState.REVOKED
        if self.waiting:
            return DeviceState.WAITING
        heard = self.seen is not None and self.now - self.seen <= _LATE
        return DeviceState.CURRENT if heard else DeviceState.SILENT

    @property
    def skew_seconds(self) -> float | None:
        """The skew in seconds, to a tenth."""
        return None if self.skew is None else round(self.skew.total_seconds(), 1)

    @property
    def off(self) -> bool:
        """Whether its clock is so far off that times on record mislead."""
        return self.skew is not None and abs(self.skew) > _OFF


@dataclass(frozen=True, slots=True)
class DevicesView:
    """The list (`devices.html`, variable `devices`).

    Args:
        action: GET address that takes `q`.
        query: what was looked for.
        rows: a page of devices, the newest first.
        older: the next page, None: there is none.
        first: the first page, None: this is it.
        new: where a device is enrolled; None: the reader may not.
    """

    action: str
    query: str
    rows: tuple[DeviceRow, ...]
    older: str | None = None
    first: str | None = None
    new: str | None = None


@dataclass(frozen=True, slots=True)
class StationForm:
    """Where a device stands and what for (part of `device.html` and `device_new.html`).

    Args:
        action: POST address that takes `station` and `profile`.
        stations: the places, one of them ticked.
        profiles: the profiles, one of them ticked.
        station: what is wrong with the place.
        profile: what is wrong with the profile.
    """

    action: str
    stations: tuple[Choice, ...]
    profiles: tuple[Choice, ...]
    station: Field = EMPTY
    profile: Field = EMPTY


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key that a device signs with."""

    key_id: str
    registered: datetime


@dataclass(frozen=True, slots=True)
class OneDeviceView:
    """One device (`device.html`, variable `device`).

    Args:
        back: the list.
        row: what the list says of it.
        device_id: its id, as entries name it.
        keys: its keys, the newest first.
        move: sends it elsewhere; None: the reader may not, or it is revoked.
        renew: POST address that takes its token away and makes a code; None as above.
        revoke: POST address that shuts it out; None as above.
    """

    back: str
    row: DeviceRow
    device_id: str
    keys: tuple[KeyRow, ...] = ()
    move: StationForm | None = None
    renew: str | None = None
    revoke: str | None = None


@dataclass(frozen=True, slots=True)
class DeviceCodeView:
    """A one-time code to scan (`device_code.html`, variable `given`).

    Args:
        symbol: the code as a QR code, an image's `data:` address.
        code: the same to type.
        station: the place's name.
        profile: what the device is for.
        until: when it runs out.
        back: the list, or the device's page.
        device: the name of the known device that gets a new token, None: a new device.
    """

    symbol: str
    code: str
    station: str
    profile: Said
    until: datetime
    back: str
    device: str | None = None
