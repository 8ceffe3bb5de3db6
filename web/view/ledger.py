"""The ledger's state: its size and head, the last verification, its entries and their proofs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from web.view.life import Seal, StepKind
from web.view.said import Said


class EntryCategory(StrEnum):
    """What kind of entry it is: business, a refusal, recall, or who looked at what."""

    BUSINESS = "business"
    REFUSED = "refused"
    RECALL = "recall"
    ACCESS = "access"


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry in a list.

    Args:
        seq: its number.
        at: when it was recorded (UTC).
        title: what happened: a step's kind, or other words (查看患者名单).
        subject: the thing, lot or case it is about.
        person: who did it.
        category: the group it belongs to.
        digest: the entry's hash in hexadecimal; the page shows its head.
        seal: how well it is proven.
        href: the page of the subject, None when it has none.
        proof: the page of its proof.
    """

    seq: int
    at: datetime
    title: StepKind | Said
    subject: str
    person: str
    category: EntryCategory
    digest: str
    seal: Seal
    href: str | None = None
    proof: str | None = None


@dataclass(frozen=True, slots=True)
class VerificationView:
    """The last walk over the whole chain.

    Args:
        at: when it ended (UTC).
        entries: how many entries it checked.
        seconds: how long it took.
        problem: what the first wrong entry's trouble is, None: nothing is wrong.
        problem_seq: the number of that entry.
    """

    at: datetime
    entries: int
    seconds: float
    problem: Said | None = None
    problem_seq: int | None = None


@dataclass(frozen=True, slots=True)
class CheckpointView:
    """A signed head: how many entries it covers, its root in hexadecimal, when it was signed."""

    size: int
    root: str
    at: datetime
    signed: bool = True

    @property
    def seal(self) -> Seal:
        """Proven when this ledger's signature on it holds."""
        return Seal.PROVEN if self.signed else Seal.BROKEN


@dataclass(frozen=True, slots=True)
class WitnessRow:
    """A witness of the newest checkpoint.

    Args:
        name: who.
        at: when it cosigned (UTC), by its own clock; None: it has not.
        problem: what stands there under its name is not its signature.
    """

    name: str
    at: datetime | None = None
    problem: bool = False


@dataclass(frozen=True, slots=True)
class LedgerView:
    """The ledger's page (`ledger.html`, variable `ledger`).

    Args:
        origin: the ledger's name (C2SP tlog-checkpoint).
        suite: the hash and signature algorithms.
        engine: the database it lives in.
        size: entries.
        head: the hash of the newest entry in hexadecimal, None in an empty ledger.
        head_at: when the newest entry was recorded (UTC).
        today: entries of today by category, in the order they are shown.
        behind: how many of them are not counted by category yet.
        verification: the last walk, None when there was none.
        verify: POST address that starts one; None without the permission.
        checkpoints: the newest first; empty before the first.
        witnesses: of the newest checkpoint, in the policy's order; empty: none is set up.
        entries: the newest entries, newest first.
        older: address of the page of older entries.
    """

    origin: str
    suite: str
    engine: str
    size: int
    head: str | None
    head_at: datetime | None
    today: tuple[tuple[EntryCategory, int], ...]
    verification: VerificationView | None
    verify: str | None = None
    checkpoints: tuple[CheckpointView, ...] = ()
    witnesses: tuple[WitnessRow, ...] = ()
    entries: tuple[EntryRow, ...] = ()
    older: str | None = None
    behind: int = 0

    @property
    def added_today(self) -> int:
        """Entries recorded today."""
        return sum(count for _, count in self.today) + self.behind

    @property
    def pending(self) -> int:
        """Entries that no checkpoint covers yet."""
        return self.size - (self.checkpoints[0].size if self.checkpoints else 0)


@dataclass(frozen=True, slots=True)
class ProofView:
    """The proof of one entry (`proof.html`, variable `proof`).

    Args:
        seq: the entry's number.
        at: when it was recorded (UTC).
        title, subject, person: as in `EntryRow`.
        seal: proven, pending or broken, as checked for this page.
        digest: the entry's leaf hash (RFC 6962), in hexadecimal.
        previous: the hash of the entry before it.
        size: the tree size the proof is for.
        root: the root of that tree.
        path: the hashes of the inclusion proof, leaf to root.
        problem: what is wrong, when the seal is broken.
        content: the entry as stored, as indented JSON; or what is said where it is withheld.
        download: address of the proof as a file (C2SP tlog-proof); None before a checkpoint.
    """

    seq: int
    at: datetime
    title: StepKind | Said
    subject: str
    person: str
    seal: Seal
    digest: str
    previous: str | None
    size: int
    root: str
    path: tuple[str, ...]
    content: Said
    problem: Said | None = None
    download: str | None = None
