"""The accounts of people: made, given roles, closed. Each act is an entry in the ledger."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from sqlalchemy import delete

from access.accounts import Account, Accounts, Label, staff_number
from access.attempts import Attempts
from access.audit import AccessEvent
from access.context import Act, Context, deny, text_field
from access.models import staff_badge, staff_passkey, staff_subject, staff_totp
from access.passwords import Passwords, check_password
from access.permissions import ADMINISTRATORS, Action, Role
from access.principal import Kind, Principal, permits
from access.sessions import Sessions
from errors import Conflict, Invalid, NotFound, Refused

_PLACE_LENGTH = 128


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A fresh account, and its first password where one was made up: shown once, kept nowhere."""

    staff_id: str
    password: str | None = field(default=None, repr=False)


class Staff:
    """Makes and keeps accounts.

    Args:
        context: what the services share.
        accounts: the stored accounts.
        passwords: hashes and compares.
        sessions: who is signed in.
        attempts: who is locked.
    """

    def __init__(
        self,
        context: Context,
        accounts: Accounts,
        passwords: Passwords,
        sessions: Sessions,
        attempts: Attempts,
    ) -> None:
        self._context = context
        self._accounts = accounts
        self._passwords = passwords
        self._sessions = sessions
        self._attempts = attempts

    def add(  # noqa: PLR0913 -- an account is what it is; all but the first are named
        self,
        by: Principal,
        *,
        number: str,
        name: str,
        roles: Collection[Role] = (),
        places: Iterable[str] = (),
        password: str | None = None,
        must_change: bool = True,
        address: str = "",
    ) -> NewAccount:
        """Make an account.

        Args:
            by: who makes it; giving it roles or places at once takes the right to assign them too.
            number: the staff number: letters, digits, `.`, `_`, `-`; at most 32.
            name: the person's name.
            roles: what they work as.
            places: codes of the places the account is bound to.
            password: the first password; without one it is made up and handed back.
            must_change: whether it must be changed at the first sign-in.
            address: the network address of the one who makes it.

        Raises:
            Forbidden: `by` may not; recorded.
            Invalid: the number, the name or the password is not of its form.
            Refused: `roles-exclusive`, two administrators in one person.
            Conflict: `staff-number-taken`.
        """
        stored = staff_number(number)
        if stored is None:
            raise Invalid("malformed", field="number", detail="A–Z, 0–9, . _ -, ≤ 32")
        label = text_field(name, "name")
        check_roles(roles)
        first = self._passwords.generate() if password is None else password
        if password is not None:
            check_password(self._context.policy, first, stored, label)
        hashed = self._passwords.hash(first)
        context = self._context
        with context.act() as act:
            account = Account(
                staff_id=context.new_id(),
                number=stored,
                name=label,
                roles=frozenset(roles),
                places=_places(places),
                must_change=must_change,
                created=act.now,
            )
            if not permits(by, Action.MANAGE_STAFF) or (
                (account.roles or account.places) and not permits(by, Action.ASSIGN_ROLES)
            ):
                raise deny(act, by, "staff-added", account.uri, address)
            if self._accounts.by_number(act.connection, stored) is not None:
                raise Conflict("staff-number-taken", field="number", number=stored)
            self._accounts.create(act, account)
            self._passwords.store(act, account.staff_id, hashed)
            details = _rights(account)
            act.record(_event("staff-added", by, account, address, details))
        return NewAccount(account.staff_id, first if password is None else None)

    def set_roles(
        self,
        staff_id: str,
        roles: Collection[Role],
        places: Iterable[str] | None = None,
        *,
        by: Principal,
        address: str = "",
    ) -> None:
        """Give an account these roles and places instead of those it has; None leaves the places.

        Raises:
            Forbidden: `by` may not; recorded.
            NotFound: there is no such account.
            Refused: `roles-exclusive`, or `own-rights`: nobody changes their own.
        """
        check_roles(roles)
        with self._context.act() as act:
            account = self._changed(act, staff_id, by, Action.ASSIGN_ROLES, "roles-set", address)
            if by.id == staff_id:
                raise act.denied(
                    Refused("own-rights"),
                    _event("roles-set", by, account, address, result="own-rights"),
                )
            changed = replace(
                account,
                roles=frozenset(roles),
                places=account.places if places is None else _places(places),
            )
            self._accounts.save(act, changed)
            details: dict[str, object] = {"before": _rights(account), "after": _rights(changed)}
            act.record(_event("roles-set", by, account, address, details))

    def reset_password(self, staff_id: str, *, by: Principal, address: str = "") -> str:
        """Give an account a made-up password, which must be changed at once, and unlock it.

        Raises:
            Forbidden: `by` may not, or it is an administrator's account and `by` is not the
                command line: who resets an administrator's password could act as them. Recorded.
            NotFound: there is no such account.
        """
        password = self._passwords.generate()
        hashed = self._passwords.hash(password)
        with self._context.act() as act:
            account = self._changed(
                act, staff_id, by, Action.MANAGE_STAFF, "password-reset", address
            )
            self._passwords.store(act, staff_id, hashed)
            self._accounts.save(act, replace(account, must_change=True))
            self._attempts.clear(act, self._attempts.subject("staff", account.number))
            self._sessions.end_all(act, staff_id)
            act.record(_event("password-reset", by, account, address))
        return password

    def disable(self, staff_id: str, *, by: Principal, address: str = "") -> None:
        """Close an account: sessions end, and its secrets are wiped (GB/T 22239-2019 §8.1.4.10).

        Raises:
            Forbidden: as `reset_password`; recorded.
            NotFound: there is no such account.
        """
        with self._context.act() as act:
            account = self._changed(
                act, staff_id, by, Action.MANAGE_STAFF, "staff-disabled", address
            )
            self._accounts.save(act, replace(account, disabled=act.now))
            self._passwords.wipe(act, staff_id)
            for table in (staff_totp, staff_badge, staff_subject, staff_passkey):
                act.connection.execute(
                    delete(table).where(
                        table.c.ledger_id == self._context.ledger_id,
                        table.c.staff_id == staff_id,
                    )
                )
            self._sessions.end_all(act, staff_id)
            act.record(_event("staff-disabled", by, account, address))

    def enable(self, staff_id: str, *, by: Principal, address: str = "") -> str:
        """Open a closed account again; gives its new password as `reset_password` does."""
        with self._context.act() as act:
            account = self._changed(
                act, staff_id, by, Action.MANAGE_STAFF, "staff-enabled", address
            )
            self._accounts.save(act, replace(account, disabled=None))
            act.record(_event("staff-enabled", by, account, address))
        return self.reset_password(staff_id, by=by, address=address)

    def unlock(self, staff_id: str, *, by: Principal, address: str = "") -> None:
        """Forget the wrong passwords and PINs of an account before the lock runs out.

        Raises:
            Forbidden: `by` may not; recorded.
            NotFound: there is no such account.
        """
        with self._context.act() as act:
            account = self._changed(act, staff_id, by, Action.ASSIGN_ROLES, "unlock", address)
            self._attempts.clear(act, self._attempts.subject("staff", account.number))
            self._attempts.clear(act, self._attempts.subject("pin", staff_id))
            act.record(_event("unlock", by, account, address))

    def list(self, *, by: Principal, address: str = "") -> list[Account]:
        """Every account, by number.

        Raises:
            Forbidden: `by` may not; recorded.
        """
        if not permits(by, Action.SEE_STAFF):
            with self._context.act() as act:
                raise deny(act, by, Action.SEE_STAFF, "staff", address)
        with self._context.database.read() as connection:
            return self._accounts.all(connection)

    def names(self, numbers: Iterable[str]) -> dict[str, str]:
        """The names behind staff numbers, for timelines; numbers nobody has are left out."""
        with self._context.database.read() as connection:
            return self._accounts.names(connection, list(numbers))

    def labels(self, names: Iterable[str]) -> dict[str, Label]:
        """What pages say of people, by staff number or URI; those nobody has are left out."""
        with self._context.database.glance() as connection:
            return self._accounts.labels(connection, list(names))

    def _changed(  # noqa: PLR0913, PLR0917 -- one check before every change, all parts of it
        self, act: Act, staff_id: str, by: Principal, action: Action, word: str, address: str
    ) -> Account:
        """The account that is about to be changed, when `by` may change it."""
        account = self._accounts.by_id(act.connection, staff_id)
        if not permits(by, action):
            what = account.uri if account else "urn:medtrace:staff:unknown"
            raise deny(act, by, word, what, address)
        if account is None:
            raise NotFound("not-found", what=staff_id)
        guarded = action is Action.MANAGE_STAFF and account.roles & ADMINISTRATORS
        if guarded and by.kind is not Kind.OPERATOR:
            raise deny(act, by, word, account.uri, address)
        return account


def check_roles(roles: Collection[Role]) -> None:
    """Say whether one person may have these roles together.

    Raises:
        Refused: `roles-exclusive`, when more than one administrator is among them.
    """
    administrators = ADMINISTRATORS & set(roles)
    if len(administrators) > 1:
        raise Refused("roles-exclusive", field="roles", roles=", ".join(sorted(administrators)))


def _places(codes: Iterable[str]) -> frozenset[str]:
    return frozenset(text_field(code, "places", limit=_PLACE_LENGTH) for code in codes)


def _rights(account: Account) -> dict[str, object]:
    return {"roles": sorted(account.roles), "places": sorted(account.places)}


def _event(  # noqa: PLR0913 -- the members of an event
    action: str,
    by: Principal,
    account: Account,
    address: str,
    details: dict[str, object] | None = None,
    *,
    result: str = "ok",
) -> AccessEvent:
    return AccessEvent(action, by.uri, account.uri, result, address, details or {})
