"""Master data: products, places, suppliers, par levels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from flask import Blueprint, redirect, request, url_for
from uuid6 import uuid7
from werkzeug.wrappers import Response

from access import Action
from errors import Invalid
from inventory import ParLevel
from texts import Text
from trace import Refused
from web.desk import desk
from web.filling.catalogue import PAR_LEVELS, PLACES, PRODUCTS, SUPPLIERS, catalogue_tabs
from web.filling.faults import whole
from web.filling.page import Page, open_page
from web.filling.stock import place_choices
from web.forms import token
from web.guard import needs
from web.listing import listed, table_view
from web.routes.catalogue_files import KINDS
from web.shell import show, tell
from web.visitor import address, reader

blueprint = Blueprint("catalogue", __name__, url_prefix="/catalogue")

_PLACE: Final = "catalogue"


def _beside(current: str, **more: object) -> Callable[[Page], Mapping[str, object]]:
    def views(page: Page) -> Mapping[str, object]:
        take = url_for(f"catalogue_files.import_{current}_page")
        return {
            "tabs": catalogue_tabs(page, current),
            "current": current,
            "file": url_for(f"catalogue_files.{current}_file"),
            "take": take if page.may(KINDS[current].manage) else None,
            **more,
        }

    return views


@blueprint.get("")
@needs(Action.SEARCH)
def products() -> Response:
    """Products by code."""
    beside = _beside("products")
    return listed(PRODUCTS, "catalogue.products", "catalogue.html", place=_PLACE, beside=beside)


@blueprint.get("/places")
@needs(Action.SEE_PLACES)
def places() -> Response:
    """Places by code."""
    beside = _beside("places")
    return listed(PLACES, "catalogue.places", "catalogue.html", place=_PLACE, beside=beside)


@blueprint.get("/suppliers")
@needs(Action.SEE_STOCK)
def suppliers() -> Response:
    """Who delivers."""
    beside = _beside("suppliers")
    return listed(SUPPLIERS, "catalogue.suppliers", "catalogue.html", place=_PLACE, beside=beside)


@blueprint.get("/par-levels")
@needs(Action.SEE_ORDERS, somewhere=True)
def par_levels() -> Response:
    """What places want to have."""
    endpoint = "catalogue.par_levels"
    return listed(PAR_LEVELS, endpoint, "par_levels.html", place=_PLACE, beside=_par_beside())


@blueprint.post("/par-levels")
@needs(Action.MANAGE_ORDERS, somewhere=True)
def set_par_level() -> Response:
    """Say what a place wants to have of a product from now on."""
    sent = {name: request.form.get(name, "").replace("\x00", "").strip() for name in _FIELDS}
    try:
        (outcome,) = desk().hospital.recorder.record([_level(sent)])
        problem = outcome.text if isinstance(outcome, Refused) else None
    except Invalid as error:
        problem = error.text
    if problem is None:
        tell("par-level-set")
        return redirect(url_for("catalogue.par_levels"), code=303)
    with open_page() as page:
        views = dict(_par_beside(sent, problem)(page))
        table = table_view(page, PAR_LEVELS, "catalogue.par_levels")
    back = url_for("catalogue.par_levels")
    return show("par_levels.html", place=_PLACE, status=422, back_to=back, table=table, **views)  # type: ignore[arg-type] # view models by name


def _level(sent: Mapping[str, str]) -> ParLevel:
    """The par level that a form asks for, where the reader may say so.

    Raises:
        Forbidden: they may not; recorded.
        Invalid: a field is missing, or is no number.
    """
    if not sent["place"]:
        raise Invalid("required", field="place")
    house = desk().hospital
    house.access.require(reader(), Action.MANAGE_ORDERS, sent["place"], address=address())
    return ParLevel(
        id=token(),
        time=house.clock(),
        location=sent["place"],
        product=sent["product"],
        least=whole(sent["least"], "least", least=0),
        target=whole(sent["target"], "target", least=0),
        source=sent["source"] or None,
        person=reader().number,
    )


_FIELDS: Final = ("place", "product", "least", "target", "source", "event_id")


def _par_beside(
    sent: Mapping[str, str] | None = None, problem: Text | None = None
) -> Callable[[Page], Mapping[str, object]]:
    def views(page: Page) -> Mapping[str, object]:
        typed = dict.fromkeys(_FIELDS, "") | dict(sent or {})
        return {
            **_beside("par_levels")(page),
            "sent": typed | {"event_id": str(uuid7())},
            "problem": problem,
            "manage": page.may(Action.MANAGE_ORDERS),
            "action": url_for("catalogue.set_par_level"),
            "at": place_choices(page, typed["place"]),
            "sources": place_choices(page, typed["source"]),
        }

    return views
