"""Quantities that must add up: the sum bar and the sum written below it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import accumulate

_SMALLEST_SHARE = 0.8
"""Percent of the bar that a part gets at least, so that four missing vials can be seen."""


class PartKind(StrEnum):
    """Where a part of a quantity is; each kind has its colour and texture, and this order."""

    QUARANTINED = "quarantined"
    TO_QUARANTINE = "to-quarantine"
    IN_STOCK = "in-stock"
    IN_TRANSIT = "in-transit"
    DISPENSED = "dispensed"
    USED = "used"
    RETURNED = "returned"
    DESTROYED = "destroyed"
    UNACCOUNTED = "unaccounted"


@dataclass(frozen=True, slots=True)
class SumPart:
    """One part: what it is and how many units (≥ 0)."""

    kind: PartKind
    count: int


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """What lies at one place (or is on its way to it).

    Args:
        place: the place's name; for goods in transit, where they go.
        kind: `QUARANTINED`, `TO_QUARANTINE`, `IN_STOCK`, `IN_TRANSIT` or `DISPENSED`.
        count: units there.
        at: when they came into that state (UTC), None when that isn't known.
    """

    place: str
    kind: PartKind
    count: int
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BarSlice:
    """A part as drawn: where it begins and how wide it is, both in percent of the bar."""

    kind: PartKind
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class SumBar:
    """Parts of a whole, and whether they make it.

    Args:
        parts: in any order, also with zero counts; they are shown in the order of `PartKind`.
        total: the units received, counted on its own, never the sum of the parts.
        unit: the unit's word in the reader's language (支, 盒, vials).
    """

    parts: tuple[SumPart, ...]
    total: int
    unit: str

    @property
    def shown(self) -> tuple[SumPart, ...]:
        """The parts that hold something, in their fixed order."""
        order = list(PartKind)
        present = (part for part in self.parts if part.count)
        return tuple(sorted(present, key=lambda part: order.index(part.kind)))

    @property
    def difference(self) -> int:
        """Total minus the sum of the parts: 0 when they agree."""
        return self.total - sum(part.count for part in self.parts)

    @property
    def agrees(self) -> bool:
        """Whether the parts add up to the total."""
        return self.difference == 0

    @property
    def slices(self) -> tuple[BarSlice, ...]:
        """The bar from left to right; small parts are widened at the cost of the large ones.

        When the parts fall short of the total, the rest of the bar stays empty.
        """
        shown = self.shown
        whole = max(self.total, sum(part.count for part in shown))
        if not whole:
            return ()
        widths = _at_least([100 * part.count / whole for part in shown], _SMALLEST_SHARE)
        starts = accumulate(widths, initial=0.0)
        return tuple(
            BarSlice(part.kind, round(start, 3), round(width, 3))
            for part, start, width in zip(shown, starts, widths, strict=False)
        )


def _at_least(shares: list[float], smallest: float) -> list[float]:
    wanted = [max(share, smallest) for share in shares]
    excess = sum(wanted) - sum(shares)
    room = sum(share - smallest for share in wanted)
    if not room:
        return shares
    return [share - excess * (share - smallest) / room for share in wanted]
