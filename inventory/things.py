"""The values the rules work with: products, locations, lots, units and their states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from errors import Invalid
from inventory.storage import Storage, Temperatures
from scanning import has_gs1_check_digit


class Status(StrEnum):
    """The state of goods in our books."""

    AVAILABLE = "available"
    QUARANTINED = "quarantined"
    DISPENSED = "dispensed"
    ADMINISTERED = "administered"
    IMPLANTED = "implanted"
    SENT_BACK = "sent-back"


class Category(StrEnum):
    """What a product is, as far as rules differ."""

    DRUG = "drug"
    CONSUMABLE = "consumable"
    IMPLANT = "implant"


class Flag(StrEnum):
    """What is to be minded about a product; that it is an implant its category says."""

    HIGH_ALERT = "high-alert"
    """高警示: who gives it is checked by a second person."""
    NARCOTIC = "narcotic"
    """麻醉和第一类精神药品: two persons at the door, at the count and at its destruction."""
    COLD_CHAIN = "cold-chain"
    """冷链: an excursion of temperature holds it."""
    HIGH_VALUE = "high-value"
    """高值: every piece by its own code."""
    CONSIGNED = "consigned"
    """寄售: the supplier's until it is used."""


@dataclass(frozen=True, slots=True)
class Product:
    """A product of the catalogue.

    Args:
        code: the hospital's own code, unique.
        name: as people say it.
        specification: strength and pack (`100 mg / 4 mL × 1 瓶`).
        category: drug, consumable or implant.
        unit: the base unit that quantities count (`盒`, `支`).
        holder: marketing authorisation holder or registrant.
        identifiers: the beginnings of the keys of its things (`identifier_of`).
        details: further codes and facts by name (`insurance_code`, `registration` …).
        product_id: its surrogate; 0 until the catalogue has given one.
        flags: what is to be minded.
        levels: how many base units a package holds, by the identifier that it carries; the
            identifier of a base unit may be left out.
        storage: the conditions it is kept under; None: nothing is known.
    """

    code: str
    name: str
    specification: str
    category: Category
    unit: str
    holder: str
    identifiers: tuple[str, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)
    product_id: int = 0
    flags: frozenset[Flag] = frozenset()
    levels: Mapping[str, int] = field(default_factory=dict)
    storage: Storage | None = None

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: a package holds less than one base unit.
        """
        for count in self.levels.values():
            if count < 1:
                raise Invalid("level-not-positive", field="levels", found=count)

    def units_in(self, identifier: str) -> int:
        """How many base units a package with this identifier holds; 1: it is a base unit."""
        return self.levels.get(identifier, 1)


@dataclass(frozen=True, slots=True)
class Location:
    """A place where things can be.

    Args:
        code: the hospital's own code, unique.
        name: as people say it.
        kind: `store`, `pharmacy`, `ward`, `theatre`, `bed` …
        parent: the code of the location around it.
        location_id: its surrogate; 0 until the catalogue has given one.
        gln: its Global Location Number (GS1 General Specifications §2.4), 13 digits.
        temperatures: what a sensor there may show; None: nobody watches it.
    """

    code: str
    name: str
    kind: str
    parent: str | None = None
    location_id: int = 0
    gln: str | None = None
    temperatures: Temperatures | None = None

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: the GLN has not 13 digits or its check digit is wrong.
        """
        if self.gln is not None and not _is_gln(self.gln):
            raise Invalid("gln-wrong", field="gln", found=self.gln)


_GLN_LENGTH = 13


def _is_gln(text: str) -> bool:
    digits = text.isascii() and text.isdigit()
    return digits and len(text) == _GLN_LENGTH and has_gs1_check_digit(text)


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot as it was first received; `expiry` is an ISO date, the last day of use."""

    lot_id: int
    product_id: int
    lot: str
    expiry: str | None
    supplier: str | None


@dataclass(frozen=True, slots=True)
class Unit:
    """The present state of one serialised thing; `patient` is a pseudonym's 16 bytes."""

    unit_id: int
    key: str
    lot_id: int
    product_id: int
    location_id: int
    status: Status
    patient: bytes | None
