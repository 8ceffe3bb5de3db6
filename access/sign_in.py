"""Signing in: a person shows who they are, at a desk by password, at a handheld by badge and PIN.

Hashing happens outside the ledger's lock, everything that decides happens inside it: a hundred
guesses at once are counted one after the other, and the sixth is answered `locked` whatever it was.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from access.accounts import Account, Accounts, staff_number
from access.attempts import Attempts
from access.audit import ANYBODY, AccessEvent
from access.badges import Badges
from access.context import Act, Context, Denial
from access.errors import Unauthenticated
from access.passwords import Passwords, Stored, check_password
from access.permissions import ADMINISTRATORS
from access.policy import comes_from
from access.principal import Kind, Principal
from access.second_factor import SecondFactor
from access.sessions import Sessions
from errors import Forbidden, Invalid

_UNKNOWN = "urn:medtrace:staff:unknown"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has begun: its token, for the cookie or the header, and who it is."""

    token: str = field(repr=False)
    principal: Principal


@dataclass(frozen=True, slots=True)
class _Try:
    """One attempt, from wherever it comes."""

    account: Account | None
    subject: bytes
    address: str
    device: Principal | None
    action: str = "sign-in"

    def event(self, result: str) -> AccessEvent:
        what = self.account.uri if self.account else _UNKNOWN
        details = {"device": self.device.uri} if self.device else {}
        return AccessEvent(self.action, ANYBODY, what, result, self.address, details)

    def success(self, details: dict[str, object] | None = None) -> AccessEvent:
        what = self.account.uri if self.account else _UNKNOWN
        return replace(self.event("ok"), by=what, details=details or self.event("ok").details)


class SignIn:
    """Lets people in.

    Args:
        context: what the services share.
        accounts: the stored accounts.
        passwords: hashes and compares.
        attempts: counts failures.
        sessions: begins and ends sessions.
        second_factor: checks codes.
        badges: knows badges and PINs.
    """

    def __init__(  # noqa: PLR0913, PLR0917 -- signing in is where they all meet
        self,
        context: Context,
        accounts: Accounts,
        passwords: Passwords,
        attempts: Attempts,
        sessions: Sessions,
        second_factor: SecondFactor,
        badges: Badges,
    ) -> None:
        self._context = context
        self._accounts = accounts
        self._passwords = passwords
        self._attempts = attempts
        self._sessions = sessions
        self._second_factor = second_factor
        self._badges = badges

    def by_password(
        self,
        number: str,
        password: str,
        *,
        code: str | None = None,
        address: str = "",
        device: Principal | None = None,
    ) -> SignedIn:
        """Begin a session by staff number and password, and a code where there is a second factor.

        Raises:
            Unauthenticated: `sign-in-failed` (with `left` tries), `sign-in-locked` (with
                `minutes`), or `second-factor-needed` when all but the code is right;
                `passkey-needed` where the second factor of the role is a passkey. An unknown
                account answers as a known one does, in the same time. Recorded.
        """
        stored_number = staff_number(number)
        with self._context.database.read() as connection:
            account = self._accounts.by_number(connection, stored_number)
            stored = self._passwords.current(connection, account.staff_id) if account else None
        right = self._passwords.verify(stored.hash if stored else None, password)
        subject = self._attempts.subject("staff", stored_number or number)
        with self._context.act() as act:
            account = self._accounts.by_number(act.connection, stored_number)
            attempt = _Try(account, subject, address, device)
            self._attempts.deny_if_locked(act, subject, attempt.event("locked"))
            if account is None:
                raise self._failed(act, attempt, "unknown-account")
            if not right or account.disabled or not self._is_current(act, account, stored):
                raise self._failed(act, attempt, "wrong-password")
            if not comes_from(self._context.policy, account.roles, address):
                raise self._failed(act, attempt, "wrong-network")
            self._check_code(act, attempt, account, code)
            signed_in = self._begin(act, attempt, account)
        self._rehash(account, stored, password)
        return signed_in

    def by_badge(self, badge: str, pin: str, *, device: Principal, address: str = "") -> SignedIn:
        """Begin a session at a shared handheld by badge and PIN; whoever was there is signed out.

        Raises:
            Unauthenticated: `sign-in-failed` or `sign-in-locked`, as `by_password`. Recorded.
            Forbidden: this is no device.
        """
        if device.kind is not Kind.DEVICE:
            raise Forbidden("forbidden")
        found = self._badges.find(badge)
        right = self._passwords.verify(found.pin_hash, pin)
        with self._context.act() as act:
            staff_id = found.staff_id
            account = self._accounts.by_id(act.connection, staff_id) if staff_id else None
            attempt = _Try(account, found.subject, address, device)
            self._attempts.deny_if_locked(act, found.subject, attempt.event("locked"))
            if account is None:
                raise self._failed(act, attempt, "unknown-account")
            if not right or account.disabled:
                raise self._failed(act, attempt, "wrong-pin")
            if account.roles & ADMINISTRATORS:  # who holds the keys signs in with all factors
                raise self._failed(act, attempt, "administrator")
            self._sessions.end_at(act, device.id)
            return self._begin(act, attempt, account)

    def change_password(
        self, by: Principal, current: str, new: str, *, address: str = ""
    ) -> SignedIn:
        """Change one's own password: every session of the account ends, a fresh one begins.

        Raises:
            Unauthenticated: `sign-in-failed`, the current password is wrong; it counts. Recorded.
            Invalid: the new one breaks the policy (`password-…`), or was used before
                (`password-used`).
            Forbidden: `by` is no person at a desk.
        """
        if by.kind is not Kind.STAFF or by.device is not None:
            raise Forbidden("forbidden")
        with self._context.database.read() as connection:
            account = self._accounts.by_id(connection, by.id)
            history = self._passwords.latest(connection, by.id, self._context.policy.history)
        number = account.number if account else ""
        # Neither answer nor time may tell whether `current` is right before the lock was asked:
        # everything is worked out first, whatever it is.
        check_password(self._context.policy, new, number, account.name if account else "")
        right = self._passwords.verify(history[0].hash if history else None, current)
        used = [old for old in history if self._passwords.verify(old.hash, new)]
        hashed = self._passwords.hash(new)
        subject = self._attempts.subject("staff", number)
        with self._context.act() as act:
            account = self._accounts.by_id(act.connection, by.id)
            attempt = _Try(account, subject, address, None, "password-changed")
            self._attempts.deny_if_locked(act, subject, attempt.event("locked"))
            current_hash = history[0] if history else None
            if account is None or not right or not self._is_current(act, account, current_hash):
                raise self._failed(act, attempt, "wrong-password")
            if used:
                count = self._context.policy.history
                raise Invalid("password-used", field="password", count=count)
            self._passwords.store(act, by.id, hashed)
            account = replace(account, must_change=False, password_since=act.now)
            self._accounts.save(act, account)
            self._sessions.end_all(act, by.id)
            return self._begin(act, attempt, account)

    def _begin(self, act: Act, attempt: _Try, account: Account) -> SignedIn:
        self._attempts.clear(act, attempt.subject)
        token = self._sessions.start(act, account.staff_id, attempt.device, attempt.address)
        act.record(attempt.success())
        principal = self._accounts.principal(account, act.now, device=attempt.device)
        return SignedIn(token, principal)

    def _failed(self, act: Act, attempt: _Try, result: str) -> Denial:
        event = attempt.event(result)
        return self._attempts.failed(act, attempt.subject, "sign-in-failed", event)

    def _check_code(self, act: Act, attempt: _Try, account: Account, code: str | None) -> None:
        if not account.second_factor:
            self._deny_where_a_passkey_is_due(act, attempt, account)
            return
        if not code:
            needed = Unauthenticated("second-factor-needed", field="code")
            raise act.denied(needed, attempt.event("second-factor-needed"))
        if not self._second_factor.check(act, account.staff_id, code):
            raise self._failed(act, attempt, "wrong-code")

    def _deny_where_a_passkey_is_due(self, act: Act, attempt: _Try, account: Account) -> None:
        """Refuse a password alone where the second factor of the role is a passkey."""
        if account.passkeys and account.roles & self._context.policy.second_factor_for:
            needed = Unauthenticated("passkey-needed", field="number")
            raise act.denied(needed, attempt.event("passkey-needed"))

    def _is_current(self, act: Act, account: Account, compared: Stored | None) -> bool:
        """Whether the hash that was compared outside the lock is still the account's."""
        return self._passwords.current(act.connection, account.staff_id) == compared

    def _rehash(self, account: Account, stored: Stored | None, password: str) -> None:
        """Hash the password in use at today's cost when it was hashed at another."""
        if stored is None or not self._passwords.is_outdated(stored.hash):
            return
        hashed = self._passwords.hash(password)
        with self._context.act() as act:
            if self._is_current(act, account, stored):
                self._passwords.replace_hash(act, account.staff_id, hashed)
