"""The life of a thing or a lot: its steps in order, in lanes of custody, each with its seal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby

from texts import Text
from web.view.said import Said


class StepKind(StrEnum):
    """What happened in a step."""

    ARRIVED = "arrived"
    RECEIVED = "received"
    INSPECTED = "inspected"
    REJECTED = "rejected"
    MOVED = "moved"
    SENT = "sent"
    ACCEPTED = "accepted"
    RESERVED = "reserved"
    FREED = "freed"
    PACKED = "packed"
    UNPACKED = "unpacked"
    DISPENSED = "dispensed"
    ADMINISTERED = "administered"
    SPLIT = "split"
    COMPOUNDED = "compounded"
    WITHHELD = "withheld"
    DECLINED = "declined"
    OPENED = "opened"
    USED = "used"
    IMPLANTED = "implanted"
    EXPLANTED = "explanted"
    RETURNED = "returned"
    BROUGHT = "brought"
    HANDED_BACK = "handed-back"
    QUARANTINED = "quarantined"
    RELEASED = "released"
    LOST = "lost"
    FOUND = "found"
    WASTED = "wasted"
    DESTROYED = "destroyed"
    CORRECTED = "corrected"
    REFUSED = "refused"
    RECALLED = "recalled"


class Lane(StrEnum):
    """In whose custody a step ends."""

    SUPPLIER = "supplier"
    STORE = "store"
    PHARMACY = "pharmacy"
    WARD = "ward"
    THEATRE = "theatre"


class Seal(StrEnum):
    """How well an entry is proven.

    `PROVEN`: covered by a checkpoint whose proof holds. `PENDING`: in the ledger, no checkpoint
    covers it yet. `BROKEN`: its hash or its proof does not hold.
    """

    PROVEN = "proven"
    PENDING = "pending"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Document:
    """A paper or message a step names: its number as printed, and its page where there is one."""

    number: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class StepLink:
    """Another step that this one is about: the number of its entry, and where it is shown."""

    seq: int
    href: str | None = None


@dataclass(frozen=True, slots=True)
class StepClimate:
    """What a sensor measured while a thing stood where a step brought it.

    Args:
        range: the coldest and the warmest (`4.8–7.9 ℃`).
        sensor: where it stands, and its number.
        limits: what the place allows; None: nobody said.
        outside: whether what was measured lies outside of that.
        excursions: each that went on meanwhile, and where it is decided, if somebody has to.
        entry: the last reading of it.
    """

    range: str
    sensor: str
    limits: str | None
    outside: bool
    excursions: tuple[tuple[Said, str | None], ...]
    entry: StepLink


@dataclass(frozen=True, slots=True)
class Step:
    """One ledger entry in the life of a thing or lot.

    Args:
        kind: what happened; gives the title and, where it is not ordinary, the colour.
        lane: whose custody the thing is in after this step; steps of one lane stand together.
        title: other words for what happened where the kind's own say too little (上架, 病区签收).
        lane_name: the department as people call it (静配中心); None: the lane's own word.
        at: when it happened, in UTC.
        seq: the number of the ledger entry.
        seal: how well that entry is proven.
        proof: address of the entry's proof, or None when the reader may not see it.
        origin: the place it came from, None when it didn't move.
        place: the place it ended at, None when unknown.
        persons: who did it, then who checked (`药师 0533`), without names of patients.
        device: the handheld or system that recorded it.
        detail: one line more: what was checked, why it was returned, the message's name.
        quantity: how many units the step moved, with unit (`20 支`); None for a single thing.
        documents: what it names (调拨单 DB-1120-14), and the container it went into or out of.
        patient: the short form of the pseudonym (see `pseudonym_tail`), never a name.
        reason: why it was refused; only with `StepKind.REFUSED`.
        offline: it was recorded without a connection and sent later.
        gap_before: a hop is missing between the step before and this one (缺环).
        corrected_by: the correction that declares this step wrong; None: it stands.
        corrects: the step that this correction declares wrong; only with `StepKind.CORRECTED`.
        exceptions: the rules it broke, which did not stop it: it had happened already.
        climate: how warm it was where it brought the thing, by sensor.
    """

    kind: StepKind
    lane: Lane
    at: datetime
    seq: int
    seal: Seal
    title: Said | None = None
    lane_name: str | None = None
    proof: str | None = None
    origin: str | None = None
    place: str | None = None
    persons: tuple[str, ...] = ()
    device: str | None = None
    detail: Said | None = None
    quantity: str | None = None
    documents: tuple[Document, ...] = ()
    patient: str | None = None
    reason: Text | None = None
    offline: bool = False
    gap_before: bool = False
    corrected_by: StepLink | None = None
    corrects: StepLink | None = None
    exceptions: tuple[Text, ...] = ()
    climate: tuple[StepClimate, ...] = ()


@dataclass(frozen=True, slots=True)
class LaneGroup:
    """Steps that follow each other in one lane."""

    lane: Lane
    name: str | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class SealSummary:
    """How many steps are proven, and by what.

    Args:
        proven: steps with a seal 验.
        broken: steps whose proof fails; one is enough for an alarm.
        total: all steps.
        checkpoint_at: when the newest checkpoint was signed (UTC), None before the first.
        checkpoint_size: how many entries it covers.
        signed: whether this ledger's own signature on it holds.
    """

    proven: int
    broken: int
    total: int
    checkpoint_at: datetime | None = None
    checkpoint_size: int | None = None
    signed: bool = False

    @property
    def seal(self) -> Seal:
        """The seal of the whole: broken if one is, proven if all are."""
        if self.broken:
            return Seal.BROKEN
        return Seal.PROVEN if self.proven == self.total else Seal.PENDING


@dataclass(frozen=True, slots=True)
class Life:
    """All steps of a thing or lot, oldest first.

    Args:
        steps: in the order of the ledger.
        cut: how many further steps exist that the page doesn't show (0: all are here).
        more: address of the next page of steps, where some were cut.
    """

    steps: tuple[Step, ...]
    cut: int = 0
    more: str | None = None

    @property
    def lanes(self) -> tuple[LaneGroup, ...]:
        """The steps grouped by the custody they follow each other in."""
        runs = groupby(self.steps, key=lambda step: (step.lane, step.lane_name))
        return tuple(LaneGroup(lane, name, tuple(steps)) for (lane, name), steps in runs)

    @property
    def length(self) -> timedelta:
        """The time between the first and the last step."""
        times = [step.at for step in self.steps]
        return max(times) - min(times) if times else timedelta()

    @property
    def places(self) -> int:
        """How many different places it ended a step at."""
        return len({step.place for step in self.steps if step.place})

    @property
    def gaps(self) -> int:
        """How many hops are missing."""
        return sum(step.gap_before for step in self.steps)

    @property
    def seals(self) -> tuple[int, int]:
        """How many steps are proven, and how many are broken."""
        seals = [step.seal for step in self.steps]
        return seals.count(Seal.PROVEN), seals.count(Seal.BROKEN)
