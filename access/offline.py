"""Working out of reach: who may sign in at a handheld without the server, and in whose name.

A person who has just signed in at a device gets a grant for that device. The device keeps it beside
a slow hash of badge and PIN that it makes itself, with a salt of its own: the server's hashes never
leave the server. By the grant the device sends in later what the person did out of reach, in that
person's name, also when somebody else is at it by then.

Nobody signs in by a grant after the account's sessions were ended (closed, password changed,
signed out everywhere), after the badge or the PIN changed and after the device was revoked; a
device learns that when it next reaches the server. What was done is sent in all the same, unless
the account is closed: then somebody else has to answer for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, insert, select

from access.accounts import Accounts
from access.audit import AccessEvent
from access.context import Context
from access.errors import Unauthenticated
from access.models import offline_grant
from access.principal import Kind, Principal
from access.tokens import TokenKind, new_token, token_digest
from errors import Forbidden

_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Grant:
    """Leave to work at a device that is out of reach.

    Args:
        token: shows later in whose name something is sent in; stored as a digest only.
        salt: for the device's own hash of badge and PIN.
        sign_in_until: until when the person may sign in there without the server.
        send_until: until when the grant sends in what they did.
    """

    token: str = field(repr=False)
    salt: bytes = field(repr=False)
    sign_in_until: datetime
    send_until: datetime


class Offline:
    """Gives grants and knows them again.

    Args:
        context: what the services share.
        accounts: whose they are.
    """

    def __init__(self, context: Context, accounts: Accounts) -> None:
        self._context = context
        self._accounts = accounts

    def grant(self, by: Principal, *, address: str = "") -> Grant:
        """Give the person who is signed in at a device a grant for it; recorded.

        Grants that ran out are cleared away.

        Raises:
            Forbidden: this is nobody at a device.
        """
        if by.kind is not Kind.STAFF or by.device is None:
            raise Forbidden("forbidden")
        token = new_token(TokenKind.OFFLINE, self._context.entropy)
        policy, columns = self._context.policy, offline_grant.c
        with self._context.act() as act:
            own = columns.ledger_id == self._context.ledger_id
            act.connection.execute(delete(offline_grant).where(own, columns.send_until <= act.now))
            until = act.now + policy.offline
            act.connection.execute(
                insert(offline_grant).values(
                    ledger_id=self._context.ledger_id,
                    token=token_digest(TokenKind.OFFLINE, token),
                    staff_id=by.id,
                    device_id=by.device,
                    sign_in_until=until,
                    send_until=until + policy.offline_upload,
                )
            )
            device = f"urn:medtrace:{Kind.DEVICE}:{by.device}"
            details: dict[str, object] = {"device": device}
            act.record(AccessEvent("offline-granted", by.uri, by.uri, "ok", address, details))
        salt = self._context.entropy(_SALT_BYTES)
        return Grant(token, salt, until, until + policy.offline_upload)

    def principal(self, token: str, *, device: Principal) -> Principal:
        """In whose name a device sends something in, with the rights they have now.

        Raises:
            Unauthenticated: `grant-ended`; no such grant of this device, or it has ended.
        """
        columns, now = offline_grant.c, self._context.clock()
        with self._context.database.read() as connection:
            row = connection.execute(
                select(columns.staff_id, columns.device_id, columns.send_until).where(
                    columns.ledger_id == self._context.ledger_id,
                    columns.token == token_digest(TokenKind.OFFLINE, token),
                )
            ).first()
            account = self._accounts.by_id(connection, row.staff_id) if row else None
        if row is None or row.device_id != device.id or row.send_until <= now:
            raise Unauthenticated("grant-ended", field="grant")
        if account is None or account.disabled:
            raise Unauthenticated("grant-ended", field="grant")
        return self._accounts.principal(account, now, device=device)

    def still_trusted(self, device: Principal) -> tuple[str, ...]:
        """The staff numbers of those who may sign in at a device that is out of reach."""
        columns, now = offline_grant.c, self._context.clock()
        with self._context.database.read() as connection:
            ids = connection.execute(
                select(columns.staff_id)
                .where(
                    columns.ledger_id == self._context.ledger_id,
                    columns.device_id == device.id,
                    columns.sign_in_until > now,
                )
                .distinct()
            ).scalars()
            accounts = [self._accounts.by_id(connection, each) for each in ids]
        return tuple(sorted(each.number for each in accounts if each and not each.disabled))
