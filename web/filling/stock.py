"""The tables of stock: by product, by place, by last day of use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from flask import url_for

from inventory import (
    Location,
    Product,
    Status,
    StockRow,
    Totals,
    place_totals,
    product_totals,
    products,
    products_at,
    search_products,
    stock_at,
    stock_by_expiry,
    stocked_products,
)
from texts import text_of
from web.filling.goods import STATUSES
from web.filling.page import Page
from web.listing import KeyMalformedError, Listing, Wanted, numbers_in
from web.view import Choice, Expiry, ThingStatus
from web.view.table import Cell, Column, Filter, Row, Tab

_FOUND: Final = 400
"""Products of a search that are looked at."""
_HORIZONS: Final = ("30", "90", "180")
_PAST: Final = timedelta(days=366)
"""How far back expired goods are looked for: what expired earlier was swept, or is used up."""
_TABS: Final = ("page", "places", "expiring")
_EXPIRING: Final = (Status.AVAILABLE, Status.QUARANTINED, Status.RESERVED, Status.TO_INSPECT)
_SAME_LOT: Final = 500
"""Rows of one lot that the page before may have shown already."""


def stock_tabs(current: str) -> tuple[Tab, ...]:
    """Stock by product, by place, by last day."""
    return tuple(
        Tab(text_of(f"stock-{each}"), url_for(f"stock.{each}"), each == current) for each in _TABS
    )


def _by_product(page: Page, wanted: Wanted, after: str, limit: int) -> list[Row]:
    key = numbers_in(after, 1)
    last = key[0] if key else 0
    if "q" in wanted:
        found = search_products(page.connection, page.ledger_id, wanted["q"], _FOUND)
        numbers = sorted(each.product_id for each in found if each.product_id > last)[:limit]
    else:
        numbers = stocked_products(page.connection, page.ledger_id, after=last, limit=limit)
    known = products(page.connection, page.ledger_id, numbers)
    totals = product_totals(page.connection, page.ledger_id, numbers)
    return [_product_row(page, known[number], totals.get(number, Totals())) for number in numbers]


def _product_row(page: Page, product: Product, totals: Totals) -> Row:
    href = url_for("stock.product", product_id=product.product_id)
    apart = totals.of(Status.QUARANTINED, Status.REJECTED)
    return Row(
        (
            Cell(product.name, href, product.specification),
            Cell(product.code),
            Cell(totals.of(Status.AVAILABLE)),
            Cell(totals.of(Status.RESERVED)),
            Cell(totals.of(Status.TO_INSPECT), look="look" if totals.of(Status.TO_INSPECT) else ""),
            Cell(apart, look="look" if apart else ""),
            Cell(totals.of(Status.IN_TRANSIT)),
            Cell(product.unit),
            Cell(expiry(page, totals.soonest)),
            Cell(totals.places),
            Cell(value_of(product, totals.lying)),
        ),
        key=str(product.product_id),
    )


def value_of(product: Product, count: int) -> Decimal | None:
    """What so many base units cost; None: nobody said what one does."""
    return None if product.price is None else product.price * count


def expiry(page: Page, day: str | None) -> Expiry | None:
    """A last day of use, held against today."""
    return None if day is None else Expiry(date.fromisoformat(day), page.today)


def _words(_page: Page, wanted: Wanted) -> tuple[Filter, ...]:
    return (Filter("q", wanted.get("q", "")),)


PRODUCTS: Final = Listing(
    name="stock",
    columns=(
        Column("product", "strong"),
        Column("code", wide=True),
        Column("available", "number"),
        Column("reserved", "number", wide=True),
        Column("to-inspect", "number", wide=True),
        Column("set-apart", "number"),
        Column("in-transit", "number", wide=True),
        Column("unit"),
        Column("soonest", "expiry"),
        Column("places", "number", wide=True),
        Column("value", "money", wide=True),
    ),
    fetch=_by_product,
    names=("q",),
    filters=_words,
    sign="package",
)
"""Stock by product."""


def _by_place(page: Page, wanted: Wanted, after: str, limit: int) -> list[Row]:
    key = numbers_in(after, 1)
    last = key[0] if key else 0
    sought = wanted.get("q", "").lower()
    numbers = sorted(
        number
        for number, place in page.places.by_id.items()
        if number > last and (sought in place.name.lower() or sought in place.code.lower())
    )[:limit]
    totals = place_totals(page.connection, page.ledger_id, numbers)
    return [
        _place_row(page, page.places.by_id[number], totals.get(number, Totals()))
        for number in numbers
    ]


def _place_row(page: Page, place: Location, totals: Totals) -> Row:
    apart = totals.of(Status.QUARANTINED, Status.REJECTED)
    around = page.places.department_of(place.location_id)
    return Row(
        (
            Cell(place.name, url_for("stock.place", location_id=place.location_id)),
            Cell(place.code),
            Cell(text_of(f"kind-{place.kind}")),
            Cell(around if around != place.name else None),
            Cell(totals.products),
            Cell(totals.of(Status.AVAILABLE)),
            Cell(totals.of(Status.TO_INSPECT), look="look" if totals.of(Status.TO_INSPECT) else ""),
            Cell(apart, look="look" if apart else ""),
            Cell(totals.of(Status.IN_TRANSIT)),
        ),
        key=str(place.location_id),
    )


PLACES: Final = Listing(
    name="stock-by-place",
    columns=(
        Column("place", "strong"),
        Column("code", wide=True),
        Column("kind", wide=True),
        Column("department", wide=True),
        Column("products", "number"),
        Column("available", "number"),
        Column("to-inspect", "number", wide=True),
        Column("set-apart", "number"),
        Column("in-transit", "number", wide=True),
    ),
    fetch=_by_place,
    names=("q",),
    filters=_words,
    sign="map-pin",
)
"""Stock by place."""

_LOT_COLUMNS: Final = (
    Column("product", "strong"),
    Column("lot", "lot"),
    Column("expiry", "expiry"),
    Column("status", "status"),
    Column("quantity", "number"),
    Column("unit"),
)


def at_place(place: Location) -> Listing:
    """What lies at one place, product by product and in the order in which to use it."""

    def fetch(page: Page, _wanted: Wanted, after: str, limit: int) -> list[Row]:
        product_id, passed = numbers_in(after, 2) or (1, 0)
        own, found, last = page.ledger_id, list[Row](), product_id - 1
        while len(found) < limit + passed:
            numbers = products_at(
                page.connection, own, place.location_id, after=last, limit=limit + passed
            )
            if not numbers:
                break
            rows = stock_at(page.connection, own, place.location_id, products=numbers)
            found += _lot_rows(page, rows)
            last = numbers[-1]
        first = found[0].key.partition(".")[0] if found else ""
        return found[passed if first == str(product_id) else 0 :][:limit]

    return Listing("stock-at-" + place.code, _LOT_COLUMNS, fetch, sign="package")


def _lot_rows(page: Page, rows: Sequence[StockRow]) -> list[Row]:
    """Rows of stock as rows of a table; a key is the product's, and how many of it came before."""
    known = products(page.connection, page.ledger_id, {row.product_id for row in rows})
    seen = Counter[int]()
    told = []
    for row in rows:
        product, number = known[row.product_id], row.product_id
        seen[number] += 1
        cells = (
            Cell(product.name, url_for("stock.product", product_id=number), product.specification),
            lot_cell(page, row),
            Cell(expiry(page, row.expiry)),
            Cell(stand(page, row)),
            Cell(row.quantity),
            Cell(product.unit),
        )
        told.append(Row(cells, key=f"{number}.{seen[number]}"))
    return told


def lot_cell(page: Page, row: StockRow) -> Cell:
    """The lot of a row of stock, and whose it is where it isn't ours."""
    href = url_for("lots.page", lot_id=row.lot_id)
    owner = text_of("consigned").filled({"owner": row.owner}) if row.owner else ""
    return Cell(row.lot or page.say("lot-none"), href, owner)


def stand(page: Page, row: StockRow) -> ThingStatus:
    """Where a row of stock stands: what stops it is said first."""
    if row.held:
        return ThingStatus.RECALLED
    if row.status is Status.AVAILABLE and row.expired(page.today):
        return ThingStatus.EXPIRED
    return STATUSES[row.status]


def _by_expiry(page: Page, wanted: Wanted, after: str, limit: int) -> list[Row]:
    days, at = wanted.get("days", ""), wanted.get("place")
    key = numbers_in(after, 4)
    begin = (_day(key[0]), key[1] - 1) if key else None
    rows = stock_by_expiry(
        page.connection,
        page.ledger_id,
        first=page.today - _PAST,
        last=page.today + timedelta(days=int(days if days in _HORIZONS else _HORIZONS[-1])),
        statuses=_EXPIRING,
        locations=page.places.inside(at) if at else None,
        after=begin,
        limit=limit + (_SAME_LOT if key else 0),
    )
    rows = [row for row in rows if key is None or _expiry_key(row) > key][:limit]
    known = products(page.connection, page.ledger_id, {row.product_id for row in rows})
    return [_expiring_row(page, row, known[row.product_id]) for row in rows]


def _day(number: int) -> str:
    if not 0 < number <= date.max.toordinal():
        raise KeyMalformedError(number)
    return date.fromordinal(number).isoformat()


def _expiry_key(row: StockRow) -> tuple[int, ...]:
    day = date.fromisoformat(row.expiry or "").toordinal()
    return day, row.lot_id, row.location_id, _EXPIRING.index(row.status)


def _expiring_row(page: Page, row: StockRow, product: Product) -> Row:
    return Row(
        (
            Cell(
                product.name,
                url_for("stock.product", product_id=product.product_id),
                product.specification,
            ),
            lot_cell(page, row),
            Cell(expiry(page, row.expiry)),
            Cell(
                page.places.name_of(row.location_id),
                url_for("stock.place", location_id=row.location_id),
            ),
            Cell(stand(page, row)),
            Cell(row.quantity),
            Cell(product.unit),
            Cell(value_of(product, row.quantity)),
        ),
        key=".".join(map(str, _expiry_key(row))),
    )


def place_choices(page: Page, chosen: str) -> tuple[Choice, ...]:
    """Every place, to choose from."""
    return tuple(
        Choice(place.code, f"{place.name} · {place.code}", place.code == chosen)
        for place in sorted(page.places.by_id.values(), key=lambda each: each.code)
    )


def _expiry_filters(page: Page, wanted: Wanted) -> tuple[Filter, ...]:
    days, at = wanted.get("days", ""), wanted.get("place", "")
    horizons = tuple(
        Choice(each, text_of("within-days").filled({"days": each}), each == days)
        for each in _HORIZONS
    )
    return Filter("days", days, horizons), Filter("place", at, place_choices(page, at))


EXPIRING: Final = Listing(
    name="expiring",
    columns=(
        Column("product", "strong"),
        Column("lot", "lot"),
        Column("expiry", "expiry"),
        Column("place"),
        Column("status", "status", wide=True),
        Column("quantity", "number"),
        Column("unit"),
        Column("value", "money", wide=True),
    ),
    fetch=_by_expiry,
    names=("days", "place"),
    filters=_expiry_filters,
    empty=text_of("nothing-expires"),
)
"""What expires soon, and what has expired and still lies there."""
