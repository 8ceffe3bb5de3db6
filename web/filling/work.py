"""The first page of work: every list of this reader, with how much waits there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask import url_for

from access import Action
from texts import text_of
from web.filling.documents import RECEIVING
from web.filling.page import Page
from web.filling.recall_work import RECALL_TASKS
from web.filling.settling import CODES, EXCEPTIONS, EXCURSIONS
from web.filling.stock import EXPIRING
from web.filling.waiting import APART, COUNTS, INSPECTIONS, TRANSFERS
from web.listing import Listing
from web.view.table import MOST, Tab

LISTS: Final[Sequence[tuple[str, Action, Listing]]] = (
    ("receiving", Action.RECEIVE, RECEIVING),
    ("inspections", Action.INSPECT, INSPECTIONS),
    ("transfers", Action.MOVE, TRANSFERS),
    ("exceptions", Action.RESOLVE_EXCEPTION, EXCEPTIONS),
    ("codes", Action.MANAGE_CATALOGUE, CODES),
    ("apart", Action.QUARANTINE, APART),
    ("counts", Action.COUNT, COUNTS),
    ("excursions", Action.MEASURE, EXCURSIONS),
    ("recall_tasks", Action.WORK_RECALL, RECALL_TASKS),
)
"""The lists in the order of a day's work: name, what it takes to see it, where its rows are."""

_SIGNS: Final = frozenset({"exceptions", "excursions", "codes", "recall_tasks"})


def work_tabs(page: Page, current: str = "") -> tuple[Tab, ...]:
    """The lists that the reader works on, with how much waits in each."""
    return tuple(
        Tab(
            text_of(f"work-{name}"),
            url_for(f"work.{name}"),
            name == current,
            count=(count := waits(page, listing)),
            look=bool(count) and name in _SIGNS,
        )
        for name, action, listing in LISTS
        if page.may(action)
    )


def waits(page: Page, listing: Listing) -> int:
    """How many rows a list has; beyond `MOST` one more is enough."""
    return len(listing.fetch(page, {}, "", MOST + 1))


def further_work(page: Page) -> tuple[Tab, ...]:
    """What waits on other pages: goods that expire soon, open recalls."""
    found = [
        Tab(
            text_of("work-expiring"),
            url_for("stock.expiring", days="30"),
            count=len(EXPIRING.fetch(page, {"days": "30"}, "", MOST + 1)),
        )
    ]
    if page.may(Action.SEE_RECALL):
        count = len(page.recalls.open(page.connection).case_ids)
        found.append(Tab(text_of("work-recalls"), url_for("recalls.page"), count=count))
    return tuple(found)
