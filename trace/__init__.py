"""Trace: what happened. Events, the one recorder that puts them on record, and histories.

Everything that changes a state comes through `Recorder.record`: pages, handhelds, recalls. The
rules join in as participants (`Participant`), in the order that the composition root lists.
"""

from __future__ import annotations

from trace.events import LOCATION, Document, Event, Signature, Thing
from trace.keys import identifier_of, lot_in
from trace.moments import checked_offset
from trace.outcomes import AlreadyRecorded, Outcome, Recorded, Refused, Touch
from trace.participant import NO_CHANGE, Change, NoChange, Participant, Recordable
from trace.process import RecorderProcess
from trace.queries import (
    Step,
    history_of_lot,
    history_of_unit,
    lots_touched_since,
    step_of,
    steps_of_lot,
)
from trace.reasons import Reason
from trace.recorder import REFUSAL, Recorder
from trace.remote import RemoteRecorder
from trace.replay import Decoder, Fold, rebuild
from trace.vocabulary import SPELLINGS, EventKind, Spelling

__all__ = [
    "LOCATION",
    "NO_CHANGE",
    "REFUSAL",
    "SPELLINGS",
    "AlreadyRecorded",
    "Change",
    "Decoder",
    "Document",
    "Event",
    "EventKind",
    "Fold",
    "NoChange",
    "Outcome",
    "Participant",
    "Reason",
    "Recordable",
    "Recorded",
    "Recorder",
    "RecorderProcess",
    "Refused",
    "RemoteRecorder",
    "Signature",
    "Spelling",
    "Step",
    "Thing",
    "Touch",
    "checked_offset",
    "history_of_lot",
    "history_of_unit",
    "identifier_of",
    "lot_in",
    "lots_touched_since",
    "rebuild",
    "step_of",
    "steps_of_lot",
]
