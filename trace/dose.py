"""A dose: how much of a drug, as an amount and a unit of UCUM, exact to the last digit.

FHIR R4 writes a dose as a Quantity with a UCUM code; amounts are decimal text in the ledger,
because a binary fraction of a milligram is not one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from errors import Invalid

_UNIT = re.compile(r"[!-~]{1,32}")
_AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")

_SCALES: Mapping[str, tuple[str, Decimal]] = MappingProxyType(
    {
        "kg": ("g", Decimal(1000)),
        "g": ("g", Decimal(1)),
        "mg": ("g", Decimal("1e-3")),
        "ug": ("g", Decimal("1e-6")),
        "ng": ("g", Decimal("1e-9")),
        "L": ("L", Decimal(1)),
        "dL": ("L", Decimal("1e-1")),
        "mL": ("L", Decimal("1e-3")),
        "uL": ("L", Decimal("1e-6")),
        "mol": ("mol", Decimal(1)),
        "mmol": ("mol", Decimal("1e-3")),
        "umol": ("mol", Decimal("1e-6")),
        "k[IU]": ("[IU]", Decimal(1000)),
        "[IU]": ("[IU]", Decimal(1)),
        "[iU]": ("[IU]", Decimal(1)),
    }
)
"""Units that are told in one another; every other is comparable with itself only."""


@dataclass(frozen=True, slots=True)
class Dose:
    """So much of a drug.

    Args:
        amount: more than nothing; at most nine digits before and after the point.
        unit: a unit of UCUM: `mg`, `mL`, `[IU]`, `{tablet}` …
    """

    amount: Decimal
    unit: str

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: `dose-amount` or `dose-unit`.
        """
        if not self.amount.is_finite() or self.amount <= 0 or not _AMOUNT.fullmatch(self.text):
            raise Invalid("dose-amount", field="dose.amount", found=str(self.amount)[:32])
        if not _UNIT.fullmatch(self.unit):
            raise Invalid("dose-unit", field="dose.unit", found=self.unit[:32])

    @property
    def text(self) -> str:
        """The amount as decimal text, without a zero that says nothing."""
        told = f"{self.amount:f}"
        return told.rstrip("0").rstrip(".") if "." in told else told

    def __str__(self) -> str:
        """As people read it: `0.5 mg`."""
        return f"{self.text} {self.unit}"

    def equals(self, other: Dose) -> bool:
        """Whether both are the same amount, also told in another unit: 1 g is 1000 mg.

        >>> Dose(Decimal("0.5"), "g").equals(Dose(Decimal(500), "mg"))
        True
        >>> Dose(Decimal(1), "mL").equals(Dose(Decimal(1), "mg"))
        False
        """
        return self._base() == other._base()

    def _base(self) -> tuple[str, Decimal]:
        unit, scale = _SCALES.get(self.unit, (self.unit, Decimal(1)))
        return unit, (self.amount * scale).normalize()

    def members(self) -> dict[str, str]:
        """The dose as JSON."""
        return {"amount": self.text, "unit": self.unit}

    @classmethod
    def of(cls, amount: str, unit: str) -> Dose:
        """The dose that somebody wrote.

        Raises:
            Invalid: `dose-amount` or `dose-unit`.
        """
        if not _AMOUNT.fullmatch(amount):
            raise Invalid("dose-amount", field="dose.amount", found=amount[:32])
        return cls(Decimal(amount), unit)

    @classmethod
    def parse(cls, members: Mapping[str, Any]) -> Dose:
        """The dose that `members` wrote."""
        return cls.of(members["amount"], members["unit"])
