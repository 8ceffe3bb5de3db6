"""What one row says of a product, and the product that follows from it and from what is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from errors import Invalid
from inventory.importing import cells
from inventory.importing.columns import DETAIL
from inventory.importing.faults import ImportFault, fault_of
from inventory.importing.present import Standing
from inventory.storage import Storage, Temperatures
from inventory.things import Category, Product

_PLAIN: Final[Mapping[str, Callable[[str], Any]]] = {
    "code": cells.code,
    "name": cells.required,
    "specification": cells.text,
    "category": lambda cell: cells.choice(cell, cells.CATEGORIES, "cell-category"),
    "unit": cells.required,
    "holder": cells.text,
    "flags": cells.flags,
    "lowest": cells.temperature,
    "highest": cells.temperature,
    "allowance": cells.minutes,
    "light": cells.yes,
    "storage": cells.text,
    "ratio": cells.ratio,
}
_DETAILS: Final[Mapping[str, Callable[[str], str]]] = {
    "insurance_code": cells.national_code,
    "registration": cells.text,
    "generic": cells.text,
    "pinyin": cells.text,
    "price": cells.price,
}
_CODES: Final[Mapping[str, Callable[[str], str]]] = {
    "gtin": cells.identifier,
    "drug_identifier": cells.drug_identifier,
    "hibc": cells.hibc,
    "ma": cells.identifier,
    "identifiers": cells.identifier,
}
NEEDED: Final = ("name", "category", "unit")
"""What a product that wasn't there must say beside its code."""


@dataclass(slots=True)
class Draft:
    """What a row says; a column that the file doesn't have says nothing.

    Args:
        row: its number.
        given: attributes by the key of their column.
        details: further facts by name; empty: to be taken away.
        identifiers: with the base units that each holds; None: no column of codes.
        faults: what could not be read.
    """

    row: int
    given: dict[str, Any] = field(default_factory=dict)
    details: dict[str, str] = field(default_factory=dict)
    identifiers: dict[str, int] | None = None
    faults: list[ImportFault] = field(default_factory=list)

    @property
    def code(self) -> str:
        """The hospital's own code; empty where it could not be read."""
        return str(self.given.get("code", ""))


def draft_of(row: int, values: Mapping[str, tuple[str, str]]) -> Draft:
    """Read the cells of a row, each fault beside its column.

    Args:
        row: its number.
        values: header and cell by the key of the column.
    """
    draft = Draft(row)
    for key, (header, cell) in values.items():
        try:
            if key in _PLAIN:
                draft.given[key] = _PLAIN[key](cell)
            elif key in _DETAILS:
                draft.details[key] = _DETAILS[key](cell)
            elif key.startswith(DETAIL):
                draft.details[key.removeprefix(DETAIL)] = cells.text(cell)
        except Invalid as error:
            draft.faults.append(fault_of(error, row, header))
    _read_codes(draft, values)
    return draft


def _read_codes(draft: Draft, values: Mapping[str, tuple[str, str]]) -> None:
    """Every column of codes; the ratio counts the levels of the column that has several."""
    units: list[int] = draft.given.pop("ratio", [])
    for key, (header, cell) in values.items():
        if key not in _CODES:
            continue
        draft.identifiers = {} if draft.identifiers is None else draft.identifiers
        try:
            draft.identifiers |= _levels_of(key, cell, units)
        except Invalid as error:
            draft.faults.append(fault_of(error, draft.row, header))


def _levels_of(key: str, cell: str, units: list[int]) -> dict[str, int]:
    found = [(_CODES[key](name), count) for name, count in cells.levelled(cell)]
    told = {name: count for name, count in found if count is not None}
    for count in told.values():
        if count < 1:
            raise Invalid("level-not-positive", found=count)
    names = [name for name, _ in found]
    ratio = cells.in_levels(names, units) if units and len(names) > 1 else {}
    return {name: told.get(name, ratio.get(name, 1)) for name in names}


def product_of(draft: Draft, standing: Standing | None) -> Product:
    """The product as it is from now on.

    Args:
        draft: what the row says, without faults.
        standing: the product of this code as it is; None: there is none.

    Raises:
        Invalid: a new product lacks what it needs (`field` is the key of the column), or the two
            ends of its temperatures don't fit.
    """
    given = draft.given
    if standing is None:
        for key in NEEDED:
            if key not in given:
                raise Invalid("required", field=key)
        nothing: frozenset[str] = frozenset()
        blank = Product(draft.code, "", "", Category.DRUG, "", "")
        standing = Standing(blank, nothing, nothing)
    present = standing.product
    plain = {
        key: given[key]
        for key in ("name", "specification", "category", "unit", "holder", "flags")
        if key in given
    }
    details = {**present.details, **draft.details}
    product = replace(
        present,
        **plain,
        details={name: value for name, value in details.items() if value},
        storage=_storage(given, present.storage),
    )
    return _with_identifiers(product, draft.identifiers, standing)


def _with_identifiers(
    product: Product, told: Mapping[str, int] | None, standing: Standing
) -> Product:
    """What the row names first, then what the product owns beside: no identifier is ever lost.

    A file without a column of codes says nothing of claims either; one that has such columns and
    doesn't name a claimed code any more withdraws the claim.
    """
    claims = sorted(standing.claims) if told is None else ()
    names = tuple(dict.fromkeys((*(told or ()), *product.identifiers, *claims)))
    levels = {**product.levels, **(told or {})}
    kept = {name: count for name, count in levels.items() if count != 1 and name in names}
    return replace(product, identifiers=names, levels=kept)


def _storage(given: Mapping[str, Any], present: Storage | None) -> Storage | None:
    before = present or Storage()
    limits = temperatures_of(given, before.temperatures)
    storage = Storage(
        limits,
        given.get("light", before.away_from_light),
        given.get("storage", before.note),
    )
    return None if storage == Storage() else storage


def temperatures_of(given: Mapping[str, Any], present: Temperatures | None) -> Temperatures | None:
    """The range that a row and what is there say together; None: neither end is said.

    Raises:
        Invalid: its ends are impossible.
    """
    lowest: Decimal | None = given.get("lowest", present.lowest if present else None)
    highest: Decimal | None = given.get("highest", present.highest if present else None)
    before = present.allowance if present else timedelta()
    allowance: timedelta = given.get("allowance", before)
    if lowest is None and highest is None:
        return None
    return Temperatures(lowest, highest, allowance)
