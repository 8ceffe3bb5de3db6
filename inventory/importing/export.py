"""The catalogue, places, suppliers and par levels as tables that an import takes back."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Sequence
from typing import IO, Final
from urllib.parse import unquote

from sqlalchemy import Connection

from errors import Invalid
from inventory.importing import cells
from inventory.importing.columns import DETAIL, PAR_LEVELS, PLACES, PRODUCTS, SUPPLIERS, Column
from inventory.importing.par_levels import par_level_rows
from inventory.importing.places import place_cells
from inventory.importing.present import Present
from inventory.importing.suppliers import supplier_cells
from inventory.queries import locations
from inventory.storage import Storage
from inventory.suppliers import suppliers_coded
from inventory.things import Category, Flag, Product
from sheets import harmless

_PREFIXES: Final = (
    ("gtin", "https://id.gs1.org/01/", cells.identifier),
    ("drug_identifier", "urn:medtrace:cn-drug:", cells.drug_identifier),
    ("hibc", "urn:medtrace:hibc:", cells.hibc),
    ("ma", "urn:medtrace:ma:", cells.identifier),
)
_CATEGORY_WORDS: Final = {
    Category.DRUG: "药品",
    Category.CONSUMABLE: "耗材",
    Category.IMPLANT: "植入物",
}
_FLAG_WORDS: Final = {
    Flag.HIGH_ALERT: "高警示",
    Flag.NARCOTIC: "麻醉",
    Flag.COLD_CHAIN: "冷链",
    Flag.HIGH_VALUE: "高值",
    Flag.CONSIGNED: "寄售",
}


def export_products(
    connection: Connection, ledger_id: int, file: IO[str], *, chinese: bool = True
) -> int:
    """Write the whole catalogue as CSV; UTF-8 with a mark is what spreadsheets open right.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        file: where to write.
        chinese: headers and words in Chinese, else in English.

    Returns:
        How many products there are.
    """
    writer = csv.writer(file, lineterminator="\r\n")
    present = Present(connection, ledger_id)
    further = sorted(
        {name for product in present.every_product() for name in product.details}
        - {"insurance_code", "registration", "generic", "pinyin", "price"}
    )
    columns = [each for each in PRODUCTS if each.key != "ratio"]
    writer.writerow([*_header(columns, chinese=chinese), *(DETAIL + name for name in further)])
    count = 0
    for product in present.every_product():
        told = _product_cells(product, chinese=chinese)
        row = [told.get(each.key, "") for each in columns]
        row += [product.details.get(name, "") for name in further]
        writer.writerow([harmless(cell) for cell in row])
        count += 1
    return count


def export_places(
    connection: Connection, ledger_id: int, file: IO[str], *, chinese: bool = True
) -> int:
    """Write every place as CSV, in the order in which they were defined.

    Returns:
        How many places there are.
    """
    places = sorted(locations(connection, ledger_id).items())
    rows = (place_cells(place) for _, place in places)
    return _write(file, PLACES, rows, chinese=chinese)


def export_suppliers(
    connection: Connection, ledger_id: int, file: IO[str], *, chinese: bool = True
) -> int:
    """Write every supplier of whom something was said as CSV, by code.

    Returns:
        How many suppliers there are.
    """
    known = suppliers_coded(connection, ledger_id).values()
    return _write(file, SUPPLIERS, map(supplier_cells, known), chinese=chinese)


def export_par_levels(
    connection: Connection,
    ledger_id: int,
    file: IO[str],
    *,
    chinese: bool = True,
    places: Collection[int] | None = None,
) -> int:
    """Write every par level as CSV, by place and product.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        file: where to write.
        chinese: headers in Chinese, else in English.
        places: only those of these places; None: of all.

    Returns:
        How many par levels there are.
    """
    return _write(file, PAR_LEVELS, par_level_rows(connection, ledger_id, places), chinese=chinese)


def _write(
    file: IO[str], columns: Iterable[Column], rows: Iterable[Sequence[str]], *, chinese: bool
) -> int:
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(_header(columns, chinese=chinese))
    count = 0
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
        count += 1
    return count


def _header(columns: Iterable[Column], *, chinese: bool) -> list[str]:
    return [column.zh if chinese else column.en for column in columns]


def _product_cells(product: Product, *, chinese: bool) -> dict[str, str]:
    flags = sorted(product.flags)
    storage = product.storage or Storage()
    limits = storage.temperatures
    members = limits.members() if limits else {}
    told = {
        "code": product.code,
        "name": product.name,
        "specification": product.specification,
        "category": _CATEGORY_WORDS[product.category] if chinese else product.category.value,
        "unit": product.unit,
        "holder": product.holder,
        "insurance_code": product.details.get("insurance_code", ""),
        "registration": product.details.get("registration", ""),
        "generic": product.details.get("generic", ""),
        "pinyin": product.details.get("pinyin", ""),
        "price": product.details.get("price", ""),
        "flags": "; ".join(_FLAG_WORDS[flag] if chinese else flag.value for flag in flags),
        "lowest": members.get("lowest", ""),
        "highest": members.get("highest", ""),
        "allowance": str(members.get("allowance", "")),
        "light": _yes(value=storage.away_from_light, chinese=chinese),
        "storage": storage.note,
    }
    return told | _code_cells(product)


def _yes(*, value: bool, chinese: bool) -> str:
    return ("是" if chinese else "yes") if value else ""


def _code_cells(product: Product) -> dict[str, str]:
    """Identifiers by their column, as they are printed on the box where that reads back."""
    found: dict[str, list[str]] = {}
    by_level: Sequence[str] = sorted(product.identifiers, key=lambda n: (product.units_in(n), n))
    for name in by_level:
        column, shown = _shown(name)
        units = product.units_in(name)
        found.setdefault(column, []).append(shown if units == 1 else f"{shown}={units}")
    return {column: "; ".join(names) for column, names in found.items()}


def _shown(identifier: str) -> tuple[str, str]:
    for column, prefix, parse in _PREFIXES:
        plain = unquote(identifier.removeprefix(prefix))
        if identifier.startswith(prefix) and _reads_back(plain, identifier, parse):
            return column, plain
    return "identifiers", identifier


def _reads_back(plain: str, identifier: str, parse: object) -> bool:
    try:
        return cells.listed(plain) == [plain] and "=" not in plain and parse(plain) == identifier  # type: ignore[operator] # one of `cells`
    except Invalid:
        return False
