"""The loop of one dose or one implant: its hops, and what is wrong with them. Pure.

闭环: every hop is an event with person, device, place and time. What the grading of hospital
records asks (电子病历系统应用水平分级) is that none is missing and that their times make sense.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class Hop(StrEnum):
    """The hops of both loops, in the order in which they have to happen."""

    ORDERED = "ordered"
    DISPENSED = "dispensed"
    COMPOUNDED = "compounded"
    ON_WARD = "on-ward"
    """The ward has scanned what came."""
    ADMINISTERED = "administered"
    """Given, or not given with a reason."""
    RECEIVED = "received"
    STORED = "stored"
    """Inspected and in stock."""
    ISSUED = "issued"
    """Handed out or sent to where it is used."""
    IMPLANTED = "implanted"


MEDICATION_HOPS = (Hop.ORDERED, Hop.DISPENSED, Hop.COMPOUNDED, Hop.ON_WARD, Hop.ADMINISTERED)
IMPLANT_HOPS = (Hop.RECEIVED, Hop.STORED, Hop.ISSUED, Hop.IMPLANTED)


class Found(StrEnum):
    """How a hop stands."""

    THERE = "there"
    MISSING = "missing"
    DISORDERED = "disordered"
    """It is there, and earlier than the hop before it."""
    NOT_NEEDED = "not-needed"


@dataclass(frozen=True, slots=True)
class HopSeen:
    """One hop of a loop.

    Args:
        hop: which.
        time: when, in milliseconds since 1970 (UTC); None: it is not there.
        seq: the entry that says so.
        found: how it stands.
    """

    hop: Hop
    time: int | None = None
    seq: int | None = None
    found: Found = Found.MISSING


@dataclass(frozen=True, slots=True)
class Loop:
    """A dose of a medication order, or an implant.

    Args:
        number: of the order; of an implant its key.
        ward: the code of the place it belongs to.
        due: when the dose was due, or the implant was put in, in milliseconds since 1970 (UTC).
        hops: in their order.
    """

    number: str
    ward: str
    due: int
    hops: tuple[HopSeen, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every hop is there that is needed, in order of time."""
        return all(each.found in {Found.THERE, Found.NOT_NEEDED} for each in self.hops)

    @property
    def missing(self) -> tuple[Hop, ...]:
        """The hops that are not there."""
        return tuple(each.hop for each in self.hops if each.found is Found.MISSING)

    @property
    def disordered(self) -> tuple[Hop, ...]:
        """The hops that are earlier than the one before them."""
        return tuple(each.hop for each in self.hops if each.found is Found.DISORDERED)


def assessed(hops: Iterable[HopSeen], not_needed: Sequence[Hop] = ()) -> tuple[HopSeen, ...]:
    """The hops, each said how it stands.

    Args:
        hops: in the order in which they have to happen.
        not_needed: those that need not be there.
    """
    told: list[HopSeen] = []
    latest: int | None = None
    for each in hops:
        if each.time is None:
            found = Found.NOT_NEEDED if each.hop in not_needed else Found.MISSING
        else:
            early = latest is not None and each.time < latest
            found = Found.DISORDERED if early else Found.THERE
            latest = max(latest or each.time, each.time)
        told.append(replace(each, found=found))
    return tuple(told)


@dataclass(frozen=True, slots=True)
class WardTotal:
    """The loops of a ward in a month.

    Args:
        ward: its code.
        loops: how many.
        complete: how many have every hop in order.
        missing: how many lack a hop.
        disordered: how many have a hop that is too early.
    """

    ward: str
    loops: int
    complete: int
    missing: int
    disordered: int

    @property
    def rate(self) -> float | None:
        """闭环完整率: complete loops among all, 0 to 1; None: there is none."""
        return self.complete / self.loops if self.loops else None


def totals(loops: Iterable[Loop]) -> list[WardTotal]:
    """The loops added up ward by ward, by the wards' codes."""
    wards: dict[str, list[Loop]] = {}
    for loop in loops:
        wards.setdefault(loop.ward, []).append(loop)
    return [
        WardTotal(
            ward,
            len(each),
            sum(loop.is_complete for loop in each),
            sum(bool(loop.missing) for loop in each),
            sum(bool(loop.disordered) for loop in each),
        )
        for ward, each in sorted(wards.items())
    ]
