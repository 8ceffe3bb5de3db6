"""The words by which a product is found, made when it is written: its own, and its pinyin."""

from __future__ import annotations

from typing import Final
from unicodedata import normalize

from inventory.things import Product

_LONGEST: Final = 2_000


def search_words(product: Product) -> str:
    """Everything that a product may be asked for by, small and of one width.

    Code, name, specification, holder and further facts; the pinyin of the name and its initials,
    as they are typed: `tou bao` without the gap, and `tb`.

    Args:
        product: of the catalogue.
    """
    # Its dictionary takes longer to load than all the rest of the program.
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 -- only who defines a product waits

    initials = "".join(lazy_pinyin(product.name, style=Style.FIRST_LETTER))
    sounds = "".join(lazy_pinyin(product.name))
    said = (product.code, product.name, product.specification, product.holder)
    facts = (product.details[name] for name in sorted(product.details))
    parts = (*said, initials, sounds, *facts)
    return words_of("\n".join(parts))[:_LONGEST]


def words_of(text: str) -> str:
    """A text as it is looked for: small letters, full-width signs as their plain ones."""
    return normalize("NFKC", text).lower()
