"""The account of a person as it is stored: read, sealed, turned into a principal.

Each row carries an HMAC under a key outside the database over what decides rights (GB/T 39786-2021
§8.4 b): a role that was written into the table by hand makes the account useless, not mighty.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    func,
    insert,
    select,
    update,
)

import bulk
from access.context import Act, Context
from access.models import staff, staff_passkey, staff_password, staff_totp, words_of_set
from access.permissions import Role
from access.principal import Kind, Principal
from access.tokens import is_id
from access.vault import Tampered
from compiled import CompiledQuery

_URI: Final = f"urn:medtrace:{Kind.STAFF}:"
_NUMBER: Final = re.compile(r"[A-Z0-9][A-Z0-9._-]{0,31}")


def _accounts() -> Select[Any]:
    password, totp, passkey = staff_password.c, staff_totp.c, staff_passkey.c
    return select(
        staff,
        select(func.max(password.since))
        .where(password.ledger_id == staff.c.ledger_id, password.staff_id == staff.c.staff_id)
        .scalar_subquery()
        .label("password_since"),
        select(totp.confirmed)
        .where(totp.ledger_id == staff.c.ledger_id, totp.staff_id == staff.c.staff_id)
        .scalar_subquery()
        .label("confirmed"),
        select(func.count())
        .where(passkey.ledger_id == staff.c.ledger_id, passkey.staff_id == staff.c.staff_id)
        .scalar_subquery()
        .label("passkeys"),
    ).where(staff.c.ledger_id == bindparam("own"))


ACCOUNTS: Final = _accounts()
"""The accounts of the ledger `own`, made once: to build it anew took longer than to ask it."""
_BY_ID: Final = CompiledQuery(ACCOUNTS.where(staff.c.staff_id == bindparam("value")))
_LABEL: Final = ("staff_id", "number", "roles")
_LABELS_BY_ID: Final = bulk.Lookup(staff, _LABEL, by="staff_id")
_LABELS_BY_NUMBER: Final = bulk.Lookup(staff, _LABEL, by="number")
_BY_NUMBER: Final = CompiledQuery(ACCOUNTS.where(staff.c.number == bindparam("value")))


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account.

    Args:
        staff_id: its random id, the one that entries know.
        number: the staff number (工号), what people type.
        name: the person's name.
        roles: what they work as.
        places: codes of the places the account is bound to; none: see `HOSPITAL_WIDE`.
        must_change: the password is one that somebody else knows.
        created: when the account was made.
        disabled: since when it is closed, or None.
        password_since: when the password was set, or None when there is none.
        second_factor: whether codes of a phone (TOTP) are set up.
        passkeys: how many passkeys it has.
    """

    staff_id: str
    number: str
    name: str
    roles: frozenset[Role]
    places: frozenset[str]
    must_change: bool
    created: datetime
    disabled: datetime | None = None
    password_since: datetime | None = None
    second_factor: bool = False
    passkeys: int = 0

    @property
    def uri(self) -> str:
        """The name under which entries know the account."""
        return f"urn:medtrace:{Kind.STAFF}:{self.staff_id}"


@dataclass(frozen=True, slots=True)
class Label:
    """What a page says of somebody instead of a name: the staff number and the work."""

    number: str
    roles: frozenset[Role]


def staff_number(typed: str) -> str | None:
    """A staff number as it is stored, or None when what was typed can't be one."""
    number = typed.strip().upper()
    return number if _NUMBER.fullmatch(number) else None


class Accounts:
    """The stored accounts of one ledger."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._own = {"own": context.ledger_id}

    def by_id(self, connection: bulk.Reader, staff_id: str) -> Account | None:
        """The account with this id.

        Raises:
            Tampered: the row was changed by hand.
        """
        return self._one(connection, _BY_ID, staff_id) if is_id(staff_id) else None

    def by_number(self, connection: bulk.Reader, number: str | None) -> Account | None:
        """The account with this staff number; raises as `by_id` does."""
        return None if number is None else self._one(connection, _BY_NUMBER, number)

    def all(self, connection: Connection) -> list[Account]:
        """Every account, by number; raises as `by_id` does."""
        rows = connection.execute(ACCOUNTS.order_by(staff.c.number), self._own)
        return [self.read(row) for row in rows]

    def page(
        self,
        connection: Connection,
        *conditions: ColumnElement[bool],
        after: str = "",
        limit: int,
    ) -> list[Account]:
        """Accounts in the order of their numbers, those after a number; raises as `by_id` does."""
        query = ACCOUNTS.where(staff.c.number > after, *conditions)
        rows = connection.execute(query.order_by(staff.c.number).limit(limit), self._own)
        return [self.read(row) for row in rows]

    def names(self, connection: Connection, numbers: list[str]) -> dict[str, str]:
        """The names of these accounts, by staff number; unknown ones are left out."""
        known = [number for number in numbers if staff_number(number) == number]
        rows = connection.execute(
            select(staff.c.number, staff.c.name).where(
                staff.c.ledger_id == self._context.ledger_id, staff.c.number.in_(known)
            )
        )
        return {row.number: row.name for row in rows}

    def labels(self, connection: bulk.Reader, names: list[str]) -> dict[str, Label]:
        """The labels of these accounts, by the staff number or URI that was given."""
        own = self._context.ledger_id
        ids = {name.removeprefix(_URI) for name in names if name.startswith(_URI)}
        numbers = {name for name in names if staff_number(name) == name}
        rows = _LABELS_BY_NUMBER.fetch(connection, own, sorted(numbers))
        rows += _LABELS_BY_ID.fetch(connection, own, sorted(filter(is_id, ids)))
        labels: dict[str, Label] = {}
        for staff_id, number, roles in rows:
            known = words_of_set(roles)
            label = Label(number, frozenset(role for role in Role if role in known))
            labels |= {number: label, f"{_URI}{staff_id}": label}
        return {name: labels[name] for name in names if name in labels}

    def create(self, act: Act, account: Account) -> None:
        """Store a new account."""
        values = self._values(account)
        act.connection.execute(
            insert(staff).values(
                ledger_id=self._context.ledger_id, staff_id=account.staff_id, **values
            )
        )

    def save(self, act: Act, account: Account) -> None:
        """Store what changed in an account."""
        act.connection.execute(
            update(staff)
            .where(
                staff.c.ledger_id == self._context.ledger_id,
                staff.c.staff_id == account.staff_id,
            )
            .values(**self._values(account))
        )

    def principal(
        self, account: Account, now: datetime, *, device: Principal | None = None
    ) -> Principal:
        """Who acts when this account is signed in, at a desk or at a device."""
        policy = self._context.policy
        since = account.password_since
        return Principal(
            Kind.STAFF,
            account.staff_id,
            account.name,
            account.roles,
            account.places,
            device=device.id if device else None,
            station=device.station if device else None,
            profile=device.profile if device else None,
            must_change_password=(
                account.must_change or since is None or now - since > policy.max_age
            ),
            must_add_second_factor=(
                bool(account.roles & policy.second_factor_for)
                and not account.second_factor
                and not account.passkeys
            ),
            number=account.number,
        )

    def _one(self, connection: bulk.Reader, query: CompiledQuery, value: str) -> Account | None:
        row = query.first(connection, value=value, **self._own)
        return None if row is None else self.read(row)

    def read(self, row: Row[Any]) -> Account:
        """The account of a row that has the columns of `ACCOUNTS`; raises as `by_id` does."""
        if not hmac.compare_digest(bytes(row.seal), self._seal(row)):
            raise Tampered("row-tampered", table="staff", key=row.staff_id)
        return Account(
            staff_id=row.staff_id,
            number=row.number,
            name=row.name,
            # A role of another version of the program gives no right in this one.
            roles=frozenset(role for role in Role if role in row.roles),
            places=row.places,
            must_change=row.must_change,
            created=row.created,
            disabled=row.disabled,
            password_since=row.password_since,
            second_factor=row.confirmed is not None,
            passkeys=row.passkeys,
        )

    def _values(self, account: Account) -> dict[str, Any]:
        return {
            "number": account.number,
            "name": account.name,
            "roles": frozenset(str(role) for role in account.roles),
            "places": account.places,
            "must_change": account.must_change,
            "created": account.created,
            "disabled": account.disabled,
            "seal": self._seal(account),
        }

    def _seal(self, stored: Account | Row[Any]) -> bytes:
        return self._context.digest(
            self._context.keys.staff,
            "staff",
            stored.staff_id,
            stored.number,
            stored.name,
            "\n".join(sorted(stored.roles)),
            "\n".join(sorted(stored.places)),
            str(stored.must_change),
            stored.created.isoformat(),
            stored.disabled.isoformat() if stored.disabled else "",
        )
