"""What every service of access works with, and the one way in which it acts.

An act is one transaction of the ledger: what is written and the entry that says so become durable
together or not at all, so the audit can't be switched off (GB/T 22239-2019 §8.1.4.3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from access.audit import AccessEvent, append
from access.policy import Policy
from access.principal import Principal
from access.tokens import Entropy, uuid7
from access.vault import AES_256_GCM, Aead, Vault, keyed_digest
from database import Database
from errors import Forbidden, Invalid, MedtraceError
from ledger import Clock, Ledger

_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets of access, 32 bytes each, kept outside the database.

    Args:
        patients: wraps each person's own key.
        index: makes the blind indexes.
        staff: encrypts password hashes and second factors, seals rows.
    """

    patients: bytes = field(repr=False)
    index: bytes = field(repr=False)
    staff: bytes = field(repr=False)


class Denial(Exception):  # noqa: N818 -- it ends an act, it is no error by itself
    """Ends an act that is denied: what was recorded so far is kept, then `error` is raised."""

    def __init__(self, error: MedtraceError) -> None:
        super().__init__(error.code)
        self.error = error


def _nowhere(place: str) -> Iterable[str]:
    del place
    return ()


class Act:
    """One act inside one transaction of the ledger.

    Attributes:
        connection: for what is written with it.
        now: the time of the act.
    """

    def __init__(self, connection: Connection, now: datetime) -> None:
        self.connection = connection
        self.now = now
        self.events: list[AccessEvent] = []

    def record(self, *events: AccessEvent) -> None:
        """Put events on record when the act ends."""
        self.events += events

    def denied(self, error: MedtraceError, *events: AccessEvent) -> Denial:
        """What to raise when the act is not allowed; the events are recorded all the same."""
        self.events += events
        return Denial(error)


@dataclass(frozen=True, slots=True)
class Context:
    """What the services of access share.

    Args:
        database: where the tables are.
        ledger: where the entries go.
        clock: the time.
        entropy: randomness, `secrets.token_bytes` outside tests.
        keys: the secrets.
        policy: the figures of the rules.
        cipher: what new ciphertexts are made with.
        around: the codes of the places that a place lies in (`inventory` knows them).
    """

    database: Database
    ledger: Ledger
    clock: Clock
    entropy: Entropy
    keys: Keys
    policy: Policy
    cipher: Aead = AES_256_GCM
    around: Callable[[str], Iterable[str]] = _nowhere

    @property
    def ledger_id(self) -> int:
        """The ledger that all rows belong to."""
        return self.ledger.ledger_id

    @contextmanager
    def act(self) -> Iterator[Act]:
        """Do something that is recorded: commits with its entries when the block ends.

        A `Denial` raised inside keeps what was written and recorded before it and then raises its
        error; any other exception rolls everything back.
        """
        denial: Denial | None = None
        with self.ledger.transaction() as transaction:
            act = Act(transaction.connection, self.clock())
            try:
                yield act
            except Denial as raised:
                denial = raised
            append(transaction, self.ledger_id, act.events, act.now, self.entropy)
        if denial is not None:
            raise denial.error from None

    def new_id(self) -> str:
        """A fresh id for a row: a UUID that sorts by time."""
        return str(uuid7(self.clock(), self.entropy))

    def staff_vault(self) -> Vault:
        """Encrypts what belongs to accounts."""
        return Vault(self.keys.staff, self.entropy, self.cipher)

    def digest(self, key: bytes, purpose: str, *parts: str) -> bytes:
        """A keyed digest inside this ledger: equal parts of two hospitals do not match."""
        sm3 = self.cipher.name == "sm4-gcm"
        return keyed_digest(key, purpose, str(self.ledger_id), *parts, sm3=sm3)


def deny(act: Act, by: Principal, action: str, what: str, address: str) -> Denial:
    """The denial of an act that the principal may not do, with its entry."""
    event = AccessEvent(action, by.uri, what, result="forbidden", address=address)
    if by.must_change_password:
        return act.denied(Forbidden("password-change-due"), event)
    if by.must_add_second_factor:
        return act.denied(Forbidden("second-factor-due"), event)
    return act.denied(Forbidden("forbidden"), event)


def text_field(value: str, name: str, *, limit: int = _LONGEST, empty: bool = False) -> str:
    """A short text for people, stripped.

    Raises:
        Invalid: `required` when there is nothing in it, `malformed` when it is too long or holds
            what can't be printed (control characters, NUL, lone surrogates).
    """
    text = value.strip()
    if not text and not empty:
        raise Invalid("required", field=name)
    if len(text) > limit or not text.isprintable():
        raise Invalid("malformed", field=name, detail=f"≤ {limit}, printable")
    return text
