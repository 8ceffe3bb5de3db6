"""The tables of master data: products, places, suppliers, par levels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from flask import url_for

from access import Action
from inventory import (
    Category,
    Location,
    ParRow,
    Product,
    SupplierRow,
    identifiers_of,
    par_level_page,
    product_page,
    products,
    stock_at,
    supplier_page,
)
from texts import text_of
from web.filling.page import Page
from web.filling.stock import place_choices
from web.listing import Listing, Wanted, numbers_in
from web.view import Choice
from web.view.table import Cell, Column, Filter, Row, Tab

_TABS: Final = (
    ("products", Action.SEARCH),
    ("places", Action.SEE_PLACES),
    ("suppliers", Action.SEE_STOCK),
    ("par_levels", Action.SEE_ORDERS),
)

_NOTICE: Final = timedelta(days=60)
"""How long before its end a licence is pointed out."""


def catalogue_tabs(page: Page, current: str) -> tuple[Tab, ...]:
    """The parts of the catalogue that the reader may see."""
    return tuple(
        Tab(text_of(f"catalogue-{name}"), url_for(f"catalogue.{name}"), name == current)
        for name, action in _TABS
        if page.may(action)
    )


def _products(page: Page, wanted: Wanted, after: str, limit: int) -> list[Row]:
    category = wanted.get("category", "")
    found = product_page(
        page.connection,
        page.ledger_id,
        words=wanted.get("q", ""),
        category=Category(category) if category in set(Category) else None,
        after=after,
        limit=limit,
    )
    names = identifiers_of(page.connection, page.ledger_id, [each.product_id for each in found])
    return [_product_row(page, each, names.get(each.product_id, ())) for each in found]


def _product_row(page: Page, product: Product, names: Sequence[str]) -> Row:
    flags = " · ".join(page.say(f"flag-{flag}") for flag in sorted(product.flags))
    return Row(
        (
            Cell(product.code),
            Cell(
                product.name,
                url_for("stock.product", product_id=product.product_id),
                product.specification,
            ),
            Cell(text_of(f"category-{product.category}")),
            Cell(product.unit),
            Cell(product.holder or None),
            Cell(flags or None, look="look"),
            Cell(len(names), look="" if names else "look"),
            Cell(product.price),
        ),
        key=product.code,
    )


def _product_filters(_page: Page, wanted: Wanted) -> tuple[Filter, ...]:
    chosen = wanted.get("category", "")
    categories = tuple(
        Choice(each.value, text_of(f"category-{each}"), each.value == chosen) for each in Category
    )
    return Filter("q", wanted.get("q", "")), Filter("category", chosen, categories)


PRODUCTS: Final = Listing(
    name="products",
    columns=(
        Column("code", "mono"),
        Column("product", "strong"),
        Column("category", wide=True),
        Column("unit", wide=True),
        Column("holder", wide=True),
        Column("flags", wide=True),
        Column("codes", "number"),
        Column("price", "money", wide=True),
    ),
    fetch=_products,
    names=("q", "category"),
    filters=_product_filters,
    sign="pill",
)
"""The catalogue by code."""


def _places(page: Page, wanted: Wanted, after: str, limit: int) -> list[Row]:
    sought = wanted.get("q", "").lower()
    found = sorted(
        (
            place
            for place in page.places.by_id.values()
            if place.code > after and (sought in place.name.lower() or sought in place.code.lower())
        ),
        key=lambda place: place.code,
    )
    return [_place_row(page, place) for place in found[:limit]]


def _place_row(page: Page, place: Location) -> Row:
    href = url_for("stock.place", location_id=place.location_id)
    return Row(
        (
            Cell(place.code),
            Cell(place.name, href if page.may(Action.SEE_STOCK) else None),
            Cell(text_of(f"kind-{place.kind}")),
            Cell(page.places.name(place.parent) if place.parent else None),
            Cell(place.gln),
            Cell(str(place.temperatures) if place.temperatures else None),
        ),
        key=place.code,
    )


def _words(_page: Page, wanted: Wanted) -> tuple[Filter, ...]:
    return (Filter("q", wanted.get("q", "")),)


PLACES: Final = Listing(
    name="places",
    columns=(
        Column("code", "mono"),
        Column("place", "strong"),
        Column("kind"),
        Column("parent"),
        Column("gln", "code", wide=True),
        Column("temperature", wide=True),
    ),
    fetch=_places,
    names=("q",),
    filters=_words,
    sign="map-pin",
)
"""The places by code."""


def _suppliers(page: Page, wanted: Wanted, after: str, limit: int) -> list[Row]:
    found = supplier_page(
        page.connection, page.ledger_id, words=wanted.get("q", ""), after=after, limit=limit
    )
    orders = page.may(Action.SEE_ORDERS)
    return [_supplier_row(page, each, orders=orders) for each in found]


def _supplier_row(page: Page, each: SupplierRow, *, orders: bool) -> Row:
    known = each.supplier
    until = known.licence_until
    look = "" if until is None else licence_look(until, page.today)
    lot = None if each.last is None else url_for("lots.page", lot_id=each.last)
    return Row(
        (
            Cell(known.code, url_for("documents.page", number=known.code) if orders else None),
            Cell(known.name or None, look="look"),
            Cell(known.credit_code or None),
            Cell(known.licence or None),
            Cell(None if until is None else until.isoformat(), look=look),
            Cell(known.phone or None),
            Cell(each.lots),
            Cell(each.received),
            Cell(text_of("see-lot"), lot) if lot else Cell(),
        ),
        key=known.code,
    )


def licence_look(until: date, today: date) -> str:
    """How a licence's last day is shown: past, within the notice, or plain."""
    if until < today:
        return "stop"
    return "look" if until - today <= _NOTICE else ""


SUPPLIERS: Final = Listing(
    name="suppliers",
    columns=(
        Column("supplier", "strong"),
        Column("name"),
        Column("credit-code", "mono", wide=True),
        Column("licence", "mono", wide=True),
        Column("licence-until", "chip"),
        Column("phone", "mono", wide=True),
        Column("lots", "number", wide=True),
        Column("received", "number"),
        Column("last-lot", wide=True),
    ),
    fetch=_suppliers,
    names=("q",),
    filters=_words,
    sign="truck",
)
"""Who delivers, by code."""


def _par_levels(page: Page, wanted: Wanted, after: str, limit: int) -> list[Row]:
    first, second = numbers_in(after, 2) or (0, 0)
    reach = page.reach(Action.SEE_ORDERS)
    if "place" in wanted:
        inside = page.places.inside(wanted["place"])
        reach = inside if reach is None else reach & inside
    found = par_level_page(
        page.connection, page.ledger_id, locations=reach, after=(first, second), limit=limit
    )
    known = products(page.connection, page.ledger_id, {each.product_id for each in found})
    usable = _usable(page, found)
    return [
        _par_row(page, each, known[each.product_id], usable[each.location_id, each.product_id])
        for each in found
    ]


def _usable(page: Page, found: Sequence[ParRow]) -> Mapping[tuple[int, int], int]:
    """How much of each product may be used at its place."""
    there = Counter[tuple[int, int]]()
    for location_id in {each.location_id for each in found}:
        wanted = [each.product_id for each in found if each.location_id == location_id]
        for row in stock_at(page.connection, page.ledger_id, location_id, products=wanted):
            if row.usable(page.today):
                there[location_id, row.product_id] += row.quantity
    return there


def _par_row(page: Page, each: ParRow, product: Product, usable: int) -> Row:
    short = max(0, each.target - usable) if usable < each.least else 0
    return Row(
        (
            Cell(page.places.name_of(each.location_id)),
            Cell(
                product.name,
                url_for("stock.product", product_id=product.product_id),
                product.specification,
            ),
            Cell(each.least),
            Cell(each.target),
            Cell(usable, look="look" if short else ""),
            Cell(short or None),
            Cell(product.unit),
            Cell(page.places.name_of(each.source_id) if each.source_id else None),
        ),
        key=f"{each.location_id}.{each.product_id}",
    )


def _par_filters(page: Page, wanted: Wanted) -> tuple[Filter, ...]:
    chosen = wanted.get("place", "")
    return (Filter("place", chosen, place_choices(page, chosen)),)


PAR_LEVELS: Final = Listing(
    name="par-levels",
    columns=(
        Column("place", "strong"),
        Column("product"),
        Column("least", "number"),
        Column("target", "number"),
        Column("usable", "number"),
        Column("to-order", "number"),
        Column("unit", wide=True),
        Column("source", wide=True),
    ),
    fetch=_par_levels,
    names=("place",),
    filters=_par_filters,
    sign="list-checks",
)
"""What places want to have, and what of it is there."""
