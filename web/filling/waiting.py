"""The work-lists of goods: to inspect, on their way, set apart; counts that wait for approval."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import url_for

from access import Action
from inventory import CountFile, Status, StockRow, counts_waiting, products, waiting_stock
from ledger import read_entries_at
from texts import text_of
from web.filling.page import Page
from web.filling.stock import expiry, lot_cell, stand
from web.listing import Listing, Wanted, numbers_in
from web.view.table import Cell, Column, Row

_COLUMNS: Final = (
    Column("product", "strong"),
    Column("lot", "lot"),
    Column("expiry", "expiry", wide=True),
    Column("place"),
    Column("status", "status", wide=True),
    Column("quantity", "number"),
    Column("unit"),
)


def _waiting(action: Action, *statuses: Status) -> Callable[[Page, Wanted, str, int], list[Row]]:
    """Goods in some states at the places where the reader may do something about it."""

    def fetch(page: Page, _wanted: Wanted, after: str, limit: int) -> list[Row]:
        begun, *key = numbers_in(after, 3) or (0,)
        own, reach = page.ledger_id, page.reach(action)
        told: list[Row] = []
        for number, status in enumerate(statuses):
            if number < begun or len(told) >= limit:
                continue
            behind = (key[0], key[1]) if number == begun and key else None
            rows = waiting_stock(
                page.connection,
                own,
                status,
                locations=reach,
                after=behind,
                limit=limit - len(told),
            )
            told += _rows(page, rows, number)
        return told

    return fetch


def _rows(page: Page, rows: list[StockRow], number: int) -> list[Row]:
    known = products(page.connection, page.ledger_id, {row.product_id for row in rows})
    return [
        Row(
            (
                Cell(
                    known[row.product_id].name,
                    url_for("stock.product", product_id=row.product_id),
                    known[row.product_id].specification,
                ),
                lot_cell(page, row),
                Cell(expiry(page, row.expiry)),
                Cell(
                    page.places.name_of(row.location_id),
                    url_for("stock.place", location_id=row.location_id),
                ),
                Cell(stand(page, row)),
                Cell(row.quantity),
                Cell(known[row.product_id].unit),
            ),
            key=f"{number}.{row.location_id}.{row.lot_id}",
        )
        for row in rows
    ]


INSPECTIONS: Final = Listing(
    name="to-inspect",
    columns=_COLUMNS,
    fetch=_waiting(Action.INSPECT, Status.TO_INSPECT),
    empty=text_of("nothing-to-inspect"),
)
"""What arrived and was not inspected yet."""

TRANSFERS: Final = Listing(
    name="on-its-way",
    columns=_COLUMNS,
    fetch=_waiting(Action.MOVE, Status.IN_TRANSIT),
    empty=text_of("nothing-to-accept"),
)
"""What was sent to a place and was not accepted there yet."""

APART: Final = Listing(
    name="set-apart",
    columns=_COLUMNS,
    fetch=_waiting(Action.QUARANTINE, Status.QUARANTINED, Status.REJECTED),
    empty=text_of("nothing-apart"),
)
"""What is in quarantine, or was rejected and has to go away."""


def _counts(page: Page, _wanted: Wanted, after: str, limit: int) -> list[Row]:
    key = numbers_in(after, 1)
    found = counts_waiting(
        page.connection,
        page.ledger_id,
        locations=page.reach(Action.COUNT),
        after=key[0] if key else -1,
        limit=limit,
    )
    entries = read_entries_at(page.connection, page.ledger_id, [each.seq for each in found])
    opened = {entry.seq: entry.recorded for entry in entries}
    page.meet(person for each in found for person in each.people)
    return [_count_row(page, each, opened[each.seq]) for each in found]


def _count_row(page: Page, count: CountFile, opened: object) -> Row:
    scope = text_of("count-all")
    if count.products:
        scope = text_of("count-some").filled({"count": len(count.products)})
    return Row(
        (
            Cell(
                page.places.name_of(count.location_id),
                url_for("work.count", count_id=count.count_id),
            ),
            Cell(scope),
            Cell(" · ".join(page.person(each) for each in count.people) or None),
            Cell(opened),  # type: ignore[arg-type] # an instant
        ),
        key=str(count.seq),
    )


COUNTS: Final = Listing(
    name="counts",
    columns=(
        Column("place", "strong"),
        Column("scope"),
        Column("people", wide=True),
        Column("since", "moment"),
    ),
    fetch=_counts,
    empty=text_of("no-count-waits"),
)
"""Counts that wait for somebody who did not count."""
