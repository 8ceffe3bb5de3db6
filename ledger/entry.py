"""The entry: one canonical JSON envelope, hashed as it stands.

    {"context":{…},"event":{…},"kind":"trace","prev":"<hex>","recorded":"<time>","seq":7,"v":1}

`event` is what was to be put on record, as its maker said it; `context` (left out when there is
nothing to say) is what the ledger's keeper knew at that moment. `prev` is the leaf hash of the
entry before, so the entries are a chain; the entry's own leaf hash is RFC 6962's, so they are the
leaves of a Merkle tree as well. The keys stand in RFC 8785's order, which is why an envelope can be
spliced from canonical parts without encoding it again; a property test holds the two equal.
"""

from __future__ import annotations

from binascii import hexlify
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

from ledger.errors import VerificationError

VERSION = 1
"""The form of the envelope, its member `v`."""

MAX_ENTRY = 65_535
"""Bytes in an entry: entry bundles give its length in 16 bits (C2SP tlog-tiles)."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to become an entry: its parts, each already canonical JSON (RFC 8785).

    Args:
        kind: who reads it (`trace`, `refusal`, `recall`, `catalogue`, `order`, `access`, `ledger`).
        event: the object to be put on record.
        context: an object with what the keeper knew; None: nothing.
    """

    kind: str
    event: bytes
    context: bytes | None = None


class Receipt(NamedTuple):
    """The proof to a writer that its entry is durable.

    Args:
        seq: the entry's place in the ledger, from 0.
        hash: its leaf hash, 32 bytes.
        recorded: when it was recorded (UTC), by the ledger's clock.
    """

    seq: int
    hash: bytes
    recorded: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One stored entry, as bytes and as what they say."""

    seq: int
    body: bytes
    hash: bytes
    kind: str
    event: dict[str, Any]
    context: dict[str, Any]
    prev: bytes
    recorded: datetime


class Envelope:
    """Makes canonical envelopes that share one moment.

    Args:
        moment: when their entries are recorded.
    """

    def __init__(self, moment: datetime) -> None:
        self._middle = b'","recorded":"%b","seq":' % timestamp(moment).encode("ascii")

    def around(self, draft: Draft, prev: bytes, seq: int) -> bytes:
        """The envelope around a draft.

        Args:
            draft: the canonical parts.
            prev: the leaf hash of the entry before.
            seq: the entry's place.
        """
        context = b"" if draft.context is None else b'"context":%b,' % draft.context
        return b'{%b"event":%b,"kind":"%b","prev":"%b%b%d,"v":%d}' % (
            context,
            draft.event,
            draft.kind.encode("ascii"),
            hexlify(prev),
            self._middle,
            seq,
            VERSION,
        )


def parse(seq: int, body: bytes, leaf: bytes) -> Entry:
    """Take a stored envelope apart.

    Raises:
        VerificationError: it isn't an envelope of a known version.
    """
    try:
        members = orjson.loads(body)
        if members["v"] != VERSION:
            raise VerificationError(
                "entry-malformed", f"entry {seq}: unknown version {members['v']!r}"
            )
        return Entry(
            seq=seq,
            body=body,
            hash=leaf,
            kind=members["kind"],
            event=members["event"],
            context=members.get("context", {}),
            prev=bytes.fromhex(members["prev"]),
            recorded=datetime.fromisoformat(members["recorded"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise VerificationError("entry-malformed", f"entry {seq}: no envelope: {error}") from error


def timestamp(moment: datetime) -> str:
    """A moment as entries write it: UTC, RFC 3339, six decimals, `Z`.

    >>> from datetime import timedelta, timezone
    >>> timestamp(datetime(2026, 11, 22, 14, 3, tzinfo=timezone(timedelta(hours=8))))
    '2026-11-22T06:03:00.000000Z'
    """
    # Not strftime, which asks the C library; the offset that isoformat writes is always +00:00.
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"
