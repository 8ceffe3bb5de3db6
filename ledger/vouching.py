"""Who vouches for a checkpoint: the witnesses of the policy, and when each of them cosigned it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from ledger.checkpoints import KeptCheckpoint
from ledger.note import split_note
from ledger.policy import Policy, Witness


@dataclass(frozen=True, slots=True)
class Cosignature:
    """What stands on a checkpoint for one witness.

    Args:
        witness: its name in the policy.
        time: when it signed, by its own clock (C2SP tlog-cosignature); None: it has not.
        wrong: whether a line under its key is there that it did not sign.
    """

    witness: str
    time: datetime | None = None
    wrong: bool = False


def cosignatures_of(kept: KeptCheckpoint | None, policy: Policy) -> tuple[Cosignature, ...]:
    """The cosignatures of a checkpoint, each verified anew, in the policy's order.

    Args:
        kept: the checkpoint; None: there is none yet, so nobody has signed.
        policy: which witnesses there are.

    Raises:
        VerificationError: the stored note is malformed (`note-malformed`).
    """
    return tuple(_cosignature(kept, witness) for witness in policy.witnesses.values())


def _cosignature(kept: KeptCheckpoint | None, witness: Witness) -> Cosignature:
    if kept is None:
        return Cosignature(witness.name)
    key = witness.key
    body, lines = split_note(kept.note)
    own = [line.signature for line in lines if (line.name, line.key_id) == (key.name, key.key_id)]
    for signature in own:
        seconds = key.algorithm.time_of(signature)
        if seconds is not None and key.algorithm.verify(key.public, body, signature):
            return Cosignature(witness.name, _moment(seconds))
    return Cosignature(witness.name, wrong=bool(own))


def _moment(seconds: int) -> datetime:
    """A time that no calendar has is shown as the last one that it has."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.max.replace(tzinfo=UTC)
