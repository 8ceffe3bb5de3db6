"""Checking what devices signed against what stands in the ledger as their events."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from access import BatchReader, SignedBatch
from errors import Invalid
from ledger import Entry, StoredEntry, VerificationError
from scanning import read
from trace import EVENT_TYPES, REFUSAL, Event, EventKind

_KEY: Final = b'"device-key-registered"'
_ACCESS: Final = b'"kind":"access"'
_DEVICE: Final = b'"medtrace:device":'


@dataclass(frozen=True, slots=True)
class BatchAudit:
    """What a check of signed batches found: all that were signed hold.

    Args:
        batches: how many signed batches there are.
        covered: how many events they cover.
        unsigned: how many events came, without a signature, from a device that had a key by then.
    """

    batches: int
    covered: int
    unsigned: int


def check_batches(entries: Iterable[StoredEntry]) -> BatchAudit:
    """Check every signature of a device, and that its events are what it signed.

    Everything is taken from the entries alone; whether those are whole is the audit's question
    (`medtrace ledger verify` asks both).

    Args:
        entries: all of a ledger, in order.

    Raises:
        VerificationError: `batch-wrong`; a signature does not hold, or an event says other than
            what its device signed.
    """
    check = _Check()
    for stored in entries:
        if not check.minds(stored.body):
            continue
        try:
            check.look(stored.parse())
        except (Invalid, KeyError, ValueError, TypeError) as error:
            raise VerificationError("batch-wrong", f"entry {stored.seq}: {error}") from error
    return BatchAudit(check.batches, check.covered, check.unsigned)


class _Check:
    def __init__(self) -> None:
        self._reader = BatchReader()
        self._told: dict[UUID, tuple[str, dict[str, Any]]] = {}
        self._keys = False
        self.batches = self.covered = self.unsigned = 0

    def minds(self, body: bytes) -> bool:
        """Whether an entry can matter: most can't, and taking them apart takes its time."""
        if _ACCESS in body:
            self._keys = self._keys or _KEY in body
            return self._keys
        # An event that was signed for minds also where it says nothing of a device any more.
        return self._keys and (_DEVICE in body or bool(self._told))

    def look(self, entry: Entry) -> None:
        batch = self._reader.read(entry)
        if batch is not None:
            self._keep(batch)
        elif entry.kind in {Event.ledger_kind, REFUSAL} and _is_event(entry):
            self._compare(Event.parse(entry.event))

    def _keep(self, batch: SignedBatch) -> None:
        self.batches += 1
        for told in _events_in(json.loads(batch.body)):
            self._told[UUID(told["id"])] = (batch.device_id, told)

    def _compare(self, event: Event) -> None:
        device_id, told = self._told.pop(event.id, ("", None))
        if told is None:
            self.unsigned += event.device is not None and self._reader.knows(event.device)
            return
        if event.device != device_id or _of_event(event) != _of_told(told):
            raise ValueError(str(event.id))
        self.covered += 1


def _events_in(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The events of a batch; of what was done out of reach, those that can be one on record."""
    yield from body.get("events", ())
    for upload in body.get("uploads", ()):
        event = upload.get("event", {})
        with suppress(ValueError, TypeError, AttributeError):
            if UUID(event.get("id")):
                yield event


def _is_event(entry: Entry) -> bool:
    return entry.event.get("type") in EVENT_TYPES


def _of_event(event: Event) -> tuple[object, ...]:
    """What an event and its signed form must agree on."""
    return (
        event.kind.value,
        event.time,
        event.location,
        event.whereabouts,
        event.party,
        event.patient,
        event.note,
        event.cause,
        sorted(
            (thing.key, thing.quantity or 1, _part(event.kind, thing.part))
            for thing in event.things
        ),
        sorted((thing.key, thing.part or 1) for thing in event.outputs),
        sorted((document.type, document.id) for document in event.documents),
    )


def _of_told(told: dict[str, Any]) -> tuple[object, ...]:
    patient = told.get("patient")
    moment = datetime.fromisoformat(told["time"])
    return (
        told["kind"],
        moment.replace(microsecond=moment.microsecond // 1000 * 1000),
        told["location"],
        told.get("destination") or told["location"],
        told.get("party"),
        UUID(patient) if patient else None,
        told.get("note"),
        told.get("cause"),
        sorted((*_thing(each), _part(told["kind"], each.get("part"))) for each in told["things"]),
        sorted((_thing(each)[0], each.get("part") or 1) for each in told.get("outputs", ())),
        sorted((each["type"], each["id"]) for each in told.get("documents", ())),
    )


def _part(kind: str, part: int | None) -> int:
    """How much of a pack; a split says it by what comes out, too."""
    return 0 if part is None or kind == EventKind.SPLIT else part


def _thing(told: dict[str, Any]) -> tuple[str, int]:
    scan = read(told["scan"])
    return scan.key or "", told.get("quantity") or scan.quantity or 1
