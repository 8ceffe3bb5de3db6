"""Checking what devices signed against what stands in the ledger as their events."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from access import BatchReader, SignedBatch
from errors import Invalid
from ledger import Entry, Ledger, VerificationError
from scanning import read
from trace import REFUSAL, Event

_STEP: Final = 1_000


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


def check_batches(ledger: Ledger, progress: Callable[[int, int], None] | None = None) -> BatchAudit:
    """Check every signature of a device, and that its events are what it signed.

    Everything is taken from the entries alone; whether those are whole is `ledger verify`'s
    question.

    Args:
        ledger: which.
        progress: told (entries read, entries in all) now and then.

    Raises:
        VerificationError: `batch-wrong`; a signature does not hold, or an event says other than
            what its device signed.
    """
    check = _Check()
    size = ledger.head().size
    for entry in _entries(ledger, size):
        try:
            check.look(entry)
        except (Invalid, KeyError, ValueError, TypeError) as error:
            raise VerificationError("batch-wrong", f"entry {entry.seq}: {error}") from error
        if progress is not None and entry.seq % _STEP == 0:
            progress(entry.seq, size)
    return BatchAudit(check.batches, check.covered, check.unsigned)


class _Check:
    def __init__(self) -> None:
        self._reader = BatchReader()
        self._told: dict[UUID, tuple[str, dict[str, Any]]] = {}
        self.batches = self.covered = self.unsigned = 0

    def look(self, entry: Entry) -> None:
        batch = self._reader.read(entry)
        if batch is not None:
            self._keep(batch)
        elif entry.kind in {Event.ledger_kind, REFUSAL} and _is_event(entry):
            self._compare(Event.parse(entry.event))

    def _keep(self, batch: SignedBatch) -> None:
        self.batches += 1
        for told in json.loads(batch.body)["events"]:
            self._told[UUID(told["id"])] = (batch.device_id, told)

    def _compare(self, event: Event) -> None:
        device_id, told = self._told.pop(event.id, ("", None))
        if told is None:
            self.unsigned += event.device is not None and self._reader.knows(event.device)
            return
        if event.device != device_id or _of_event(event) != _of_told(told):
            raise ValueError(str(event.id))
        self.covered += 1


def _entries(ledger: Ledger, size: int) -> Iterator[Entry]:
    for start in range(0, size, _STEP):
        yield from ledger.entries(start, min(start + _STEP, size))


def _is_event(entry: Entry) -> bool:
    return bool(entry.event.get("type") == "ObjectEvent")


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
        sorted((thing.key, thing.quantity or 1) for thing in event.things),
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
        sorted(_thing(each) for each in told["things"]),
        sorted((each["type"], each["id"]) for each in told.get("documents", ())),
    )


def _thing(told: dict[str, Any]) -> tuple[str, int]:
    scan = read(told["scan"])
    return scan.key or "", told.get("quantity") or scan.quantity or 1
