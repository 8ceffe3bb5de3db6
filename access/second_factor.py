"""The second factor: time-based one-time passwords (TOTP, RFC 6238).

Six digits every thirty seconds from a secret that only the phone and we know; any authenticator app
makes them. The secret is encrypted under a key outside the database. A code works once.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from access.accounts import Accounts
from access.audit import AccessEvent
from access.context import Act, Context, deny
from access.models import staff_passkey, staff_totp
from access.permissions import ADMINISTRATORS, Action
from access.principal import Kind, Principal, permits
from access.sessions import Sessions
from errors import Forbidden, Invalid, NotFound

_STEP: Final = 30
_DIGITS: Final = 6
_SECRET_BYTES: Final = 20
_WINDOW: Final = (-1, 0, 1)
"""Codes of the step before and after are taken too: clocks differ, people type (RFC 6238 §5.2)."""


class SecondFactor:
    """Sets up second factors and checks their codes.

    Args:
        context: what the services share.
        accounts: whose factors they are.
        sessions: those of who lost a factor end.
    """

    def __init__(self, context: Context, accounts: Accounts, sessions: Sessions) -> None:
        self._context = context
        self._accounts = accounts
        self._sessions = sessions

    def begin(self, by: Principal) -> str:
        """Make a secret for the one who asks; it counts once a code of it was shown.

        Returns:
            The `otpauth://` address to draw as a QR code (Key URI Format), shown once.

        Raises:
            Forbidden: `by` is no person, or has a second factor already.
        """
        secret = self._context.entropy(_SECRET_BYTES)
        with self._context.act() as act:
            account = self._accounts.by_id(act.connection, by.id)
            if by.kind is not Kind.STAFF or account is None or account.second_factor:
                raise Forbidden("forbidden")
            self._delete(act, by.id)
            sealed = self._context.staff_vault().encrypt(secret, bound_to=_bound_to(by.id))
            act.connection.execute(
                insert(staff_totp).values(
                    ledger_id=self._context.ledger_id,
                    staff_id=by.id,
                    secret=sealed,
                    confirmed=None,
                    last_step=0,
                )
            )
        return _totp(secret).get_provisioning_uri(account.number, "medtrace")

    def confirm(self, by: Principal, code: str, *, address: str = "") -> None:
        """Take the factor into use: the app shows the right code.

        Raises:
            Invalid: `second-factor-wrong`; recorded.
            NotFound: none was begun.
        """
        with self._context.act() as act:
            if self._secret(act.connection, by.id) is None:
                raise NotFound("not-found", what="second factor")
            if not self.check(act, by.id, code):
                raise act.denied(
                    Invalid("second-factor-wrong", field="code"),
                    AccessEvent("second-factor-added", by.uri, by.uri, "wrong-code", address),
                )
            act.connection.execute(
                update(staff_totp).where(*self._row(by.id)).values(confirmed=act.now)
            )
            act.record(AccessEvent("second-factor-added", by.uri, by.uri, address=address))

    def remove(self, staff_id: str, *, by: Principal, address: str = "") -> None:
        """Take lost factors away, codes and passkeys, and end the sessions of the account.

        It is for who gives rights, not for who resets passwords: one hand that could do both could
        act as anybody.

        Raises:
            Forbidden: `by` may not; or it is an administrator's account, or their own, and `by` is
                not the command line, where nobody calls by telephone. Recorded.
            NotFound: there is no such account.
        """
        with self._context.act() as act:
            account = self._accounts.by_id(act.connection, staff_id)
            what = account.uri if account else "urn:medtrace:staff:unknown"
            guarded = account is not None and (
                account.roles & ADMINISTRATORS or account.staff_id == by.id
            )
            if not permits(by, Action.ASSIGN_ROLES) or (guarded and by.kind is not Kind.OPERATOR):
                raise deny(act, by, "second-factor-removed", what, address)
            if account is None:
                raise NotFound("not-found", what=staff_id)
            self._delete(act, staff_id)
            columns = staff_passkey.c
            gone = act.connection.execute(
                delete(staff_passkey).where(
                    columns.ledger_id == self._context.ledger_id, columns.staff_id == staff_id
                )
            )
            self._sessions.end_all(act, staff_id)
            details = {"codes": account.second_factor, "passkeys": gone.rowcount}
            act.record(AccessEvent("second-factor-removed", by.uri, what, "ok", address, details))

    def check(self, act: Act, staff_id: str, code: str) -> bool:
        """Whether the code is right now and was not used before; inside an act.

        Raises:
            Tampered: the row was changed by hand.
        """
        found = self._secret(act.connection, staff_id)
        if found is None:
            return False
        secret, last_step = found
        step = _matching_step(_totp(secret), code, act.now)
        if step is None or step <= last_step:
            return False
        act.connection.execute(
            update(staff_totp).where(*self._row(staff_id)).values(last_step=step)
        )
        return True

    def _secret(self, connection: Connection, staff_id: str) -> tuple[bytes, int] | None:
        columns = staff_totp.c
        row = connection.execute(
            select(columns.secret, columns.last_step).where(*self._row(staff_id))
        ).first()
        if row is None:
            return None
        vault = self._context.staff_vault()
        return vault.decrypt(bytes(row.secret), bound_to=_bound_to(staff_id)), row.last_step

    def _delete(self, act: Act, staff_id: str) -> None:
        act.connection.execute(delete(staff_totp).where(*self._row(staff_id)))

    def _row(self, staff_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        columns = staff_totp.c
        return columns.ledger_id == self._context.ledger_id, columns.staff_id == staff_id


def _totp(secret: bytes) -> TOTP:
    # SHA-1 is what RFC 6238 has as default and all that most authenticator apps know; as an HMAC
    # it is sound (NIST SP 800-131A).
    return TOTP(secret, _DIGITS, SHA1(), _STEP)  # noqa: S303 -- see above


def _matching_step(totp: TOTP, code: str, now: datetime) -> int | None:
    """The time step whose code this is, or None. All are compared, so the time tells nothing."""
    current = int(now.timestamp()) // _STEP
    typed = code.encode("utf-8", "surrogatepass")
    matching = None
    for step in (current + offset for offset in _WINDOW):
        if hmac.compare_digest(totp.generate(step * _STEP), typed):
            matching = step
    return matching


def _bound_to(staff_id: str) -> bytes:
    return f"totp {staff_id}".encode()
