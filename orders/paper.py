"""Paper: an order as somebody else writes it, before codes are looked up and rules are asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from orders.order import OrderType
from texts import Text, text_of
from trace import Dose


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong with a paper.

    Args:
        at: where: `orders.0.lines.2.product`, or `7 product` for a row of a sheet.
        code: what, a key of `texts`.
        values: what fills the sentence.
    """

    at: str
    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def text(self) -> Text:
        """What is wrong and what to do, in both languages."""
        return text_of(self.code).filled(self.values)


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A line as written.

    Args:
        at: where it stands.
        product: the hospital's code of the product; None: any of a substitution group.
        quantity: how many base units.
        lot: the lot that was promised.
        expiry: its last day of use.
        generic: the substitution group.
        substitution: whether products of its group stand in for the one that is named.
        dose: how much the patient takes at a time.
        route: how.
    """

    at: str
    product: str | None
    quantity: int
    lot: str | None = None
    expiry: date | None = None
    generic: str | None = None
    substitution: bool = True
    dose: Dose | None = None
    route: str | None = None


@dataclass(frozen=True, slots=True)
class PaperPackage:
    """A thing in a container (包装关联), both by the codes on their labels.

    Args:
        at: where it stands.
        container: the code of a pallet or case.
        code: the code of what lies in it.
        quantity: how many base units, where the code names a lot.
        lot: where the code doesn't say it.
        expiry: where the code doesn't say it.
    """

    at: str
    container: str
    code: str
    quantity: int | None = None
    lot: str | None = None
    expiry: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """An order as written.

    Args:
        at: where it stands: `orders.0`, or the number of its first row.
        type: which of them.
        number: its number.
        party: the other company.
        source: the code of the location that a transfer is asked from.
        destination: the code of the location it is for.
        references: the numbers of orders that a delivery note answers.
        lines: what it asks for; a delivery note may leave them to its packages.
        packages: what lies in what.
        patient: the pseudonym of the patient, `urn:uuid:…`.
        patient_number: the record number that `access` finds the patient by.
        wristband: the same, by the wristband.
        frequency: how often the drug of a medication order is given.
        start: no dose is due before; None: from now on. Without a zone, by the hospital's clock.
        stop: no dose is due afterwards.
        planned: when a procedure shall begin.
        high_alert: a second person looks on when it is given.
    """

    at: str
    type: OrderType
    number: str
    party: str | None = None
    source: str | None = None
    destination: str | None = None
    references: tuple[str, ...] = ()
    lines: tuple[PaperLine, ...] = ()
    packages: tuple[PaperPackage, ...] = ()
    patient: str | None = None
    patient_number: str | None = field(default=None, repr=False)
    wristband: str | None = field(default=None, repr=False)
    frequency: str | None = None
    start: datetime | None = None
    stop: datetime | None = None
    planned: datetime | None = None
    high_alert: bool = False
