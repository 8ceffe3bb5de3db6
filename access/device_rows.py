"""The row of a device: what is in it, and the seal over what decides.

A device's station and profile are sealed like the rights of people: a device that was moved by hand
is found out.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, bindparam, select

import bulk
from access.context import Context, text_field
from access.models import device
from access.principal import Kind
from access.tokens import TokenKind, is_id, token_digest
from access.vault import Tampered
from compiled import CompiledQuery

UNKNOWN = "urn:medtrace:device:unknown"
"""The name of a device that there is not."""


@dataclass(frozen=True, slots=True)
class Description:
    """What a device says of itself: a name for people, hardware, software and its version."""

    name: str
    hardware: str = ""
    software: str = ""

    def values(self) -> dict[str, str]:
        """The same as it is stored.

        Raises:
            Invalid: the name is missing, or something can't be printed or is too long.
        """
        return {
            "name": text_field(self.name, "name"),
            "hardware": text_field(self.hardware, "hardware", empty=True),
            "software": text_field(self.software, "software", empty=True),
        }


@dataclass(frozen=True, slots=True)
class Device:
    """A device as administrators see it.

    Args:
        device_id: its random id.
        description: name, hardware, software.
        station: the code of the place it is bound to.
        profile: the name of its security profile.
        enrolled: since when it is known.
        seen: its last contact, up to a minute late.
        skew: how far its clock is ahead of ours (negative: behind), as last measured.
        revoked: since when it is shut out, or None.
        waiting: its token was rolled, and it has not fetched the new one yet.
    """

    device_id: str
    description: Description
    station: str
    profile: str
    enrolled: datetime
    seen: datetime | None
    skew: timedelta | None
    revoked: datetime | None
    waiting: bool = False

    @property
    def uri(self) -> str:
        """The name under which entries know it."""
        return uri_of(self.device_id)


def uri_of(device_id: str) -> str:
    """The name under which entries know a device."""
    return f"urn:medtrace:{Kind.DEVICE}:{device_id}"


def device_of(row: Row[Any]) -> Device:
    """The device that a row is about."""
    return Device(
        device_id=row.device_id,
        description=Description(row.name, row.hardware, row.software),
        station=row.station,
        profile=row.profile,
        enrolled=row.enrolled,
        seen=row.seen,
        skew=None if row.skew_ms is None else timedelta(milliseconds=row.skew_ms),
        revoked=row.revoked,
        waiting=row.token is None and row.revoked is None,
    )


_DEVICES: Final = select(device).where(device.c.ledger_id == bindparam("own"))
_BY_ID: Final = CompiledQuery(_DEVICES.where(device.c.device_id == bindparam("value")))
BY_TOKEN: Final = CompiledQuery(_DEVICES.where(device.c.token == bindparam("value")))
"""The device whose token has the digest `value`; whoever asks by it has to check its seal."""


def row_by_id(context: Context, connection: bulk.Reader, device_id: str) -> Row[Any] | None:
    """The row of the device with this id.

    Raises:
        Tampered: it was changed by hand.
    """
    return _row(context, connection, _BY_ID, device_id) if is_id(device_id) else None


def row_by_token(context: Context, connection: bulk.Reader, token: str) -> Row[Any] | None:
    """The row of the device whose token this is; raises as `row_by_id` does."""
    return _row(context, connection, BY_TOKEN, token_digest(TokenKind.DEVICE, token))


def _row(
    context: Context, connection: bulk.Reader, query: CompiledQuery, value: str | bytes
) -> Row[Any] | None:
    row: Row[Any] | None = query.first(connection, own=context.ledger_id, value=value)
    if row is not None:
        check_seal(context, row)
    return row


def check_seal(context: Context, row: Row[Any]) -> None:
    """Check that a device is where its administrator put it.

    Raises:
        Tampered: the row was changed by hand.
    """
    seal = seal_of(context, row.device_id, row.station, row.profile)
    if not hmac.compare_digest(bytes(row.seal), seal):
        raise Tampered("row-tampered", table="device", key=row.device_id)


def seal_of(context: Context, device_id: str, station: str, profile: str) -> bytes:
    """The seal over a device's station and profile."""
    return context.digest(context.keys.staff, "device", device_id, station, profile)
