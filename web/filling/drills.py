"""The drills of recalls, and how long each step took: what an exercise is done for."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from flask import url_for

from recall import Case, cases
from texts import text_of
from web.filling.page import Page
from web.filling.report import work_done
from web.listing import Listing, Wanted, numbers_in
from web.view import Formats
from web.view.table import Cell, Column, Row

_STEPS: Final = ("acknowledged", "searched", "told")


def _fetch(page: Page, _wanted: Wanted, after: str, limit: int) -> list[Row]:
    key = numbers_in(after, 1)
    drills = [
        case
        for case in cases(page.connection, page.ledger_id)
        if case.drill and (key is None or case.seq < key[0])
    ]
    return [_row(page, case) for case in drills[:limit]]


def _row(page: Page, case: Case) -> Row:
    formats = Formats(page.desk.hospital.zone)

    def after(moment: datetime | None) -> Cell:
        return Cell(None if moment is None else formats.span(moment - case.notified, page.language))

    done = work_done(page.recalls.tasks(page.connection, case))
    names = dict.fromkeys(page.product(part.product_id).name for part in case.scope)
    closing = case.closing
    return Row(
        (
            Cell(case.case_id, url_for("recalls.case", case_id=case.case_id)),
            Cell("、".join(names)),
            Cell(case.opened),
            *(after(done.get(step)) for step in _STEPS),
            after(closing.decided if closing else None),
        ),
        key=str(case.seq),
    )


DRILLS: Final = Listing(
    name="drills",
    columns=(
        Column("case", "strong"),
        Column("product"),
        Column("opened", "moment"),
        *(Column(step) for step in _STEPS),
        Column("closed"),
    ),
    fetch=_fetch,
    empty=text_of("drills-none"),
    sign="timer",
)
"""Every drill, the newest first, with the times that it reached."""
