"""The roster: accounts as administrators look them up, and how each one stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Text, exists, select, type_coerce

from access.accounts import Account, Accounts, staff_number
from access.attempts import Attempts
from access.context import Context, deny, text_field
from access.models import staff, staff_badge, staff_subject
from access.permissions import Action, Role
from access.principal import Principal, permits
from access.sessions import Sessions
from errors import Invalid, NotFound

MOST = 200
"""Accounts in one answer, at most."""
_QUERY = 100


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account stands.

    Args:
        account: the account.
        locked_until: when its lock runs out, None where it is not locked.
        badge: whether it has a badge.
        pin: whether it has a PIN.
        linked: whether the identity provider opens it.
        sessions: how many sessions there are now.
    """

    account: Account
    locked_until: datetime | None
    badge: bool
    pin: bool
    linked: bool
    sessions: int


class Roster:
    """Finds accounts for those who may see them.

    Args:
        context: what the services share.
        accounts: the stored accounts.
        attempts: who is locked.
        sessions: who is signed in.
    """

    def __init__(
        self, context: Context, accounts: Accounts, attempts: Attempts, sessions: Sessions
    ) -> None:
        self._context = context
        self._accounts = accounts
        self._attempts = attempts
        self._sessions = sessions

    def page(  # noqa: PLR0913 -- what is looked for is named, one by one
        self,
        *,
        by: Principal,
        query: str = "",
        role: Role | None = None,
        after: str = "",
        limit: int = 50,
        address: str = "",
    ) -> list[Account]:
        """Accounts by number, a page of them.

        Args:
            by: who looks.
            query: the beginning of a number, or a part of a name.
            role: only those who have it.
            after: the last number of the page before.
            limit: 1 to 200.
            address: the network address.

        Raises:
            Forbidden: `by` may not; recorded.
            Invalid: the query can't be read, or the limit is out of bounds.
        """
        self._require(by, address)
        if not 1 <= limit <= MOST:
            raise Invalid("malformed", field="limit", detail=f"1–{MOST}")
        conditions = _conditions(text_field(query, "q", limit=_QUERY, empty=True), role)
        with self._context.database.read() as connection:
            return self._accounts.page(
                connection, *conditions, after=staff_number(after) or "", limit=limit
            )

    def standing(self, staff_id: str, *, by: Principal, address: str = "") -> Standing:
        """How one account stands.

        Raises:
            Forbidden: `by` may not; recorded.
            NotFound: there is no such account.
        """
        self._require(by, address)
        now = self._context.clock()
        with self._context.database.read() as connection:
            account = self._accounts.by_id(connection, staff_id)
            if account is None:
                raise NotFound("not-found", what="account")
            badge, pin = self._badge(connection, staff_id)
            return Standing(
                account=account,
                locked_until=self._locked(connection, account, now),
                badge=badge,
                pin=pin,
                linked=self._linked(connection, staff_id),
                sessions=self._sessions.count(connection, staff_id, now),
            )

    def own(self, by: Principal) -> Standing:
        """How one's own account stands; whoever has signed in may know.

        Raises:
            NotFound: `by` is no person.
        """
        now = self._context.clock()
        with self._context.database.read() as connection:
            account = self._accounts.by_id(connection, by.id)
            if account is None:
                raise NotFound("not-found", what="account")
            badge, pin = self._badge(connection, by.id)
            linked = self._linked(connection, by.id)
            sessions = self._sessions.count(connection, by.id, now)
        return Standing(account, None, badge, pin, linked, sessions)

    def _require(self, by: Principal, address: str) -> None:
        if not permits(by, Action.SEE_STAFF):
            with self._context.act() as act:
                raise deny(act, by, Action.SEE_STAFF, "staff", address)

    def _locked(self, connection: Connection, account: Account, now: datetime) -> datetime | None:
        subjects = (("staff", account.number), ("pin", account.staff_id))
        locks = [
            self._attempts.locked_until(connection, self._attempts.subject(*subject), now)
            for subject in subjects
        ]
        return max((lock for lock in locks if lock), default=None)

    def _badge(self, connection: Connection, staff_id: str) -> tuple[bool, bool]:
        columns = staff_badge.c
        row = connection.execute(
            select(columns.badge.is_not(None), columns.pin.is_not(None)).where(
                columns.ledger_id == self._context.ledger_id, columns.staff_id == staff_id
            )
        ).first()
        return (False, False) if row is None else (bool(row[0]), bool(row[1]))

    def _linked(self, connection: Connection, staff_id: str) -> bool:
        columns = staff_subject.c
        mine = (columns.ledger_id == self._context.ledger_id, columns.staff_id == staff_id)
        return bool(connection.execute(select(exists().where(*mine))).scalar())


def _conditions(query: str, role: Role | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if query:
        number, name = staff.c.number, staff.c.name
        found.append(
            number.startswith(query.upper(), autoescape=True)
            | name.contains(query, autoescape=True)
        )
    if role is not None:
        # Roles are stored as a JSON array of words (`TextSet`).
        found.append(type_coerce(staff.c.roles, Text).contains(f'"{role}"', autoescape=True))
    return found
