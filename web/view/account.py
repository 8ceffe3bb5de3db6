"""One's own account: who one is, the ways in, where one is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from web.view.field import EMPTY, Field
from web.view.said import Said


@dataclass(frozen=True, slots=True)
class PasskeyRow:
    """A passkey of the reader.

    Args:
        passkey_id: its id, for the page's own use.
        label: what its owner calls it.
        registered: since when.
        used: when it last opened a session, None: never.
        suspended: since when it opens nothing, or None.
        remove: POST address; takes `password`.
        error: why it was not removed.
    """

    passkey_id: str
    label: str
    registered: datetime
    used: datetime | None
    suspended: datetime | None
    remove: str
    error: Said | None = None


@dataclass(frozen=True, slots=True)
class PasskeysView:
    """The reader's passkeys (`passkeys.html`).

    Args:
        begin: POST address that answers the options as JSON; takes `password`.
        action: POST address that takes the answer: `label` and `credential`.
        rows: those there are.
        possible: passkeys can be used at this address.
        full: there are as many as there may be.
        label: what a new one is to be called, and what is wrong with it.
    """

    begin: str
    action: str
    rows: tuple[PasskeyRow, ...] = ()
    possible: bool = True
    full: bool = False
    label: Field = EMPTY


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A place where the reader is signed in.

    Args:
        at_device: at a handheld, not at a desk.
        address: the network address.
        started: since when.
        seen: last used.
        current: the one that shows this page.
        end: POST address that ends it.
    """

    at_device: bool
    address: str
    started: datetime
    seen: datetime
    current: bool
    end: str


@dataclass(frozen=True, slots=True)
class AccountView:
    """The page of one's own account (`account.html`, variable `mine`).

    Args:
        number: the staff number.
        name: the reader's own name.
        roles: what they work as.
        places: names of the places they are bound to.
        anywhere: bound to none, and working everywhere.
        password: the page that changes the password.
        password_since: when it was set.
        factor: the page that sets up codes of a phone; None: they are set up.
        badge: they have a badge.
        pin: they have a PIN.
        linked: the identity provider opens the account.
        passkeys: the passkeys.
        sessions: where they are signed in.
        everywhere: POST address that ends every session.
        set_pin: POST address that takes `pin` and `password`; None: not before what is due.
        new_pin: what is wrong with the PIN, or with the password shown for it.
    """

    number: str
    name: str
    roles: tuple[Said, ...]
    places: tuple[str, ...]
    anywhere: bool
    password: str
    password_since: datetime | None
    factor: str | None
    badge: bool
    pin: bool
    linked: bool
    passkeys: PasskeysView
    sessions: tuple[SessionRow, ...]
    everywhere: str
    set_pin: str | None = None
    new_pin: Field = EMPTY
