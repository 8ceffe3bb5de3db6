"""Effectiveness checks: did the notice arrive, and did those who got it act?

How many departments are asked depends on the level (FDA, 21 CFR 7.42(b)(3)): A asks all of them, B
more than one in ten, C one in ten, D one in fifty, E none. Every department that ever had goods of
the scope is one that the notice has to reach.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import Any, ClassVar, Final

from errors import Invalid
from ledger import encode
from recall.about_case import AboutCase, head_of
from recall.case import RecallClass

CHECK_TYPE: Final = "medtrace:RecallCheck"
CHECK_LEVEL_TYPE: Final = "medtrace:RecallCheckLevel"


class CheckLevel(StrEnum):
    """How many of the departments concerned are checked."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"

    def of(self, places: int) -> int:
        """How many of so many places are checked; of some, never none."""
        return min(ceil(SHARES[self] * places), places)


SHARES: Final[Mapping[CheckLevel, Fraction]] = {
    CheckLevel.A: Fraction(1),
    CheckLevel.B: Fraction(1, 4),
    CheckLevel.C: Fraction(1, 10),
    CheckLevel.D: Fraction(1, 50),
    CheckLevel.E: Fraction(0),
}
"""Which part of the departments; B is "over a tenth", and a quarter with us."""

DEFAULT_LEVEL: Final[Mapping[RecallClass, CheckLevel]] = {
    RecallClass.FIRST: CheckLevel.A,
    RecallClass.SECOND: CheckLevel.B,
    RecallClass.THIRD: CheckLevel.C,
}
"""The level of a case for which nobody chose another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectivenessCheck(AboutCase):
    """Somebody went and looked whether a department knew of a recall and had acted on it.

    Args:
        place: the code of the department.
        informed: whether the notice had reached it.
        acted: whether it had looked for the goods and held them apart.
        found: how many units were found that were not held apart.
        note: what was seen, in words.
        person: the staff number of who checked.
    """

    type: ClassVar[str] = CHECK_TYPE

    place: str
    informed: bool
    acted: bool
    found: int = 0
    note: str = ""
    person: str

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: the time has no zone or can't be written, or fewer than none were found.
        """
        AboutCase.__post_init__(self)
        if self.found < 0:
            raise Invalid("malformed", field="found", detail="≥ 0")

    @property
    def effective(self) -> bool:
        """Whether the recall worked there: known, acted on, nothing left lying about."""
        return self.informed and self.acted and self.found == 0

    def encode(self) -> bytes:
        """The check as canonical JSON."""
        return encode(
            {
                **self.head(),
                "place": self.place,
                "informed": self.informed,
                "acted": self.acted,
                "found": self.found,
                "note": self.note,
                "medtrace:person": self.person,
            }
        )

    @classmethod
    def parse(cls, members: dict[str, Any]) -> EffectivenessCheck:
        """The check that `encode` wrote, from its parsed JSON."""
        return cls(
            **head_of(members),
            place=members["place"],
            informed=members["informed"],
            acted=members["acted"],
            found=members["found"],
            note=members["note"],
            person=members["medtrace:person"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChoice(AboutCase):
    """Another level is chosen for a case than its class has.

    Args:
        level: the level from now on.
        reason: why, in words.
        person: the staff number of who chooses.
    """

    type: ClassVar[str] = CHECK_LEVEL_TYPE

    level: CheckLevel
    reason: str
    person: str

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: the time has no zone or can't be written, or there is no reason.
        """
        AboutCase.__post_init__(self)
        if not self.reason:
            raise Invalid("required", field="reason")

    def encode(self) -> bytes:
        """The choice as canonical JSON."""
        return encode(
            {
                **self.head(),
                "level": self.level.value,
                "reason": self.reason,
                "medtrace:person": self.person,
            }
        )

    @classmethod
    def parse(cls, members: dict[str, Any]) -> LevelChoice:
        """The choice that `encode` wrote, from its parsed JSON."""
        return cls(
            **head_of(members),
            level=CheckLevel(members["level"]),
            reason=members["reason"],
            person=members["medtrace:person"],
        )
