"""Access events: who did what to whose rights or data, as entries of the ledger.

An event is canonical JSON of kind `access`:

    {"action":"sign-in","address":"10.1.2.3","at":"2026-11-22T06:03:00.000000Z",
     "by":"urn:medtrace:staff:…","details":{…},"id":"urn:uuid:…","object":"…","result":"ok"}

Time, user, action, object, result and address are what GB/T 22239-2019 §8.1.4.3 asks for. Events
hold no secret and nothing that identifies a patient but the pseudonym; accounts appear by random
ids.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from access.models import access_event
from access.tokens import Entropy, uuid7
from ledger import Draft, Entry, Transaction, encode, timestamp

KIND = "access"
"""The kind of the ledger entries written here."""

ANYBODY = "urn:medtrace:anybody"
"""The actor of what was tried by somebody who did not show who they are."""


@dataclass(frozen=True, slots=True)
class AccessEvent:
    """One thing that happened to rights or to personal data.

    Args:
        action: what was done, or tried.
        by: who, as `Principal.uri`.
        object: to what or whom, as a URI or a code; never a patient's number or name.
        result: `ok`, or a word for why not.
        address: the network address it came from; empty when it came from the server itself.
        details: further facts, texts and numbers only.
    """

    action: str
    by: str
    object: str
    result: str = "ok"
    address: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    def canonical(self, at: datetime, event_id: str) -> bytes:
        """The event as it is stored."""
        members: dict[str, object] = {
            "action": self.action,
            "at": timestamp(at),
            "by": self.by,
            "id": event_id,
            "object": self.object,
            "result": self.result,
        }
        if self.address:
            members["address"] = self.address
        if self.details:
            members["details"] = dict(self.details)
        return encode(members)


def append(
    transaction: Transaction,
    ledger_id: int,
    events: Sequence[AccessEvent],
    now: datetime,
    entropy: Entropy,
) -> None:
    """Append events to the ledger and make them findable, in the open transaction."""
    if not events:
        return
    events = [replace(event, address=address_of(event.address)) for event in events]
    ids = [f"urn:uuid:{uuid7(now, entropy)}" for _ in events]
    drafts = [
        Draft(KIND, event.canonical(now, event_id))
        for event, event_id in zip(events, ids, strict=True)
    ]
    receipts = transaction.append(drafts)
    rows = [
        _row(ledger_id, receipt.seq, event, now)
        for receipt, event in zip(receipts, events, strict=True)
    ]
    transaction.connection.execute(access_event.insert(), rows)


def replay(connection: Connection, ledger_id: int, entries: Sequence[Entry]) -> None:
    """Write the projection's rows of `entries` again; those of other kinds are passed over."""
    rows = [
        _row(ledger_id, entry.seq, _event(entry), datetime.fromisoformat(entry.event["at"]))
        for entry in entries
        if entry.kind == KIND
    ]
    if rows:
        connection.execute(access_event.insert(), rows)


def forget(connection: Connection, ledger_id: int) -> None:
    """Drop the projection's rows, before `replay` writes them again."""
    connection.execute(access_event.delete().where(access_event.c.ledger_id == ledger_id))


def _event(entry: Entry) -> AccessEvent:
    said = entry.event
    return AccessEvent(
        said["action"],
        said["by"],
        said["object"],
        said["result"],
        said.get("address", ""),
        said.get("details", {}),
    )


def _row(ledger_id: int, seq: int, event: AccessEvent, at: datetime) -> dict[str, object]:
    return {
        "ledger_id": ledger_id,
        "seq": seq,
        "at": at,
        "made_by": event.by,
        "action": event.action,
        "object": event.object,
        "result": event.result,
        "address": event.address,
    }


def address_of(text: str) -> str:
    """A network address as it is stored; of what is no IP address, only that it was none."""
    try:
        return str(ipaddress.ip_address(text)) if text else ""
    except ValueError:
        return "invalid"
