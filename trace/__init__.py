"""Trace: what happened. Events, the one recorder that puts them on record, and histories.

Everything that changes a state comes through `Recorder.record`: pages, handhelds, recalls. The
rules join in as participants (`Participant`), in the order that the composition root lists.
"""

from __future__ import annotations

from trace.corrections import CORRECTION_TYPE, Correction, Error, corrected_entries
from trace.events import EVENT_TYPES, LOCATION, Document, Event, Signature, Thing
from trace.exceptions import (
    RESOLUTION_TYPE,
    OpenException,
    Resolution,
    Resolutions,
    exceptions_of,
    open_exceptions,
)
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
from trace.vocabulary import AGGREGATIONS, SPELLINGS, EventKind, Spelling

__all__ = [
    "AGGREGATIONS",
    "CORRECTION_TYPE",
    "EVENT_TYPES",
    "LOCATION",
    "NO_CHANGE",
    "REFUSAL",
    "RESOLUTION_TYPE",
    "SPELLINGS",
    "AlreadyRecorded",
    "Change",
    "Correction",
    "Decoder",
    "Document",
    "Error",
    "Event",
    "EventKind",
    "Fold",
    "NoChange",
    "OpenException",
    "Outcome",
    "Participant",
    "Reason",
    "Recordable",
    "Recorded",
    "Recorder",
    "RecorderProcess",
    "Refused",
    "RemoteRecorder",
    "Resolution",
    "Resolutions",
    "Signature",
    "Spelling",
    "Step",
    "Thing",
    "Touch",
    "checked_offset",
    "corrected_entries",
    "exceptions_of",
    "history_of_lot",
    "history_of_unit",
    "identifier_of",
    "lot_in",
    "lots_touched_since",
    "open_exceptions",
    "rebuild",
    "step_of",
    "steps_of_lot",
]
