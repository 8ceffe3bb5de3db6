"""The tour for who comes the first time: five steps through what their role does."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for

from access import Action
from texts import text_of
from web.filling.page import Page
from web.view import EntryRow, TourStep


def tour_of(page: Page, entries: Iterable[EntryRow]) -> tuple[TourStep, ...]:
    """The steps of this reader, the first one to something that was just recorded.

    Args:
        page: the page.
        entries: the ledger's newest ones.
    """
    sample = next((entry.href for entry in entries if entry.href), url_for("search.home"))
    last = url_for("board.page")
    if page.may(Action.SEE_RECALL):
        last = url_for("recalls.page")
    steps = (
        ("scan", sample),
        ("work", url_for("work.page")),
        ("stock", url_for("stock.page")),
        ("recall", last),
        ("help", url_for("guide.page")),
    )
    return tuple(
        TourStep(text_of(f"tour-{name}"), text_of(f"tour-line-{name}"), href)
        for name, href in steps
    )
