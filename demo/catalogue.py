"""The demo's catalogue: drugs, consumables and implants that look real and are invented.

Generic names are those of real drugs; makers, registration numbers and codes are not theirs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any

from demo.labels import Code, Scheme, scanned, thing
from inventory import Category, Flag, Product, Storage, Temperatures
from trace import Thing, identifier_of

_DATA = Path(__file__).with_name("data")
_FILES = ("drugs", "consumables", "implants")
_JOINTS = {Scheme.DRUG: "", Scheme.GTIN: "/21/", Scheme.HIBC: ":", Scheme.MA: ":"}
_FLAGS = {flag.value.replace("-", "_"): flag for flag in Flag}
_NUMBER = re.compile(r"[0-9]+")
_CAPITALS = "ABCDEFGHJKLMNPRSTUVWXY"


@dataclass(frozen=True, slots=True)
class Item:
    """A product of the demo with what its boxes carry.

    Args:
        product: as it stands in the catalogue.
        codes: its product codes, the one on the smallest pack first; the packs around it follow.
        serialised: whether each box has a serial; else goods are counted by lot.
        flags: `high_alert`, `narcotic`, `cold_chain` …
    """

    product: Product
    codes: tuple[Code, ...]
    serialised: bool
    flags: frozenset[str]

    def boxes(self, count: int, lot: str, expiry: date, rng: Random) -> list[Thing]:
        """`count` serialised boxes of a lot, each with a label of its own."""
        return [self._box(lot, expiry, rng) for _ in range(count)]

    def amount(self, quantity: int, lot: str, expiry: date) -> Thing:
        """An amount of a lot."""
        return thing(self.codes[0].text(lot, expiry), quantity=quantity, lot=lot, expiry=expiry)

    def key_of(self, serial: str) -> str:
        """The key of the box with this serial, made without reading a label.

        Args:
            serial: letters and digits; 13 digits where boxes carry drug traceability codes.
        """
        joint = _JOINTS[self.codes[0].scheme]
        return f"{self.product.identifiers[0]}{joint}{serial}"

    def _box(self, lot: str, expiry: date, rng: Random) -> Thing:
        code = self.codes[0]
        text = code.text(lot, expiry, _serial(code.scheme, rng))
        return thing(text, lot=lot, expiry=expiry)


def _serial(scheme: Scheme, rng: Random) -> str:
    if scheme is Scheme.DRUG:
        return f"{rng.randrange(10**13):013}"
    return f"{rng.choice(_CAPITALS)}{rng.randrange(10**8):08}"


@cache
def items() -> Mapping[str, Item]:
    """Every product of the demo by the hospital's own code."""
    rows = [
        row
        for name in _FILES
        for row in json.loads((_DATA / f"{name}.json").read_text(encoding="utf-8"))
    ]
    return MappingProxyType({row["code"]: _item(row) for row in rows})


def pack_level_of(identifier: str) -> int | None:
    """The pack level of a 7-digit drug identifier: 1 小码, 2 中码, 3 大码; None: not ours.

    What `scanning.read` asks a catalogue for.
    """
    return _pack_levels().get(identifier)


@cache
def _pack_levels() -> Mapping[str, int]:
    return {
        code.value: level
        for item in items().values()
        for level, code in enumerate((c for c in item.codes if c.scheme is Scheme.DRUG), 1)
    }


def _item(row: Mapping[str, Any]) -> Item:
    codes = tuple(Code(Scheme(code["scheme"]), code["value"]) for code in row["codes"])
    identifiers = tuple(_identifier(code) for code in codes)
    product = Product(
        code=row["code"],
        name=row["name"],
        specification=row["specification"],
        category=Category(row["category"]),
        unit=row["unit"],
        holder=row["holder"],
        identifiers=identifiers,
        levels={identifiers[0]: row["units"]} if "units" in row else {},
        details=_details(row, codes),
        flags=frozenset(_FLAGS[name] for name in row["flags"] if name in _FLAGS),
        storage=_storage(row["storage"]),
    )
    return Item(product, codes, row["serialised"], frozenset(row["flags"]))


def _identifier(code: Code) -> str:
    """The identifier that a scan of this code leads to."""
    return identifier_of(scanned(code.text("A1", date(2030, 1, 31))).key or "")


def _details(row: Mapping[str, Any], codes: tuple[Code, ...]) -> dict[str, str]:
    details = {
        name: row[name] for name in ("pinyin", "insurance_code", "registration", "storage", "price")
    }
    drug = [code.value for code in codes if code.scheme is Scheme.DRUG]
    if drug:
        details["pack_levels"] = " ".join(f"{value}={level}" for level, value in enumerate(drug, 1))
    details["tracking"] = "serial" if row["serialised"] else "lot"
    details |= dict.fromkeys((name for name in row["flags"] if name not in _FLAGS), "yes")
    return details


def _storage(said: str) -> Storage:
    """The conditions as a label says them: `2–8 ℃ 避光`, `遮光，不超过 25 ℃`."""
    dark = "避光" in said or "遮光" in said
    ends = [Decimal(number) for number in _NUMBER.findall(said)]
    lowest = ends[0] if len(ends) > 1 else None
    return Storage(Temperatures(lowest, ends[-1]) if ends else None, away_from_light=dark)
