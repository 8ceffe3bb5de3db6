"""Which products of the catalogue a notice may be about, and how much of each is concerned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from inventory import (
    Product,
    find_lots,
    find_product,
    products,
    products_by_code,
    search_products,
)
from recall.notice import Draft
from recall.queries import Answer, answer
from recall.scope import Part
from scanning import read

_MOST: Final = 20
_BY_WORDS: Final = ("licence", "model", "name")


@dataclass(frozen=True, slots=True)
class Match:
    """A product that a notice may be about.

    Args:
        product: the product.
        by: what it was found by: `identifier`, `licence`, `model`, `name` or `lot`.
        found: where the goods are that the notice names, were this product meant.
    """

    product: Product
    by: str
    found: Answer


def matches(connection: Connection, ledger_id: int, draft: Draft) -> list[Match]:
    """The products that a notice may be about, the surest first; of several a person chooses.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        draft: what the notice says.
    """
    extent = draft.extent()
    seen: dict[int, tuple[Product, str]] = {}
    for product, by in _candidates(connection, ledger_id, draft):
        seen.setdefault(product.product_id, (product, by))
    return [
        Match(product, by, answer(connection, ledger_id, (Part(product.product_id, extent),)))
        for product, by in list(seen.values())[:_MOST]
    ]


def _candidates(
    connection: Connection, ledger_id: int, draft: Draft
) -> Iterator[tuple[Product, str]]:
    for identifier in draft.identifiers:
        for reading in read(identifier).readings:
            known = find_product(connection, ledger_id, reading.key) if reading.key else None
            if known is not None:
                yield known, "identifier"
    said = [text for name in _BY_WORDS for text in draft.texts.get(name, ())]
    for product in products_by_code(connection, ledger_id, said).values():
        yield product, "identifier"
    for name in _BY_WORDS:
        for text in draft.texts.get(name, ()):
            for product in _named(connection, ledger_id, text):
                yield product, name
    for name in draft.lots:
        numbers = {lot.product_id for lot in find_lots(connection, ledger_id, name)}
        for product in products(connection, ledger_id, numbers).values():
            yield product, "lot"


def _named(connection: Connection, ledger_id: int, text: str) -> list[Product]:
    """Products whose name or details hold a text; of a long name its first word is tried too."""
    found = search_products(connection, ledger_id, text, _MOST)
    first = text.split(maxsplit=1)[0] if text.split() else ""
    if not found and len(first) >= _LONG_ENOUGH and first != text:
        found = search_products(connection, ledger_id, first, _MOST)
    return found


_LONG_ENOUGH: Final = 3
