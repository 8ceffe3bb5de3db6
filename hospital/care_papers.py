"""Papers of care: patients by number, frequencies into schedules, substitution groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from access import IdentifierKind, Principal, Purpose
from errors import Forbidden, Invalid, NotFound
from hospital.assembly import Hospital
from hospital.filed import Filed
from hospital.paper_facts import PaperFacts
from inventory import GENERIC, Product
from orders import ORDERS_OF_CARE, Fault, Line, OrderType, Paper, PaperLine

_OF_CARE = ("patient", "patient_number", "wristband", "frequency", "start", "stop", "planned")
_OF_CARE_LINE = ("generic", "dose", "route")


def with_patients(
    hospital: Hospital, papers: Sequence[Paper], *, by: Principal, address: str = ""
) -> tuple[list[Paper], list[Filed]]:
    """The papers with pseudonyms in the place of record numbers and wristbands.

    Each patient is looked up once, and each look is put on record.

    Args:
        hospital: where.
        papers: as they came.
        by: who brings them.
        address: the network address.

    Returns:
        The papers whose patients were found, and the others with what is wrong.

    Raises:
        Forbidden: `by` may find no patient at all.
    """
    finder = _Finder(hospital, by, address)
    found: list[Paper] = []
    others: list[Filed] = []
    for paper in papers:
        try:
            found.append(finder.resolve(paper))
        except (NotFound, Forbidden) as error:
            if error.code == "forbidden":
                raise
            fault = Fault(_at(paper, "patient"), error.code, error.values)
            others.append(Filed(paper, [fault]))
    return found, others


class _Finder:
    def __init__(self, hospital: Hospital, by: Principal, address: str) -> None:
        self._patients = hospital.access.patients
        self._by = by
        self._address = address
        self._known: dict[tuple[IdentifierKind, str], str] = {}

    def resolve(self, paper: Paper) -> Paper:
        if paper.patient_number is not None:
            return self._with(paper, IdentifierKind.RECORD_NUMBER, paper.patient_number)
        if paper.wristband is not None:
            return self._with(paper, IdentifierKind.WRISTBAND, paper.wristband)
        return paper

    def _with(self, paper: Paper, kind: IdentifierKind, value: str) -> Paper:
        if (kind, value) not in self._known:
            self._known[kind, value] = self._patients.find(
                kind, value, by=self._by, reason=Purpose.TREATMENT, address=self._address
            )
        pseudonym = self._known[kind, value]
        return replace(paper, patient=pseudonym, patient_number=None, wristband=None)


def _at(paper: Paper, name: str) -> str:
    return f"{paper.at} {name}" if paper.at.isdecimal() else f"{paper.at}.{name}"


def care_of(hospital: Hospital, paper: Paper) -> tuple[dict[str, Any], list[Fault]]:
    """What an order of care says beside its lines, as `orders.Order` has it, and its faults."""
    if paper.type not in ORDERS_OF_CARE:
        wrong = [name for name in _OF_CARE if getattr(paper, name) is not None]
        lines = [(line, name) for line in paper.lines for name in _OF_CARE_LINE]
        told = [Fault(_at(paper, name), "not-wanted") for name in wrong]
        told += [
            Fault(_line_at(line, name), "not-wanted")
            for line, name in lines
            if getattr(line, name) is not None
        ]
        return {}, told
    care: dict[str, Any] = {
        "patient": UUID(paper.patient) if paper.patient else None,
        "planned": _aware(hospital, paper.planned),
        "high_alert": paper.high_alert,
    }
    faults = [Fault(_at(paper, name), code) for name, code in _lacking(paper)]
    if paper.frequency is not None:
        try:
            start = _aware(hospital, paper.start) or hospital.clock()
            stop = _aware(hospital, paper.stop)
            care["schedule"] = hospital.usual.schedule(paper.frequency, start, stop)
        except Invalid as error:
            name = (error.field or "frequency").removeprefix("schedule.")
            faults.append(Fault(_at(paper, name), error.code, error.values))
    return care, faults


def _lacking(paper: Paper) -> list[tuple[str, str]]:
    """Fields that this kind of order needs, or has no use for, each with the fault's code."""
    medication = paper.type is OrderType.MEDICATION
    found = []
    if paper.patient is None and paper.type is not OrderType.PRESCRIPTION:
        found.append(("patient", "required"))
    if (paper.frequency is not None) is not medication:
        found.append(("frequency", "required" if medication else "not-wanted"))
    if not medication:
        found += [(n, "not-wanted") for n in ("start", "stop") if getattr(paper, n) is not None]
        found += [("high_alert", "not-wanted")] if paper.high_alert else []
    elif len(paper.lines) != 1:
        found.append(("lines", "medication-one-line"))
    if paper.planned is not None and paper.type is not OrderType.PROCEDURE:
        found.append(("planned", "not-wanted"))
    return found


def _aware(hospital: Hospital, moment: datetime | None) -> datetime | None:
    """A moment without a zone is one of the hospital's clock."""
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=hospital.zone)


def line_of(paper: Paper, line: PaperLine, known: PaperFacts) -> tuple[Line | None, list[Fault]]:
    """A line with the codes of its product, or the substitution group that it names."""
    product = known.products.get(line.product) if line.product is not None else None
    faults = _line_faults(paper, line, product, known)
    if faults:
        return None, faults
    of_care = paper.type in ORDERS_OF_CARE
    group = product.details.get(GENERIC) if product is not None and of_care else None
    made = Line(
        known.identifiers.get(product.product_id, ()) if product is not None else (),
        line.quantity,
        line.product,
        line.lot,
        line.expiry,
        line.generic or group,
        line.substitution,
        line.dose,
        line.route,
    )
    return made, []


def _line_faults(
    paper: Paper, line: PaperLine, product: Product | None, known: PaperFacts
) -> list[Fault]:
    faults = []
    if line.product is not None and product is None:
        values = {"product": line.product}
        faults.append(Fault(_line_at(line, "product"), "unknown-product", values))
    if line.product is None and (line.generic is None or not line.substitution):
        faults.append(Fault(_line_at(line, "product"), "required"))
    if line.generic is not None and line.generic not in known.generics:
        values = {"generic": line.generic}
        faults.append(Fault(_line_at(line, "generic"), "unknown-generic", values))
    if paper.type is OrderType.MEDICATION:
        lacking = [name for name in ("dose", "route") if getattr(line, name) is None]
        faults += [Fault(_line_at(line, name), "required") for name in lacking]
    return faults


def _line_at(line: PaperLine, name: str) -> str:
    return f"{line.at} {name}" if line.at.isdecimal() else f"{line.at}.{name}"
