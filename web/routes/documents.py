"""Documents: the list, and one to read and to print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, url_for
from uuid6 import uuid7
from werkzeug.wrappers import Response

from access import Action
from errors import Forbidden
from orders import OpenOrder, OrderState
from web.desk import desk
from web.filling.documents import DOCUMENTS, document_view, file_of_entry
from web.filling.page import Page, open_page
from web.guard import needs
from web.listing import listed
from web.paths import NUMBER
from web.shell import show
from web.small_tables import file_among
from web.visitor import address, reader

blueprint = Blueprint("documents", __name__, url_prefix="/documents")

_PLACE: Final = "documents"


@blueprint.get("")
@needs(Action.SEE_ORDERS, somewhere=True)
def page() -> Response:
    """Every document of the places where the reader sees them, the last placed first."""
    return listed(DOCUMENTS, "documents.page", "documents.html", place=_PLACE, beside=_write)


def _write(filled: Page) -> Mapping[str, object]:
    """Where who orders care writes an order."""
    return {"write": url_for("ordering.new") if filled.may(Action.ORDER_CARE) else None}


@blueprint.get(f"/<{NUMBER}:seq>")
@needs(Action.SEE_ORDERS, somewhere=True)
def one(seq: int) -> Response:
    """One document, by the entry that placed it: its number may be a patient's business."""
    with open_page() as filled:
        order = file_of_entry(filled, seq).order
        allowed = _may_see(filled, order)
        view = document_view(filled, seq) if allowed else None
        stop = _stop(filled, order)
    if view is None:
        place = order.destination or order.source
        desk().hospital.access.require(reader(), Action.SEE_ORDERS, place, address=address())
        raise Forbidden("forbidden")
    if (file := file_among([view.lines])) is not None:
        return file
    return show("document.html", place=_PLACE, document=view, stop=stop, token=str(uuid7()))


def _stop(filled: Page, order: OpenOrder) -> str | None:
    """Where an order of care is stopped; None: it is none, is over, or is not the reader's to."""
    open_still = order.is_of_care and order.state is OrderState.OPEN
    if not open_still or not filled.may_at(Action.ORDER_CARE, order.destination):
        return None
    return url_for("ordering.stop", seq=order.seq)


def _may_see(filled: Page, order: OpenOrder) -> bool:
    places = {order.destination, order.source} - {None}
    return any(filled.may_at(Action.SEE_ORDERS, place) for place in places or {None})
