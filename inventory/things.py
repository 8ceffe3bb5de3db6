"""The values the rules work with: products, locations, lots, units and their states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from errors import Invalid
from inventory.storage import Storage, Temperatures
from scanning import has_gs1_check_digit


class Status(StrEnum):
    """The state of goods in our books."""

    AVAILABLE = "available"
    TO_INSPECT = "to-inspect"
    RESERVED = "reserved"
    IN_TRANSIT = "in-transit"
    QUARANTINED = "quarantined"
    REJECTED = "rejected"
    DISPENSED = "dispensed"
    ADMINISTERED = "administered"
    OPENED = "opened"
    """Out of its sterile pack."""
    USED = "used"
    IMPLANTED = "implanted"
    EXPLANTED = "explanted"
    PATIENTS_OWN = "patients-own"
    """A patient's own goods, kept for them: never in the hospital's stock."""
    HANDED_BACK = "handed-back"
    SENT_BACK = "sent-back"
    WASTED = "wasted"
    DESTROYED = "destroyed"
    MISSING = "missing"
    COMPOUNDED = "compounded"
    """Mixed into a bag that is in stock; what lies in it is no stock of its own any more."""
    VOID = "void"
    """What a correction took out of the books again: it never was."""


GONE = frozenset(
    {
        Status.ADMINISTERED,
        Status.USED,
        Status.IMPLANTED,
        Status.SENT_BACK,
        Status.WASTED,
        Status.DESTROYED,
        Status.VOID,
    }
)
"""The states that nothing comes back from, but by a correction; implants by their explant too."""

BOUGHT = frozenset(
    {Status.ADMINISTERED, Status.OPENED, Status.USED, Status.IMPLANTED, Status.WASTED}
)
"""The states that consigned goods become the hospital's own by: it pays for them."""


def owner_of_patient(patient: UUID) -> str:
    """What stands as the owner of a patient's own goods: the pseudonym, as entries write it."""
    return f"{_PATIENT}{patient}"


def is_patient(owner: str | None) -> bool:
    """Whether goods belong to a patient, and not to the hospital or to a company."""
    return owner is not None and owner.startswith(_PATIENT)


_PATIENT = "urn:uuid:"


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
    """麻醉和第一类精神药品: two persons at the door, at the count and at its destruction.

    What comes and goes stands in an account of its own, closed every day (`narcotic_line`).
    """
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

    @property
    def price(self) -> Decimal | None:
        """What a base unit costs, in yuan; None: nobody said."""
        try:
            found = Decimal(self.details.get("price", ""))
        except InvalidOperation:
            return None
        return found if found.is_finite() and found >= 0 else None

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
        if self.gln is not None and not is_gln(self.gln):
            raise Invalid("gln-wrong", field="gln", found=self.gln)


_GLN_LENGTH = 13


def is_gln(text: str) -> bool:
    """Whether it has the 13 digits of a Global Location Number, the last one right."""
    digits = text.isascii() and text.isdigit()
    return digits and len(text) == _GLN_LENGTH and has_gs1_check_digit(text)


@dataclass(frozen=True, slots=True)
class Lot:
    """Goods of one lot, expiry and owner, as they were first received.

    Args:
        lot_id: its surrogate.
        product_id: of which product.
        lot: its name; empty: the goods name none.
        expiry: the last day of use, an ISO date.
        supplier: who delivered it first.
        owner: the company that it belongs to until it is used (consignment); None: the hospital.
        produced: the day on which it was made, an ISO date, where a label said so.
    """

    lot_id: int
    product_id: int
    lot: str
    expiry: str | None
    supplier: str | None
    owner: str | None = None
    produced: str | None = None


class Arrival(NamedTuple):
    """What came in of a lot by one entry.

    Args:
        seq: the entry; 0: nobody knows any more.
        day: the day (ISO) on which it was received; None: nobody received it, it was just there.
        supplier: who brought it; None: nobody said.
        quantity: how many base units.
        amount: how many of them have no code of their own.
    """

    seq: int
    day: str | None
    supplier: str | None
    quantity: int = 0
    amount: int = 0


UNSEEN: Final = Arrival(0, None, None)
"""How goods came in that nobody received."""


MARK = "#"
"""Between the code of a pack, or of a dose, and the range that was taken out of it; keys of other
things have none, it is escaped there."""


def label_of(key: str) -> str:
    """The code that people can scan: of a range that has no label, its pack's.

    >>> label_of("https://id.gs1.org/01/06901234567892/21/A1#0-3")
    'https://id.gs1.org/01/06901234567892/21/A1'
    """
    return key.partition(MARK)[0]


class Unit(NamedTuple):
    """The present state of one thing with a code of its own.

    Args:
        unit_id: its surrogate.
        key: its canonical key.
        lot_id: of which lot; 0: it is a container of other things.
        product_id: of which product; 0: a container, or a bag that was mixed.
        location_id: where it is.
        status: in which state.
        patient: whose it is: a pseudonym's 16 bytes.
        quantity: how many base units it stands for, of a pack those that are left in it; of what
            has no product, 0: a container, 1: a bag that was mixed.
        parent: the surrogate of the container that it lies in.
        time: when it was last changed, in milliseconds since 1970 (UTC).
        seq: the entry that last changed it; 0 while that one is being decided.
        start: where its base units begin in the pack that they are from.
        pack: the surrogate of the pack that it was taken out of; None: it is a pack itself.
        arrival: the entry by which it came in; 0: nobody knows any more. Whoever puts it on record
            keeps it, no decision needs to.
    """

    unit_id: int
    key: str
    lot_id: int
    product_id: int
    location_id: int
    status: Status
    patient: bytes | None = None
    quantity: int = 1
    parent: int | None = None
    time: int = 0
    seq: int = 0
    start: int = 0
    pack: int | None = None
    arrival: int = 0

    @property
    def is_container(self) -> bool:
        """Whether it only holds other things."""
        return self.product_id == 0

    @property
    def is_bag(self) -> bool:
        """Whether what it holds was mixed and can't be taken out again."""
        return self.product_id == 0 and self.quantity > 0

    @property
    def is_opened(self) -> bool:
        """Whether it is a pack that something was taken out of."""
        return self.start > 0 and self.pack is None

    @property
    def stop(self) -> int:
        """Where its base units end in the pack that they are from."""
        return self.start + self.quantity
