"""What an event names: things and amounts, the papers behind it, and who signed for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from errors import Invalid
from trace.moments import checked_offset


@dataclass(frozen=True, slots=True)
class Thing:
    """One physical thing, or an amount of one lot, as the scan named it.

    Args:
        key: the canonical key (docs/architecture.md, "Things and their names").
        quantity: how many base units of a lot; None: the key names one serialised thing.
        lot: the lot that the label said, or None where it said nothing.
        expiry: the expiry date that the label said, or None.
        produced: the day of making that the label said, or None.
        part: how many base units out of the one serialised thing; None: all of it.
    """

    key: str
    quantity: int | None = None
    lot: str | None = None
    expiry: date | None = None
    produced: date | None = None
    part: int | None = None

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: the quantity or part is not a positive number, or both are there.
        """
        if self.quantity is not None and self.quantity < 1:
            raise Invalid("quantity-not-positive", field="quantity", found=self.quantity)
        if self.part is not None and (self.part < 1 or self.quantity is not None):
            raise Invalid("part-of-amount", field="part", found=self.part)


@dataclass(frozen=True, slots=True)
class Document:
    """A business document that an event belongs to (EPCIS business transaction).

    Args:
        type: `po`, `desadv`, `prescription` …, a CBV 2.0 §7.3 word where there is one.
        id: its number.
    """

    type: str
    id: str


@dataclass(frozen=True, slots=True)
class Signature:
    """That a person showed who they are for this event, at the moment of the act.

    Args:
        person: their staff number.
        method: by what: `pin`, `totp`, `password` …
        time: when, aware of its zone; milliseconds are kept.
    """

    person: str
    method: str
    time: datetime

    def __post_init__(self) -> None:
        """Hold what no caller may break: from the start it is what its entry will say.

        Raises:
            Invalid: the time has no zone or lies beyond what EPCIS can write.
        """
        checked_offset(self.time, "signatures")
        moment = self.time.astimezone(UTC)
        whole = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
        object.__setattr__(self, "time", whole)
