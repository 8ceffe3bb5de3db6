"""The catalogue as lists show it: products by their code, par levels."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select, tuple_

from inventory import models, store_models
from inventory.members import PRODUCT_COLUMNS, product_of_row
from inventory.things import Category, Product
from inventory.wording import words_of

_PRODUCT = models.product.c
_PAR = store_models.par_level.c


@dataclass(frozen=True, slots=True)
class ParRow:
    """What a place wants to have of a product."""

    location_id: int
    product_id: int
    least: int
    target: int
    source_id: int | None
    seq: int


def product_page(  # noqa: PLR0913 -- what is asked for, and the page; all named
    connection: Connection,
    ledger_id: int,
    *,
    words: str = "",
    category: Category | None = None,
    after: str = "",
    limit: int,
) -> list[Product]:
    """Products by their code.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        words: only those that have all of these in their name, code, facts or pinyin.
        category: only of this one.
        after: only those behind this code, to page on.
        limit: how many at the most.
    """
    query = select(*(_PRODUCT[name] for name in PRODUCT_COLUMNS)).where(
        _PRODUCT.ledger_id == ledger_id, _PRODUCT.code > after
    )
    for word in words_of(words).split():
        query = query.where(_PRODUCT.search.contains(word, autoescape=True))
    if category is not None:
        query = query.where(_PRODUCT.category == category.value)
    rows = connection.execute(query.order_by(_PRODUCT.code).limit(limit))
    return [product_of_row(row) for row in rows]


def par_level_page(
    connection: Connection,
    ledger_id: int,
    *,
    locations: Collection[int] | None = None,
    after: tuple[int, int] = (0, 0),
    limit: int,
) -> list[ParRow]:
    """Par levels by place and product.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        locations: only of these places.
        after: only behind this place and product, to page on.
        limit: how many at the most.
    """
    query = select(
        _PAR.location_id, _PAR.product_id, _PAR.least, _PAR.target, _PAR.source_id, _PAR.seq
    ).where(
        _PAR.ledger_id == ledger_id,
        tuple_(_PAR.location_id, _PAR.product_id) > after,
        _PAR.target > 0,
    )
    if locations is not None:
        query = query.where(_PAR.location_id.in_(locations))
    rows = connection.execute(query.order_by(_PAR.location_id, _PAR.product_id).limit(limit))
    return [ParRow(*row) for row in rows]
