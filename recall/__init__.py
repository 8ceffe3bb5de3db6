"""Recall: from a notice to a complete answer.

Opening a case is one entry; from its commit on the gate in `inventory` lets nothing of its scope
out, until two persons close it. `RecallDesk` takes part in every recording; `answer` says where
everything is.
"""

from __future__ import annotations

from recall.blocks import Block, blocks_in_force
from recall.bundle import stream_bundle
from recall.case import NOTICE_WITHIN, RECALL_TYPE, Recall, RecallClass
from recall.case_file import CaseFile
from recall.closing import (
    RECALL_CLOSING_TYPE,
    RECALL_REOPENING_TYPE,
    CaseDecision,
    RecallClosing,
    RecallReopening,
)
from recall.desk import RecallDesk
from recall.effectiveness import (
    CHECK_LEVEL_TYPE,
    CHECK_TYPE,
    CheckLevel,
    EffectivenessCheck,
    LevelChoice,
)
from recall.file_queries import (
    Check,
    Checking,
    IssuedReport,
    checking_of,
    entries_of_case,
    reports_of,
)
from recall.known import KnownRecalls, Open
from recall.matching import Match, matches
from recall.notice import Draft, read_notice
from recall.notice_desk import (
    NoticeDesk,
    deliveries_of_case,
    known_notices,
    notices_of,
    notices_since,
)
from recall.notices import (
    OF_TASKS,
    RECALL_DELIVERY_TYPE,
    RECALL_NOTICE_TYPE,
    RecallDelivery,
    RecallNotice,
    Topic,
    notice_of,
    notices_due,
)
from recall.outbox import Letter, Outbox, Waiting
from recall.owned import Owned, is_pressing, owners_of, tasks_owned_by
from recall.paper import text_of_file
from recall.queries import (
    Answer,
    Case,
    Decision,
    Revision,
    answer,
    cases,
    cases_closed_since,
    cases_of_lot,
    cases_opened_by,
    count_cases,
    find_case,
    next_case_id,
)
from recall.report_issue import REPORT_TYPE, ReportIssue, digest_of
from recall.revision import RECALL_REVISION_TYPE, RecallRevision
from recall.scanned import scans_told
from recall.scope import Goods, Part, Scope, goods_of
from recall.tasks import TASK_STEP_TYPE, StepKind, TaskStep, Work
from recall.whereabouts import Whereabout, Whereabouts, where
from recall.work_queries import Task, TaskState, position_of, tasks_of_case

__all__ = [
    "CHECK_LEVEL_TYPE",
    "CHECK_TYPE",
    "NOTICE_WITHIN",
    "OF_TASKS",
    "RECALL_CLOSING_TYPE",
    "RECALL_DELIVERY_TYPE",
    "RECALL_NOTICE_TYPE",
    "RECALL_REOPENING_TYPE",
    "RECALL_REVISION_TYPE",
    "RECALL_TYPE",
    "REPORT_TYPE",
    "TASK_STEP_TYPE",
    "Answer",
    "Block",
    "Case",
    "CaseDecision",
    "CaseFile",
    "Check",
    "CheckLevel",
    "Checking",
    "Decision",
    "Draft",
    "EffectivenessCheck",
    "Goods",
    "IssuedReport",
    "KnownRecalls",
    "Letter",
    "LevelChoice",
    "Match",
    "NoticeDesk",
    "Open",
    "Outbox",
    "Owned",
    "Part",
    "Recall",
    "RecallClass",
    "RecallClosing",
    "RecallDelivery",
    "RecallDesk",
    "RecallNotice",
    "RecallReopening",
    "RecallRevision",
    "ReportIssue",
    "Revision",
    "Scope",
    "StepKind",
    "Task",
    "TaskState",
    "TaskStep",
    "Topic",
    "Waiting",
    "Whereabout",
    "Whereabouts",
    "Work",
    "answer",
    "blocks_in_force",
    "cases",
    "cases_closed_since",
    "cases_of_lot",
    "cases_opened_by",
    "checking_of",
    "count_cases",
    "deliveries_of_case",
    "digest_of",
    "entries_of_case",
    "find_case",
    "goods_of",
    "is_pressing",
    "known_notices",
    "matches",
    "next_case_id",
    "notice_of",
    "notices_due",
    "notices_of",
    "notices_since",
    "owners_of",
    "position_of",
    "read_notice",
    "reports_of",
    "scans_told",
    "stream_bundle",
    "tasks_of_case",
    "tasks_owned_by",
    "text_of_file",
    "where",
]
