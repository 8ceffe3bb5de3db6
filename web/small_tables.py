"""Tables that a page shows whole beside everything else, and the files they come as.

Such a table is no list of its own: its file has the address of the page, with `table` and
`format`, and what else the page was narrowed by. The page is filled as ever, and then one table
of it answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from urllib.parse import urlencode

from flask import Response, request

from errors import Invalid, NotFound
from web.filling.page import Page, open_page
from web.tables import FILES, file_of
from web.view.table import TableView


def with_files(table: TableView, name: str) -> TableView:
    """The table with the addresses of its files.

    Args:
        table: one of the page that is asked for.
        name: tells it from the other tables of the page, and names the file.
    """
    kept = [(key, value) for key, value in request.args.items() if key not in {"format", "table"}]
    files = tuple(
        (kind, f"{request.path}?{urlencode([*kept, ('table', name), ('format', kind)])}")
        for kind in FILES
    )
    return replace(table, name=name, files=files)


def small_file(tables: Callable[[Page], Iterable[TableView]]) -> Response | None:
    """The table that this request asks for as a file; None: it asks for the page, or for its list.

    Args:
        tables: fills those of the page.

    Raises:
        NotFound: the page has no such table.
        Invalid: `format-unknown`.
    """
    if "table" not in request.args:
        return None
    with open_page() as page:
        return file_among(tables(page))


def file_among(tables: Iterable[TableView]) -> Response | None:
    """The same where the tables are filled already.

    Raises:
        NotFound: none of them is asked for.
        Invalid: `format-unknown`.
    """
    wanted, kind = request.args.get("table"), request.args.get("format", "")
    if wanted is None:
        return None
    found = next((table for table in tables if table.name == wanted), None)
    if found is None:
        raise NotFound("not-found", what=wanted[:40])
    if kind not in FILES:
        raise Invalid("format-unknown", field="format", found=kind[:20])
    return file_of(found.name, kind, found.columns, lambda: iter(found.rows))
