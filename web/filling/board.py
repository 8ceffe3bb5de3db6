"""Filling the director's view."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import url_for

from access import Action
from ledger import cosignatures_of
from texts import text_of
from web.filling.cases import open_rows
from web.filling.page import Page
from web.shell import seal_of
from web.view.board import BoardView, Contact

_NEAR: Final = timedelta(hours=4)
_SILENT: Final = timedelta(hours=24)
_REASONS: Final = 6
_CASES: Final = 6


def board_view(page: Page) -> BoardView:
    """The day in figures."""
    own = page.desk
    size = own.hospital.ledger.head_in(page.connection).size
    day = own.today.day(page.connection, size, page.now)
    newest = page.standings.newest
    found = cosignatures_of(newest, own.notary.policy)
    hour = page.now.astimezone(own.hospital.zone).hour
    return BoardView(
        at=page.now,
        scans=day.scans,
        looks=day.looks,
        stopped=day.stopped,
        hours=tuple(day.hours[n] for n in range(hour + 1)),
        reasons=tuple(
            (text_of(f"stopped-{reason}"), count)
            for reason, count in day.reasons.most_common(_REASONS)
        ),
        given=day.given,
        ordered=day.ordered,
        loops=own.closed.of_month(
            page.connection, page.now, f"{page.today:%Y-%m}", page.places.codes
        ),
        report=url_for("reports.medication") if page.may(Action.SEE_REPORTS) else None,
        later=day.later,
        later_looks=day.later_looks,
        expiring=own.expiring.buckets(page.connection, page.now, page.today),
        recalls=open_rows(page, _CASES) if page.may(Action.SEE_RECALL) else (),
        devices=Contact(*own.hospital.access.fleet.contact(page.now, _NEAR, _SILENT)),
        size=size,
        seal=seal_of(own.notary.audits.last()),
        checkpoint=newest.made if newest else None,
        open=size - (newest.checkpoint.size if newest else 0),
        witnesses=(sum(each.time is not None for each in found), len(found)),
        wall=url_for("board.wall"),
        desk=url_for("board.page"),
        behind=day.behind,
    )
