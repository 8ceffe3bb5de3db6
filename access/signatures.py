"""What people sign, what they show for it, and the signature that comes of it: values.

A signature is good for one action on one thing. Where the thing says more than its name (an event),
the signature is bound to a digest of all it says: whoever signed has signed this and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from access.permissions import SIGNATURES, Action
from access.principal import Principal
from errors import Invalid, Refused

_FRESH: Final = timedelta(minutes=5)
"""A signature is given for an act that follows at once: for the second person, and a click."""


class Method(StrEnum):
    """How a signature was given."""

    PIN = "pin"
    TOTP = "totp"
    PASSWORD = "password"  # noqa: S105 -- a word, not a secret
    BADGE = "badge"
    """A badge that was scanned, and the PIN that goes with it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody shows at the moment of the act: who they are, and one secret.

    Args:
        number: their staff number, or
        badge: the code of their badge; neither: the person who is signed in.
        pin: the PIN, or
        code: a code of the second factor, or
        password: the password.
    """

    number: str | None = None
    badge: str | None = field(default=None, repr=False)
    pin: str | None = field(default=None, repr=False)
    code: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: `signature-one-name`, `signature-one-secret`.
        """
        if self.number and self.badge:
            raise Invalid("signature-one-name", field="badge")
        if sum(map(bool, (self.pin, self.code, self.password))) != 1:
            raise Invalid("signature-one-secret", field="pin")

    @property
    def method(self) -> Method:
        """How this person signs."""
        if self.code:
            return Method.TOTP
        if self.password:
            return Method.PASSWORD
        return Method.BADGE if self.badge else Method.PIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """An act that is to be signed.

    Args:
        action: what is done.
        about: to which thing: an event's id, a case's number, a pseudonym.
        needed: how many persons sign; whoever acts is the first of them.
        shown: what they show.
        second: what the others must be allowed to do; None: the same as whoever acts.
        place: where it happens, as for `permits`.
        digest: SHA-256, in hex, of all that is signed. A signature over the same digest that is on
            record already is good again, so that sending an act again asks nobody twice.
        field: where the signatures stand in the request, for messages.
    """

    action: Action
    about: str
    needed: int
    shown: tuple[Shown, ...]
    second: Action | None = None
    place: str | None = None
    digest: str = ""
    field: str = "signatures"

    def action_of(self, signer: str, by: Principal) -> Action:
        """What this signer, a `Principal.uri`, must be allowed to do."""
        return self.action if signer == by.uri else self.second or self.action


@dataclass(frozen=True, slots=True)
class Signature:
    """That a person stood behind an act; made by `Signing` only.

    Args:
        by: the person, as `Principal.uri`: what access events say.
        action: what they signed.
        about: for which thing.
        at: when.
        method: how they showed who they are.
        number: the person's staff number: what events say.
    """

    by: str
    action: Action
    about: str
    at: datetime
    method: Method
    number: str = ""


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
        Refused: `signature-required`, or `second-signature-required`.
    """
    needed = SIGNATURES.get(action, 0)
    signed = {
        signature.by
        for signature in signatures
        if signature.action is action
        and signature.about == about
        and timedelta(0) <= now - signature.at <= _FRESH
    }
    check_signers(signed, needed, by)
    return sorted(signed)


def check_signers(signed: set[str], needed: int, by: Principal, field: str = "signatures") -> None:
    """Say whether enough persons sign, whoever acts among them.

    Raises:
        Refused: `signature-required`: it lacks the one of whoever acts; or
            `second-signature-required`.
    """
    if needed and by.uri not in signed:
        raise Refused("signature-required", field=field, count=needed)
    if len(signed) < needed:
        raise Refused("second-signature-required", field=field, count=needed)
