"""Lists: one mechanism for every table of the desk, on the page and as a file.

A `Listing` says which columns there are and how rows are fetched after a key (never by an offset:
the hundred-thousandth row costs what the first one does). The page shows fifty of them; the same
address with `format=csv` or `format=xlsx` streams all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask import Response, request, url_for

from errors import Invalid
from texts import Text
from web.filling.page import Page, open_page
from web.shell import show
from web.tables import FILES, file_of
from web.view.table import NOTHING, Column, Filter, Row, TableView

PAGE: Final = 50
"""Rows on a page."""
STEP: Final = 1_000
"""Rows of a file that are read together."""
_LONGEST: Final = 200

Wanted = Mapping[str, str]
"""The filters that are set, by name."""
Fetch = Callable[[Page, Wanted, str, int], Sequence[Row]]
"""Rows after a key (empty: from the beginning), so many at the most."""
Filters = Callable[[Page, Wanted], tuple[Filter, ...]]


@dataclass(frozen=True, slots=True)
class Listing:
    """A table and where its rows come from.

    Args:
        name: of the file.
        columns: from left to right.
        fetch: reads rows.
        names: the filters it knows.
        filters: draws them.
        empty: what is said where there is no row.
        sign: the icon beside it.
    """

    name: str
    columns: tuple[Column, ...]
    fetch: Fetch
    names: tuple[str, ...] = ()
    filters: Filters | None = None
    empty: Text = NOTHING
    sign: str = "circle-check"


def wanted_of(listing: Listing) -> dict[str, str]:
    """The filters that this request sets."""
    found = {name: request.args.get(name, "").strip()[:_LONGEST] for name in listing.names}
    return {name: value for name, value in found.items() if value and "\x00" not in value}


def table_view(page: Page, listing: Listing, endpoint: str, **values: object) -> TableView:
    """The page of a table that this request asks for.

    Args:
        page: the page.
        listing: the table.
        endpoint: of the page itself.
        values: further parts of its address.
    """
    wanted, after = wanted_of(listing), request.args.get("after", "")[:_LONGEST]
    rows = fetched(page, listing, wanted, after, PAGE + 1)
    shown = tuple(rows[:PAGE])

    def to(**more: object) -> str:
        return url_for(endpoint, **values, **wanted, **more)  # type: ignore[arg-type] # parts of an address

    return TableView(
        action=url_for(endpoint, **values),  # type: ignore[arg-type] # parts of an address
        columns=listing.columns,
        rows=shown,
        filters=listing.filters(page, wanted) if listing.filters else (),
        more=to(after=shown[-1].key) if len(rows) > PAGE else None,
        first=to() if after else None,
        everything=url_for(endpoint, **values) if wanted else None,  # type: ignore[arg-type] # parts of an address
        files=tuple((each, to(format=each)) for each in FILES),
        empty=listing.empty,
        sign=listing.sign,
    )


def listed(
    listing: Listing,
    endpoint: str,
    template: str,
    *,
    place: str,
    beside: Callable[[Page], Mapping[str, object]] | None = None,
    **values: object,
) -> Response:
    """The answer of an address that shows a table: its page, or the file that is asked for.

    Args:
        listing: the table.
        endpoint: of the page.
        template: shows `table`, and what else `beside` fills.
        place: in the rail.
        beside: fills further view models from the same state.
        values: further parts of the address.
    """
    file = asked_file(listing)
    if file is not None:
        return file
    with open_page() as page:
        views = dict(beside(page)) if beside is not None else {}
        table = table_view(page, listing, endpoint, **values)
    return show(template, place=place, table=table, **views)  # type: ignore[arg-type] # view models by name


def fetched(page: Page, listing: Listing, wanted: Wanted, after: str, limit: int) -> Sequence[Row]:
    """Rows of a table; a key that is none begins at the beginning."""
    try:
        return listing.fetch(page, wanted, after, limit)
    except KeyMalformedError:
        return listing.fetch(page, wanted, "", limit)


def asked_file(listing: Listing) -> Response | None:
    """The table as the file that this request asks for; None: it asks for the page.

    Raises:
        Invalid: `format-unknown`.
    """
    wanted = request.args.get("format")
    if wanted is None:
        return None
    if wanted not in FILES:
        raise Invalid("format-unknown", field="format", found=wanted[:20])
    narrowed = wanted_of(listing)

    def rows() -> Iterator[Row]:
        with open_page() as page:
            after = ""
            while True:
                step = fetched(page, listing, narrowed, after, STEP)
                yield from step
                if len(step) < STEP:
                    return
                after = step[-1].key

    return file_of(listing.name, wanted, listing.columns, rows)


def file_links(endpoint: str, **values: object) -> tuple[tuple[str, str], ...]:
    """The files of a page that draws its list by itself: the ending, and its address."""
    return tuple((each, url_for(endpoint, **values, format=each)) for each in FILES)  # type: ignore[arg-type] # parts of an address


class KeyMalformedError(ValueError):
    """A key that no row of the table has."""


def numbers_in(after: str, count: int) -> tuple[int, ...] | None:
    """The whole numbers of a key, `17.4`; None: there is no key.

    Raises:
        KeyMalformedError: it is none of this table.
    """
    if not after:
        return None
    parts = after.split(".")
    if len(parts) != count or not all(each.isascii() and each.isdigit() for each in parts):
        raise KeyMalformedError(after)
    found = tuple(int(each) for each in parts)
    if any(each >= 2**63 for each in found):
        raise KeyMalformedError(after)
    return found
