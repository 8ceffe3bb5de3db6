"""Signing: the person shows once more who they are, at the moment of a grave act.

For narcotics, destruction, closing a recall, erasure and corrections a session is not enough: it
may have been left open. A signature is good for one action on one thing; what needs two people
takes a second one from somebody else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from access.accounts import Accounts
from access.attempts import Attempts
from access.audit import AccessEvent
from access.badges import Badge, Badges
from access.context import Act, Context, Denial, deny, text_field
from access.passwords import Passwords
from access.permissions import SIGNATURES, Action
from access.principal import Kind, Principal, permits
from access.second_factor import SecondFactor
from errors import Forbidden, Invalid, Refused

_FRESH: Final = timedelta(minutes=5)
"""A signature is given for an act that follows at once: for the second person, and a click."""


class Method(StrEnum):
    """How a signature was given."""

    PIN = "pin"
    TOTP = "totp"
    BADGE = "badge"


@dataclass(frozen=True, slots=True)
class Signature:
    """That a person stood behind an act; made by `Signing` only.

    Args:
        by: the person, as `Principal.uri`; this goes into the event.
        action: what they signed.
        about: for which thing: an event's id, a case's number.
        at: when.
        method: how they showed who they are.
    """

    by: str
    action: Action
    about: str
    at: datetime
    method: Method


def check_signatures(
    action: Action, about: str, signatures: Iterable[Signature], *, by: Principal, now: datetime
) -> list[str]:
    """Say whether an act carries the signatures that `SIGNATURES` asks for.

    Args:
        action: what is to be done.
        about: to which thing.
        signatures: those that were given; for other acts, or too old, they don't count.
        by: who does it, and is one of those who sign.
        now: the moment of the act.

    Returns:
        Who signed, as `Principal.uri`, sorted: this goes into the event.

    Raises:
        Refused: `signature-needed`, with how many it takes.
    """
    needed = SIGNATURES.get(action, 0)
    signed = {
        signature.by
        for signature in signatures
        if signature.action is action
        and signature.about == about
        and timedelta(0) <= now - signature.at <= _FRESH
    }
    if len(signed) < needed or (needed and by.uri not in signed):
        raise Refused("signature-needed", field="signatures", count=needed)
    return sorted(signed)


class Signing:
    """Asks for signatures.

    Args:
        context: what the services share.
        accounts: the people.
        passwords: compares PINs.
        attempts: counts failures.
        badges: knows badges and PINs.
        second_factor: checks codes.
    """

    def __init__(  # noqa: PLR0913, PLR0917 -- it asks each of them
        self,
        context: Context,
        accounts: Accounts,
        passwords: Passwords,
        attempts: Attempts,
        badges: Badges,
        second_factor: SecondFactor,
    ) -> None:
        self._context = context
        self._accounts = accounts
        self._passwords = passwords
        self._attempts = attempts
        self._badges = badges
        self._second_factor = second_factor

    def sign(  # noqa: PLR0913 -- who, what, where and by which means; all named
        self,
        by: Principal,
        action: Action,
        about: str,
        *,
        pin: str | None = None,
        code: str | None = None,
        place: str | None = None,
        within: Iterable[str] = (),
        address: str = "",
    ) -> Signature:
        """Sign with one's own PIN, or with a code of the second factor.

        Args:
            by: who is signed in.
            action: what is signed.
            about: for which thing.
            pin: the PIN, or
            code: the second factor's code.
            place: where it happens, as for `permits`.
            within: the places around it.
            address: the network address.

        Raises:
            Forbidden: `by` may not do the action there; recorded.
            Unauthenticated: `sign-in-failed` or `sign-in-locked`; recorded.
            Invalid: neither PIN nor code was given, or `about` is nothing.
        """
        what = text_field(about, "about")
        if by.kind is not Kind.STAFF:
            raise Forbidden("forbidden")
        if not pin and not code:
            raise Invalid("required", field="pin")
        found = self._badges.pin_of(by.id)
        method = Method.PIN if pin else Method.TOTP
        right = self._passwords.verify(found.pin_hash, pin) if pin else False
        event = AccessEvent("sign", by.uri, what, "ok", address, _details(action, method))
        with self._context.act() as act:
            if not permits(by, action, place, within):
                raise deny(act, by, action, what, address)
            self._attempts.deny_if_locked(act, found.subject, replace(event, result="locked"))
            if code and not pin:
                account = self._accounts.by_id(act.connection, by.id)
                confirmed = account is not None and account.second_factor
                right = confirmed and self._second_factor.check(act, by.id, code)
            self._settle(act, found, event, right=right)
            return Signature(by.uri, action, what, act.now, method)

    def countersign(  # noqa: PLR0913 -- as `sign`
        self,
        first: Signature,
        badge: str,
        pin: str,
        *,
        place: str | None = None,
        within: Iterable[str] = (),
        address: str = "",
    ) -> Signature:
        """Sign as the second person: the other one's badge and PIN, for the same act.

        Raises:
            Refused: `same-person`, the second is the first; recorded.
            Forbidden: the second may not do the action there; recorded.
            Unauthenticated: `sign-in-failed` or `sign-in-locked`; recorded.
        """
        found = self._badges.find(badge)
        right = self._passwords.verify(found.pin_hash, pin)
        with self._context.act() as act:
            staff_id = found.staff_id
            account = self._accounts.by_id(act.connection, staff_id) if staff_id else None
            by = account.uri if account else "urn:medtrace:staff:unknown"
            details = _details(first.action, Method.BADGE)
            event = AccessEvent("countersign", by, first.about, "ok", address, details)
            self._attempts.deny_if_locked(act, found.subject, replace(event, result="locked"))
            known = account is not None and not account.disabled
            self._settle(act, found, event, right=right and known)
            if by == first.by:
                raise act.denied(Refused("same-person"), replace(event, result="same-person"))
            assert account is not None  # noqa: S101 -- `known` said so; tells the type checker
            second = self._accounts.principal(account, act.now)
            if not permits(second, first.action, place, within):
                raise deny(act, second, first.action, first.about, address)
            return Signature(by, first.action, first.about, act.now, Method.BADGE)

    def _settle(self, act: Act, found: Badge, event: AccessEvent, *, right: bool) -> None:
        """Count a wrong secret and end the act, or put the right one on record."""
        if not right:
            wrong = replace(event, result="wrong-secret")
            denial: Denial = self._attempts.failed(act, found.subject, "sign-in-failed", wrong)
            raise denial
        self._attempts.clear(act, found.subject)
        act.record(event)


def _details(action: Action, method: Method) -> dict[str, object]:
    return {"action": str(action), "method": str(method)}
