"""The notary: everything that makes one ledger provable to others, wired together.

Its files stand beside each other in the key folder:

    log.key            signs checkpoints (`ledger.identity`)
    witness.key        signs cosignatures for other hospitals
    witnesses.policy   which witnesses are asked, and how many are enough (C2SP tlog-policy)
    witnessed.policy   the `log` lines of the hospitals that are witnessed here
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from ledger.audit import Auditor
from ledger.audit_log import Audit, Audits
from ledger.checkpoint import SignedCheckpoint
from ledger.checkpoints import Checkpoints
from ledger.cosigning import Cosigning, Outcome
from ledger.errors import VerificationError
from ledger.identity import open_ledger, rotate
from ledger.keys import ensure_signer, witness_algorithm
from ledger.log import Clock, Ledger
from ledger.note import Signer
from ledger.policy import Policy, parse_policy
from ledger.published import PublishedLog
from ledger.suite import Suite
from ledger.witness import Witness, read_evidence

WITNESS_KEY: Final = "witness.key"
"""The file of the key that cosigns other hospitals' checkpoints."""
WITNESSES: Final = "witnesses.policy"
"""The file that says whom we ask."""
WITNESSED: Final = "witnessed.policy"
"""The file that says who asks us."""


@dataclass(frozen=True, slots=True)
class Assurance:
    """How well a ledger is vouched for at this moment: what `/healthz` and the CLI show.

    Args:
        size: entries recorded.
        checkpoint_size: entries that the last checkpoint covers; 0: none was signed yet.
        checkpoint_made: when it was signed; None: never.
        quorum: whether it has the cosignatures that the policy asks for.
        audit: the last audit; None: there was none.
        evidence: how many contradictions other logs' checkpoints were caught in.
    """

    size: int
    checkpoint_size: int
    checkpoint_made: datetime | None
    quorum: bool
    audit: Audit | None
    evidence: int

    @property
    def well(self) -> bool:
        """Whether nothing was found wrong: no failed audit, no missing quorum."""
        return self.quorum and (self.audit is None or self.audit.problem is None)


class Notary:
    """Signs, publishes, witnesses and audits for one ledger. Safe to share between threads.

    Args:
        ledger: whose notary; founded here where it isn't yet.
        origin: the ledger's name, used where it is founded now.
        suite: its hash, used where it is founded now.
        key_dir: the folder of keys and policies.
        clock: tells the time.

    Raises:
        errors.Conflict: the key file is not the one in force.
        errors.NotFound: there is a ledger and no key file.
        errors.Invalid: a policy file is malformed, or a key file readable by others.
    """

    def __init__(
        self, ledger: Ledger, *, origin: str, suite: Suite, key_dir: Path, clock: Clock
    ) -> None:
        self.ledger = ledger
        self.clock = clock
        self.key_dir = key_dir
        self.signer: Signer = open_ledger(ledger, origin, suite, key_dir, clock)
        self.cosigner: Signer = ensure_signer(
            key_dir / WITNESS_KEY, f"{origin}/witness", witness_algorithm(suite), clock
        )
        self.policy = read_policy(key_dir / WITNESSES)
        self.checkpoints = Checkpoints(ledger, clock)
        self.cosigning = Cosigning(self.checkpoints, self.policy)
        self.log = PublishedLog(ledger, self.checkpoints)
        witnessed = read_policy(key_dir / WITNESSED).logs
        self.witness = Witness(ledger.database, ledger.ledger_id, self.cosigner, witnessed, clock)
        self.auditor = Auditor(ledger, clock, self.policy.witness_keys)
        self.audits = Audits(ledger.database, ledger.ledger_id, clock)

    def checkpoint(self) -> tuple[SignedCheckpoint, list[Outcome]]:
        """Sign where the ledger stands now and have it cosigned.

        Raises:
            VerificationError: `ledger-rewritten`.
        """
        return self.cosigning.cosign(self.checkpoints.make(self.signer))

    def rotate(self) -> SignedCheckpoint:
        """Take a new key into force; the first checkpoint with it bears the old signature too."""
        self.signer, retired = rotate(self.ledger, self.key_dir, self.clock)
        signed, _ = self.cosigning.cosign(self.checkpoints.make(self.signer, retired))
        return signed

    def assurance(self) -> Assurance:
        """How well the ledger is vouched for now."""
        latest, made = self.checkpoints.latest(), self.checkpoints.made()
        ledger = self.ledger
        return Assurance(
            size=ledger.head().size,
            checkpoint_size=latest.checkpoint.size if latest else 0,
            checkpoint_made=made,
            quorum=self._has_quorum(latest),
            audit=self.audits.last(),
            evidence=len(read_evidence(ledger.database, ledger.ledger_id)),
        )

    def _has_quorum(self, latest: SignedCheckpoint | None) -> bool:
        if latest is None:
            return not self.policy.witnesses
        try:
            self.cosigning.check(latest)
        except VerificationError:
            return False
        return True


def read_policy(path: Path) -> Policy:
    """The policy in a file; where there is no file, one that asks for no witness.

    Raises:
        errors.Invalid: `policy-malformed`.
    """
    try:
        return parse_policy(path.read_text("utf-8"))
    except FileNotFoundError:
        return Policy()
