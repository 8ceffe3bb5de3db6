"""The ledger: bytes become entries of one hash chain and one Merkle tree, provable to anyone.

It knows no drug, no patient and no Flask. Published forms are C2SP's (tlog-tiles, tlog-checkpoint,
tlog-proof, tlog-witness), so that people who don't trust us check us with tools we didn't write.
"""

from __future__ import annotations

from ledger.audit import Auditor
from ledger.audit_log import Audit, Audits
from ledger.batcher import Batcher
from ledger.canonical import encode
from ledger.checkpoint import Checkpoint, SignedCheckpoint
from ledger.checkpoints import Checkpoints, KeptCheckpoint
from ledger.entry import Draft, Entry, Receipt, timestamp
from ledger.errors import VerificationError
from ledger.identity import open_ledger
from ledger.log import Clock, Head, Ledger, Transaction, read_entries, read_entries_at
from ledger.note import Signer
from ledger.proof import Proof, prove
from ledger.published import PublishedLog, Resource
from ledger.standing import Standing, Standings
from ledger.suite import SHA256, SM3, Suite, suite_named
from ledger.verify import verify_chain

__all__ = [
    "SHA256",
    "SM3",
    "Audit",
    "Auditor",
    "Audits",
    "Batcher",
    "Checkpoint",
    "Checkpoints",
    "Clock",
    "Draft",
    "Entry",
    "Head",
    "KeptCheckpoint",
    "Ledger",
    "Proof",
    "PublishedLog",
    "Receipt",
    "Resource",
    "SignedCheckpoint",
    "Signer",
    "Standing",
    "Standings",
    "Suite",
    "Transaction",
    "VerificationError",
    "encode",
    "open_ledger",
    "prove",
    "read_entries",
    "read_entries_at",
    "suite_named",
    "timestamp",
    "verify_chain",
]
