"""Sessions: who is signed in, where, until when.

A session's token is random and only its digest is stored. It ends when it was idle too long, when
it is too old whatever was done in it, when its owner signs out, here or everywhere, and when rights
to it end (account closed, password changed).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select, update

from access.accounts import Accounts
from access.audit import AccessEvent, address_of
from access.context import Act, Context
from access.errors import Unauthenticated
from access.models import session
from access.principal import Principal
from access.tokens import TokenKind, new_token, token_digest


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
        digest, now = token_digest(TokenKind.SESSION, token), self._context.clock()
        with self._context.database.read() as connection:
            row = connection.execute(select(session).where(*self._row(digest))).first()
            account = self._accounts.by_id(connection, row.staff_id) if row else None
        at_device = device.id if device else None
        if row is None or row.device_id != at_device or self._has_ended(row, now):
            raise Unauthenticated("not-signed-in")
        if account is None or account.disabled:
            raise Unauthenticated("not-signed-in")
        if now - row.seen >= self._context.policy.touch:
            self._touch(digest, now)
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

    def end_everywhere(self, by: Principal, address: str) -> None:
        """Sign out everywhere: end all sessions of the one who asks."""
        with self._context.act() as act:
            count = self.end_all(act, by.id)
            event = AccessEvent(
                "sign-out-everywhere", by.uri, by.uri, "ok", address, {"sessions": count}
            )
            act.record(event)

    def end_all(self, act: Act, staff_id: str) -> int:
        """End all sessions of an account, inside an act; gives how many there were."""
        gone = act.connection.execute(
            delete(session).where(
                session.c.ledger_id == self._context.ledger_id, session.c.staff_id == staff_id
            )
        )
        return gone.rowcount

    def end_at(self, act: Act, device_id: str) -> None:
        """End all sessions at a device, inside an act."""
        act.connection.execute(
            delete(session).where(
                session.c.ledger_id == self._context.ledger_id, session.c.device_id == device_id
            )
        )

    def _has_ended(self, row: Row[Any], now: datetime) -> bool:
        policy = self._context.policy
        idle = policy.handheld_idle if row.device_id else policy.idle
        # `seen` is up to `touch` behind, so a session ends that much early, never late.
        return bool(now - row.seen >= idle or now - row.started >= policy.absolute)

    def _touch(self, digest: bytes, now: datetime) -> None:
        with self._context.database.write() as connection:
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
