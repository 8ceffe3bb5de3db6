"""The account book of a narcotic on paper (专用账册), with names for whom it is allowed to tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from access import Action, Purpose
from errors import Invalid
from hospital import AccountRow, account_rows, day_bounds
from inventory import Location, Product, account_of
from ledger import read_entries_at
from web.filling.narcotics import papers_of
from web.filling.page import Page
from web.presentation import say
from web.view import pseudonym_tail
from web.view.life import StepKind
from web.visitor import address

MOST = 2_000
"""Lines that one print holds: a few months of the busiest account."""


@dataclass(frozen=True, slots=True)
class BookLine:
    """A line of the book as it is printed.

    Args:
        at: when.
        kind: what happened.
        papers: document numbers, and from or to whom.
        patient: the patient's code, or their name and the tail of the record number.
        lot: the lot.
        expiry: its last day.
        came: base units in.
        went: base units out.
        balance: what lay there afterwards.
        person: who did it.
        second: who looked on.
        seq: the entry.
    """

    at: datetime
    kind: str
    papers: str
    patient: str
    lot: str
    expiry: str | None
    came: int
    went: int
    balance: int
    person: str
    second: str
    seq: int


@dataclass(frozen=True, slots=True)
class Book:
    """The book of one account (`narcotic_book.html`, variable `book`).

    Args:
        place, product: whose.
        since, until: the days it holds; None: from the beginning, until today.
        opening: what lay there before its first line.
        lines: in the ledger's order.
        named: whether it tells names.
        hidden: how many patients' names the reader may not know.
        cut: whether there were earlier lines than it holds.
        digest: the hash of the last entry, for the foot.
        printed: when it was made.
    """

    place: Location
    product: Product
    since: date | None
    until: date | None
    opening: int
    lines: tuple[BookLine, ...]
    named: bool
    hidden: int
    cut: bool
    digest: str
    printed: datetime

    @property
    def came(self) -> int:
        """The sum of what came."""
        return sum(line.came for line in self.lines)

    @property
    def went(self) -> int:
        """The sum of what went."""
        return sum(line.went for line in self.lines)


def day_in(text: str, field: str) -> date | None:
    """A day that a form or an address names; empty: none.

    Raises:
        Invalid: it is none.
    """
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid("cell-day", field=field, found=text[:20]) from None


def book_of(
    page: Page,
    place: Location,
    product: Product,
    days: tuple[date | None, date | None],
    reason: Purpose | None = None,
) -> Book:
    """The book of an account; with a reason, and where the reader may, with names.

    Args:
        page: the page.
        place: whose.
        product: of what.
        days: the first and the last day.
        reason: why names are read; each reading is put on record. None: no name is told.

    Raises:
        Forbidden: the reader may see no patient at all; recorded.
    """
    since, until = day_bounds(page.desk.hospital, *days)
    own = page.ledger_id
    opening, lines = account_of(
        page.connection,
        own,
        place.location_id,
        product.product_id,
        since=since,
        until=until,
        limit=MOST + 1,
    )
    cut = len(lines) > MOST
    if cut:
        first = lines.pop(0)
        opening = first.balance
    rows = account_rows(page.connection, own, lines)
    names = _names(page, rows, reason, f"{place.code} {product.code}") if reason else {}
    staff = _staff(page, rows, named=reason is not None)
    told = tuple(_line(page, row, names, staff, named=reason is not None) for row in rows)
    hidden = {row.patient for row in rows if row.patient} - names.keys() if reason else set()
    last = read_entries_at(page.connection, own, [rows[-1].seq]) if rows else []
    return Book(
        place=place,
        product=product,
        since=days[0],
        until=days[1],
        opening=opening,
        lines=told,
        named=reason is not None,
        hidden=len(hidden),
        cut=cut,
        digest=last[0].hash.hex() if last else "",
        printed=page.now,
    )


def _names(
    page: Page, rows: Sequence[AccountRow], reason: Purpose, about: str
) -> Mapping[str, str]:
    """The patients' names by pseudonym; each reading is an entry."""
    pseudonyms = list(dict.fromkeys(row.patient for row in rows if row.patient))
    found = page.desk.hospital.access.patients.display_names(
        pseudonyms, by=page.principal, reason=reason, about=about, address=address()
    )
    erased = page.say("patient-is-erased")
    return {
        pseudonym: f"{shown.name} …{shown.tail}" if shown else erased
        for pseudonym, shown in found.items()
    }


def _staff(page: Page, rows: Sequence[AccountRow], *, named: bool) -> Mapping[str, str]:
    """What is said of the people: with names, number and name; else number and work."""
    numbers = {name for row in rows for name in (row.person, row.second_person) if name}
    if not named:
        page.meet(numbers)
        return {number: page.person(number) for number in numbers}
    known = page.desk.hospital.access.staff.names(numbers)
    return {number: f"{known.get(number, '–')} {number}" for number in numbers}


def _line(
    page: Page,
    row: AccountRow,
    names: Mapping[str, str],
    staff: Mapping[str, str],
    *,
    named: bool,
) -> BookLine:
    patient = row.patient or ""
    code = pseudonym_tail(patient) if patient else ""
    kind = StepKind.CORRECTED if row.kind == "correction" else StepKind(row.kind)
    return BookLine(
        at=row.time,
        kind=say(kind),
        papers=papers_of(page, row),
        patient=names.get(patient, code) if named else code,
        lot=row.lot,
        expiry=row.expiry,
        came=row.came,
        went=row.went,
        balance=row.balance,
        person=staff.get(row.person or "", "–"),
        second=staff.get(row.second_person or "", "–"),
        seq=row.seq,
    )


def may_name(page: Page) -> bool:
    """Whether the reader may see patients' names somewhere."""
    return page.may(Action.SEE_PATIENTS)
