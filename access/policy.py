"""The figures of the access rules, in one place.

The defaults are those of GB/T 22239-2019 §8.1.4 (等保三级) as an evaluator walks it; a hospital may
set them tighter.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address

from argon2 import PasswordHasher

from access.permissions import ADMINISTRATORS, Role


@dataclass(frozen=True, slots=True)
class Policy:
    """How strict access is.

    Args:
        min_length: characters of a password, at least.
        max_length: characters of a password, at most: hashing a novel is a way to keep us busy.
        classes: of lower case, capitals, digits and others, how many kinds a password holds.
        history: how many of the latest passwords may not come again.
        max_age: after this a password must be changed.
        max_failures: wrong passwords or PINs in a row until the account is locked.
        lock: how long it stays locked.
        idle: a session unused for so long has ended.
        absolute: a session so old has ended, used or not.
        handheld_idle: the same as `idle` on a shared device, where people change quickly.
        offline: how long somebody may sign in at a handheld that is out of reach, after they did so
            in reach.
        offline_upload: how long what they did then may be sent in afterwards in their name.
        code_life: how long a device's one-time enrolment code may be used.
        challenge_life: how long a passkey's challenge may be answered (W3C WebAuthn §13.4.3).
        max_passkeys: passkeys of one account, at most.
        touch: last contact and last use are written at most so often.
        second_factor_for: roles that sign in with a second factor, always.
        administrator_networks: where administrators may sign in from; empty: anywhere.
        hasher: Argon2id (RFC 9106) and its cost.
    """

    min_length: int = 10
    max_length: int = 128
    classes: int = 3
    history: int = 5
    max_age: timedelta = timedelta(days=90)
    max_failures: int = 5
    lock: timedelta = timedelta(minutes=30)
    idle: timedelta = timedelta(minutes=15)
    absolute: timedelta = timedelta(hours=12)
    handheld_idle: timedelta = timedelta(minutes=5)
    offline: timedelta = timedelta(hours=12)
    offline_upload: timedelta = timedelta(days=7)
    code_life: timedelta = timedelta(minutes=10)
    challenge_life: timedelta = timedelta(minutes=5)
    max_passkeys: int = 10
    touch: timedelta = timedelta(minutes=1)
    second_factor_for: frozenset[Role] = ADMINISTRATORS
    administrator_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    hasher: PasswordHasher = field(default_factory=PasswordHasher, repr=False)


def comes_from(policy: Policy, roles: Collection[Role], address: str) -> bool:
    """Whether somebody of these roles may sign in from the network address."""
    networks = policy.administrator_networks
    if not networks or not ADMINISTRATORS & frozenset(roles):
        return True
    try:
        source = ip_address(address)
    except ValueError:
        return False
    return any(source in network for network in networks)
