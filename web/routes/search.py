"""Searching, and the first page."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from access import Action
from errors import Invalid, NotFound
from inventory import products
from scanning import decode
from texts import text_of
from web.filling.cases import case_rows
from web.filling.ledger import newest_entries
from web.filling.page import open_page
from web.filling.search import Found, look_up, look_up_symbols, lots_of_product
from web.guard import needs
from web.paths import NUMBER
from web.shell import show
from web.view import SearchView

blueprint = Blueprint("search", __name__)

_ENTRIES: Final = 10
_CASES: Final = 6
_BUDGET_MS: Final = 2_000


@blueprint.get("/")
@needs(Action.SEARCH)
def home() -> Response:
    """The first page: what was just recorded, which recalls are open."""
    with open_page() as page:
        view = SearchView(
            recalls=case_rows(page, _CASES) if page.may(Action.SEE_RECALL) else (),
            entries=newest_entries(page, _ENTRIES),
            photo=url_for("search.photo"),
        )
    return show("search.html", place="search", search=view)


@blueprint.get("/search")
@needs(Action.SEARCH)
def results() -> Response:
    """What a query leads to; straight to it, when it is one thing."""
    query = request.args.get("q", "")
    if not query.strip():
        return redirect(url_for("search.home"), code=303)
    with open_page() as page:
        return _answer(look_up(page, query), query)


@blueprint.post("/search/photo")
@needs(Action.SEARCH)
def photo() -> Response:
    """What the symbols in a photo lead to."""
    file = request.files.get("photo")
    if file is None or not file.filename:
        return _nothing(Invalid("photo-missing", field="photo"))
    try:
        symbols = decode(file.read(), _BUDGET_MS)
    except Invalid as error:
        return _nothing(error)
    if not symbols:
        return _nothing(Invalid("photo-empty", field="photo"))
    with open_page() as page:
        found = look_up_symbols(page, (symbol.raw for symbol in symbols))
        found.findings += [
            text_of("photo-uncertain").filled({"found": symbol.raw})
            for symbol in symbols
            if symbol.uncertain
        ]
        names = " · ".join(scan.key or scan.raw for scan in found.scans)
        return _answer(found, names or symbols[0].raw)


@blueprint.get(f"/products/<{NUMBER}:product_id>")
@needs(Action.SEARCH)
def product(product_id: int) -> Response:
    """A product's lots."""
    with open_page() as page:
        known = products(page.connection, page.ledger_id, [product_id]).get(product_id)
        if known is None:
            raise NotFound("not-found", what=str(product_id))
        view = lots_of_product(page, known).view(f"{known.name} {known.specification}")
    return show("search.html", place="search", search=view)


def _answer(found: Found, query: str) -> Response:
    if found.only is not None:
        return redirect(found.only, code=303)
    back = url_for("search.home") if request.method == "POST" else None
    return show("search.html", place="search", query=query, back_to=back, search=found.view(query))


def _nothing(error: Invalid) -> Response:
    """The photo led to nothing, and why."""
    view = SearchView(query="–", findings=(error.text,), photo=url_for("search.photo"))
    back = url_for("search.home")
    return show("search.html", place="search", status=error.status, back_to=back, search=view)
