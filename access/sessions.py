"""Sessions: who is signed in, where, until when.

A session's token is random and only its digest is stored. It ends when it was idle too long, when
it is too old whatever was done in it, when its owner signs out, here or everywhere, and when rights
to it end (account closed, password changed).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, insert, select, update

from access.accounts import ACCOUNTS, Accounts
from access.audit import AccessEvent, address_of
from access.context import Act, Context
from access.errors import Unauthenticated
from access.models import offline_grant, session, staff
from access.principal import Principal
from access.tokens import TokenKind, new_token, token_digest
from compiled import CompiledQuery
from errors import NotFound

BY_TOKEN: Final = CompiledQuery(
    ACCOUNTS.add_columns(
        session.c.token, session.c.device_id, session.c.started, session.c.seen
    ).where(
        session.c.ledger_id == staff.c.ledger_id,
        session.c.staff_id == staff.c.staff_id,
        session.c.token == bindparam("token"),
    )
)
"""A session and the account that it is of."""


@dataclass(frozen=True, slots=True)
class Session:
    """A session as its owner sees it.

    Args:
        reference: what it is called on a page; opens nothing.
        device_id: the handheld it is at, None at a desk.
        address: the network address it began from.
        started: when it began.
        seen: when it was last used, up to a minute late.
        current: it is the one that asks.
    """

    reference: str
    device_id: str | None
    address: str
    started: datetime
    seen: datetime
    current: bool


class Sessions:
    """The sessions of one ledger.

    Args:
        context: what the services share.
        accounts: whose sessions they are.
    """

    def __init__(self, context: Context, accounts: Accounts) -> None:
        self._context = context
        self._accounts = accounts

    def start(self, act: Act, staff_id: str, device: Principal | None, address: str) -> str:
        """Begin a session and give its token, which is stored nowhere."""
        self._sweep(act)
        token = new_token(TokenKind.SESSION, self._context.entropy)
        act.connection.execute(
            insert(session).values(
                ledger_id=self._context.ledger_id,
                token=token_digest(TokenKind.SESSION, token),
                staff_id=staff_id,
                device_id=device.id if device else None,
                address=address_of(address),
                started=act.now,
                seen=act.now,
            )
        )
        return token

    def principal(self, token: str, *, device: Principal | None = None) -> Principal:
        """Whose session it is, with the rights they have now.

        Args:
            token: as `sign_in` gave it.
            device: the device that shows it; a session begun at a device is good there only, and
                one begun at a desk is good at no device.

        Raises:
            Unauthenticated: `not-signed-in`; there is no such session, or it has ended.
        """
        with self._context.database.glance() as connection:
            row = BY_TOKEN.first(
                connection,
                own=self._context.ledger_id,
                token=token_digest(TokenKind.SESSION, token),
            )
        return self.admitted(row, device=device)

    def admitted(self, row: Row[Any] | None, *, device: Principal | None = None) -> Principal:
        """As `principal`, of the `row` that was found.

        Raises:
            Tampered: the account was changed by hand.
        """
        now, at_device = self._context.clock(), device.id if device else None
        if row is None or row.device_id != at_device or self._has_ended(row, now):
            raise Unauthenticated("not-signed-in")
        account = self._accounts.read(row)
        if account.disabled:
            raise Unauthenticated("not-signed-in")
        if now - row.seen >= self._context.policy.touch:
            self._touch(row.token, now)
        return self._accounts.principal(account, now, device=device)

    def end(self, token: str, by: Principal, address: str) -> None:
        """Sign out: end this session. Ending one that has ended already changes nothing."""
        digest = token_digest(TokenKind.SESSION, token)
        with self._context.act() as act:
            gone = act.connection.execute(
                delete(session).where(*self._row(digest), session.c.staff_id == by.id)
            )
            if gone.rowcount:
                act.record(AccessEvent("sign-out", by.uri, by.uri, address=address))

    def own(self, by: Principal, token: str) -> list[Session]:
        """The sessions of who asks, the one used last first.

        Args:
            by: whose.
            token: the token that they show now, to know which one is this.
        """
        now, here = self._context.clock(), token_digest(TokenKind.SESSION, token)
        with self._context.database.read() as connection:
            rows = self._of(connection, by)
        found = [
            Session(
                reference=self._reference(row.token),
                device_id=row.device_id,
                address=row.address,
                started=row.started,
                seen=row.seen,
                current=bytes(row.token) == here,
            )
            for row in rows
            if not self._has_ended(row, now)
        ]
        return sorted(found, key=lambda each: (each.current, each.seen), reverse=True)

    def end_one(self, by: Principal, reference: str, address: str) -> None:
        """End one session of who asks.

        Args:
            by: whose.
            reference: as `own` gave it.
            address: the network address.

        Raises:
            NotFound: they have no such session.
        """
        with self._context.act() as act:
            tokens = [row.token for row in self._of(act.connection, by)]
            found = [token for token in tokens if self._reference(token) == reference]
            if not found:
                raise NotFound("not-found", what="session")
            act.connection.execute(
                delete(session).where(
                    session.c.ledger_id == self._context.ledger_id, session.c.token.in_(found)
                )
            )
            act.record(AccessEvent("sign-out", by.uri, by.uri, address=address))

    def count(self, connection: Connection, staff_id: str, now: datetime) -> int:
        """How many sessions of an account there are now."""
        query = select(session).where(
            session.c.ledger_id == self._context.ledger_id, session.c.staff_id == staff_id
        )
        return sum(not self._has_ended(row, now) for row in connection.execute(query))

    def end_everywhere(self, by: Principal, address: str) -> None:
        """Sign out everywhere: end all sessions of the one who asks."""
        with self._context.act() as act:
            count = self.end_all(act, by.id)
            event = AccessEvent(
                "sign-out-everywhere", by.uri, by.uri, "ok", address, {"sessions": count}
            )
            act.record(event)

    def end_all(self, act: Act, staff_id: str) -> int:
        """End all sessions of an account, inside an act; gives how many there were.

        Its grants for handhelds that are out of reach end with them.
        """
        end_grants(self._context, act, offline_grant.c.staff_id == staff_id)
        gone = act.connection.execute(
            delete(session).where(
                session.c.ledger_id == self._context.ledger_id, session.c.staff_id == staff_id
            )
        )
        return gone.rowcount

    def end_at(self, act: Act, device_id: str) -> None:
        """End all sessions at a device, inside an act; the grants of who was there stay."""
        act.connection.execute(
            delete(session).where(
                session.c.ledger_id == self._context.ledger_id, session.c.device_id == device_id
            )
        )

    def _of(self, connection: Connection, by: Principal) -> Sequence[Row[Any]]:
        mine = (session.c.ledger_id == self._context.ledger_id, session.c.staff_id == by.id)
        return connection.execute(select(session).where(*mine)).all()

    def _reference(self, digest: bytes) -> str:
        # A page names a session by this: it opens nothing, and is not what is stored either.
        keys = self._context.keys
        return self._context.digest(keys.index, "session", bytes(digest).hex()).hex()[:32]

    def _has_ended(self, row: Row[Any], now: datetime) -> bool:
        policy = self._context.policy
        idle = policy.handheld_idle if row.device_id else policy.idle
        # `seen` is up to `touch` behind, so a session ends that much early, never late.
        return bool(now - row.seen >= idle or now - row.started >= policy.absolute)

    def _touch(self, digest: bytes, now: datetime) -> None:
        # Lost, it ends a session a minute early; nobody who only reads is to wait for the disk.
        with self._context.database.write(durable=False) as connection:
            connection.execute(update(session).where(*self._row(digest)).values(seen=now))

    def _sweep(self, act: Act) -> None:
        policy = self._context.policy
        act.connection.execute(
            delete(session).where(
                session.c.ledger_id == self._context.ledger_id,
                (session.c.started <= act.now - policy.absolute)
                | (session.c.seen <= act.now - max(policy.idle, policy.handheld_idle)),
            )
        )

    def _row(self, digest: bytes) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return session.c.ledger_id == self._context.ledger_id, session.c.token == digest


def end_grants(context: Context, act: Act, condition: ColumnElement[bool]) -> None:
    """Let nobody sign in out of reach by these grants any more, inside an act.

    What was done by them until then may still be sent in: it has happened.
    """
    columns = offline_grant.c
    act.connection.execute(
        update(offline_grant)
        .where(columns.ledger_id == context.ledger_id, columns.sign_in_until > act.now, condition)
        .values(sign_in_until=act.now)
    )
