"""Stock: by product, by place, by last day of use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from flask import Blueprint
from werkzeug.wrappers import Response

from access import Action
from errors import NotFound
from inventory import Location, locations
from web.desk import desk
from web.filling.page import Page, open_page
from web.filling.stock import EXPIRING, PLACES, PRODUCTS, at_place, stock_tabs
from web.filling.stocked import place_view, product_view
from web.guard import needs
from web.listing import listed
from web.paths import NUMBER
from web.shell import show
from web.small_tables import file_among

blueprint = Blueprint("stock", __name__, url_prefix="/stock")

_PLACE: Final = "stock"


def _beside(current: str) -> Callable[[Page], Mapping[str, object]]:
    return lambda _page: {"tabs": stock_tabs(current), "current": current}


@blueprint.get("")
@needs(Action.SEE_STOCK)
def page() -> Response:
    """By product."""
    return listed(PRODUCTS, "stock.page", "stock.html", place=_PLACE, beside=_beside("page"))


@blueprint.get("/places")
@needs(Action.SEE_STOCK)
def places() -> Response:
    """By place."""
    return listed(PLACES, "stock.places", "stock.html", place=_PLACE, beside=_beside("places"))


@blueprint.get("/expiring")
@needs(Action.SEE_STOCK)
def expiring() -> Response:
    """By last day of use."""
    beside = _beside("expiring")
    return listed(EXPIRING, "stock.expiring", "stock.html", place=_PLACE, beside=beside)


@blueprint.get(f"/products/<{NUMBER}:product_id>")
@needs(Action.SEE_STOCK)
def product(product_id: int) -> Response:
    """One product: how much is where, which to use first, what came and went."""
    with open_page() as filled:
        view = product_view(filled, product_id)
    if (file := file_among([view.stock, view.movement.table])) is not None:
        return file
    return show("stock_product.html", place=_PLACE, product=view)


@blueprint.get(f"/places/<{NUMBER}:location_id>")
@needs(Action.SEE_STOCK)
def place(location_id: int) -> Response:
    """What lies at one place."""
    found = _place(location_id)
    return listed(
        at_place(found),
        "stock.place",
        "stock_place.html",
        place=_PLACE,
        beside=lambda page: {"spot": place_view(page, found)},
        location_id=location_id,
    )


def _place(location_id: int) -> Location:
    house = desk().hospital
    with house.database.read() as connection:
        found = locations(connection, house.ledger_id, [location_id]).get(location_id)
    if found is None:
        raise NotFound("not-found", what=str(location_id))
    return found
