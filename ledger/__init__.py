"""The ledger: bytes become entries of one hash chain and one Merkle tree, provable to anyone.

It knows no drug, no patient and no Flask. Published forms are C2SP's (tlog-tiles, tlog-checkpoint,
tlog-proof, tlog-witness), so that people who don't trust us check us with tools we didn't write.
"""

from __future__ import annotations

from ledger.audit import Auditor, audit_export
from ledger.audit_log import Audit, Audits
from ledger.batcher import Batcher
from ledger.canonical import encode
from ledger.checkpoint import Checkpoint, SignedCheckpoint
from ledger.checkpoints import Checkpoints, KeptCheckpoint
from ledger.commands import ledger_commands
from ledger.cosigning import Cosigning
from ledger.entry import MAX_ENTRY, Draft, Entry, Receipt, timestamp
from ledger.errors import VerificationError
from ledger.identity import open_ledger
from ledger.keeper import Keeper, Rhythm
from ledger.log import Clock, Head, Ledger, Transaction, read_entries, read_entries_at
from ledger.notary import Assurance, Notary
from ledger.note import Signer
from ledger.proof import Proof, check_proof, prove, prove_all
from ledger.published import PublishedLog, Resource
from ledger.shelves import DatabaseShelf, ExportShelf
from ledger.standing import Standing, Standings
from ledger.stored import StoredEntry, stored_entries
from ledger.suite import SHA256, SM3, Suite, suite_named
from ledger.verify import verify_chain
from ledger.vouching import Cosignature, cosignatures_of
from ledger.witness import Answer, Evidence, Witness, read_evidence

__all__ = [
    "MAX_ENTRY",
    "SHA256",
    "SM3",
    "Answer",
    "Assurance",
    "Audit",
    "Auditor",
    "Audits",
    "Batcher",
    "Checkpoint",
    "Checkpoints",
    "Clock",
    "Cosignature",
    "Cosigning",
    "DatabaseShelf",
    "Draft",
    "Entry",
    "Evidence",
    "ExportShelf",
    "Head",
    "Keeper",
    "KeptCheckpoint",
    "Ledger",
    "Notary",
    "Proof",
    "PublishedLog",
    "Receipt",
    "Resource",
    "Rhythm",
    "SignedCheckpoint",
    "Signer",
    "Standing",
    "Standings",
    "StoredEntry",
    "Suite",
    "Transaction",
    "VerificationError",
    "Witness",
    "audit_export",
    "check_proof",
    "cosignatures_of",
    "encode",
    "ledger_commands",
    "open_ledger",
    "prove",
    "prove_all",
    "read_entries",
    "read_entries_at",
    "read_evidence",
    "stored_entries",
    "suite_named",
    "timestamp",
    "verify_chain",
]
