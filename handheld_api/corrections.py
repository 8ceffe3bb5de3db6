"""Corrections: an event that is on record is declared wrong, by somebody who signs for it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from access import Action, Deed, Principal, signatures_needed
from errors import NotFound
from handheld_api.events import answer_to
from handheld_api.on_record import on_record
from handheld_api.signatures import NarcoticProducts, shown_by
from hospital import Hospital
from trace import (
    EVENT_TYPES,
    Correction,
    Event,
    Signature,
    corrected_entries,
)


def correct(
    hospital: Hospital,
    narcotics: NarcoticProducts,
    person: Principal,
    sent: dict[str, Any],
    address: str,
) -> dict[str, Any]:
    """Record that an event was wrong; its effects are undone if nothing has happened since.

    Arguments and errors are those of `correction_of`.
    """
    correction = correction_of(hospital, narcotics, person, sent, address)
    (outcome,) = hospital.recorder.record([correction])
    return answer_to(correction.id, outcome)


def correction_of(
    hospital: Hospital,
    narcotics: NarcoticProducts,
    person: Principal,
    sent: dict[str, Any],
    address: str,
) -> Correction:
    """The correction that a person at a device tells, signed; ready to be recorded.

    One that is on record needs no secret again: a device whose answer was lost has none any more.

    Args:
        hospital: where.
        narcotics: knows which goods are narcotic.
        person: who corrects, at which device.
        sent: as `schemas.CorrectionSchema` loads it.
        address: the network address.

    Raises:
        NotFound: there is no such event.
        Forbidden: the person may not correct where it happened; recorded.
        Refused, Unauthenticated: a signature is missing or wrong: see `signatures.sign_all`.
    """
    correction = Correction(
        id=sent["id"],
        time=sent["time"],
        corrects=sent["corrects"],
        error=sent["error"],
        note=sent["note"],
        person=person.number,
        corrective=tuple(sent["corrective"]),
    )
    known = None if sent["signatures"] else on_record(hospital, correction)
    if known is not None:
        return known
    wrong = _event(hospital, correction)
    hospital.access.require(person, Action.CORRECT, wrong.location, address=address)
    narcotic = bool(narcotics.among({thing.key for thing in wrong.things}))
    deed = Deed(
        action=Action.CORRECT,
        about=f"urn:uuid:{correction.id}",
        needed=signatures_needed(Action.CORRECT, narcotic=narcotic),
        shown=tuple(
            shown_by(each, f"signatures.{place}") for place, each in enumerate(sent["signatures"])
        ),
        place=wrong.location,
        digest=hashlib.sha256(correction.encode()).hexdigest(),
        field="signatures",
    )
    (signed,) = hospital.access.signing.sign(person, [deed], address=address)
    others = [each.number for each in signed if each.number != correction.person]
    return replace(
        correction,
        second_person=others[0] if others else None,
        signatures=tuple(Signature(each.number, each.method.value, each.at) for each in signed),
    )


def _event(hospital: Hospital, correction: Correction) -> Event:
    with hospital.database.read() as connection:
        entries = corrected_entries(connection, hospital.ledger_id, [correction])
    entry = entries.get(correction.corrects)
    if entry is None or entry.event.get("type") not in EVENT_TYPES:
        raise NotFound("not-found", field="corrects", what=str(correction.corrects))
    return Event.parse(entry.event)
