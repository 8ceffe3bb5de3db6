"""Questions about loaner sets: those that are not closed, and one of them."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, or_, select, tuple_

from orders import theatre_models as models
from orders.loaner import LoanerState
from orders.loaner_book import LINES, SETS, LoanerFile, file_of_rows


def find_loaner(connection: Connection, ledger_id: int, number: str) -> LoanerFile | None:
    """The set of this number, with its lines."""
    rows = SETS.fetch(connection, ledger_id, [number])
    if not rows:
        return None
    return file_of_rows(rows[0], LINES.fetch(connection, ledger_id, [number]))


def open_loaners(
    connection: Connection,
    ledger_id: int,
    *,
    location: str | None = None,
    overdue_at: str | None = None,
    limit: int = 200,
) -> list[LoanerFile]:
    """The sets that are not closed, those first that are due first.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        location: only those that came to this place.
        overdue_at: only those whose day was before this one (ISO) and that nobody was told of.
        limit: how many at the most.
    """
    c = models.loaner_set.c
    query = select(c.number).where(c.ledger_id == ledger_id, c.state == LoanerState.OPEN.value)
    if location is not None:
        query = query.where(c.location == location)
    if overdue_at is not None:
        query = query.where(c.due < overdue_at, c.told == 0)
    numbers = list(connection.execute(query.order_by(c.due, c.number).limit(limit)).scalars())
    lines = LINES.fetch(connection, ledger_id, numbers)
    found = {row[0]: file_of_rows(row, lines) for row in SETS.fetch(connection, ledger_id, numbers)}
    return [found[number] for number in numbers]


def loaner_page(  # noqa: PLR0913 -- what is asked for, and the page; all named
    connection: Connection,
    ledger_id: int,
    *,
    locations: Collection[str] | None = None,
    state: LoanerState | None = None,
    words: str = "",
    before: tuple[str, str] | None = None,
    limit: int,
) -> list[LoanerFile]:
    """Loaner sets, open and closed, those first that are due last.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        locations: only those that came to one of these places.
        state: only those in this state.
        words: only those whose number begins so, or whose supplier has it in its name.
        before: only those behind this day and number, to page on.
        limit: how many at the most.
    """
    c = models.loaner_set.c
    query = select(c.number).where(c.ledger_id == ledger_id)
    if locations is not None:
        query = query.where(c.location.in_(locations))
    if state is not None:
        query = query.where(c.state == state.value)
    if words:
        number = c.number.startswith(words, autoescape=True)
        query = query.where(or_(number, c.party.contains(words, autoescape=True)))
    if before is not None:
        query = query.where(tuple_(c.due, c.number) < before)
    ordered = query.order_by(c.due.desc(), c.number.desc()).limit(limit)
    numbers = list(connection.execute(ordered).scalars())
    lines = LINES.fetch(connection, ledger_id, numbers)
    found = {row[0]: file_of_rows(row, lines) for row in SETS.fetch(connection, ledger_id, numbers)}
    return [found[number] for number in numbers]
