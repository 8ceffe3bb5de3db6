"""Devices: handhelds and fixed readers, from enrolment to revocation.

A device scans a QR code once: the one-time code in it becomes a permanent token, which is stored as
a digest only, can be rolled, and is dead the moment it is revoked. The device is bound to a place
and a security profile; both are sealed, like the rights of people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from access.audit import ANYBODY, AccessEvent
from access.context import Act, Context, deny, text_field
from access.device_rows import (
    UNKNOWN,
    Description,
    Device,
    device_of,
    row_by_id,
    row_by_token,
    seal_of,
    uri_of,
)
from access.errors import Unauthenticated
from access.models import device, enrolment_code, offline_grant
from access.permissions import Action
from access.principal import Kind, Principal, permits
from access.profiles import Profile, check_profile
from access.sessions import Sessions, end_grants
from access.tokens import (
    TokenKind,
    enrolment_code_read,
    new_enrolment_code,
    new_token,
    token_digest,
)
from errors import NotFound

_WORST_SKEW = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A device that was let in: its id, and its token, which is shown this once."""

    device_id: str
    token: str = field(repr=False)


class Devices:
    """Lets devices in, knows them again, shuts them out.

    Args:
        context: what the services share.
        sessions: those at a device end with it.
        profiles: the security profiles by name.
    """

    def __init__(
        self, context: Context, sessions: Sessions, profiles: Mapping[str, Profile]
    ) -> None:
        self._context = context
        self._sessions = sessions
        self._profiles = profiles

    def enrolment_code(
        self, by: Principal, *, station: str, profile: str, address: str = ""
    ) -> str:
        """Make a one-time code for one device, to be drawn as a QR code.

        Args:
            by: who lets the device in.
            station: the code of the place it will be bound to.
            profile: the name of its security profile.
            address: the network address.

        Raises:
            Forbidden: `by` may not; recorded.
            Invalid: no such profile, or no station.
        """
        check_profile(self._profiles, profile)
        place = text_field(station, "station", limit=128)
        with self._context.act() as act:
            if not permits(by, Action.ENROL_DEVICES):
                raise deny(act, by, "enrolment-code-made", place, address)
            code = store_code(self._context, act, by, place, profile)
            details: dict[str, object] = {"profile": profile}
            act.record(AccessEvent("enrolment-code-made", by.uri, place, "ok", address, details))
        return code

    def enrol(self, code: str, description: Description, *, address: str = "") -> Enrolled:
        """Let a device in: the code is used up, the token is for good.

        By a code that `Fleet.renew` made, a device that is known gets a new token.

        Raises:
            Unauthenticated: `enrolment-code-wrong`; unknown, used or run out, which is not told
                apart. Recorded.
            Invalid: the description is not of its form; the code is not used up.
        """
        values: dict[str, object] = {**description.values()}
        digest = token_digest(TokenKind.ENROLMENT, enrolment_code_read(code))
        token = new_token(TokenKind.DEVICE, self._context.entropy)
        with self._context.act() as act:
            row = act.connection.execute(
                delete(enrolment_code)
                .where(
                    enrolment_code.c.ledger_id == self._context.ledger_id,
                    enrolment_code.c.code == digest,
                    enrolment_code.c.expires > act.now,
                )
                .returning(enrolment_code)
            ).first()
            if row is None or self._is_shut_out(act, row.device_id):
                event = AccessEvent("device-enrolled", ANYBODY, UNKNOWN, "wrong-code", address)
                raise act.denied(Unauthenticated("enrolment-code-wrong", field="code"), event)
            values["token"] = token_digest(TokenKind.DEVICE, token)
            device_id = self._known_again(act, row, values) or self._let_in(act, row, values)
            details: dict[str, object] = {"station": row.station, "profile": row.profile}
            event = AccessEvent(
                "device-enrolled", row.made_by, uri_of(device_id), "ok", address, details
            )
            act.record(event)
        return Enrolled(device_id, token)

    def _is_shut_out(self, act: Act, device_id: str | None) -> bool:
        """Whether a code is for a device that was revoked meanwhile."""
        if device_id is None:
            return False
        row = row_by_id(self._context, act.connection, device_id)
        return row is None or row.revoked is not None

    def _known_again(self, act: Act, code: Row[Any], values: dict[str, object]) -> str | None:
        """Give the device that the code is for its new token; its id, None: it is for a new one."""
        if code.device_id is None:
            return None
        act.connection.execute(
            update(device)
            .where(
                device.c.ledger_id == self._context.ledger_id,
                device.c.device_id == code.device_id,
            )
            .values(values)
        )
        known: str = code.device_id
        return known

    def _let_in(self, act: Act, code: Row[Any], values: dict[str, object]) -> str:
        """Store a new device; gives its id."""
        device_id = self._context.new_id()
        act.connection.execute(
            insert(device).values(
                ledger_id=self._context.ledger_id,
                device_id=device_id,
                station=code.station,
                profile=code.profile,
                enrolled=act.now,
                enrolled_by=code.made_by,
                seal=seal_of(self._context, device_id, code.station, code.profile),
                **values,
            )
        )
        return device_id

    def principal(
        self, token: str, *, software: str | None = None, says: datetime | None = None
    ) -> Principal:
        """Which device shows this token; its last contact is noted once a minute.

        Args:
            token: as `enrol` or `roll` gave it.
            software: the version it runs now.
            says: what its clock says; how far it is off is kept.

        Raises:
            Unauthenticated: `device-unknown`; never enrolled, rolled since, or revoked.
            Tampered: its row was changed by hand.
        """
        with self._context.database.glance() as connection:
            row = row_by_token(self._context, connection, token)
        return self.admitted(row, software=software, says=says)

    def admitted(
        self, row: Row[Any] | None, *, software: str | None = None, says: datetime | None = None
    ) -> Principal:
        """As `principal`, of the `row` that was found."""
        if row is None or row.revoked is not None:
            raise Unauthenticated("device-unknown")
        profile = self._profiles.get(row.profile)
        if profile is None:
            raise Unauthenticated("device-unknown")
        self._note_contact(row, software, says)
        return Principal(
            Kind.DEVICE,
            row.device_id,
            row.name,
            device=row.device_id,
            station=row.station,
            profile=profile,
        )

    def roll(self, by: Principal, *, address: str = "") -> str:
        """Give the device that asks a new token; the old one is dead at once.

        Raises:
            Unauthenticated: `device-unknown`, it was revoked meanwhile.
        """
        token = new_token(TokenKind.DEVICE, self._context.entropy)
        with self._context.act() as act:
            changed = act.connection.execute(
                update(device)
                .where(
                    device.c.ledger_id == self._context.ledger_id,
                    device.c.device_id == by.device,
                    device.c.revoked.is_(None),
                )
                .values(token=token_digest(TokenKind.DEVICE, token))
            )
            if changed.rowcount == 0:
                raise Unauthenticated("device-unknown")
            what = uri_of(by.device or "")
            act.record(AccessEvent("device-token-rolled", by.uri, what, address=address))
        return token

    def revoke(self, device_id: str, *, by: Principal, address: str = "") -> None:
        """Shut a device out at once, and end the sessions at it.

        Raises:
            Forbidden: `by` may not; recorded.
            NotFound: there is no such device.
        """
        with self._context.act() as act:
            row = row_by_id(self._context, act.connection, device_id)
            what = uri_of(device_id) if row else UNKNOWN
            if not permits(by, Action.ENROL_DEVICES):
                raise deny(act, by, "device-revoked", what, address)
            if row is None:
                raise NotFound("not-found", what=device_id)
            act.connection.execute(
                update(device)
                .where(
                    device.c.ledger_id == self._context.ledger_id,
                    device.c.device_id == device_id,
                )
                .values(token=None, revoked=row.revoked or act.now)
            )
            self._sessions.end_at(act, device_id)
            end_grants(self._context, act, offline_grant.c.device_id == device_id)
            act.record(AccessEvent("device-revoked", by.uri, what, address=address))

    def list(self, *, by: Principal, address: str = "") -> list[Device]:
        """Every device, the newest first.

        Raises:
            Forbidden: `by` may not; recorded.
        """
        if not permits(by, Action.SEE_DEVICES):
            with self._context.act() as act:
                raise deny(act, by, Action.SEE_DEVICES, "devices", address)
        query = select(device).where(device.c.ledger_id == self._context.ledger_id)
        with self._context.database.read() as connection:
            rows = connection.execute(query.order_by(device.c.device_id.desc())).all()
        return [device_of(row) for row in rows]

    def _note_contact(self, row: Row[Any], software: str | None, says: datetime | None) -> None:
        now = self._context.clock()
        version = row.software if software is None else text_field(software, "software", empty=True)
        recent = row.seen is not None and now - row.seen < self._context.policy.touch
        if recent and version == row.software:
            return
        values: dict[str, object] = {"seen": now, "software": version}
        if says is not None:
            skew = max(-_WORST_SKEW, min(_WORST_SKEW, says - now))
            values["skew_ms"] = skew // timedelta(milliseconds=1)
        mine = device.c.ledger_id == self._context.ledger_id
        # Told again at the next contact: no scan is to wait for the disk for this.
        with self._context.database.write(durable=False) as connection:
            connection.execute(
                update(device).where(mine, device.c.device_id == row.device_id).values(values)
            )


def store_code(  # noqa: PLR0913, PLR0917 -- what a code says of the device that shows it
    context: Context,
    act: Act,
    by: Principal,
    station: str,
    profile: str,
    device_id: str | None = None,
) -> str:
    """Make a one-time code inside an act; codes that ran out are cleared away."""
    code = new_enrolment_code(context.entropy)
    columns = enrolment_code.c
    act.connection.execute(
        delete(enrolment_code).where(
            columns.ledger_id == context.ledger_id, columns.expires <= act.now
        )
    )
    act.connection.execute(
        insert(enrolment_code).values(
            ledger_id=context.ledger_id,
            code=token_digest(TokenKind.ENROLMENT, code),
            station=station,
            profile=profile,
            made_by=by.uri,
            expires=act.now + context.policy.code_life,
            device_id=device_id,
        )
    )
    return code
