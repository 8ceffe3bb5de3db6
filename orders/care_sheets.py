"""The columns of orders of care in a sheet: doses, routes, frequencies, moments, yes and no."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from errors import Invalid
from orders.order import ORDERS_OF_CARE, OrderType
from orders.paper import Fault, PaperLine
from trace import Dose

CARE_COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "patient": ("患者", "病案号", "住院号"),
        "generic": ("替换组", "通用名"),
        "substitution": ("可替换",),
        "dose": ("剂量", "单次剂量"),
        "dose_unit": ("剂量单位",),
        "route": ("途径", "给药途径"),
        "frequency": ("频次",),
        "start": ("开始时间",),
        "stop": ("停止时间",),
        "planned": ("手术时间",),
        "high_alert": ("高警示",),
    }
)
"""Each column's name, and what its head may say in Chinese."""

CARE_TYPES: Mapping[str, OrderType] = MappingProxyType(
    {
        "prescription": OrderType.PRESCRIPTION,
        "处方": OrderType.PRESCRIPTION,
        "medication": OrderType.MEDICATION,
        "医嘱": OrderType.MEDICATION,
        "用药医嘱": OrderType.MEDICATION,
        "procedure": OrderType.PROCEDURE,
        "手术": OrderType.PROCEDURE,
    }
)
"""What a row's type may say."""

MOMENTS = ("start", "stop", "planned")
"""The columns that hold a day and a time."""

CARE_HEADS = ("patient", "frequency", *MOMENTS, "high_alert")
"""The columns that speak of the whole order."""

_UNITS: Mapping[str, str] = MappingProxyType(
    {
        "ml": "mL",
        "毫升": "mL",
        "l": "L",
        "升": "L",
        "g": "g",
        "克": "g",
        "mg": "mg",
        "毫克": "mg",
        "ug": "ug",
        "μg": "ug",
        "µg": "ug",
        "mcg": "ug",
        "微克": "ug",
        "iu": "[IU]",
        "u": "[IU]",
        "单位": "[IU]",
        "片": "{tablet}",
        "粒": "{capsule}",
        "支": "{ampoule}",
        "袋": "{bag}",
        "滴": "[drp]",
        "喷": "{puff}",
    }
)
"""Units as hospitals write them, in UCUM."""

_DOSE = re.compile(r"([0-9.]+)\s*(\S*)")
_YES = frozenset({"是", "yes", "y", "true", "1", "✓", "√"})
_NO = frozenset({"否", "no", "n", "false", "0"})


def ucum(unit: str) -> str:
    """A unit as somebody wrote it, in UCUM; what we don't know stays as it is.

    >>> ucum("毫克")
    'mg'
    """
    return _UNITS.get(unit.lower(), unit)


def dose_of(cells: Mapping[str, str], row: int) -> tuple[Dose | None, list[Fault]]:
    """The dose in `0.5 g`, or in two columns."""
    said = cells.get("dose", "")
    if not said:
        return None, []
    parts = _DOSE.fullmatch(said)
    if parts is None:
        return None, [Fault(f"{row} dose", "dose-amount", {"found": said[:32]})]
    try:
        return Dose.of(parts[1], ucum(parts[2] or cells.get("dose_unit", ""))), []
    except Invalid as error:
        return None, [Fault(f"{row} dose", error.code, error.values)]


def moment_of_cell(said: str) -> datetime | None:
    """A day and a time; without a zone, by the hospital's clock.

    Raises:
        ValueError: it is neither.
    """
    return datetime.fromisoformat(said.replace("/", "-")) if said else None


def care_heads(
    cells: Mapping[str, str], type_: OrderType, row: int
) -> tuple[dict[str, Any], list[Fault]]:
    """What a row says of the whole order, as `Paper` has it."""
    said = {name: cells.get(name, "") for name in CARE_HEADS if cells.get(name)}
    faults: list[Fault] = []
    if type_ not in ORDERS_OF_CARE:
        return {}, [Fault(f"{row} {name}", "not-wanted") for name in said]
    heads: dict[str, Any] = {
        "patient_number": said.get("patient"),
        "frequency": said.get("frequency"),
    }
    for name in MOMENTS:
        try:
            heads[name] = moment_of_cell(said.get(name, ""))
        except ValueError:
            faults.append(Fault(f"{row} {name}", "time-malformed", {"found": said[name]}))
    heads["high_alert"], bad = _yes(cells, "high_alert", row, empty=False)
    return heads, faults + bad


def care_line(cells: Mapping[str, str], line: PaperLine, row: int) -> tuple[PaperLine, list[Fault]]:
    """A line with what the row says of it beside goods and quantity."""
    dose, faults = dose_of(cells, row)
    substitution, bad = _yes(cells, "substitution", row, empty=True)
    told = replace(
        line,
        generic=cells.get("generic") or None,
        substitution=substitution,
        dose=dose,
        route=cells.get("route") or None,
    )
    return told, faults + bad


def _yes(cells: Mapping[str, str], name: str, row: int, *, empty: bool) -> tuple[bool, list[Fault]]:
    said = cells.get(name, "").lower()
    if not said:
        return empty, []
    if said in _YES or said in _NO:
        return said in _YES, []
    return empty, [Fault(f"{row} {name}", "sheet-yes-or-no", {"found": said})]
