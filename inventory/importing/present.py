"""What is there already, with all that an import compares: products and their identifiers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

import bulk
from inventory import mapping_models, models
from inventory.mapping import MappingState
from inventory.members import PRODUCT_COLUMNS, product_of_row
from inventory.things import Product

_PRODUCTS = bulk.Lookup(models.product, PRODUCT_COLUMNS, by="product_id")
_CODES = bulk.Lookup(models.product, ("code", "product_id"), by="code")
_OWNED = bulk.Lookup(models.product_identifier, ("product_id", "identifier"), by="product_id")
_OWNERS = bulk.Lookup(models.product_identifier, ("identifier", "product_id"), by="identifier")
_CLAIMED = bulk.Lookup(
    mapping_models.code_claim, ("product_id", "identifier", "settled_seq"), by="product_id"
)
_SEEN = bulk.Lookup(mapping_models.code_mapping, ("identifier", "state"), by="identifier")
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Standing:
    """A product as it stands.

    Args:
        product: with the identifiers that it owns.
        claims: identifiers of others that it claims, not decided yet.
        settled: identifiers that it claimed and was not given.
    """

    product: Product
    claims: frozenset[str]
    settled: frozenset[str]

    @property
    def names(self) -> frozenset[str]:
        """Every identifier that its definition may name without anything being new."""
        return frozenset(self.product.identifiers) | self.claims | self.settled


class Present:
    """The catalogue as one transaction sees it.

    Args:
        connection: where to read.
        ledger_id: which ledger.
    """

    def __init__(self, connection: Connection, ledger_id: int) -> None:
        self._connection = connection
        self._ledger_id = ledger_id

    def by_code(self, codes: Sequence[str]) -> dict[str, Standing]:
        """Products by the hospital's code."""
        numbers = [row[1] for row in _CODES.fetch(self._connection, self._ledger_id, codes)]
        return {each.product.code: each for each in self._standing(numbers)}

    def owners(self, identifiers: Sequence[str]) -> dict[str, Standing]:
        """The product that owns each identifier, where one does."""
        found: dict[str, int] = dict(_OWNERS.fetch(self._connection, self._ledger_id, identifiers))
        numbers = list(set(found.values()))
        standing = {each.product.product_id: each for each in self._standing(numbers)}
        return {name: standing[number] for name, number in found.items()}

    def unmapped(self, identifiers: Sequence[str]) -> set[str]:
        """Which of these identifiers goods came under while nobody owned them."""
        rows = _SEEN.fetch(self._connection, self._ledger_id, identifiers)
        return {name for name, state in rows if state == MappingState.UNMAPPED.value}

    def every_product(self) -> Iterator[Product]:
        """The whole catalogue in the order of the codes, page by page."""
        c, last = models.product.c, ""
        while True:
            query = select(c.code, c.product_id).where(c.ledger_id == self._ledger_id)
            query = query.where(c.code > last).order_by(c.code).limit(_PAGE)
            rows = self._connection.execute(query).all()
            if not rows:
                return
            standing = self._standing([row[1] for row in rows])
            found = {each.product.product_id: each.product for each in standing}
            yield from (found[row[1]] for row in rows)
            last = rows[-1][0]

    def _standing(self, numbers: Sequence[int]) -> list[Standing]:
        own, connection = self._ledger_id, self._connection
        owned: dict[int, list[str]] = defaultdict(list)
        for number, name in _OWNED.fetch(connection, own, numbers):
            owned[number].append(name)
        claims: dict[tuple[int, bool], set[str]] = defaultdict(set)
        for number, name, settled in _CLAIMED.fetch(connection, own, numbers):
            claims[number, settled is None].add(name)
        return [
            Standing(
                replace(product_of_row(row), identifiers=tuple(sorted(set(owned[row[0]])))),
                frozenset(claims[row[0], True]),
                frozenset(claims[row[0], False]),
            )
            for row in _PRODUCTS.fetch(connection, own, numbers)
        ]
