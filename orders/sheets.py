"""Orders from a sheet (CSV, XLSX): one row a line, or a thing in a container.

Columns are found by their heads, in Chinese or English, in whatever order. Rows of one type and
number are one order. Every row that is wrong is told, not only the first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from orders.care_sheets import CARE_COLUMNS, CARE_TYPES, care_heads, care_line
from orders.order import OrderType
from orders.paper import Fault, Paper, PaperLine, PaperPackage
from sheets import Sheet, heading, is_rounded

COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "type": ("类型", "单据类型"),
        "number": ("单号", "单据编号"),
        "party": ("供应商",),
        "source": ("调出", "调出地点"),
        "destination": ("收货地点", "调入", "调入地点"),
        "reference": ("订单号", "采购单号"),
        "product": ("产品编码", "院内编码"),
        "quantity": ("数量",),
        "lot": ("批号",),
        "expiry": ("有效期", "失效日期", "有效期至"),
        "container": ("包装", "包装码", "上级码"),
        "code": ("追溯码", "条码"),
        **CARE_COLUMNS,
    }
)
"""Each column's name, and what its head may say in Chinese."""

_TYPES = {
    "po": OrderType.PURCHASE,
    "采购单": OrderType.PURCHASE,
    "采购": OrderType.PURCHASE,
    "desadv": OrderType.DELIVERY,
    "送货单": OrderType.DELIVERY,
    "随货单": OrderType.DELIVERY,
    "transfer": OrderType.TRANSFER,
    "调拨单": OrderType.TRANSFER,
    "调拨": OrderType.TRANSFER,
    **CARE_TYPES,
}
_HEADS = {heading(head): name for name, heads in COLUMNS.items() for head in (name, *heads)}
_NEEDED = ("type", "number")
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")
_LONGEST = 64
_LONGEST_CODE = 4_000
_MOST = 1_000_000_000


@dataclass(slots=True)
class _Gathered:
    """The rows of one order so far."""

    at: str
    heads: dict[str, Any]
    references: dict[str, None] = field(default_factory=dict)
    lines: list[PaperLine] = field(default_factory=list)
    packages: list[PaperPackage] = field(default_factory=list)
    wrong: bool = False
    needs_no_quantity: bool = False
    """A medication order counts doses, each as much as it says."""


def papers_of(sheet: Sheet) -> tuple[list[Paper], list[Fault]]:
    """The orders in a sheet, and everything that is wrong with its rows.

    An order with a wrong row is left out: it comes whole or not at all.

    Args:
        sheet: as `sheets.read_sheet` opens it.
    """
    columns, faults = _columns(sheet.header)
    if faults:
        return [], faults
    found: dict[tuple[OrderType, str], _Gathered] = {}
    for row in sheet.rows:
        cells = {name: row.cells[head] for name, head in columns.items()}
        if any(cells.values()):
            faults += _gather(found, cells, row.number)
    return [_paper(name, each) for name, each in found.items() if not each.wrong], faults


def _columns(header: Sequence[str]) -> tuple[dict[str, str], list[Fault]]:
    columns: dict[str, str] = {}
    faults = []
    for head in header:
        name = _HEADS.get(head)
        if name is None:
            faults.append(Fault("1", "sheet-column", {"found": head}))
        elif name in columns:
            faults.append(Fault("1", "sheet-column-twice", {"found": head}))
        else:
            columns[name] = head
    missing = [name for name in _NEEDED if name not in columns]
    faults += [Fault("1", "sheet-column-missing", {"name": name}) for name in missing]
    return columns, faults


def _gather(
    found: dict[tuple[OrderType, str], _Gathered],
    cells: Mapping[str, str],
    row: int,
) -> list[Fault]:
    faults = [
        Fault(f"{row} {name}", "sheet-rounded", {"found": said})
        for name, said in cells.items()
        if is_rounded(said)
    ]
    faults += [
        Fault(f"{row} {name}", "sheet-text", {"most": most})
        for name, said in cells.items()
        if len(said) > (most := _LONGEST_CODE if name in {"code", "container"} else _LONGEST)
        or _UNWRITABLE.search(said if name not in {"code", "container"} else "")
    ]
    type_ = _TYPES.get(cells["type"].lower())
    if type_ is None:
        faults.append(Fault(f"{row} type", "sheet-type", {"found": cells["type"]}))
    if not cells["number"]:
        faults.append(Fault(f"{row} number", "required"))
    if type_ is None or not cells["number"]:
        return faults
    heads: dict[str, Any] = {
        name: cells.get(name) or None for name in ("party", "source", "destination")
    }
    care, bad = care_heads(cells, type_, row)
    faults += bad
    heads |= care
    order = found.setdefault((type_, cells["number"]), _Gathered(str(row), heads))
    order.needs_no_quantity = type_ is OrderType.MEDICATION
    faults += _take(order, cells, heads, row)
    order.wrong |= bool(faults)
    return faults


def _take(
    order: _Gathered, cells: Mapping[str, str], heads: Mapping[str, Any], row: int
) -> list[Fault]:
    faults = []
    for name, said in heads.items():
        known = order.heads.get(name)
        if said and known and known != said:
            faults.append(Fault(f"{row} {name}", "sheet-differs", {"found": said}))
        order.heads[name] = known or said
    if cells.get("reference"):
        order.references[cells["reference"]] = None
    quantity, bad_quantity = _quantity(cells.get("quantity", ""), row)
    expiry, bad_expiry = _day(cells.get("expiry", ""), row)
    faults += [*bad_quantity, *bad_expiry]
    lot = cells.get("lot") or None
    if cells.get("container") or cells.get("code"):
        for name in ("container", "code"):
            if not cells.get(name):
                faults.append(Fault(f"{row} {name}", "required"))
        container, code = cells.get("container", ""), cells.get("code", "")
        order.packages.append(PaperPackage(str(row), container, code, quantity, lot, expiry))
    else:
        line = PaperLine(str(row), cells.get("product") or None, quantity or 1, lot, expiry)
        line, bad = care_line(cells, line, row)
        order.lines.append(line)
        faults += bad
        if line.product is None and line.generic is None:
            faults.append(Fault(f"{row} product", "required"))
        elif quantity is None and not bad_quantity and not order.needs_no_quantity:
            faults.append(Fault(f"{row} quantity", "required"))
    return faults


def _paper(name: tuple[OrderType, str], order: _Gathered) -> Paper:
    return Paper(
        at=order.at,
        type=name[0],
        number=name[1],
        **order.heads,
        references=tuple(order.references),
        lines=tuple(order.lines),
        packages=tuple(order.packages),
    )


def _quantity(said: str, row: int) -> tuple[int | None, list[Fault]]:
    if not said:
        return None, []
    if said.isascii() and said.isdecimal() and 1 <= int(said[:12]) <= _MOST and len(said) <= 12:  # noqa: PLR2004 -- more digits than any quantity
        return int(said), []
    return None, [Fault(f"{row} quantity", "sheet-quantity", {"found": said})]


def _day(said: str, row: int) -> tuple[date | None, list[Fault]]:
    """A day as ISO 8601 has it, or with slashes or dots, or as eight digits; without its time."""
    if not said:
        return None, []
    parts = _DAY.fullmatch(said)
    try:
        if parts:
            year, month, day = (int(part) for part in parts.groups() if part)
            return date(year, month, day), []
    except ValueError:
        pass
    return None, [Fault(f"{row} expiry", "field-date")]


_DAY = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:T.*)?|(\d{4})/(\d{1,2})/(\d{1,2})"
    r"|(\d{4})\.(\d{1,2})\.(\d{1,2})|(\d{4})(\d{2})(\d{2})",
    re.ASCII,
)
