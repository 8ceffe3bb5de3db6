"""The hospital: ledger, recorder and access of one house, wired once, without any door.

Pages, handhelds, the command line, the demo and the benchmarks all start here, so that all of them
have the same rules in the same order.
"""

from __future__ import annotations

from hospital.assembly import Hospital, open_hospital, prepare_database
from hospital.backup import Backup, back_up, restore
from hospital.batches import BatchAudit, check_batches
from hospital.paperwork import Filed, examine, file_papers
from hospital.parts import DECODERS, new_participants
from hospital.rebuilding import rebuild_projections
from hospital.replenishment import Proposal, proposals
from hospital.sweeping import sweep

__all__ = [
    "DECODERS",
    "Backup",
    "BatchAudit",
    "Filed",
    "Hospital",
    "Proposal",
    "back_up",
    "check_batches",
    "examine",
    "file_papers",
    "new_participants",
    "open_hospital",
    "prepare_database",
    "proposals",
    "rebuild_projections",
    "restore",
    "sweep",
]
