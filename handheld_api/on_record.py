"""What is on record needs no secret again: a device whose answer was lost has none any more."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from hospital import Hospital
from ledger import read_entries_at
from trace import CORRECTION_TYPE, EVENT_TYPES, Correction, Event, seqs_of

Signed = TypeVar("Signed", Event, Correction)


def on_record(hospital: Hospital, told: Signed) -> Signed | None:
    """The same record as it stands in the ledger, with its signatures; None: it doesn't.

    Args:
        hospital: whose ledger.
        told: the record without signatures.
    """
    own = hospital.ledger_id
    with hospital.database.read() as connection:
        found = seqs_of(connection, own, [told.id]).values()
        entries = read_entries_at(connection, own, list(found))
    types = EVENT_TYPES if isinstance(told, Event) else {CORRECTION_TYPE}
    for entry in entries:
        if entry.event.get("type") in types:
            known = type(told).parse(entry.event)
            if replace(known, signatures=(), second_person=None).encode() == told.encode():
                return known
    return None
