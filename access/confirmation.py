"""The password once more, from who is signed in: a desk left open is not its owner.

What lets somebody in later (a PIN, a passkey) is set and removed by who knows the password, not by
who walks past the desk. A wrong one counts as it does at the door.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from access.accounts import Account, Accounts
from access.attempts import Attempts
from access.audit import AccessEvent
from access.context import Act, Context
from access.passwords import Passwords
from access.principal import Kind, Principal
from errors import Forbidden


@dataclass(frozen=True, slots=True)
class Shown:
    """A password that was compared: whose account, whether it was right, and what it counts as."""

    account: Account
    right: bool
    subject: bytes = field(repr=False)


class Confirmation:
    """Compares the password of who is signed in at a desk.

    Args:
        context: what the services share.
        accounts: the people.
        passwords: compares.
        attempts: counts failures.
    """

    def __init__(
        self, context: Context, accounts: Accounts, passwords: Passwords, attempts: Attempts
    ) -> None:
        self._context = context
        self._accounts = accounts
        self._passwords = passwords
        self._attempts = attempts

    def compare(self, by: Principal, password: str) -> Shown:
        """Compare the password, outside of any act: hashing takes its time.

        Raises:
            Forbidden: `by` is no person at a desk, or has to change the password first.
        """
        at_desk = by.kind is Kind.STAFF and by.device is None
        with self._context.database.read() as connection:
            account = self._accounts.by_id(connection, by.id) if at_desk else None
            stored = self._passwords.current(connection, by.id) if account else None
        if account is None or by.must_change_password:
            raise Forbidden("forbidden")
        right = self._passwords.verify(stored.hash if stored else None, password)
        return Shown(account, right, self._attempts.subject("staff", account.number))

    def settle(self, act: Act, shown: Shown, event: AccessEvent) -> None:
        """Go on where the password was right, inside the act it stands before.

        Raises:
            Denial: of `sign-in-failed` or `sign-in-locked`; the event is recorded with its result.
        """
        self._attempts.deny_if_locked(act, shown.subject, replace(event, result="locked"))
        if not shown.right:
            wrong = replace(event, result="wrong-password")
            raise self._attempts.failed(act, shown.subject, "sign-in-failed", wrong)
