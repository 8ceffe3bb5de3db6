"""A single thing and a lot: head, codes, facts, what became of the lot, and the life."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from web.view.life import Life, SealSummary
from web.view.said import Said
from web.view.sums import PlaceCount, SumBar
from web.view.verdict import Verdict

_NEAR = 180
_URGENT = 30


class ThingStatus(StrEnum):
    """Where a thing stands; a colour only where someone must look or stop."""

    IN_STOCK = "in-stock"
    TO_INSPECT = "to-inspect"
    RESERVED = "reserved"
    IN_TRANSIT = "in-transit"
    DISPENSED = "dispensed"
    ADMINISTERED = "administered"
    OPENED = "opened"
    USED = "used"
    IMPLANTED = "implanted"
    EXPLANTED = "explanted"
    PATIENTS_OWN = "patients-own"
    HANDED_BACK = "handed-back"
    RETURNED = "returned"
    QUARANTINED = "quarantined"
    REJECTED = "rejected"
    WASTED = "wasted"
    DESTROYED = "destroyed"
    MISSING = "missing"
    COMPOUNDED = "compounded"
    VOID = "void"
    RECALLED = "recalled"
    EXPIRED = "expired"
    MIXED = "mixed"


class ExpiryState(StrEnum):
    """How an expiry date looks: more than 180 days, up to 180, up to 30, past, or no matter."""

    FAR = "far"
    NEAR = "near"
    URGENT = "urgent"
    PAST = "past"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True)
class Expiry:
    """An expiry date as of a day.

    Args:
        day: the last day of use.
        today: the day in the hospital's zone.
        frozen: the thing is used up or implanted: the date is shown plainly, without a warning.
    """

    day: date
    today: date
    frozen: bool = False

    @property
    def days(self) -> int:
        """Days left; negative once it is past."""
        return (self.day - self.today).days

    @property
    def state(self) -> ExpiryState:
        """The look of the tag."""
        if self.frozen:
            return ExpiryState.FROZEN
        if self.days < 0:
            return ExpiryState.PAST
        if self.days <= _URGENT:
            return ExpiryState.URGENT
        return ExpiryState.NEAR if self.days <= _NEAR else ExpiryState.FAR


@dataclass(frozen=True, slots=True)
class Code:
    """An identifier to compare by eye and to copy.

    Args:
        label: what kind of code it is (药品追溯码, GTIN).
        value: the code itself, without gaps.
        valid: False when its check digit is wrong.
    """

    label: Said
    value: str
    valid: bool = True


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a fact list: a label, a value (None: not known yet), mono for codes."""

    label: Said
    value: Said | None
    mono: bool = False
    href: str | None = None


@dataclass(frozen=True, slots=True)
class ContentRow:
    """One thing, or an amount of a lot, that lies in a container.

    Args:
        name: the product's name, or what a container is called.
        spec: strength and pack; empty for a container.
        code: its serial, its lot, or a container's code.
        href: its page; None: this reader may not open it.
        count: an amount with its unit (`20 支`); None: a single thing.
        status: where it stands, when it isn't simply as its container.
    """

    name: Said
    spec: str
    code: str
    href: str | None = None
    count: str | None = None
    status: ThingStatus | None = None


@dataclass(frozen=True, slots=True)
class ThingView:
    """The page of one thing (`thing.html`, variable `thing`).

    Args:
        name: the product's name.
        spec: strength and pack (100 mg / 4 mL × 1 瓶).
        category: what it is and how it is tracked (药品 · 小码).
        status: where it stands.
        lot: its lot number, None when it has none.
        serial: its serial number, None for a drug traceability code.
        expiry: None when it has none.
        codes: its identifiers, the one on the pack first.
        facts: marketing holder, supplier, further codes.
        life: its steps.
        seals: what is proven.
        lot_sum: the whole lot ("同一批号"): None when the reader may not see it.
        lot_href: the lot's page.
        verdict: a banner above all else, for a recalled, quarantined or expired thing.
        proof_href: where the proofs can be downloaded.
        contents: what lies in it, where it is a container; None: it is none.
        contents_cut: how many further things lie in it that the page doesn't show.
    """

    name: str
    spec: str
    category: Said
    status: ThingStatus
    lot: str | None
    serial: str | None
    expiry: Expiry | None
    codes: tuple[Code, ...]
    facts: tuple[Fact, ...]
    life: Life
    seals: SealSummary
    lot_sum: SumBar | None = None
    lot_href: str | None = None
    verdict: Verdict | None = None
    proof_href: str | None = None
    contents: tuple[ContentRow, ...] | None = None
    contents_cut: int = 0


@dataclass(frozen=True, slots=True)
class LotView:
    """The page of one lot (`lot.html`, variable `lot`).

    Args:
        name, spec, category, expiry, codes, facts, life, seals, verdict: as in `ThingView`.
        lot: the lot number.
        status: of the lot as a whole: `MIXED` where its units stand differently, `RECALLED`
            and `QUARANTINED` above all others.
        total: what was received and where it is now.
        places: what lies where, the largest count first.
        patients: how many patients had it (no names), None when the reader may not know.
        recall_href: opens the recall form for this lot; None without the permission.
        flow_href: the picture of where it went.
    """

    name: str
    spec: str
    category: Said
    status: ThingStatus
    lot: str
    expiry: Expiry | None
    codes: tuple[Code, ...]
    facts: tuple[Fact, ...]
    life: Life
    seals: SealSummary
    total: SumBar
    places: tuple[PlaceCount, ...]
    patients: int | None = None
    recall_href: str | None = None
    flow_href: str | None = None
    verdict: Verdict | None = None
