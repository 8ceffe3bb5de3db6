"""Passwords: what a good one is, how it is stored, how it is compared.

Argon2id (RFC 9106) with a salt each; the hash is then encrypted under a key outside the database,
so that a stolen database alone gives nothing to guess at (NIST SP 800-63B §5.1.1.2 calls it a
pepper), and a hash copied into another account's row does not open.
"""

from __future__ import annotations

import base64
import os
import threading
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, insert, select, update

from access.context import Act, Context
from access.models import staff_password
from access.policy import Policy
from errors import Invalid

_DISTINCT: Final = 5
_TELLING: Final = 3
_PIN_LENGTH: Final = 6
_LOWER, _UPPER, _DIGIT, _OTHER = range(4)
# 24 letters that people don't take for one another, 8 digits, 4 signs that every keyboard has.
_LETTERS: Final = "abcdefghijkmnpqrstuvwxyz"
_DIGITS: Final = "23456789"
_SIGNS: Final = "-_+="


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored hash and which of the account's passwords it is, counted from 0."""

    turn: int
    hash: str


class Passwords:
    """Hashes, compares and keeps passwords and PINs."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._hasher = context.policy.hasher
        # Each hashing takes its memory (64 MiB by default): many at once would starve the machine.
        self._turnstile = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))
        self._nobody = self._hash_of_nothing()

    def hash(self, secret: str) -> str:
        """The Argon2id hash of a secret."""
        with self._turnstile:
            return self._hasher.hash(_normal(secret))

    def verify(self, stored: str | None, secret: str) -> bool:
        """Whether the secret is the one that was hashed.

        Without a stored hash the same work is done on a hash of nothing, so that the time taken
        doesn't tell whether there is such an account.
        """
        with self._turnstile:
            try:
                self._hasher.verify(stored or self._nobody, _normal(secret))
            except (VerificationError, InvalidHashError):
                return False
        return stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether the hash was made at another cost than today's."""
        return self._hasher.check_needs_rehash(stored)

    def current(self, connection: Connection, staff_id: str) -> Stored | None:
        """The hash of the password in use, or None when the account has none."""
        return next(iter(self.latest(connection, staff_id, 1)), None)

    def latest(self, connection: Connection, staff_id: str, count: int) -> list[Stored]:
        """The newest hashes of an account, newest first.

        Raises:
            Tampered: a row was changed by hand.
        """
        columns = staff_password.c
        rows = connection.execute(
            select(columns.turn, columns.hash)
            .where(columns.ledger_id == self._context.ledger_id, columns.staff_id == staff_id)
            .order_by(columns.turn.desc())
            .limit(count)
        )
        return [Stored(row.turn, self._opened(row.hash, staff_id, row.turn)) for row in rows]

    def store(self, act: Act, staff_id: str, hashed: str) -> None:
        """Make this hash the account's password; older ones than the history needs are wiped."""
        latest = self.latest(act.connection, staff_id, 1)
        turn = latest[0].turn + 1 if latest else 0
        columns = staff_password.c
        act.connection.execute(
            insert(staff_password).values(
                ledger_id=self._context.ledger_id,
                staff_id=staff_id,
                turn=turn,
                hash=self._sealed(hashed, staff_id, turn),
                since=act.now,
            )
        )
        act.connection.execute(
            delete(staff_password).where(
                columns.ledger_id == self._context.ledger_id,
                columns.staff_id == staff_id,
                columns.turn <= turn - self._context.policy.history,
            )
        )

    def replace_hash(self, act: Act, staff_id: str, hashed: str) -> None:
        """Keep the password in use, hashed anew at today's cost."""
        latest = self.latest(act.connection, staff_id, 1)
        columns = staff_password.c
        for stored in latest:
            act.connection.execute(
                update(staff_password)
                .where(
                    columns.ledger_id == self._context.ledger_id,
                    columns.staff_id == staff_id,
                    columns.turn == stored.turn,
                )
                .values(hash=self._sealed(hashed, staff_id, stored.turn))
            )

    def wipe(self, act: Act, staff_id: str) -> None:
        """Delete every hash of an account."""
        columns = staff_password.c
        act.connection.execute(
            delete(staff_password).where(
                columns.ledger_id == self._context.ledger_id, columns.staff_id == staff_id
            )
        )

    def generate(self) -> str:
        """A random first password that meets the policy: 16 characters, easy to tell apart."""
        length = max(16, self._context.policy.min_length)
        spread = self._context.entropy(length)
        alphabets = [_LETTERS.upper(), _LETTERS, _DIGITS, _SIGNS]
        alphabets += [_LETTERS + _DIGITS] * (length - len(alphabets))
        return "".join(
            letters[byte % len(letters)] for letters, byte in zip(alphabets, spread, strict=True)
        )

    def _sealed(self, hashed: str, staff_id: str, turn: int) -> bytes:
        bound_to = _bound_to(staff_id, turn)
        return self._context.staff_vault().encrypt(hashed.encode(), bound_to=bound_to)

    def _opened(self, stored: bytes, staff_id: str, turn: int) -> str:
        bound_to = _bound_to(staff_id, turn)
        return self._context.staff_vault().decrypt(bytes(stored), bound_to=bound_to).decode()

    def _hash_of_nothing(self) -> str:
        # Random bytes in the form of a hash at today's cost: no input has it, comparing costs all.
        hasher, entropy = self._hasher, self._context.entropy
        salt, digest = (
            base64.b64encode(entropy(length)).rstrip(b"=").decode()
            for length in (hasher.salt_len, hasher.hash_len)
        )
        cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
        return f"$argon2id$v=19${cost}${salt}${digest}"


def check_password(policy: Policy, password: str, *names: str) -> None:
    """Say what is wrong with a new password.

    Args:
        policy: the rules.
        password: the new password.
        names: what must not be inside: number and name of the account.

    Raises:
        Invalid: `password-length`, `password-classes`, `password-simple` or `password-name`.
    """
    text = unicodedata.normalize("NFKC", password)
    if not policy.min_length <= len(text) <= policy.max_length:
        raise Invalid(
            "password-length", field="password", least=policy.min_length, most=policy.max_length
        )
    if len({_class_of(character) for character in text}) < policy.classes:
        raise Invalid("password-classes", field="password", classes=policy.classes)
    if len(set(text.casefold())) < _DISTINCT:
        raise Invalid("password-simple", field="password")
    folded = text.casefold()
    # One or two letters are in half of all passwords; two Chinese characters are a name.
    telling = [name.casefold() for name in names if len(name.encode()) >= _TELLING]
    if any(name in folded for name in telling):
        raise Invalid("password-name", field="password")


def check_pin(pin: str) -> None:
    """Say what is wrong with a new PIN.

    Raises:
        Invalid: `pin-form` when it isn't 6 digits, `pin-simple` when it is one that everybody
            would try first: all the same, or counting up or down.
    """
    if len(pin) != _PIN_LENGTH or not (pin.isascii() and pin.isdigit()):
        raise Invalid("pin-form", field="pin", length=_PIN_LENGTH)
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    if len(steps) == 1 and steps <= {-1, 0, 1}:
        raise Invalid("pin-simple", field="pin")


def _class_of(character: str) -> int:
    if character.isdigit():
        return _DIGIT
    if character.isupper():
        return _UPPER
    return _LOWER if character.islower() else _OTHER


def _normal(secret: str) -> bytes:
    # The same key presses give the same bytes on every keyboard (NIST SP 800-63B §5.1.1.2).
    return unicodedata.normalize("NFKC", secret).encode("utf-8", "surrogatepass")


def _bound_to(staff_id: str, turn: int) -> bytes:
    return f"password {staff_id} {turn}".encode()
