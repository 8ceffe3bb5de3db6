"""Who is asking, and whether they may: a value and a pure question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from access.permissions import (
    EVENTS,
    HOSPITAL_WIDE,
    OPERATOR_MAY,
    Action,
    Role,
    Scope,
    scope_of,
)
from access.profiles import Profile


class Kind(StrEnum):
    """What kind of being acts."""

    STAFF = "staff"
    DEVICE = "device"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody or something whose identity was shown.

    Args:
        kind: a person, a device with nobody signed in, or the command line on the server.
        id: the account's or device's id; random, says nothing about the person.
        name: what people call them; for pages only, never for entries or logs.
        number: a person's staff number, under which events name them; empty for anything else.
        roles: what a person works as.
        places: codes of the places the account is bound to.
        device: the id of the device they are at, or None at a desk.
        station: the place that the device is bound to.
        profile: the device's profile.
        must_change_password: nothing else is allowed before that.
        must_add_second_factor: nothing else is allowed before that.
        number: a person's staff number (工号), by which events say who did it.
    """

    kind: Kind
    id: str
    name: str
    roles: frozenset[Role] = frozenset()
    places: frozenset[str] = frozenset()
    device: str | None = None
    station: str | None = None
    profile: Profile | None = None
    must_change_password: bool = False
    must_add_second_factor: bool = False
    number: str = ""

    @property
    def uri(self) -> str:
        """The name under which entries and events know them."""
        if self.kind is Kind.OPERATOR:
            return "urn:medtrace:operator"
        return f"urn:medtrace:{self.kind}:{self.id}"

    def may_call(self, endpoint: str) -> bool:
        """Whether the device they are at may call the endpoint; at a desk, no list limits them."""
        return self.profile is None or endpoint in self.profile.endpoints


OPERATOR = Principal(Kind.OPERATOR, "operator", "operator")
"""Whoever has a shell on the server: they hold the keys anyway, and what they do is recorded."""


def permits(
    principal: Principal,
    action: Action,
    place: str | None = None,
    within: Iterable[str] = (),
) -> bool:
    """Whether the principal may do the action.

    Args:
        principal: who.
        action: what.
        place: the code of the place where it happens. None asks for the hospital as a whole: a
            permission that is bound to places then doesn't hold for an account that is.
        within: the codes of the places around `place` (a cabinet's ward, its building).
    """
    if principal.must_change_password or principal.must_add_second_factor:
        return False
    here = frozenset(within) | ({place} if place is not None else set())
    match principal.kind:
        case Kind.OPERATOR:
            return action in OPERATOR_MAY
        case Kind.DEVICE:
            profile = principal.profile
            allowed = profile is not None and action in profile.unattended
            return allowed and _at_station(principal, action, here)
        case Kind.STAFF:
            if principal.profile is not None and not (
                action in principal.profile.actions and _at_station(principal, action, here)
            ):
                return False
            return any(
                _role_permits(role, principal.places, action, here)
                for role in Role
                if role in principal.roles
            )


def permits_somewhere(principal: Principal, action: Action) -> bool:
    """Whether there is a place where they may do it: what menus show."""
    if permits(principal, action):
        return True
    places = {principal.station} if principal.station else principal.places
    return any(place is not None and permits(principal, action, place) for place in places)


def _at_station(principal: Principal, action: Action, here: frozenset[str]) -> bool:
    return action not in EVENTS or principal.station in here


def _role_permits(role: Role, places: frozenset[str], action: Action, here: frozenset[str]) -> bool:
    match scope_of(role, action):
        case Scope.HOSPITAL:
            return True
        case Scope.PLACES if not places:
            return role in HOSPITAL_WIDE
        case Scope.PLACES:
            return bool(places & here)
        case _:
            return False
