"""What the recorder answered, ready for `order_schemas.DoneSchema`."""

from __future__ import annotations

from typing import Any

from ledger import Receipt
from trace import AlreadyRecorded, Outcome, Refused


def done(outcome: Outcome) -> dict[str, Any]:
    """Whether it is on record, its receipt, and why not where it was refused."""
    told: dict[str, Any] = {"receipt": _receipt(outcome.receipt), "reason": None, "text": None}
    if isinstance(outcome, Refused):
        return told | {"outcome": "refused", "reason": outcome.reason, "text": outcome.text}
    already = isinstance(outcome, AlreadyRecorded)
    return told | {"outcome": "already-recorded" if already else "recorded"}


def _receipt(receipt: Receipt | None) -> dict[str, Any] | None:
    if receipt is None:
        return None
    return {"seq": receipt.seq, "hash": receipt.hash.hex(), "recorded": receipt.recorded}
