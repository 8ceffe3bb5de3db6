"""The ledger: bytes become entries of one hash chain and one Merkle tree, provable to anyone.

It knows no drug, no patient and no Flask. Published forms are C2SP's (tlog-tiles, tlog-checkpoint,
tlog-proof, tlog-witness), so that people who don't trust us check us with tools we didn't write.
"""

from __future__ import annotations

from ledger.batcher import Batcher
from ledger.canonical import encode
from ledger.entry import Draft, Entry, Receipt, timestamp
from ledger.errors import VerificationError
from ledger.log import Clock, Head, Ledger, Transaction, read_entries, read_entries_at
from ledger.suite import SHA256, SM3, Suite, suite_named
from ledger.verify import verify_chain

__all__ = [
    "SHA256",
    "SM3",
    "Batcher",
    "Clock",
    "Draft",
    "Entry",
    "Head",
    "Ledger",
    "Receipt",
    "Suite",
    "Transaction",
    "VerificationError",
    "encode",
    "read_entries",
    "read_entries_at",
    "suite_named",
    "timestamp",
    "verify_chain",
]
