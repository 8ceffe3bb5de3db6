"""A small hospital with its staff, devices and patients, to test access with."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from argon2 import PasswordHasher

from access import (
    OPERATOR,
    Access,
    Action,
    Description,
    Identity,
    Policy,
    Principal,
    Role,
    Signature,
    SignedIn,
    keys_from,
)
from access.signatures import Method
from database import Database
from ledger import Ledger
from tests.support import Clock

PASSWORD = "Qing-he-2026"  # noqa: S105 -- of people who do not exist
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Argon2id at the least cost there is: the rules are tested here, not the memory."""
POLICY = Policy(hasher=CHEAP, second_factor_for=frozenset())

WANG = Identity(
    record_number="ZY20260915873",
    name="王秀兰",
    wristband="V-7701",
    ward="W07",
    bed="15",
    birth_date="1958-03-07",
    sex="female",
    phone="13800001234",
)
LI = Identity(record_number="ZY20260911002", name="李建国", wristband="V-7702", ward="W08", bed="3")


def secret(name: str) -> bytes:
    """32 bytes under a name, the same every time."""
    return hashlib.sha256(name.encode()).digest()


class Hospital:
    """Access, and short ways to act on it."""

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        *,
        policy: Policy = POLICY,
        suite: str = "sha256",
        around: Callable[[str], Iterable[str]] = lambda _: (),
    ) -> None:
        self.ledger = ledger
        self.clock = clock
        self.access = Access(
            ledger.database,
            ledger,
            keys_from(secret),
            clock,
            suite=suite,
            policy=policy,
            around=around,
        )

    def hire(
        self,
        number: str,
        roles: Collection[Role] = (),
        places: Collection[str] = (),
        *,
        password: str | None = PASSWORD,
    ) -> str:
        """Make an account that may be used at once; gives its id."""
        made = self.access.staff.add(
            OPERATOR,
            number=number,
            name=f"员工 {number}",
            roles=roles,
            places=places,
            password=password,
            must_change=False,
        )
        return made.staff_id

    def sign_in(self, number: str, password: str = PASSWORD, code: str | None = None) -> SignedIn:
        """Sign in at a desk."""
        return self.access.sign_in.by_password(number, password, code=code, address="10.1.2.3")

    def person(self, number: str, *roles: Role, places: Collection[str] = ()) -> Principal:
        """Somebody new, signed in."""
        self.hire(number, roles, places)
        return self.sign_in(number).principal

    def device(self, station: str, profile: str) -> tuple[Principal, str]:
        """A new device, and its token."""
        code = self.access.devices.enrolment_code(OPERATOR, station=station, profile=profile)
        enrolled = self.access.devices.enrol(code, Description("PDA 1", "MC3300", "0.1.0"))
        return self.access.devices.principal(enrolled.token), enrolled.token

    def admit(self, identity: Identity) -> str:
        """Register a patient; gives the pseudonym."""
        return self.access.patients.register(identity, by=OPERATOR)

    def erase(self, pseudonym: str, *, by: Principal) -> None:
        """Erase a patient, signed by two."""
        now = self.clock()
        signatures = [
            Signature(uri, Action.ERASE_PATIENTS, pseudonym, now, Method.PIN)
            for uri in (by.uri, "urn:medtrace:staff:second")
        ]
        self.access.patients.erase(pseudonym, by=by, signatures=signatures)

    def trail(self) -> list[dict[str, Any]]:
        """The access events on record, in order."""
        entries = self.ledger.entries(0, self.ledger.head().size)
        return [entry.event for entry in entries if entry.kind == "access"]

    def last(self) -> dict[str, Any]:
        """The latest access event."""
        return self.trail()[-1]


@contextmanager
def process_at(url: str) -> Iterator[Hospital]:
    """The hospital as another process sees it."""
    database, clock = Database(url), Clock()
    try:
        yield Hospital(Ledger(database, 1, clock), clock)
    finally:
        database.close()
