"""The values the rules work with: products, locations, lots, units and their states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


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
        details: further codes and facts by name (`insurance_code`, `storage` …).
        product_id: its surrogate; 0 until the catalogue has given one.
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


@dataclass(frozen=True, slots=True)
class Location:
    """A place where things can be.

    Args:
        code: the hospital's own code, unique.
        name: as people say it.
        kind: `store`, `pharmacy`, `ward`, `theatre`, `bed` …
        parent: the code of the location around it.
        location_id: its surrogate; 0 until the catalogue has given one.
    """

    code: str
    name: str
    kind: str
    parent: str | None = None
    location_id: int = 0


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
