"""Loaner sets (跟台) whose day is over: told by the service itself, once each."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from hospital.assembly import Hospital
from orders import LoanerNote, Noting, open_loaners
from trace import Outcome


def tell_overdue(hospital: Hospital, new_id: Callable[[], UUID]) -> dict[str, Outcome]:
    """Put every set on the work-list that is not closed and was to be out before today.

    Args:
        hospital: where.
        new_id: makes the notes' ids.

    Returns:
        What the recorder answered, by the set's number.
    """
    today = hospital.today().isoformat()
    with hospital.database.read() as connection:
        found = open_loaners(connection, hospital.ledger_id, overdue_at=today)
    notes = [
        LoanerNote(
            id=new_id(),
            time=hospital.clock(),
            number=file.number,
            location=file.location,
            noting=Noting.OVERDUE,
        )
        for file in found
    ]
    outcomes = hospital.recorder.record(notes) if notes else []
    return {note.number: outcome for note, outcome in zip(notes, outcomes, strict=True)}
