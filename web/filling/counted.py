"""A count at the desk: what differs from the books, and its approval."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from flask import url_for
from uuid6 import uuid7

from errors import NotFound
from inventory import (
    Approver,
    CountFile,
    Difference,
    approval_records,
    differences,
    digest_of,
    find_count,
    lines_counted,
    products,
)
from texts import text_of
from trace import Recordable
from web.desk import desk
from web.filling.goods import serial_of
from web.filling.page import Page
from web.small_tables import with_files
from web.view import Expiry
from web.view.counts import CountView
from web.view.table import Cell, Column, Row, TableView, Tile
from web.visitor import reader

_COLUMNS: Final = (
    Column("product", "strong"),
    Column("lot", "lot"),
    Column("serial", "mono", wide=True),
    Column("expiry", "expiry", wide=True),
    Column("expected", "number"),
    Column("counted", "number"),
    Column("difference", "signed"),
    Column("before", wide=True),
)


def find(page: Page, count_id: str) -> tuple[CountFile, str, list[Difference]]:
    """A count, the code of its place, and its differences.

    Raises:
        NotFound: there is no such count.
    """
    try:
        number = UUID(count_id)
    except ValueError:
        raise NotFound("not-found", what=count_id[:40]) from None
    file = find_count(page.connection, page.ledger_id, number)
    if file is None:
        raise NotFound("not-found", what=count_id[:40])
    place = page.places.by_id[file.location_id].code
    if file.state != "open":
        return file, place, []
    return file, place, differences(page.connection, page.ledger_id, file)


def approval_of(
    file: CountFile, place: str, found: Sequence[Difference], token: UUID
) -> list[Recordable]:
    """The approval by the reader, with the events that adjust the books."""
    person = reader()
    by = Approver(
        person=person.number,
        location=place,
        time=desk().hospital.clock(),
        counted_by=next(iter(file.people), None),
    )
    return approval_records(token, file.count_id, found, by)


def count_view(page: Page, count_id: str) -> tuple[CountView, str]:
    """The page of a count, and the code of its place.

    Raises:
        NotFound: there is no such count.
    """
    file, place, found = find(page, count_id)
    known = products(page.connection, page.ledger_id, {each.product_id for each in found})
    names = {number: product.name for number, product in known.items()}
    counted = lines_counted(page.connection, page.ledger_id, file.count_id)
    rows = tuple(_row(page, each, names.get(each.product_id)) for each in found)
    more = sum(each.amount for each in found if each.amount > 0)
    less = -sum(each.amount for each in found if each.amount < 0)
    barred = sum(each.problem is not None for each in found)
    to = url_for("work.count", count_id=file.count_id)
    own = page.principal.number in file.people
    view = CountView(
        place=page.places.name(place),
        people=tuple(page.person(each) for each in file.people),
        open=file.state == "open",
        tiles=(
            Tile("counted", f"{counted:,}"),
            Tile("less", f"{less:,}", look="stop" if less else ""),
            Tile("more", f"{more:,}", look="look" if more else ""),
            Tile("barred-lines", f"{barred:,}", look="look" if barred else ""),
        ),
        table=with_files(
            TableView(to, _COLUMNS, rows, empty=text_of("count-agrees")), "count-differences"
        ),
        approve=to if file.state == "open" and not own else None,
        digest=digest_of(found),
        token=str(uuid7()),
        own=own,
    )
    return view, place


def _row(page: Page, each: Difference, name: str | None) -> Row:
    problem = None
    if each.problem is not None:
        problem = text_of(each.problem).filled({"product": name or each.key, "location": ""})
    day = Expiry(date.fromisoformat(each.expiry), page.today) if each.expiry else None
    return Row(
        (
            Cell(name or page.say("code-unknown")),
            Cell(each.lot or None),
            Cell(serial_of(each.key) if each.serial else None),
            Cell(day),
            Cell(each.expected),
            Cell(each.counted),
            Cell(each.amount, look="stop" if each.amount < 0 else "look"),
            Cell(problem, look="look"),
        ),
        look="look" if problem else "",
    )
