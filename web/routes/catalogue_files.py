"""Master data as files: each table of the catalogue out as one that goes back in, and in again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from io import StringIO
from typing import Final

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from access import Action
from errors import MedtraceError
from inventory import (
    ImportFault,
    export_par_levels,
    export_places,
    export_products,
    export_suppliers,
)
from texts import Text, text_of
from web.filling.page import Page, open_page
from web.guard import needs
from web.importing import (
    Looked,
    Run,
    faults_of,
    look_at,
    record,
    run_par_levels,
    run_places,
    run_products,
    run_suppliers,
)
from web.messages import language
from web.shell import show
from web.tables import FILES, file_of
from web.view.table import Cell, Column, Row
from web.visitor import reader

blueprint = Blueprint("catalogue_files", __name__, url_prefix="/catalogue")

Export = Callable[[Page, StringIO], int]
"""Writes a table as CSV."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A table of master data.

    Args:
        name: of its page's endpoint.
        path: in addresses.
        see: what it takes to take it out.
        manage: what it takes to bring it in.
        run: imports it.
        export: writes it.
        somewhere: both are asked place by place.
    """

    name: str
    path: str
    see: Action
    manage: Action
    run: Run
    export: Export
    somewhere: bool = False


def _products(page: Page, file: StringIO) -> int:
    return export_products(page.connection, page.ledger_id, file, chinese=page.language == "zh")


def _places(page: Page, file: StringIO) -> int:
    return export_places(page.connection, page.ledger_id, file, chinese=page.language == "zh")


def _suppliers(page: Page, file: StringIO) -> int:
    return export_suppliers(page.connection, page.ledger_id, file, chinese=page.language == "zh")


def _par_levels(page: Page, file: StringIO) -> int:
    return export_par_levels(
        page.connection,
        page.ledger_id,
        file,
        chinese=language() == "zh",
        places=page.reach(Action.SEE_ORDERS),
    )


KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind(
            *("products", "products", Action.SEARCH, Action.MANAGE_CATALOGUE),
            *(run_products, _products),
        ),
        Kind(*("places", "places", Action.SEE_PLACES, Action.MANAGE_PLACES), run_places, _places),
        Kind(
            *("suppliers", "suppliers", Action.SEE_STOCK, Action.MANAGE_CATALOGUE),
            *(run_suppliers, _suppliers),
        ),
        Kind(
            *("par_levels", "par-levels", Action.SEE_ORDERS, Action.MANAGE_ORDERS),
            *(run_par_levels, _par_levels),
            somewhere=True,
        ),
    )
}
"""Each table by the name of its page."""


def _file(kind: Kind) -> Response:
    """The table that an import takes back."""
    text = StringIO()
    with open_page() as page:
        kind.export(page, text)
    content = ("\ufeff" + text.getvalue()).encode()
    response = Response(content, content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"{kind.path}.csv")
    return response


def _page(kind: Kind) -> Response:
    """Where a file is given."""
    return _import(kind)


def _take(kind: Kind) -> Response:
    """Look at a file, or record the one that was looked at."""
    token = request.form.get("token", "")
    try:
        if token:
            looked = record(token, kind.run, reader())
        elif (file := request.form.get("format")) in FILES:
            faults = faults_of(request.files.get("file"), kind.run, reader())
            return file_of(f"{kind.path}-faults", file, _FAULTS, lambda: map(_fault, faults))
        else:
            looked = look_at(request.files.get("file"), kind.run, reader())
    except MedtraceError as error:
        return _import(kind, problem=error.text)
    return _import(kind, looked)


_FAULTS: Final = (
    Column("fault-row", "number"),
    Column("fault-column"),
    Column("fault-said"),
    Column("fault-stops"),
)


def _fault(fault: ImportFault) -> Row:
    stops = text_of("fault-stops" if fault.blocking else "fault-notice")
    return Row((Cell(fault.row), Cell(fault.column or None), Cell(fault.text), Cell(stops)))


def _import(kind: Kind, looked: Looked | None = None, problem: Text | None = None) -> Response:
    action = url_for(f"catalogue_files.import_{kind.name}_page")
    return show(
        "import.html",
        place="catalogue",
        status=422 if problem else 200,
        back_to=action,
        kind=kind.name,
        looked=looked,
        problem=problem,
        action=action,
        sample=url_for(f"catalogue_files.{kind.name}_file"),
        back=url_for(f"catalogue.{kind.name}"),
    )


def _add(kind: Kind) -> None:
    doors: tuple[tuple[str, str, str, Action, Callable[[Kind], Response]], ...] = (
        ("GET", "file", f"{kind.name}_file", kind.see, _file),
        ("GET", "import", f"import_{kind.name}_page", kind.manage, _page),
        ("POST", "import", f"import_{kind.name}_file", kind.manage, _take),
    )
    for method, end, endpoint, action, answer in doors:
        view = partial(answer, kind)
        view.__name__ = view.__qualname__ = endpoint  # type: ignore[attr-defined] # what limits count by
        view.__module__ = __name__
        gated = needs(action, somewhere=kind.somewhere)(view)
        blueprint.add_url_rule(f"/{kind.path}/{end}", endpoint, gated, methods=[method])


for each in KINDS.values():
    _add(each)
