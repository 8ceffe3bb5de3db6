"""The catalogue and the places as tables that an import takes back."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from typing import IO, Final
from urllib.parse import unquote

from sqlalchemy import Connection

from errors import Invalid
from inventory.importing import cells
from inventory.importing.columns import DETAIL, PLACES, PRODUCTS, Column
from inventory.importing.places import place_cells
from inventory.importing.present import Present
from inventory.queries import locations
from inventory.storage import Storage
from inventory.things import Category, Flag, Product

_FORMULA: Final = re.compile(r"'*[=+@\-]")
_NUMBER: Final = re.compile(r"-[0-9]+(\.[0-9]+)?")
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
        - {"insurance_code", "registration", "pinyin"}
    )
    columns = [each for each in PRODUCTS if each.key != "ratio"]
    writer.writerow([*_header(columns, chinese=chinese), *(DETAIL + name for name in further)])
    count = 0
    for product in present.every_product():
        told = _product_cells(product, chinese=chinese)
        row = [told.get(each.key, "") for each in columns]
        row += [product.details.get(name, "") for name in further]
        writer.writerow([_harmless(cell) for cell in row])
        count += 1
    return count


def export_places(
    connection: Connection, ledger_id: int, file: IO[str], *, chinese: bool = True
) -> int:
    """Write every place as CSV, in the order in which they were defined.

    Returns:
        How many places there are.
    """
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(_header(PLACES, chinese=chinese))
    places = sorted(locations(connection, ledger_id).items())
    for _, place in places:
        writer.writerow([_harmless(cell) for cell in place_cells(place)])
    return len(places)


def _header(columns: Iterable[Column], *, chinese: bool) -> list[str]:
    return [column.zh if chinese else column.en for column in columns]


def _harmless(cell: str) -> str:
    """What a spreadsheet would run as a formula gets an apostrophe; an import takes it off."""
    runs = _FORMULA.match(cell) and not _NUMBER.fullmatch(cell)
    return f"'{cell}" if runs else cell


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
        "pinyin": product.details.get("pinyin", ""),
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
