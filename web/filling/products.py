"""Which product somebody means, by what they typed."""

from __future__ import annotations

from typing import Final

from errors import Invalid
from inventory import Product, products_by_code, search_products
from web.filling.page import Page

_MOST: Final = 6
"""One more than are named where several answer."""


def product_meant(page: Page, words: str) -> Product:
    """The product of this code, or the only one that answers to some words.

    Raises:
        Invalid: none does, or several do.
    """
    known = products_by_code(page.connection, page.ledger_id, [words])
    if words in known:
        return known[words]
    found = search_products(page.connection, page.ledger_id, words, _MOST)
    if len(found) == 1:
        return found[0]
    if not found:
        raise Invalid("product-unknown", field="product")
    names = "、".join(f"{each.name} {each.code}" for each in found[: _MOST - 1])
    count = str(len(found)) if len(found) < _MOST else f"{_MOST - 1}+"
    raise Invalid("products-several", field="product", count=count, names=names)
