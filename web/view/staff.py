"""The accounts of the hospital, for those who keep them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from web.view.field import EMPTY, Field
from web.view.said import Said


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One account in the list.

    Args:
        href: its page.
        number: the staff number.
        name: the person's name.
        roles: what they work as.
        places: names of their places.
        closed: the account is closed.
        new: the first password has not been changed yet.
    """

    href: str
    number: str
    name: str
    roles: tuple[Said, ...]
    places: tuple[str, ...]
    closed: bool = False
    new: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to tick: its value, its words, whether it is ticked."""

    value: str
    said: Said
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class StaffView:
    """The list (`staff.html`, variable `staff`).

    Args:
        action: GET address that takes `q` and `role`.
        query: what was looked for.
        roles: the roles to narrow to.
        rows: a page of accounts.
        more: the next page, None: there is none.
        first: the first page, None: this is it.
        new: where an account is made; None: the reader may not.
    """

    action: str
    query: str
    roles: tuple[Choice, ...]
    rows: tuple[StaffRow, ...]
    more: str | None = None
    first: str | None = None
    new: str | None = None


@dataclass(frozen=True, slots=True)
class NewStaffView:
    """Making an account (`staff_new.html`, variable `form`).

    Args:
        action: POST address that takes `number`, `name`, and `role` and `place` where they are
            offered.
        number, name: what was typed, and what is wrong with it.
        roles, places: offered only to who may give them.
        error: what is wrong with the roles or places.
    """

    action: str
    number: Field = EMPTY
    name: Field = EMPTY
    roles: tuple[Choice, ...] = ()
    places: tuple[Choice, ...] = ()
    error: Said | None = None


@dataclass(frozen=True, slots=True)
class GivenPasswordView:
    """A password that is shown this once (`staff_password.html`, variable `given`).

    Args:
        number, name: whose.
        password: the password.
        back: the account's page.
        fresh: the account is a new one.
        without_roles: it has no role yet, so it can do nothing.
    """

    number: str
    name: str
    password: str
    back: str
    fresh: bool = False
    without_roles: bool = False


@dataclass(frozen=True, slots=True)
class KeepView:
    """What the reader may do to an account; None: not offered.

    Args:
        roles: POST address that takes `role` and `place`.
        unlock: POST address.
        factors: POST address that removes lost factors.
        password: POST address that makes a new password.
        close, open: POST addresses; never both.
        badge: POST address that takes `badge`.
        withdraw: POST address that takes the badge back.
    """

    roles: str | None = None
    unlock: str | None = None
    factors: str | None = None
    password: str | None = None
    close: str | None = None
    open: str | None = None
    badge: str | None = None
    withdraw: str | None = None


@dataclass(frozen=True, slots=True)
class OneOfStaffView:
    """One account (`staff_account.html`, variable `one`).

    Args:
        back: the list.
        row: what the list says of it.
        created: when it was made.
        closed: since when it is closed, or None.
        locked: until when it is locked, or None.
        password_since: when the password was set, None: it has none.
        codes: codes of a phone are set up.
        passkeys: how many passkeys it has.
        badge, pin, linked: it has a badge, a PIN, is opened by the identity provider.
        sessions: how many there are.
        may: what is offered.
        roles, places: what may be ticked.
        badge_field: what is wrong with the badge that was typed.
        rights_error: what is wrong with the roles or places.
        guarded: an administrator's account, which only the command line resets.
        own: it is the reader's own.
    """

    back: str
    row: StaffRow
    created: datetime
    closed: datetime | None
    locked: datetime | None
    password_since: datetime | None
    codes: bool
    passkeys: int
    badge: bool
    pin: bool
    linked: bool
    sessions: int
    may: KeepView
    roles: tuple[Choice, ...] = ()
    places: tuple[Choice, ...] = ()
    badge_field: Field = EMPTY
    rights_error: Said | None = None
    guarded: bool = False
    own: bool = False
