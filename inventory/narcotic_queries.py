"""Questions about narcotics: the account of a place, what stands since its last closing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from inventory import care_models, models

_LINE, _CLOSING = care_models.narcotic_line.c, care_models.narcotic_closing.c
_EMPTY = care_models.empty_ampoule.c


@dataclass(frozen=True, slots=True)
class Closed:
    """A place's last closing: its day, its entry, and when (ms since 1970)."""

    day: str
    seq: int
    time: int


@dataclass(slots=True)
class Standing:
    """A narcotic product of a place.

    Args:
        product_id: which.
        product: its code.
        books: how many base units lie there by the books.
        used: how many were administered there since the last closing.
        empties: how many empty ampoules came back since.
    """

    product_id: int
    product: str
    books: int = 0
    used: int = 0
    empties: int = 0

    def begin_anew(self) -> None:
        """The day is closed: what was used is settled, or on the work-list."""
        self.used = self.empties = 0

    def members(self) -> dict[str, Any]:
        """As an entry says it."""
        return {
            "product": self.product,
            "books": self.books,
            "used": self.used,
            "empties": self.empties,
        }


@dataclass(frozen=True, slots=True)
class AccountLine:
    """A line of the account book (专用账册).

    Args:
        seq: the entry that it comes from.
        lot_id: of which lot.
        came: base units that came.
        went: base units that went.
        used: how many of those were administered.
        balance: how many lay there afterwards.
    """

    seq: int
    lot_id: int
    came: int
    went: int
    used: int
    balance: int


def last_closings(
    connection: Connection, ledger_id: int, places: Collection[int]
) -> dict[int, Closed]:
    """The last closing of each place that has one."""
    found: dict[int, Closed] = {}
    for place in places:
        query = select(_CLOSING.day, _CLOSING.seq, _CLOSING.time).where(
            _CLOSING.ledger_id == ledger_id, _CLOSING.location_id == place
        )
        row = connection.execute(query.order_by(_CLOSING.day.desc()).limit(1)).first()
        if row is not None:
            found[place] = Closed(*row)
    return found


def closings_of(
    connection: Connection, ledger_id: int, location_id: int, *, limit: int = 31
) -> list[Closed]:
    """A place's closings, the newest first."""
    query = select(_CLOSING.day, _CLOSING.seq, _CLOSING.time).where(
        _CLOSING.ledger_id == ledger_id, _CLOSING.location_id == location_id
    )
    rows = connection.execute(query.order_by(_CLOSING.day.desc()).limit(limit))
    return [Closed(*row) for row in rows]


def closed_until(connection: Connection, ledger_id: int) -> dict[int, int]:
    """When each place was closed last (ms since 1970)."""
    query = select(_CLOSING.location_id, func.max(_CLOSING.time))
    rows = connection.execute(
        query.where(_CLOSING.ledger_id == ledger_id).group_by(_CLOSING.location_id)
    )
    return {place: int(time) for place, time in rows}


def standing_of(
    connection: Connection, ledger_id: int, location_id: int, *, since: int
) -> dict[int, Standing]:
    """Every narcotic that lies at a place, or was used there since an entry.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        location_id: the place.
        since: what was used and came back after this entry counts.
    """
    used = func.sum(_LINE.used).filter(_LINE.seq > since)
    query = (
        select(_LINE.product_id, models.product.c.code, func.sum(_LINE.came - _LINE.went), used)
        .join(
            models.product,
            (models.product.c.ledger_id == _LINE.ledger_id)
            & (models.product.c.product_id == _LINE.product_id),
        )
        .where(_LINE.ledger_id == ledger_id, _LINE.location_id == location_id)
        .group_by(_LINE.product_id, models.product.c.code)
    )
    found = {
        number: Standing(number, code, int(books), int(given or 0))
        for number, code, books, given in connection.execute(query)
    }
    back = select(_EMPTY.product_id, models.product.c.code, func.sum(_EMPTY.quantity)).join(
        models.product,
        (models.product.c.ledger_id == _EMPTY.ledger_id)
        & (models.product.c.product_id == _EMPTY.product_id),
    )
    back = back.where(
        _EMPTY.ledger_id == ledger_id, _EMPTY.location_id == location_id, _EMPTY.seq > since
    )
    for number, code, count in connection.execute(
        back.group_by(_EMPTY.product_id, models.product.c.code)
    ):
        found.setdefault(number, Standing(number, code)).empties = int(count)
    return {n: each for n, each in found.items() if each.books or each.used or each.empties}


def narcotic_places(connection: Connection, ledger_id: int) -> list[tuple[int, int]]:
    """The places and products that have an account, as surrogates."""
    query = select(_LINE.location_id, _LINE.product_id).where(_LINE.ledger_id == ledger_id)
    rows = connection.execute(query.distinct().order_by(_LINE.location_id, _LINE.product_id))
    return [(place, product) for place, product in rows]


def account_of(  # noqa: PLR0913 -- of what, where, from when on
    connection: Connection,
    ledger_id: int,
    location_id: int,
    product_id: int,
    *,
    since: int | None = None,
    until: int | None = None,
    limit: int = 1_000,
) -> tuple[int, list[AccountLine]]:
    """The lines of an account in the ledger's order, and the balance before the first of them.

    The balance before is the sum of all lines before: the account of one product at one place is
    read from its beginning, in its own key.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        location_id: the place.
        product_id: the product.
        since: from the first line on of what happened then or later (ms since 1970); what was told
            late stands where the ledger has it.
        until: up to the last line of what happened before this moment.
        limit: how many lines at the most, the latest ones.
    """
    mine = (
        _LINE.ledger_id == ledger_id,
        _LINE.location_id == location_id,
        _LINE.product_id == product_id,
    )
    query = select(_LINE.seq, _LINE.lot_id, _LINE.came, _LINE.went, _LINE.used).where(*mine)
    if since is not None:
        first = select(func.min(_LINE.seq)).where(*mine, _LINE.time >= since)
        query = query.where(_LINE.seq >= first.scalar_subquery())
    if until is not None:
        last = select(func.max(_LINE.seq)).where(*mine, _LINE.time < until)
        query = query.where(_LINE.seq <= last.scalar_subquery())
    newest = query.order_by(_LINE.seq.desc(), _LINE.lot_id.desc()).limit(limit)
    rows = list(reversed(connection.execute(newest).all()))
    total = select(func.coalesce(func.sum(_LINE.came - _LINE.went), 0)).where(*mine)
    if rows:
        total = total.where(_LINE.seq < rows[0].seq)
    elif until is not None:
        total = total.where(_LINE.time < until)
    opening = balance = int(connection.execute(total).scalar_one())
    lines = []
    for row in rows:
        balance += row.came - row.went
        lines.append(AccountLine(row.seq, row.lot_id, row.came, row.went, row.used, balance))
    return opening, lines
