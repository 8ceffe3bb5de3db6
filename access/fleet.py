"""The fleet: devices as administrators keep them, each move on record.

Letting a device in and knowing it again is `devices`' work; here it is looked up, sent to another
station, given a new token.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, case, delete, func, select, update

from access.audit import AccessEvent
from access.context import Act, Context, deny, text_field
from access.device_rows import UNKNOWN, Device, check_seal, device_of, row_by_id, seal_of, uri_of
from access.devices import store_code
from access.models import device, device_key, enrolment_code
from access.permissions import Action
from access.principal import Principal, permits
from access.profiles import Profile, check_profile
from access.sessions import Sessions
from access.tokens import is_id
from errors import Invalid, NotFound, Refused

MOST = 200
"""Devices in one answer, at most."""
_QUERY = 100
_STATION = 128


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A public key that a device signs its scans with: its id, and since when."""

    key_id: str
    registered: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A device and its keys, the newest first."""

    device: Device
    keys: tuple[SigningKey, ...]


class Fleet:
    """Looks devices up and moves them.

    Args:
        context: what the services share.
        sessions: those at a device end when it is moved or gets a new token.
        profiles: the security profiles by name.
    """

    def __init__(
        self, context: Context, sessions: Sessions, profiles: Mapping[str, Profile]
    ) -> None:
        self._context = context
        self._sessions = sessions
        self._profiles = profiles

    def page(
        self,
        *,
        by: Principal,
        query: str = "",
        before: str = "",
        limit: int = 50,
        address: str = "",
    ) -> list[Kept]:
        """Devices, the newest first, a page of them.

        Args:
            by: who looks.
            query: a part of the name, or the station's code.
            before: the id of the last one of the page before.
            limit: 1 to 200.
            address: the network address.

        Raises:
            Forbidden: `by` may not; recorded.
            Invalid: the query can't be read, or the limit is out of bounds.
            Tampered: a row was changed by hand.
        """
        self._require(by, address)
        if not 1 <= limit <= MOST:
            raise Invalid("malformed", field="limit", detail=f"1–{MOST}")
        conditions = [self._mine(), *_conditions(text_field(query, "q", limit=_QUERY, empty=True))]
        if is_id(before):
            conditions.append(device.c.device_id < before)
        newest = select(device).where(*conditions).order_by(device.c.device_id.desc())
        with self._context.database.read() as connection:
            return self._kept(connection, connection.execute(newest.limit(limit)).all())

    def contact(self, now: datetime, near: timedelta, silent: timedelta) -> tuple[int, int, int]:
        """How many devices in use were heard of lately; counts only, so that anybody may ask.

        Args:
            now: the time.
            near: within this is lately.
            silent: within this it is not lost yet.

        Returns:
            Heard of lately; silent; lost, or never heard of.
        """
        c = device.c
        recent, late = c.seen >= now - near, c.seen >= now - silent
        query = select(
            func.count(case((recent, 1))), func.count(case((late, 1))), func.count()
        ).where(self._mine(), c.revoked.is_(None))
        with self._context.database.read() as connection:
            lately, known, every = connection.execute(query).one()
        return int(lately), int(known) - int(lately), int(every) - int(known)

    def one(self, device_id: str, *, by: Principal, address: str = "") -> Kept:
        """One device.

        Raises:
            Forbidden: `by` may not; recorded.
            NotFound: there is no such device.
            Tampered: its row was changed by hand.
        """
        self._require(by, address)
        with self._context.database.read() as connection:
            row = self._row(connection, device_id)
            if row is None:
                raise NotFound("not-found", what="device")
            return self._kept(connection, [row])[0]

    def move(
        self, device_id: str, *, station: str, profile: str, by: Principal, address: str = ""
    ) -> None:
        """Send a device to another station, for another use, or both; who is at it is signed out.

        Args:
            device_id: which.
            station: the code of the place it is bound to from now on.
            profile: the name of its security profile from now on.
            by: who sends it.
            address: the network address.

        Raises:
            Forbidden: `by` may not; recorded.
            NotFound: there is no such device.
            Refused: `device-revoked`.
            Invalid: no such profile, or no station.
        """
        check_profile(self._profiles, profile)
        place = text_field(station, "station", limit=_STATION)
        with self._context.act() as act:
            row = self._changed(act, device_id, by, "device-moved", address)
            self._update(
                act,
                device_id,
                station=place,
                profile=profile,
                seal=seal_of(self._context, device_id, place, profile),
            )
            self._sessions.end_at(act, device_id)
            # A code that waits to give it a new token says where it stands, too.
            act.connection.execute(
                update(enrolment_code)
                .where(
                    enrolment_code.c.ledger_id == self._context.ledger_id,
                    enrolment_code.c.device_id == device_id,
                )
                .values(station=place, profile=profile)
            )
            details: dict[str, object] = {
                "before": {"profile": row.profile, "station": row.station},
                "after": {"profile": profile, "station": place},
            }
            what = uri_of(device_id)
            act.record(AccessEvent("device-moved", by.uri, what, "ok", address, details))

    def renew(self, device_id: str, *, by: Principal, address: str = "") -> str:
        """Take a device's token away at once and make a one-time code that gives it a new one.

        For a device that was reset, or whose token may be known. It keeps its id and its history.

        Raises:
            Forbidden: `by` may not; recorded.
            NotFound: there is no such device.
            Refused: `device-revoked`.
        """
        with self._context.act() as act:
            row = self._changed(act, device_id, by, "device-token-rolled", address)
            self._update(act, device_id, token=None)
            self._sessions.end_at(act, device_id)
            act.connection.execute(
                delete(enrolment_code).where(
                    enrolment_code.c.ledger_id == self._context.ledger_id,
                    enrolment_code.c.device_id == device_id,
                )
            )
            code = store_code(self._context, act, by, row.station, row.profile, device_id)
            what = uri_of(device_id)
            act.record(AccessEvent("device-token-rolled", by.uri, what, address=address))
        return code

    def _changed(
        self, act: Act, device_id: str, by: Principal, word: str, address: str
    ) -> Row[Any]:
        """The device that is about to be changed, when `by` may change it."""
        row = self._row(act.connection, device_id)
        if not permits(by, Action.ENROL_DEVICES):
            raise deny(act, by, word, uri_of(row.device_id) if row else UNKNOWN, address)
        if row is None:
            raise NotFound("not-found", what="device")
        if row.revoked is not None:
            raise Refused("device-revoked", field="station")
        return row

    def _update(self, act: Act, device_id: str, **values: object) -> None:
        act.connection.execute(
            update(device).where(self._mine(), device.c.device_id == device_id).values(values)
        )

    def _require(self, by: Principal, address: str) -> None:
        if not permits(by, Action.SEE_DEVICES):
            with self._context.act() as act:
                raise deny(act, by, Action.SEE_DEVICES, "devices", address)

    def _row(self, connection: Connection, device_id: str) -> Row[Any] | None:
        return row_by_id(self._context, connection, device_id)

    def _kept(self, connection: Connection, rows: Sequence[Row[Any]]) -> list[Kept]:
        columns = device_key.c
        keys: dict[str, list[SigningKey]] = {row.device_id: [] for row in rows}
        found = connection.execute(
            select(columns.device_id, columns.key_id, columns.registered)
            .where(columns.ledger_id == self._context.ledger_id, columns.device_id.in_(keys))
            .order_by(columns.registered.desc())
        )
        for key in found:
            keys[key.device_id].append(SigningKey(key.key_id, key.registered))
        for row in rows:
            check_seal(self._context, row)
        return [Kept(device_of(row), tuple(keys[row.device_id])) for row in rows]

    def _mine(self) -> ColumnElement[bool]:
        return device.c.ledger_id == self._context.ledger_id


def _conditions(query: str) -> list[ColumnElement[bool]]:
    if not query:
        return []
    return [device.c.name.contains(query, autoescape=True) | (device.c.station == query.upper())]
