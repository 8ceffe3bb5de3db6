"""Orders from a sheet (CSV, XLSX): one row a line, or a thing in a container.

Columns are found by their heads, in Chinese or English, in whatever order. Rows of one type and
number are one order. Every row that is wrong is told, not only the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from orders.order import OrderType
from orders.paper import Fault, Paper, PaperLine, PaperPackage

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
}
_HEADS = {head: name for name, heads in COLUMNS.items() for head in (name, *heads)}
_NEEDED = ("type", "number")
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")
_LONGEST = 64
_LONGEST_CODE = 4_000
_MOST = 1_000_000_000
_EXACT = 1e15

Cell = str | float | date | bool | None


@dataclass(slots=True)
class _Gathered:
    """The rows of one order so far."""

    at: str
    heads: dict[str, str | None]
    references: dict[str, None] = field(default_factory=dict)
    lines: list[PaperLine] = field(default_factory=list)
    packages: list[PaperPackage] = field(default_factory=list)
    wrong: bool = False


def papers_of(rows: Iterable[Sequence[Cell]]) -> tuple[list[Paper], list[Fault]]:
    """The orders in a sheet, and everything that is wrong with its rows.

    An order with a wrong row is left out: it comes whole or not at all.

    Args:
        rows: the sheet's, its first with the heads of the columns.
    """
    numbered = enumerate(rows, 1)
    places, faults = _places(next(numbered, (1, ()))[1])
    if faults:
        return [], faults
    found: dict[tuple[OrderType, str], _Gathered] = {}
    for number, row in numbered:
        cells = {name: _text(row[at]) if at < len(row) else "" for name, at in places.items()}
        if any(cells.values()):
            rounded = [name for name, at in places.items() if _is_rounded(row, at)]
            faults += _gather(found, cells, number, rounded)
    return [_paper(name, each) for name, each in found.items() if not each.wrong], faults


def _places(heads: Sequence[Cell]) -> tuple[dict[str, int], list[Fault]]:
    places: dict[str, int] = {}
    faults = []
    for at, head in enumerate(heads):
        said = _text(head)
        name = _HEADS.get(said.lower())
        if name is None:
            if said:
                faults.append(Fault("1", "sheet-column", {"found": said}))
        elif name in places:
            faults.append(Fault("1", "sheet-column-twice", {"found": said}))
        else:
            places[name] = at
    missing = [name for name in _NEEDED if name not in places]
    faults += [Fault("1", "sheet-column-missing", {"name": name}) for name in missing]
    return places, faults


def _gather(
    found: dict[tuple[OrderType, str], _Gathered],
    cells: Mapping[str, str],
    row: int,
    rounded: Sequence[str],
) -> list[Fault]:
    faults = [Fault(f"{row} {name}", "sheet-rounded", {"found": cells[name]}) for name in rounded]
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
    heads = {name: cells.get(name) or None for name in ("party", "source", "destination")}
    order = found.setdefault((type_, cells["number"]), _Gathered(str(row), heads))
    faults += _take(order, cells, heads, row)
    order.wrong |= bool(faults)
    return faults


def _take(
    order: _Gathered, cells: Mapping[str, str], heads: Mapping[str, str | None], row: int
) -> list[Fault]:
    faults = []
    for name, said in heads.items():
        if said is not None and order.heads[name] not in {None, said}:
            faults.append(Fault(f"{row} {name}", "sheet-differs", {"found": said}))
        order.heads[name] = order.heads[name] or said
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
    elif not cells.get("product"):
        faults.append(Fault(f"{row} product", "required"))
    elif quantity is None and not bad_quantity:
        faults.append(Fault(f"{row} quantity", "required"))
    else:
        line = PaperLine(str(row), cells["product"], quantity or 1, lot, expiry)
        order.lines.append(line)
    return faults


def _paper(name: tuple[OrderType, str], order: _Gathered) -> Paper:
    return Paper(
        at=order.at,
        type=name[0],
        number=name[1],
        party=order.heads["party"],
        source=order.heads["source"],
        destination=order.heads["destination"],
        references=tuple(order.references),
        lines=tuple(order.lines),
        packages=tuple(order.packages),
    )


def _text(cell: Cell) -> str:
    """What stands in a cell; sheets keep whole numbers as floats and days as dates."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(cell).strip()


def _is_rounded(row: Sequence[Cell], at: int) -> bool:
    """Whether a spreadsheet has cut a long code: it keeps 15 digits of a number, no more."""
    cell = row[at] if at < len(row) else None
    return isinstance(cell, float) and abs(cell) >= _EXACT


def _quantity(said: str, row: int) -> tuple[int | None, list[Fault]]:
    if not said:
        return None, []
    if said.isascii() and said.isdecimal() and 1 <= int(said[:12]) <= _MOST and len(said) <= 12:  # noqa: PLR2004 -- more digits than any quantity
        return int(said), []
    return None, [Fault(f"{row} quantity", "sheet-quantity", {"found": said})]


def _day(said: str, row: int) -> tuple[date | None, list[Fault]]:
    """A day as ISO 8601 writes it, or with slashes or dots, or as eight digits."""
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
    r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{4})/(\d{1,2})/(\d{1,2})"
    r"|(\d{4})\.(\d{1,2})\.(\d{1,2})|(\d{4})(\d{2})(\d{2})",
    re.ASCII,
)
