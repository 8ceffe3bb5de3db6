"""Papers into records: codes looked up, everything wrong told at once, then put on record.

Pages, handhelds and files bring the same `orders.Paper`; what is wrong with one hinders no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from uuid6 import uuid7

from hospital.assembly import Hospital
from hospital.care_papers import care_of, line_of
from hospital.filed import Filed
from hospital.paper_facts import PaperFacts
from inventory import Packages, cut_packages
from orders import Fault, Line, Order, OrderType, Paper, PaperPackage, Revising, Revision
from scanning import Granularity, Scan, read
from trace import Refused, Thing

_STEP = 60
"""Lines of an order in one entry; what has more goes on in revisions."""

_INSIDE = frozenset({Granularity.SERIAL, Granularity.LOT, Granularity.LOGISTIC_UNIT})
_OUTSIDE = frozenset({Granularity.SERIAL, Granularity.LOGISTIC_UNIT})


def examine(hospital: Hospital, papers: Sequence[Paper], *, person: str | None) -> list[Filed]:
    """Look up what papers name, and say what is wrong with them. Records nothing.

    Args:
        hospital: where.
        papers: as they came.
        person: the staff number of who brings them.
    """
    known = PaperFacts(hospital, papers)
    seen: set[tuple[OrderType, str]] = set()
    examined = []
    for paper in papers:
        filed = Filed(paper)
        name = (paper.type, paper.number)
        if name in known.orders or name in seen:
            _fault(filed, "number", "order-exists", number=paper.number)
        seen.add(name)
        _check_places(filed, known)
        care, faults = care_of(hospital, paper)
        filed.faults += faults
        contents = _contents(filed, known)
        lines = _lines(filed, known, contents)
        if not lines and not filed.faults:
            _fault(filed, "lines", "order-without-lines", number=paper.number)
        if not filed.faults:
            _write(hospital, filed, lines, contents, person, care)
        examined.append(filed)
    return examined


def file_papers(
    hospital: Hospital,
    examined: Iterable[Filed],
    *,
    progress: Callable[[int], None] = lambda _done: None,
) -> None:
    """Put examined papers on record, each whole; what the recorder refuses becomes a fault.

    Args:
        hospital: where.
        examined: by `examine`; those with faults are passed over.
        progress: told how many more papers are done.
    """
    for filed in examined:
        if not filed.faults:
            outcomes = hospital.recorder.record(filed.records)
            filed.placed = not isinstance(outcomes[0], Refused)
            filed.faults += [
                Fault(filed.paper.at, outcome.reason.value, outcome.values)
                for outcome in outcomes
                if isinstance(outcome, Refused)
            ]
        progress(1)


_Contents = dict[str, list[Thing]]
"""What lies in each container, by the container's key."""


def _fault(filed: Filed, where: str, code: str, **values: object) -> None:
    filed.faults.append(Fault(_at(filed.paper.at, where), code, values))


def _at(place: str, name: str) -> str:
    """A field of a request (`orders.0.number`), or a column of a sheet's row (`7 number`)."""
    return f"{place} {name}" if place.isdecimal() else f"{place}.{name}"


def _check_places(filed: Filed, known: PaperFacts) -> None:
    paper = filed.paper
    for name, place in (("source", paper.source), ("destination", paper.destination)):
        if place is not None and place not in known.places:
            _fault(filed, name, "unknown-location", location=place)
    if paper.type is OrderType.TRANSFER:
        if not (paper.source and paper.destination):
            _fault(filed, "source", "order-place-missing")
        elif paper.source == paper.destination:
            _fault(filed, "source", "order-places-same")
    elif paper.destination is None:
        _fault(filed, "destination", "required")


def _contents(filed: Filed, known: PaperFacts) -> _Contents:
    """The things in each container; whatever is wrong with a code is told."""
    contents: _Contents = {}
    if filed.paper.packages and filed.paper.type is not OrderType.DELIVERY:
        _fault(filed, "packages", "package-without-note")
        return contents
    for package in filed.paper.packages:
        container = _key(filed, package, "container", _OUTSIDE)
        thing = _thing(filed, package, known)
        if container is None or thing is None:
            continue
        inside = contents.setdefault(container, [])
        if thing.key == container:
            filed.faults.append(Fault(package.at, "package-in-itself", {"key": container}))
        elif any(other.key == thing.key for other in inside):
            filed.faults.append(Fault(package.at, "package-twice", {"key": thing.key}))
        else:
            inside.append(thing)
    return contents


def _key(
    filed: Filed, package: PaperPackage, name: str, allowed: frozenset[Granularity]
) -> str | None:
    scan = _scan(filed, package, name)
    if scan is None:
        return None
    if scan.key is None or scan.granularity not in allowed:
        filed.faults.append(Fault(_at(package.at, name), "package-code", {"found": scan.raw}))
        return None
    return scan.key


def _scan(filed: Filed, package: PaperPackage, name: str) -> Scan | None:
    scan = read(package.container if name == "container" else package.code)
    if scan.valid:
        return scan
    finding = next(each for each in scan.findings if not replace(scan, findings=(each,)).valid)
    values = {"ai": finding.ai, "found": finding.found, "expected": finding.expected}
    filed.faults.append(Fault(_at(package.at, name), f"scan-{finding.code}", values))
    return None


def _thing(filed: Filed, package: PaperPackage, known: PaperFacts) -> Thing | None:
    key = _key(filed, package, "code", _INSIDE)
    if key is None:
        return None
    scan = read(package.code)
    if scan.granularity is not Granularity.LOGISTIC_UNIT and known.owner(key) is None:
        filed.faults.append(Fault(_at(package.at, "code"), "unknown-code"))
    for name, read_off, written in (
        ("lot", scan.lot, package.lot),
        ("expiry", scan.expiry, package.expiry),
    ):
        if read_off is not None and written is not None and read_off != written:
            differs = {"expected": read_off, "found": written}
            filed.faults.append(Fault(_at(package.at, name), "label-differs", differs))
    quantity = package.quantity
    if scan.granularity is not Granularity.LOT:
        if quantity not in {None, 1}:
            values = {"found": quantity}
            filed.faults.append(Fault(_at(package.at, "quantity"), "quantity-of-serial", values))
        quantity = None
    else:
        quantity = quantity or scan.quantity or 1
    return Thing(key, quantity, scan.lot or package.lot, scan.expiry or package.expiry)


def _lines(filed: Filed, known: PaperFacts, contents: _Contents) -> list[Line]:
    """The lines as written; where a delivery note has none, what its packages add up to."""
    lines = []
    for line in filed.paper.lines:
        made, faults = line_of(filed.paper, line, known)
        filed.faults += faults
        lines += [made] if made is not None else []
    return lines or _sums(known, contents)


def _sums(known: PaperFacts, contents: _Contents) -> list[Line]:
    sums: dict[tuple[str, str | None, date | None], int] = {}
    for thing in (each for inside in contents.values() for each in inside):
        product = known.owner(thing.key)
        if thing.key not in contents and product is not None:
            place = (product.code, thing.lot, thing.expiry)
            sums[place] = sums.get(place, 0) + (thing.quantity or 1)
    lines = []
    for (code, lot, expiry), quantity in sums.items():
        product = next(each for each in known.owners if each.code == code)
        names = known.identifiers[product.product_id]
        lines.append(Line(names, quantity, code, lot, expiry))
    return lines


def _write(  # noqa: PLR0913, PLR0917 -- the parts of one paper
    hospital: Hospital,
    filed: Filed,
    lines: list[Line],
    contents: _Contents,
    person: str | None,
    care: dict[str, Any],
) -> None:
    """The paper as records: an order, revisions with what it has no room for, packages."""
    paper, now = filed.paper, hospital.clock()
    first, *more = _parts(lines)
    filed.records.append(
        Order(
            id=uuid7(),
            time=now,
            type=paper.type,
            number=paper.number,
            lines=first,
            party=paper.party,
            source=paper.source,
            destination=paper.destination,
            person=person,
            references=paper.references,
            **care,
        )
    )
    filed.records += [
        Revision(
            id=uuid7(),
            time=now,
            type=paper.type,
            number=paper.number,
            doing=Revising.CHANGE,
            added=part,
            person=person,
        )
        for part in more
    ]
    filed.records += [
        Packages(
            id=uuid7(),
            time=now,
            key=key,
            document=paper.number,
            contents=piece,
            party=paper.party,
            person=person,
        )
        for key, inside in contents.items()
        for piece in cut_packages(inside)
    ]


def _parts(lines: Sequence[Line]) -> list[tuple[Line, ...]]:
    return [tuple(lines[start : start + _STEP]) for start in range(0, len(lines), _STEP)]
