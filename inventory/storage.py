"""How goods must be kept: temperature ranges, light, and how long they may be outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from errors import Invalid

COLDEST: Final = Decimal("-273.15")
"""°C; nothing is colder."""
HOTTEST: Final = Decimal(1000)
"""°C; no store of a hospital is hotter, and a reading beyond it is a broken sensor's."""
_STEP: Final = Decimal("0.01")
_MINUTE: Final = timedelta(minutes=1)
_LONGEST: Final = 100_000


def checked_temperature(value: Decimal, field: str) -> Decimal:
    """A temperature in °C as entries and rows can write it, without idle zeros.

    Raises:
        Invalid: it isn't a number, has more than two decimals, or no store can have it.
    """
    if not value.is_finite() or not COLDEST <= value <= HOTTEST:
        raise Invalid("temperature-impossible", field=field, found=value)
    if value != value.quantize(_STEP):
        raise Invalid("temperature-too-fine", field=field, found=value)
    return Decimal(0) if value == 0 else Decimal(f"{value.normalize():f}")


@dataclass(frozen=True, slots=True)
class Temperatures:
    """A range of temperatures in °C, its ends included.

    Args:
        lowest: its lower end; None: open.
        highest: its upper end; None: open.
        allowance: how long it may be left before that is an excursion, in whole minutes.
    """

    lowest: Decimal | None = None
    highest: Decimal | None = None
    allowance: timedelta = timedelta()

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: it has no end, or they stand the wrong way round, or one is impossible; or the
                allowance is negative or not in whole minutes.
        """
        for name in ("lowest", "highest"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, checked_temperature(value, name))
        if self.lowest is None and self.highest is None:
            raise Invalid("required", field="lowest")
        if self.lowest is not None and self.highest is not None and self.lowest > self.highest:
            raise Invalid(
                "temperature-upside-down", field="lowest", lowest=self.lowest, highest=self.highest
            )
        if self.allowance % _MINUTE or not 0 <= self.allowance // _MINUTE <= _LONGEST:
            raise Invalid("allowance-impossible", field="allowance", found=self.allowance)

    def __contains__(self, value: Decimal) -> bool:
        """Whether a temperature lies inside."""
        too_cold = self.lowest is not None and value < self.lowest
        too_warm = self.highest is not None and value > self.highest
        return not (too_cold or too_warm)

    def __str__(self) -> str:
        """As people write it: `2–8 ℃`, `≤ 20 ℃`, `≥ 10 ℃`."""
        if self.lowest is None:
            return f"≤ {self.highest} ℃"
        if self.highest is None:
            return f"≥ {self.lowest} ℃"
        return f"{self.lowest}–{self.highest} ℃"

    def members(self) -> dict[str, Any]:
        """The range as entries and rows write it: temperatures as decimal text."""
        members: dict[str, Any] = {}
        if self.lowest is not None:
            members["lowest"] = str(self.lowest)
        if self.highest is not None:
            members["highest"] = str(self.highest)
        if self.allowance:
            members["allowance"] = self.allowance // _MINUTE
        return members

    @classmethod
    def parse(cls, members: Mapping[str, Any]) -> Temperatures:
        """The range that `members` wrote."""
        lowest, highest = members.get("lowest"), members.get("highest")
        return cls(
            lowest=None if lowest is None else Decimal(lowest),
            highest=None if highest is None else Decimal(highest),
            allowance=members.get("allowance", 0) * _MINUTE,
        )


@dataclass(frozen=True, slots=True)
class Storage:
    """The conditions that a product is kept under.

    Args:
        temperatures: the range in °C; None: no matter.
        away_from_light: whether light spoils it (避光).
        note: what else matters, in words (`阴凉干燥处`).
    """

    temperatures: Temperatures | None = None
    away_from_light: bool = False
    note: str = ""

    def members(self) -> dict[str, Any]:
        """The conditions as entries and rows write them."""
        members: dict[str, Any] = {}
        if self.temperatures is not None:
            members["temperatures"] = self.temperatures.members()
        if self.away_from_light:
            members["awayFromLight"] = True
        if self.note:
            members["note"] = self.note
        return members

    @classmethod
    def parse(cls, members: Mapping[str, Any]) -> Storage:
        """The conditions that `members` wrote."""
        temperatures = members.get("temperatures")
        return cls(
            temperatures=None if temperatures is None else Temperatures.parse(temperatures),
            away_from_light=members.get("awayFromLight", False),
            note=members.get("note", ""),
        )
