"""From the text of one cell to a value; what can't be read is said with its code."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final, TypeVar
from unicodedata import category, normalize

from errors import Invalid
from inventory.things import Category, Flag
from scanning import Granularity, has_gs1_check_digit, read
from trace import identifier_of

Choice = TypeVar("Choice", bound=StrEnum)

_LONGEST: Final = 500
_LONGEST_CODE: Final = 64
_SEPARATORS: Final = re.compile(r"[;；,，、|\s]+")
_DAY: Final = re.compile(r"^([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[ T]+([0-9]{1,2}):)?")
_DRUG: Final = re.compile(r"[0-9]{7}")
_GTIN_14: Final = re.compile(r"[0-9]{14}")
_HIBC: Final = re.compile(r"[A-Z][A-Z0-9]{3}[A-Z0-9]{1,18}[0-9]")
_PRICE: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,4})?")
_NATIONAL: Final = re.compile(r"[A-Z][0-9A-Z]{10,26}")
_YES: Final = frozenset({"是", "有", "y", "yes", "true", "1", "√", "✓"})
_NO: Final = frozenset({"", "否", "无", "n", "no", "false", "0", "×", "-"})
_PRODUCTS: Final = frozenset({Granularity.PRODUCT, Granularity.LOT, Granularity.SERIAL})

CATEGORIES: Final[Mapping[str, Category]] = {
    "药品": Category.DRUG,
    "耗材": Category.CONSUMABLE,
    "医用耗材": Category.CONSUMABLE,
    "植入物": Category.IMPLANT,
    "植入": Category.IMPLANT,
    **{each.value: each for each in Category},
}
"""What a product is, in the words of either language."""

FLAGS: Final[Mapping[str, Flag]] = {
    "高警示": Flag.HIGH_ALERT,
    "高危": Flag.HIGH_ALERT,
    "麻醉": Flag.NARCOTIC,
    "麻精": Flag.NARCOTIC,
    "冷链": Flag.COLD_CHAIN,
    "高值": Flag.HIGH_VALUE,
    "寄售": Flag.CONSIGNED,
    **{each.value: each for each in Flag},
}
"""What is to be minded, in the words of either language."""


def text(cell: str, *, longest: int = _LONGEST) -> str:
    """A text without what can't be written.

    Raises:
        Invalid: it is too long or holds control characters.
    """
    if len(cell) > longest:
        raise Invalid("cell-too-long", limit=longest, found=len(cell))
    if not cell.isprintable() and any(category(letter) in {"Cc", "Cs"} for letter in cell):
        raise Invalid("cell-characters")
    return cell


def required(cell: str) -> str:
    """A text that must be there.

    Raises:
        Invalid: it is empty, too long or holds control characters.
    """
    if not cell:
        raise Invalid("required")
    return text(cell)


def code(cell: str) -> str:
    """A code of the hospital's own.

    Raises:
        Invalid: it is empty, too long or holds control characters.
    """
    if not cell:
        raise Invalid("required")
    return text(cell, longest=_LONGEST_CODE)


def national_code(cell: str) -> str:
    """A code of the national insurance: drug (20 or 23), consumable (20 or 27 characters).

    Raises:
        Invalid: it doesn't look like one.
    """
    wanted = normalize("NFKC", cell).upper()
    if wanted and not _NATIONAL.fullmatch(wanted):
        raise Invalid("cell-national-code", found=cell)
    return wanted


def choice(cell: str, words: Mapping[str, Choice], code: str) -> Choice:
    """One of a few words.

    Raises:
        Invalid: it is none of them, with `code`.
    """
    try:
        return words[normalize("NFKC", cell).casefold()]
    except KeyError:
        raise Invalid(code, found=cell, known=" ".join(words)) from None


def flags(cell: str) -> frozenset[Flag]:
    """What is to be minded, several words with `;` between them.

    Raises:
        Invalid: a word is unknown.
    """
    return frozenset(choice(word, FLAGS, "cell-flag") for word in listed(cell))


def yes(cell: str) -> bool:
    """Yes or no; empty is no.

    Raises:
        Invalid: it is neither.
    """
    word = normalize("NFKC", cell).casefold()
    if word not in _YES | _NO:
        raise Invalid("cell-yes-no", found=cell)
    return word in _YES


def temperature(cell: str) -> Decimal | None:
    """A temperature in °C; empty: open. Its range is checked with the other end.

    Raises:
        Invalid: it is no number.
    """
    plain = normalize("NFKC", cell).removesuffix("C").removesuffix("°").strip()
    if not plain:
        return None
    try:
        return Decimal(plain.replace("−", "-").replace("–", "-"))
    except InvalidOperation:
        raise Invalid("cell-number", found=cell) from None


def price(cell: str) -> str:
    """A price in yuan for a base unit, as plain figures; empty: none is known.

    Raises:
        Invalid: it is no amount of money with at most four decimals.
    """
    plain = normalize("NFKC", cell).strip("¥￥元 ").replace(",", "")
    if plain and not _PRICE.fullmatch(plain):
        raise Invalid("cell-price", found=cell)
    return plain


def moment(cell: str, zone: tzinfo) -> datetime:
    """A day and a time, as ISO 8601 writes them or with slashes; without a zone in `zone`.

    Raises:
        Invalid: it isn't one.
    """
    try:
        found = datetime.fromisoformat(_DAY.sub(_as_iso, normalize("NFKC", cell)))
    except ValueError:
        raise Invalid("cell-time", found=cell) from None
    return found if found.tzinfo is not None else found.replace(tzinfo=zone)


def _as_iso(day: re.Match[str]) -> str:
    date = f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}"
    return f"{date} {int(day[4]):02}:" if day[4] else date


def day(cell: str) -> date | None:
    """A day, as ISO 8601 writes it or with slashes or dots; empty: none is known.

    Raises:
        Invalid: it isn't one.
    """
    plain = normalize("NFKC", cell)
    if not plain:
        return None
    try:
        return date.fromisoformat(_DAY.sub(_as_iso, plain))
    except ValueError:
        raise Invalid("cell-day", found=cell) from None


def upper(cell: str) -> str:
    """A code that is written in capital letters, in whatever width and case it was typed.

    Raises:
        Invalid: it is too long or holds control characters.
    """
    return text(normalize("NFKC", cell).upper())


def minutes(cell: str) -> timedelta:
    """A time in whole minutes; empty: none.

    Raises:
        Invalid: it isn't a whole number.
    """
    if not cell:
        return timedelta()
    return timedelta(minutes=whole(cell, 100_000))


def whole(cell: str, most: int) -> int:
    """A whole number from 0 on.

    Raises:
        Invalid: it isn't one, or is beyond `most`.
    """
    plain = normalize("NFKC", cell)
    if not (plain.isascii() and plain.isdigit()) or len(plain) > len(str(most)):
        raise Invalid("cell-number", found=cell)
    if int(plain) > most:
        raise Invalid("cell-number", found=cell)
    return int(plain)


def listed(cell: str) -> list[str]:
    """The parts of a cell that holds several."""
    return [part for part in _SEPARATORS.split(cell) if part]


def levelled(cell: str) -> list[tuple[str, int | None]]:
    """Codes with the number of base units that each holds: `06901…; 16901…=9`.

    Raises:
        Invalid: a number is wrong.
    """
    found: list[tuple[str, int | None]] = []
    for part in listed(cell):
        name, mark, count = part.rpartition("=")
        found.append((name, whole(count, 10**9)) if mark else (part, None))
    return found


def ratio(cell: str) -> list[int]:
    """Base units in each level of `1:3:9`, the smallest first: 1, 3, 9.

    The ratio counts packages from the largest on: one case is three bundles is nine boxes.

    Raises:
        Invalid: it is no such ratio.
    """
    parts = [part for part in re.split("[:：]", cell) if part]
    if not parts:
        return []
    counts = [whole(part, 10**9) for part in parts]
    smallest = counts[-1]
    if 0 in counts or any(smallest % count for count in counts):
        raise Invalid("cell-ratio", found=cell)
    units = [smallest // count for count in reversed(counts)]
    if units != sorted(units):
        raise Invalid("cell-ratio", found=cell)
    return units


def drug_identifier(found: str) -> str:
    """The identifier of a 7-digit 药品标识码, or of a whole traceability code.

    Raises:
        Invalid: it is neither.
    """
    plain = normalize("NFKC", found)
    return f"urn:medtrace:cn-drug:{plain}" if _DRUG.fullmatch(plain) else identifier(plain)


def hibc(found: str) -> str:
    """The identifier of a HIBC: LIC, PCN and unit of measure alone, or the whole primary code.

    Raises:
        Invalid: it is neither.
    """
    plain = normalize("NFKC", found).upper()
    return f"urn:medtrace:hibc:{plain}" if _HIBC.fullmatch(plain) else identifier(plain)


def identifier(found: str) -> str:
    """The product identifier in any code that `scanning.read` knows, or as we write it.

    Raises:
        Invalid: the code is broken, or names no product.
    """
    plain = normalize("NFKC", found)
    if plain.startswith(("https://id.gs1.org/01/", "urn:medtrace:")):
        return identifier_of(text(plain))
    if _GTIN_14.fullmatch(plain) and has_gs1_check_digit(plain):
        return f"https://id.gs1.org/01/{plain}"  # most of a release, and nothing else they can be
    scan = read(plain)
    if not scan.valid or scan.key is None or scan.granularity not in _PRODUCTS:
        raise Invalid("cell-code", found=found)
    return identifier_of(scan.key)


def in_levels(names: Sequence[str], units: Sequence[int]) -> dict[str, int]:
    """Identifiers, the smallest package first, with what the ratio says that each holds.

    Raises:
        Invalid: there are more codes than levels.
    """
    if len(names) > len(units):
        raise Invalid("cell-ratio-codes", codes=len(names), levels=len(units))
    return dict(zip(names, units, strict=False))
