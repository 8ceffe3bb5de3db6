"""Recall: from a notice to a complete answer.

Opening a case is one entry; from its commit on the gate in `inventory` lets nothing of its scope
out, until two persons close it. `RecallDesk` takes part in every recording; `answer` says where
everything is.
"""

from __future__ import annotations

from recall.case import NOTICE_WITHIN, RECALL_TYPE, Recall, RecallClass, Scope
from recall.closing import (
    RECALL_CLOSING_TYPE,
    RECALL_REOPENING_TYPE,
    CaseDecision,
    RecallClosing,
    RecallReopening,
)
from recall.counts import case_count
from recall.desk import RecallDesk
from recall.queries import (
    Answer,
    Case,
    Decision,
    answer,
    cases,
    cases_of_lot,
    find_case,
    next_case_id,
)

__all__ = [
    "NOTICE_WITHIN",
    "RECALL_CLOSING_TYPE",
    "RECALL_REOPENING_TYPE",
    "RECALL_TYPE",
    "Answer",
    "Case",
    "CaseDecision",
    "Decision",
    "Recall",
    "RecallClass",
    "RecallClosing",
    "RecallDesk",
    "RecallReopening",
    "Scope",
    "answer",
    "case_count",
    "cases",
    "cases_of_lot",
    "find_case",
    "next_case_id",
]
