"""The pages of one product's stock and of one place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from flask import url_for

from access import Action
from errors import NotFound
from inventory import Location, Product, StockRow, lots_of, products, stock_of
from texts import text_of
from trace import EventKind, latest_entries_of_lots
from web.filling.goods import codes_of, facts_of
from web.filling.page import Page
from web.filling.stock import expiry, lot_cell, stand, value_of
from web.small_tables import with_files
from web.view import Fact
from web.view.stock import Movement, PlaceView, ProductView
from web.view.table import Cell, Column, Row, TableView, Tile

_DAYS: Final = 14
_ENTRIES: Final = 2_000
_COMES: Final = (EventKind.ARRIVED, EventKind.RECEIVED)
_GOES: Final = (
    EventKind.ADMINISTERED,
    EventKind.IMPLANTED,
    EventKind.DISPENSED,
    EventKind.WASTED,
)
_WAYS: Final = {("trace", kind.value): kind in _COMES for kind in (*_COMES, *_GOES)}
"""Whether goods come into the house by an entry that says so, or leave it."""
_COLUMNS: Final = (
    Column("turn", "number"),
    Column("lot", "lot"),
    Column("expiry", "expiry"),
    Column("place"),
    Column("status", "status"),
    Column("quantity", "number"),
)

_MOVES: Final = (Column("day", "day"), Column("came-in", "number"), Column("went", "number"))


def product_view(page: Page, product_id: int) -> ProductView:
    """A product: how much of it is where, which to use first, what came and went.

    Raises:
        NotFound: there is no such product.
    """
    product = products(page.connection, page.ledger_id, [product_id]).get(product_id)
    if product is None:
        raise NotFound("not-found", what=str(product_id))
    rows = stock_of(page.connection, page.ledger_id, product_id)
    return ProductView(
        name=product.name,
        spec=product.specification,
        facts=_facts(page, product),
        tiles=_tiles(page, product, rows),
        stock=_table(page, product, rows),
        movement=_movement(page, product),
        lots=url_for("search.product", product_id=product_id),
        recall=url_for("recalls.new", product=product.code)
        if page.may(Action.OPEN_RECALL)
        else None,
    )


def place_view(page: Page, place: Location) -> PlaceView:
    """What a place is; its goods are a table beside this."""
    kind = text_of(f"kind-{place.kind}")
    parent = page.places.name(place.parent) if place.parent else None
    limits = str(place.temperatures) if place.temperatures else None
    facts = (
        Fact(text_of("column-code"), place.code, mono=True),
        Fact(text_of("column-kind"), kind),
        Fact(text_of("column-parent"), parent or "–"),
        Fact(text_of("column-gln"), place.gln or "–", mono=True),
        Fact(text_of("column-temperature"), limits or "–"),
    )
    return PlaceView(place.name, facts)


def _facts(page: Page, product: Product) -> tuple[Fact, ...]:
    codes = tuple(
        Fact(code.label, code.value, mono=True)
        for name in page.identifiers(product.product_id)
        for code in codes_of(name)
    )
    price = () if product.price is None else (Fact(text_of("column-price"), f"¥ {product.price}"),)
    flags = " · ".join(page.say(f"flag-{flag}") for flag in sorted(product.flags))
    return (
        *facts_of(product),
        *price,
        *((Fact(text_of("fact-flags"), flags),) if flags else ()),
        *codes[:6],
    )


def _tiles(page: Page, product: Product, rows: Sequence[StockRow]) -> tuple[Tile, ...]:
    def count(*, usable: bool) -> int:
        return sum(row.quantity for row in rows if row.usable(page.today) is usable)

    usable, barred = count(usable=True), count(usable=False)
    first = next((row.expiry for row in rows if row.usable(page.today)), None)
    worth = value_of(product, usable + barred)
    return (
        Tile("usable", f"{usable:,} {product.unit}"),
        Tile("barred", f"{barred:,} {product.unit}", look="look" if barred else ""),
        Tile("soonest", first or "–"),
        Tile("value", "–" if worth is None else f"¥ {worth:,.2f}"),
    )


def _table(page: Page, product: Product, rows: Sequence[StockRow]) -> TableView:
    turns: dict[int, int] = {}
    told = []
    for row in rows:
        if row.usable(page.today):
            turns.setdefault(row.lot_id, len(turns) + 1)
        cells = (
            Cell(turns.get(row.lot_id) if row.usable(page.today) else None),
            lot_cell(page, row),
            Cell(expiry(page, row.expiry)),
            Cell(
                page.places.name_of(row.location_id),
                url_for("stock.place", location_id=row.location_id),
            ),
            Cell(stand(page, row)),
            Cell(row.quantity),
        )
        told.append(Row(cells))
    action = url_for("stock.product", product_id=product.product_id)
    table = TableView(action, _COLUMNS, tuple(told), empty=text_of("nothing-lies"), sign="package")
    return with_files(table, "product-stock")


def _movement(page: Page, product: Product) -> Movement:
    """What came into the house and left it on each of the last days, by the ledger's entries."""
    lots = [each.lot_id for each in lots_of(page.connection, page.ledger_id, product.product_id)]
    entries = latest_entries_of_lots(page.connection, page.ledger_id, lots, limit=_ENTRIES)
    zone = page.desk.hospital.zone
    first = page.today - timedelta(days=_DAYS - 1)
    came, went = Counter[date](), Counter[date]()
    for entry in entries:
        counts = _WAYS.get((entry.kind, str(entry.event.get("medtrace:kind"))))
        if counts is None:
            continue
        day = _day(datetime.fromisoformat(entry.event["eventTime"]), zone)
        if day >= first:
            (came if counts else went)[day] += _amount(entry.context, product.code)
    days = [first + timedelta(days=n) for n in range(_DAYS)]
    cut = len(entries) == _ENTRIES and _day(entries[0].recorded, zone) >= first
    rows = tuple(Row((Cell(day), Cell(came[day]), Cell(went[day]))) for day in days)
    table = TableView(url_for("stock.product", product_id=product.product_id), _MOVES, rows)
    points = tuple((day, came[day], went[day]) for day in days)
    return Movement(points, with_files(table, "product-movement"), cut)


def _day(instant: datetime, zone: Any) -> date:  # noqa: ANN401 -- a zone
    return instant.astimezone(zone).date()


def _amount(context: dict[str, Any], code: str) -> int:
    """How many base units of a product an entry is about."""
    things = (item for item in context.get("things", ()) if item.get("product") == code)
    return sum(item.get("quantity") or item.get("arrived") or 1 for item in things)
