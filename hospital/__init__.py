"""The hospital: ledger, recorder and access of one house, wired once, without any door.

Pages, handhelds, the command line, the demo and the benchmarks all start here, so that all of them
have the same rules in the same order.
"""

from __future__ import annotations

from hospital.account_book import AccountRow, account_rows, day_bounds
from hospital.assembly import Hospital, open_hospital, prepare_database
from hospital.backup import Backup, back_up, restore
from hospital.batches import BatchAudit, check_batches
from hospital.care_papers import with_patients
from hospital.closed_loop import HOPS, Report, closed_loops, read_loops
from hospital.collecting import collect_seldom
from hospital.drugs import drugs_of
from hospital.filed import Filed
from hospital.loaners import tell_overdue
from hospital.loop import Found, Hop, HopSeen, Loop, WardTotal, totals
from hospital.messenger import Messenger
from hospital.paperwork import examine, file_papers
from hospital.parts import DECODERS, new_participants
from hospital.rebuilding import rebuild_projections
from hospital.replenishment import Proposal, proposals
from hospital.sweeping import sweep

__all__ = [
    "DECODERS",
    "HOPS",
    "AccountRow",
    "Backup",
    "BatchAudit",
    "Filed",
    "Found",
    "Hop",
    "HopSeen",
    "Hospital",
    "Loop",
    "Messenger",
    "Proposal",
    "Report",
    "WardTotal",
    "account_rows",
    "back_up",
    "check_batches",
    "closed_loops",
    "collect_seldom",
    "day_bounds",
    "drugs_of",
    "examine",
    "file_papers",
    "new_participants",
    "open_hospital",
    "prepare_database",
    "proposals",
    "read_loops",
    "rebuild_projections",
    "restore",
    "sweep",
    "tell_overdue",
    "totals",
    "with_patients",
]
