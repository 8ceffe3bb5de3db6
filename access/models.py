"""The tables of access. Every key begins with `ledger_id`.

What is here is not worked out from the ledger, except `access_event`: secrets and identities must
be erasable, so they can't be in a chain that is not. What happened to them is in the chain.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

from database import metadata

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Instant(TypeDecorator[datetime]):
    """A moment, stored as microseconds since 1970 in UTC: the same on both engines, and exact."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """The number that is stored."""
        del dialect
        return None if value is None else (value - _EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401 -- as the parent says it
        """The moment that was stored, in UTC."""
        del dialect
        return None if value is None else _EPOCH + timedelta(microseconds=int(value))


class TextSet(TypeDecorator[frozenset[str]]):
    """A set of words, stored as a sorted JSON array."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: frozenset[str] | None, dialect: Dialect) -> str | None:
        """The text that is stored; equal sets give equal texts."""
        del dialect
        return None if value is None else json.dumps(sorted(value), ensure_ascii=False)

    def process_result_value(self, value: Any, dialect: Dialect) -> frozenset[str] | None:  # noqa: ANN401 -- as the parent says it
        """The set that was stored."""
        del dialect
        return None if value is None else words_of_set(value)


def words_of_set(stored: str) -> frozenset[str]:
    """The words of a `TextSet` that was read past SQLAlchemy."""
    return frozenset(json.loads(stored))


def _ledger_id() -> Column[int]:
    return Column("ledger_id", BigInteger, primary_key=True, autoincrement=False)


def _of(table: str, column: str, *, name: str | None = None) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["ledger_id", name or column], [f"{table}.ledger_id", f"{table}.{column}"]
    )


staff = Table(
    "staff",
    metadata,
    _ledger_id(),
    Column("staff_id", Text, primary_key=True),
    Column("number", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("roles", TextSet, nullable=False),
    Column("places", TextSet, nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("created", Instant, nullable=False),
    Column("disabled", Instant),
    Column("seal", LargeBinary, nullable=False),
    UniqueConstraint("ledger_id", "number"),
)
"""The accounts of people. `seal` is an HMAC over the row: who edits roles by hand is found out."""

staff_password = Table(
    "staff_password",
    metadata,
    _ledger_id(),
    Column("staff_id", Text, primary_key=True),
    Column("turn", Integer, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    Column("since", Instant, nullable=False),
    _of("staff", "staff_id"),
)
"""Argon2id hashes, encrypted; the highest turn is the one in use, the others are the history."""

staff_totp = Table(
    "staff_totp",
    metadata,
    _ledger_id(),
    Column("staff_id", Text, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    Column("confirmed", Instant),
    Column("last_step", BigInteger, nullable=False),
    _of("staff", "staff_id"),
)
"""Second factors (RFC 6238), encrypted. `last_step` keeps a code from being used twice."""

staff_badge = Table(
    "staff_badge",
    metadata,
    _ledger_id(),
    Column("staff_id", Text, primary_key=True),
    Column("badge", LargeBinary),
    Column("pin", LargeBinary),
    _of("staff", "staff_id"),
    UniqueConstraint("ledger_id", "badge"),
)
"""Badges as keyed digests, and the PIN a person signs with, hashed and encrypted."""

staff_subject = Table(
    "staff_subject",
    metadata,
    _ledger_id(),
    Column("staff_id", Text, primary_key=True),
    Column("subject", LargeBinary, nullable=False),
    Column("seal", LargeBinary, nullable=False),
    _of("staff", "staff_id"),
    UniqueConstraint("ledger_id", "subject"),
)
"""Subjects of the identity provider as keyed digests; `seal` binds each to its account."""

staff_passkey = Table(
    "staff_passkey",
    metadata,
    _ledger_id(),
    Column("passkey_id", Text, primary_key=True),
    Column("staff_id", Text, nullable=False),
    Column("credential", LargeBinary, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("counter", BigInteger, nullable=False),
    Column("label", Text, nullable=False),
    Column("registered", Instant, nullable=False),
    Column("used", Instant),
    Column("suspended", Instant),
    Column("seal", LargeBinary, nullable=False),
    _of("staff", "staff_id"),
    UniqueConstraint("ledger_id", "credential"),
    Index(None, "ledger_id", "staff_id"),
)
"""Passkeys (WebAuthn). `public_key` is COSE; `seal` binds key, counter and state to the account."""

passkey_challenge = Table(
    "passkey_challenge",
    metadata,
    _ledger_id(),
    Column("challenge", LargeBinary, primary_key=True),
    Column("staff_id", Text),
    Column("expires", Instant, nullable=False),
    Index(None, "ledger_id", "expires"),
)
"""Challenges that wait for their answer, as digests; an answered one's row is gone. `staff_id` is
who registers, none where somebody signs in."""

sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    _ledger_id(),
    Column("subject", LargeBinary, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("latest", Instant, nullable=False),
)
"""Failures in a row, by keyed digest of what was typed: unknown accounts lock as known ones do."""

session = Table(
    "session",
    metadata,
    _ledger_id(),
    Column("token", LargeBinary, primary_key=True),
    Column("staff_id", Text, nullable=False),
    Column("device_id", Text),
    Column("address", Text, nullable=False),
    Column("started", Instant, nullable=False),
    Column("seen", Instant, nullable=False),
    _of("staff", "staff_id"),
    _of("device", "device_id"),
    Index(None, "ledger_id", "staff_id"),
)
"""Who is signed in. `token` is the token's digest."""

offline_grant = Table(
    "offline_grant",
    metadata,
    _ledger_id(),
    Column("token", LargeBinary, primary_key=True),
    Column("staff_id", Text, nullable=False),
    Column("device_id", Text, nullable=False),
    Column("sign_in_until", Instant, nullable=False),
    Column("send_until", Instant, nullable=False),
    _of("staff", "staff_id"),
    _of("device", "device_id"),
    Index(None, "ledger_id", "staff_id"),
    Index(None, "ledger_id", "device_id"),
)
"""Who may work at which device out of reach of the server. `token` is the token's digest."""

enrolment_code = Table(
    "enrolment_code",
    metadata,
    _ledger_id(),
    Column("code", LargeBinary, primary_key=True),
    Column("station", Text, nullable=False),
    Column("profile", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("expires", Instant, nullable=False),
    Column("device_id", Text),
)
"""One-time codes that wait to be used; `code` is the code's digest. A used code's row is gone.
`device_id` is the known device that gets a new token by it, none where a new device is let in."""

device = Table(
    "device",
    metadata,
    _ledger_id(),
    Column("device_id", Text, primary_key=True),
    Column("token", LargeBinary),
    Column("name", Text, nullable=False),
    Column("hardware", Text, nullable=False),
    Column("software", Text, nullable=False),
    Column("station", Text, nullable=False),
    Column("profile", Text, nullable=False),
    Column("enrolled", Instant, nullable=False),
    Column("enrolled_by", Text, nullable=False),
    Column("seen", Instant),
    Column("skew_ms", BigInteger),
    Column("revoked", Instant),
    Column("seal", LargeBinary, nullable=False),
    UniqueConstraint("ledger_id", "token"),
)
"""The handhelds and fixed readers. `token` is the token's digest, none once it is revoked."""

device_key = Table(
    "device_key",
    metadata,
    _ledger_id(),
    Column("key_id", Text, primary_key=True),
    Column("device_id", Text, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("registered", Instant, nullable=False),
    _of("device", "device_id"),
    Index(None, "ledger_id", "device_id"),
)
"""Public keys that devices sign their scans with. Kept for ever: old signatures stay checkable."""

patient = Table(
    "patient",
    metadata,
    _ledger_id(),
    Column("pseudonym", LargeBinary, primary_key=True),
    Column("wrapped_key", LargeBinary),
    Column("identity", LargeBinary),
    Column("registered", Instant, nullable=False),
    Column("erased", Instant),
)
"""Who a pseudonym is: encrypted under the person's own key, which is wrapped by the master key."""

patient_index = Table(
    "patient_index",
    metadata,
    _ledger_id(),
    Column("digest", LargeBinary, primary_key=True),
    Column("pseudonym", LargeBinary, nullable=False),
    _of("patient", "pseudonym"),
    Index(None, "ledger_id", "pseudonym"),
)
"""The blind index: keyed digests of record numbers and wristbands."""

legal_hold = Table(
    "legal_hold",
    metadata,
    _ledger_id(),
    Column("hold_id", Text, primary_key=True),
    Column("pseudonym", LargeBinary, nullable=False),
    Column("note", LargeBinary, nullable=False),
    Column("placed", Instant, nullable=False),
    Column("placed_by", Text, nullable=False),
    Column("lifted", Instant),
    Column("lifted_by", Text),
    _of("patient", "pseudonym"),
    Index(None, "ledger_id", "pseudonym"),
)
"""What keeps a person's data from being erased. `note` is encrypted under the person's key."""

access_event = Table(
    "access_event",
    metadata,
    _ledger_id(),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("object", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("address", Text, nullable=False),
    Index(None, "ledger_id", "at"),
    Index(None, "ledger_id", "made_by", "seq"),
    Index(None, "ledger_id", "object", "seq"),
    Index(None, "ledger_id", "action", "seq"),
)
"""A projection: the entries of kind `access`, findable. The ledger holds the truth and the rest."""
