"""Security profiles: what a kind of station may ask and do, by name.

A device under a profile reaches the endpoints in its list and no other; a person who signs in on it
can do there what both their roles and the profile allow (least privilege twice).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from access.permissions import Action
from errors import Invalid


@dataclass(frozen=True, slots=True)
class Profile:
    """What a kind of station is for.

    Args:
        name: as it stands in the device's row and in `texts` (`profile-<name>`).
        endpoints: names of the handheld API's endpoints that it may call.
        actions: what may be done at it by a person whose roles allow it.
        unattended: what it may do with nobody signed in.
    """

    name: str
    endpoints: frozenset[str]
    actions: frozenset[Action]
    unattended: frozenset[Action] = frozenset()


_BASE = frozenset(
    {
        "device",
        "roll",
        "key",
        "sign_in",
        "sign_out",
        "me",
        "scan",
        "events",
        "sync",
        "upload",
        "offline",
    }
)
_LOOK = frozenset(
    {Action.SEARCH, Action.SEE_STOCK, Action.SEE_ORDERS, Action.SEE_RECALL, Action.SEE_REPORTS}
)
_STORE = frozenset(
    {"orders", "counts", "stock", "advice", "exceptions", "readings", "excursions"}
    | {"narcotics", "loaners", "kits", "preference_lists", "bought"}
)
_CARE = frozenset({"patient"})
_AT_BED = frozenset({"round"})
_NARCOTICS = frozenset({Action.SEE_NARCOTICS, Action.CLOSE_NARCOTICS})
_HANDLE = frozenset(
    {Action.MOVE, Action.RETURN, Action.COUNT, Action.QUARANTINE, Action.WASTE, Action.CORRECT}
    | {Action.MANAGE_ORDERS, Action.RESOLVE_EXCEPTION, Action.MEASURE}
)
_AT_PATIENT = frozenset({Action.FIND_PATIENTS, Action.SEE_PATIENTS, Action.REGISTER_PATIENTS})


def _profile(
    name: str,
    actions: frozenset[Action],
    *,
    endpoints: frozenset[str] = frozenset(),
    unattended: frozenset[Action] = frozenset(),
) -> Profile:
    return Profile(name, _BASE | endpoints, _LOOK | actions, unattended)


_ALL = (
    _profile(
        "receiving",
        _HANDLE
        | _NARCOTICS
        | {Action.RECEIVE, Action.INSPECT, Action.PACK, Action.RELEASE, Action.DESTROY}
        | {Action.WORK_RECALL},
        endpoints=_STORE | {"recalls"},
    ),
    _profile(
        "pharmacy",
        _HANDLE
        | _NARCOTICS
        | {Action.RECEIVE, Action.INSPECT, Action.PACK, Action.SPLIT, Action.COMPOUND}
        | {Action.DISPENSE, Action.RELEASE, Action.DESTROY, Action.WORK_RECALL}
        | {Action.FIND_PATIENTS, Action.KEEP_OWN},
        endpoints=_CARE | _STORE | {"recalls"},
    ),
    _profile(
        "ward",
        _HANDLE
        | _NARCOTICS
        | _AT_PATIENT
        | {Action.RECEIVE, Action.SPLIT, Action.ADMINISTER, Action.WITHHOLD, Action.USE}
        | {Action.KEEP_OWN, Action.WORK_RECALL, Action.ORDER_CARE},
        endpoints=_CARE | _AT_BED | _STORE | {"recalls"},
    ),
    _profile(
        "theatre",
        _HANDLE
        | _NARCOTICS
        | _AT_PATIENT
        | {Action.RECEIVE, Action.ADMINISTER, Action.WITHHOLD, Action.IMPLANT, Action.USE}
        | {Action.WORK_RECALL, Action.ORDER_CARE},
        endpoints=_CARE | _AT_BED | _STORE | {"recalls"},
    ),
    Profile("gate", frozenset({"device", "roll", "key", "scan"}), frozenset({Action.SEARCH})),
    Profile(
        "sensor",
        frozenset({"device", "roll", "key", "readings"}),
        frozenset({Action.MEASURE}),
        unattended=frozenset({Action.MEASURE}),
    ),
)

PROFILES: Final[Mapping[str, Profile]] = MappingProxyType({item.name: item for item in _ALL})
"""Every profile by its name."""


def check_profile(profiles: Mapping[str, Profile], name: str) -> None:
    """Say whether there is a profile of this name.

    Raises:
        Invalid: `profile-unknown`.
    """
    if name not in profiles:
        raise Invalid("profile-unknown", field="profile", known=", ".join(profiles))
