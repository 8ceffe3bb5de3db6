"""Searching, and the first page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from access import Action, IdentifierKind, Purpose
from errors import Invalid, NotFound
from inventory import products
from scanning import decode
from texts import Text, text_of
from web.filling.cases import PURPOSES, case_rows
from web.filling.ledger import newest_entries
from web.filling.page import open_page
from web.filling.patient_goods import patient_goods, purposes
from web.filling.search import Found, look_up, look_up_symbols, lots_of_product
from web.filling.tour import tour_of
from web.guard import needs
from web.paths import NUMBER
from web.presentation import wants_tour
from web.shell import show
from web.tables import FILES, file_of
from web.view import Choice, SearchView
from web.view.patients import PatientGoods

blueprint = Blueprint("search", __name__)

_ENTRIES: Final = 10
_CASES: Final = 6
_BUDGET_MS: Final = 2_000


@blueprint.get("/")
@needs(Action.SEARCH)
def home() -> Response:
    """The first page: what was just recorded, which recalls are open."""
    with open_page() as page:
        entries = newest_entries(page, _ENTRIES)
        view = SearchView(
            recalls=case_rows(page, _CASES) if page.may(Action.SEE_RECALL) else (),
            entries=entries,
            tour=tour_of(page, entries) if wants_tour() else (),
            photo=url_for("search.photo"),
            patient=url_for("search.patient_form") if page.may(Action.FIND_PATIENTS) else None,
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


@blueprint.get("/search/patient")
@needs(Action.FIND_PATIENTS, somewhere=True)
def patient_form() -> Response:
    """Where a patient is looked for; a number is never part of an address."""
    return _patient()


@blueprint.post("/search/patient")
@needs(Action.FIND_PATIENTS, somewhere=True)
def patient() -> Response:
    """What a patient had, found by their number, with a reason that is on record."""
    sent = {name: request.form.get(name, "").strip() for name in ("kind", "number", "reason")}
    if not sent["number"] or sent["kind"] not in set(IdentifierKind):
        return _patient(sent, text_of("patient-number-missing"))
    if sent["reason"] not in set(PURPOSES):
        return _patient(sent, text_of("purpose-missing"))
    kind, reason = IdentifierKind(sent["kind"]), Purpose(sent["reason"])
    try:
        with open_page() as page:
            had = patient_goods(page, kind, sent["number"], reason)
    except NotFound as error:
        return _patient(sent, error.text)
    if (kind_of_file := request.form.get("format")) in FILES:
        rows = had.table.rows
        return file_of("patient-goods", kind_of_file, had.table.columns, lambda: iter(rows))
    return _patient(sent, had=had)


def _patient(
    sent: Mapping[str, str] | None = None,
    problem: Text | None = None,
    had: PatientGoods | None = None,
) -> Response:
    typed = sent or {}
    kinds = tuple(
        Choice(each.value, text_of(f"patient-{each}"), each.value == typed.get("kind"))
        for each in IdentifierKind
    )
    return show(
        "patient.html",
        place="search",
        status=422 if problem else 200,
        back_to=url_for("search.patient_form"),
        action=url_for("search.patient"),
        kinds=kinds,
        reasons=purposes(typed.get("reason", "")),
        problem=problem,
        had=had,
    )


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
