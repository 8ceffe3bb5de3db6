"""Checking what devices signed against what stands in the ledger as their records."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from access import BatchReader, SignedBatch
from errors import Invalid
from hospital.told import essence_of, parts_of, said_in
from hospital.told_parts import Said, Told
from ledger import Entry, StoredEntry, VerificationError

_KEY: Final = b'"device-key-registered"'
_ACCESS: Final = b'"kind":"access"'
_DEVICE: Final = b'"medtrace:device":'
_OF_DEVICES: Final = frozenset({"event", "count_lines"})


@dataclass(frozen=True, slots=True)
class BatchAudit:
    """What a check of signed batches found: all that were signed hold.

    Args:
        batches: how many signed batches there are.
        covered: how many records they cover: events, counts and their lines, corrections, steps of
            recalls' tasks.
        unsigned: how many records came, without a signature, from a device that had a key by then.
    """

    batches: int
    covered: int
    unsigned: int


def check_batches(entries: Iterable[StoredEntry]) -> BatchAudit:
    """Check every signature of a device, and that its records are what it signed.

    Everything is taken from the entries alone; whether those are whole is the audit's question
    (`medtrace ledger verify` asks both).

    Args:
        entries: all of a ledger, in order.

    Raises:
        VerificationError: `batch-wrong`; a signature does not hold, or a record says other than
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
        self._told: dict[UUID, tuple[str, str, Told]] = {}
        self._keys = False
        self.batches = self.covered = self.unsigned = 0

    def minds(self, body: bytes) -> bool:
        """Whether an entry can matter: most can't, and taking them apart takes its time."""
        if _ACCESS in body:
            self._keys = self._keys or _KEY in body
            return self._keys
        # A record that was signed for minds also where it says nothing of a device any more.
        return self._keys and (_DEVICE in body or bool(self._told))

    def look(self, entry: Entry) -> None:
        batch = self._reader.read(entry)
        if batch is not None:
            self._keep(batch)
        elif (said := said_in(entry.event)) is not None:
            self._compare(said)

    def _keep(self, batch: SignedBatch) -> None:
        self.batches += 1
        for what, told in parts_of(json.loads(batch.body)):
            self._told[UUID(told["id"])] = (batch.device_id, what, told)

    def _compare(self, said: Said) -> None:
        device_id, what, told = self._told.pop(said.id, ("", "", None))
        if told is None:
            self.unsigned += said.device is not None and self._reader.knows(said.device)
            return
        # Events and lines of counts name their device; what names none is known by its id alone.
        elsewhere = said.what in _OF_DEVICES and said.device != device_id
        if elsewhere or said.what != what or said.essence != essence_of(what, told):
            raise ValueError(str(said.id))
        self.covered += 1
