"""Filling the page of one's own account."""

from __future__ import annotations

from flask import url_for

from access import HOSPITAL_WIDE, Passkey, Role, Session
from inventory import locations
from texts import Text, text_of
from web.desk import desk
from web.filling.places import Places
from web.paths import due_of
from web.relying_party import relying_party
from web.view import AccountView, Field, PasskeyRow, PasskeysView, Said, SessionRow
from web.view.field import EMPTY
from web.visitor import reader, token


def account_view(passkeys: PasskeysView | None = None, new_pin: Field = EMPTY) -> AccountView:
    """The reader's own account.

    Args:
        passkeys: the passkeys as a form left them; None: as they are.
        new_pin: what was wrong with a PIN.
    """
    own, by = desk().hospital, reader()
    standing = own.access.roster.own(by)
    account = standing.account
    return AccountView(
        number=account.number,
        name=account.name,
        roles=role_texts(account.roles),
        places=place_names(account.places),
        anywhere=not account.places and bool(account.roles & HOSPITAL_WIDE),
        password=url_for("password.page"),
        password_since=account.password_since,
        factor=None if account.second_factor else url_for("second_factor.page"),
        badge=standing.badge,
        pin=standing.pin,
        linked=standing.linked,
        passkeys=passkeys or passkeys_view(),
        sessions=tuple(map(_session, own.access.sessions.own(by, token()))),
        everywhere=url_for("everywhere.sign_out"),
        set_pin=None if due_of(by) else url_for("account.set_pin"),
        new_pin=new_pin,
    )


def passkeys_view(
    label: Field = EMPTY, *, failed: str | None = None, error: Said | None = None
) -> PasskeysView:
    """The reader's passkeys.

    Args:
        label: what a new one was to be called, and what was wrong.
        failed: the id of the one that was not removed.
        error: why not.
    """
    own, by = desk().hospital, reader()
    found = own.access.passkeys.own(by)
    return PasskeysView(
        begin=url_for("passkeys.begin"),
        action=url_for("passkeys.register"),
        rows=tuple(_passkey(each, error if each.passkey_id == failed else None) for each in found),
        possible=relying_party() is not None,
        full=len(found) >= own.access.policy.max_passkeys,
        label=label,
    )


def role_texts(roles: frozenset[Role]) -> tuple[Text, ...]:
    """What somebody works as, in the order of the table of permissions."""
    return tuple(text_of(f"role-{role}") for role in Role if role in roles)


def place_names(codes: frozenset[str]) -> tuple[str, ...]:
    """What people call these places, by their codes."""
    house = desk().hospital
    with house.database.read() as connection:
        places = Places(locations(connection, house.ledger_id))
    return tuple(places.name(code) for code in sorted(codes))


def _passkey(passkey: Passkey, error: Said | None) -> PasskeyRow:
    return PasskeyRow(
        passkey_id=passkey.passkey_id,
        label=passkey.label,
        registered=passkey.registered,
        used=passkey.used,
        suspended=passkey.suspended,
        remove=url_for("passkeys.remove", passkey_id=passkey.passkey_id),
        error=error,
    )


def _session(session: Session) -> SessionRow:
    return SessionRow(
        at_device=session.device_id is not None,
        address=session.address,
        started=session.started,
        seen=session.seen,
        current=session.current,
        end=url_for("account.end_session", reference=session.reference),
    )
