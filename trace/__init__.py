"""Trace: what happened. Events, the one recorder that puts them on record, and histories.

Everything that changes a state comes through `Recorder.record`: pages, handhelds, recalls. The
rules join in as participants (`Participant`), in the order that the composition root lists.
"""

from __future__ import annotations

from trace.corrections import CORRECTION_TYPE, Correction, Error, corrected_entries
from trace.dose import Dose
from trace.epcis import EVENT_TYPES, LOCATION
from trace.events import Event
from trace.exceptions import (
    RESOLUTION_TYPE,
    OpenException,
    Resolution,
    Resolutions,
    exceptions_of,
    open_exceptions,
)
from trace.keys import IN_HOUSE, identifier_of, lot_in, serial_in
from trace.known_ids import seqs_of
from trace.moments import checked_offset
from trace.outcomes import AlreadyRecorded, Outcome, Recorded, Refused, Touch
from trace.participant import NO_CHANGE, Change, NoChange, Participant, Recordable
from trace.preview import Preview
from trace.process import RecorderProcess
from trace.queries import (
    Step,
    first_seq_of_lot,
    histories_of_units,
    history_of_lot,
    history_of_unit,
    last_seq_of_lots,
    latest_entries_of_lots,
    latest_of_lots,
    lots_touched_since,
    seqs_of_lots,
    seqs_of_units,
    step_of,
    steps_of_lot,
)
from trace.reasons import Reason
from trace.recorder import REFUSAL, Recorder
from trace.remote import RemoteRecorder
from trace.replay import Decoder, Difference, Fold, rebuild
from trace.things import Document, Signature, Thing
from trace.vocabulary import (
    AGGREGATIONS,
    CAUSE_REQUIRED,
    CAUSES,
    DIVIDING,
    SPELLINGS,
    TRANSFORMATIONS,
    Cause,
    EventKind,
    Spelling,
)

__all__ = [
    "AGGREGATIONS",
    "CAUSES",
    "CAUSE_REQUIRED",
    "CORRECTION_TYPE",
    "DIVIDING",
    "EVENT_TYPES",
    "IN_HOUSE",
    "LOCATION",
    "NO_CHANGE",
    "REFUSAL",
    "RESOLUTION_TYPE",
    "SPELLINGS",
    "TRANSFORMATIONS",
    "AlreadyRecorded",
    "Cause",
    "Change",
    "Correction",
    "Decoder",
    "Difference",
    "Document",
    "Dose",
    "Error",
    "Event",
    "EventKind",
    "Fold",
    "NoChange",
    "OpenException",
    "Outcome",
    "Participant",
    "Preview",
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
    "first_seq_of_lot",
    "histories_of_units",
    "history_of_lot",
    "history_of_unit",
    "identifier_of",
    "last_seq_of_lots",
    "latest_entries_of_lots",
    "latest_of_lots",
    "lot_in",
    "lots_touched_since",
    "open_exceptions",
    "rebuild",
    "seqs_of",
    "seqs_of_lots",
    "seqs_of_units",
    "serial_in",
    "step_of",
    "steps_of_lot",
]
