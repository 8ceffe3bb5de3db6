"""Narcotics at the desk (麻精药品): the accounts of the house, and the lines of one of them."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Final

from flask import url_for

from access import Action
from errors import NotFound
from hospital import AccountRow, account_rows, day_bounds
from inventory import (
    Location,
    Product,
    account_of,
    last_closings,
    locations,
    narcotic_places,
    products,
    standing_of,
)
from texts import text_of
from web.filling.page import Page
from web.filling.steps import proof_of
from web.listing import Listing, Wanted, numbers_in
from web.presentation import say
from web.view import pseudonym_tail
from web.view.life import StepKind
from web.view.table import Cell, Column, Filter, Row
from web.visitor import address

_KEY: Final = 2
_LINES: Final = 100_000
"""The longest account that is read at once: what one product does at one place in many years."""


def _accounts(page: Page, _wanted: Wanted, after: str, limit: int) -> list[Row]:
    """A row for each place and product that the reader may see, in the order of places."""
    key = numbers_in(after, _KEY) or (0, 0)
    own = page.ledger_id
    names = [name for name in narcotic_places(page.connection, own) if name > key]
    places = locations(page.connection, own, {place for place, _ in names})
    access = page.desk.hospital.access
    seen = [
        (place, product)
        for place, product in names
        if access.permits(page.principal, Action.SEE_NARCOTICS, places[place].code)
    ][:limit]
    known = products(page.connection, own, {product for _, product in seen})
    closed = last_closings(page.connection, own, {place for place, _ in seen})
    standing = {}
    for place in {place for place, _ in seen}:
        since = closed[place].seq if place in closed else -1
        standing[place] = standing_of(page.connection, own, place, since=since)
    rows = []
    for place, product in seen:
        stands = standing[place].get(product)
        used, empties = (stands.used, stands.empties) if stands else (0, 0)
        rows.append(
            Row(
                (
                    Cell(places[place].name),
                    Cell(known[product].name, _href(place, product), known[product].specification),
                    Cell(stands.books if stands else 0),
                    Cell(used),
                    Cell(empties, look="look" if empties != used else ""),
                    Cell(date.fromisoformat(closed[place].day) if place in closed else None),
                ),
                f"{place}.{product}",
            )
        )
    return rows


def _href(place: int, product: int) -> str:
    return url_for("narcotics.account", location_id=place, product_id=product)


ACCOUNTS: Final = Listing(
    "narcotics",
    (
        Column("place"),
        Column("product"),
        Column("expected", "number"),
        Column("narcotic-used", "number", wide=True),
        Column("narcotic-empties", "number", wide=True),
        Column("narcotic-closed", "day"),
    ),
    _accounts,
    empty=text_of("narcotics-none"),
    sign="key-round",
)
"""Every account that the reader may see."""


def account_named(page: Page, location_id: int, product_id: int) -> tuple[Location, Product]:
    """The place and the product of an account; the reader may see it.

    Raises:
        NotFound: there is no such account.
        Forbidden: they may not see it; recorded.
    """
    own = page.ledger_id
    if (location_id, product_id) not in narcotic_places(page.connection, own):
        raise NotFound("not-found", what=f"{location_id}/{product_id}")
    place = locations(page.connection, own, [location_id])[location_id]
    page.desk.hospital.access.require(
        page.principal, Action.SEE_NARCOTICS, place.code, address=address()
    )
    return place, page.product(product_id)


def account_listing(location_id: int, product_id: int) -> Listing:
    """The account book of a product at a place."""
    return Listing(
        f"narcotics-{location_id}-{product_id}",
        (
            Column("entry", "mono"),
            Column("time", "moment"),
            Column("kind"),
            Column("document"),
            Column("patient", "mono", wide=True),
            Column("lot", "lot", wide=True),
            Column("expiry", "day", wide=True),
            Column("narcotic-in", "number"),
            Column("narcotic-out", "number"),
            Column("narcotic-balance", "number"),
            Column("person"),
            Column("second-person"),
        ),
        partial(_lines, location_id, product_id),
        names=("since", "until"),
        filters=_filters,
        empty=text_of("narcotics-none"),
        sign="key-round",
    )


def _filters(_page: Page, wanted: Wanted) -> tuple[Filter, ...]:
    return tuple(Filter(name, wanted.get(name, ""), kind="date") for name in ("since", "until"))


def _lines(  # noqa: PLR0913, PLR0917 -- the account, and what a listing asks
    location_id: int, product_id: int, page: Page, wanted: Wanted, after: str, limit: int
) -> list[Row]:
    key = numbers_in(after, _KEY) or (-1, -1)
    since, until = day_bounds(
        page.desk.hospital, _day(wanted.get("since")), _day(wanted.get("until"))
    )
    _, lines = account_of(
        page.connection,
        page.ledger_id,
        location_id,
        product_id,
        since=since,
        until=until,
        limit=_LINES,
    )
    shown = [line for line in lines if (line.seq, line.lot_id) > key][:limit]
    told = account_rows(page.connection, page.ledger_id, shown)
    page.meet([name for row in told for name in (row.person, row.second_person)])
    return [
        _row(page, row, f"{line.seq}.{line.lot_id}") for row, line in zip(told, shown, strict=True)
    ]


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def papers_of(page: Page, row: AccountRow) -> str:
    """Document numbers, and from or to whom: of places their names."""
    return " · ".join(filter(None, (*row.documents, row.way(page.places.name))))


def _row(page: Page, row: AccountRow, key: str) -> Row:
    kind = StepKind.CORRECTED if row.kind == "correction" else StepKind(row.kind)
    return Row(
        (
            Cell(f"#{row.seq}", proof_of(page, row.seq)),
            Cell(row.time),
            Cell(say(kind)),
            Cell(papers_of(page, row) or None),
            Cell(pseudonym_tail(row.patient) if row.patient else None),
            Cell(row.lot or None),
            Cell(date.fromisoformat(row.expiry) if row.expiry else None),
            Cell(row.came or None),
            Cell(row.went or None),
            Cell(row.balance),
            Cell(page.person(row.person)),
            Cell(page.person(row.second_person)),
        ),
        key,
    )
