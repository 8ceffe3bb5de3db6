"""The page of one lot."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from access import Action
from web.filling.flow import flow_view
from web.filling.page import open_page
from web.filling.things import lot_view
from web.guard import needs
from web.paths import NUMBER, before
from web.shell import show
from web.small_tables import file_among

blueprint = Blueprint("lots", __name__, url_prefix="/lots")


@blueprint.get(f"/<{NUMBER}:lot_id>")
@needs(Action.SEARCH, Action.SEE_STOCK)
def page(lot_id: int) -> Response:
    """A lot: where it is now, and its life, page by page."""
    with open_page() as filled:
        view = lot_view(filled, lot_id, before())
    return show("lot.html", place="search", lot=view)


@blueprint.get(f"/<{NUMBER}:lot_id>/flow")
@needs(Action.SEARCH, Action.SEE_STOCK)
def flow(lot_id: int) -> Response:
    """Where a lot went: supplier, stores, wards, patients."""
    with open_page() as filled:
        view = flow_view(filled, lot_id)
    if (file := file_among([view.table])) is not None:
        return file
    return show("flow.html", place="search", flow=view)
