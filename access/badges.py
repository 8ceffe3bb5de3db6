"""Badges and PINs: how people sign in at a shared handheld, and sign with what they do.

A badge's code is stored as a keyed digest, the PIN that goes with it as an encrypted Argon2id hash:
six digits alone are guessed in no time from a stolen table, and five tries lock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import insert, select, update

from access.accounts import Account, Accounts
from access.attempts import Attempts
from access.audit import AccessEvent
from access.confirmation import Confirmation
from access.context import Act, Context, deny, text_field
from access.models import offline_grant, staff_badge
from access.passwords import Passwords, check_pin
from access.permissions import Action
from access.principal import Principal, permits
from access.sessions import end_grants
from errors import Conflict, Forbidden, NotFound, Refused


@dataclass(frozen=True, slots=True)
class Badge:
    """What is known about a badge or a person's PIN.

    Args:
        staff_id: whose it is; None when nobody's.
        pin_hash: the Argon2id hash of the PIN; None when none is set.
        subject: under what failures are counted: a person's tries count together wherever made.
    """

    staff_id: str | None
    pin_hash: str | None = field(repr=False)
    subject: bytes = field(repr=False)


class Badges:
    """Gives badges out and finds them.

    Args:
        context: what the services share.
        accounts: whose they are.
        passwords: hashes PINs.
        attempts: counts failures.
        confirmation: asks for the password once more.
    """

    def __init__(
        self,
        context: Context,
        accounts: Accounts,
        passwords: Passwords,
        attempts: Attempts,
        confirmation: Confirmation,
    ) -> None:
        self._context = context
        self._accounts = accounts
        self._passwords = passwords
        self._attempts = attempts
        self._confirmation = confirmation

    def assign(self, staff_id: str, badge: str, *, by: Principal, address: str = "") -> None:
        """Give a person this badge instead of the one they had.

        Raises:
            Forbidden: `by` may not; recorded.
            NotFound: there is no such account.
            Refused: `account-closed`.
            Conflict: `badge-taken`, it is somebody else's.
        """
        digest = self._digest(text_field(badge, "badge"))
        with self._context.act() as act:
            account = self._changed(act, staff_id, by, "badge-assigned", address)
            if account.disabled:
                raise Refused("account-closed", field="badge")
            owner = self._owner(act, digest)
            if owner not in {None, staff_id}:
                raise Conflict("badge-taken", field="badge")
            self._store(act, staff_id, {"badge": digest})
            act.record(AccessEvent("badge-assigned", by.uri, account.uri, address=address))

    def withdraw(self, staff_id: str, *, by: Principal, address: str = "") -> None:
        """Let a badge open nothing any more; the PIN stays, it signs for nobody without a session.

        Raises:
            Forbidden: `by` may not; recorded.
            NotFound: there is no such account.
        """
        with self._context.act() as act:
            account = self._changed(act, staff_id, by, "badge-withdrawn", address)
            self._store(act, staff_id, {"badge": None})
            act.record(AccessEvent("badge-withdrawn", by.uri, account.uri, address=address))

    def set_pin(self, by: Principal, pin: str, password: str, *, address: str = "") -> None:
        """Choose one's own PIN, at a desk, showing the password once more.

        Raises:
            Invalid: `pin-form` or `pin-simple`.
            Unauthenticated: `sign-in-failed` or `sign-in-locked`; recorded.
            Forbidden: `by` is no person at a desk, or has to change the password first.
        """
        if by.must_add_second_factor:
            raise Forbidden("forbidden")
        check_pin(pin)
        shown = self._confirmation.compare(by, password)
        hashed = self._passwords.hash(pin).encode()
        sealed = self._context.staff_vault().encrypt(hashed, bound_to=_bound_to(by.id))
        event = AccessEvent("pin-set", by.uri, by.uri, address=address)
        with self._context.act() as act:
            self._confirmation.settle(act, shown, event)
            self._store(act, by.id, {"pin": sealed})
            act.record(event)

    def find(self, badge: str) -> Badge:
        """Whose badge this is; an unknown one answers like a known one, with nobody behind it."""
        digest = self._digest(badge.strip())
        columns = staff_badge.c
        with self._context.database.read() as connection:
            row = connection.execute(
                select(columns.staff_id, columns.pin).where(
                    columns.ledger_id == self._context.ledger_id, columns.badge == digest
                )
            ).first()
        if row is None:
            return Badge(None, None, self._attempts.subject("badge", digest.hex()))
        return self._badge(row.staff_id, row.pin)

    def pin_of(self, staff_id: str) -> Badge:
        """The PIN of a person."""
        columns = staff_badge.c
        with self._context.database.read() as connection:
            pin = connection.execute(
                select(columns.pin).where(
                    columns.ledger_id == self._context.ledger_id, columns.staff_id == staff_id
                )
            ).scalar()
        return self._badge(staff_id, pin)

    def _badge(self, staff_id: str, pin: bytes | None) -> Badge:
        vault = self._context.staff_vault()
        hashed = vault.decrypt(bytes(pin), bound_to=_bound_to(staff_id)).decode() if pin else None
        return Badge(staff_id, hashed, self._attempts.subject("pin", staff_id))

    def _owner(self, act: Act, digest: bytes) -> str | None:
        columns = staff_badge.c
        return act.connection.execute(
            select(columns.staff_id).where(
                columns.ledger_id == self._context.ledger_id, columns.badge == digest
            )
        ).scalar()

    def _changed(self, act: Act, staff_id: str, by: Principal, word: str, address: str) -> Account:
        """The account whose badge is about to change, when `by` may change it."""
        account = self._accounts.by_id(act.connection, staff_id)
        if not permits(by, Action.MANAGE_STAFF):
            what = account.uri if account else "urn:medtrace:staff:unknown"
            raise deny(act, by, word, what, address)
        if account is None:
            raise NotFound("not-found", what=staff_id)
        return account

    def _store(self, act: Act, staff_id: str, values: Mapping[str, bytes | None]) -> None:
        # Handhelds out of reach know the old badge and PIN: what they were given ends.
        end_grants(self._context, act, offline_grant.c.staff_id == staff_id)
        columns = staff_badge.c
        changed = act.connection.execute(
            update(staff_badge)
            .where(columns.ledger_id == self._context.ledger_id, columns.staff_id == staff_id)
            .values(values)
        )
        if changed.rowcount == 0:
            key = {"ledger_id": self._context.ledger_id, "staff_id": staff_id}
            act.connection.execute(insert(staff_badge).values(**key, **values))

    def _digest(self, badge: str) -> bytes:
        return self._context.digest(self._context.keys.index, "badge", badge)


def _bound_to(staff_id: str) -> bytes:
    return f"pin {staff_id}".encode()
