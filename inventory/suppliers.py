"""Suppliers: companies that deliver, with what a buyer has to know of them.

A supplier's code is what events, orders and delivery notes name as their other company (`party`),
so that one word leads from a box to the company's papers. No person of the company stands here: an
entry stays for ever.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, func, or_, select

import bulk
from errors import Invalid
from inventory import models, store_models
from inventory.things import is_gln

SUPPLIER_TYPE: Final = "medtrace:Supplier"

_SUPPLIER = store_models.supplier.c
_LOT = models.lot.c
_COLUMNS: Final = ("code", "name", "credit_code", "licence", "licence_until", "gln", "phone")
_PLAIN: Final = ("credit_code", "licence", "gln", "phone")
_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_LENGTH: Final = 18


@dataclass(frozen=True, slots=True)
class Supplier:
    """A company that delivers.

    Args:
        code: how events and papers name it, unique.
        name: its registered name.
        credit_code: 统一社会信用代码 (GB 32100-2015); empty: unknown.
        licence: the number of its licence to trade in drugs or devices (经营许可证).
        licence_until: the licence's last day.
        gln: its Global Location Number (GS1 General Specifications §2.4).
        phone: the company's number for recalls and complaints.
    """

    code: str
    name: str
    credit_code: str = ""
    licence: str = ""
    licence_until: date | None = None
    gln: str = ""
    phone: str = ""

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: the credit code or the GLN has another length or check character than its own.
        """
        if self.credit_code and not _is_credit_code(self.credit_code):
            raise Invalid("credit-code-wrong", field="credit_code", found=self.credit_code)
        if self.gln and not is_gln(self.gln):
            raise Invalid("gln-wrong", field="gln", found=self.gln)


@dataclass(frozen=True, slots=True)
class SupplierRow:
    """A company in the list: what is known of it, and what came.

    Args:
        supplier: what was said of it; of one that only delivered, its code alone.
        defined: whether anything was said.
        lots: how many lots came from it first.
        received: how many base units of them arrived.
        last: the surrogate of its latest lot; None: nothing came.
    """

    supplier: Supplier
    defined: bool
    lots: int = 0
    received: int = 0
    last: int | None = None


def _is_credit_code(text: str) -> bool:
    """GB 32100-2015 §5: weights are powers of three modulo 31.

    >>> _is_credit_code("91350100M000100Y43"), _is_credit_code("91350100M000100Y44")
    (True, False)
    """
    if len(text) != _LENGTH or any(letter not in _ALPHABET for letter in text):
        return False
    values = [_ALPHABET.index(letter) for letter in text]
    total = sum(value * pow(3, place, 31) for place, value in enumerate(values[:-1]))
    return values[-1] == -total % 31


def supplier_members(supplier: Supplier) -> dict[str, Any]:
    """A supplier as its entry says it; what is not known is not written."""
    members: dict[str, Any] = {
        "type": SUPPLIER_TYPE,
        "code": supplier.code,
        "name": supplier.name,
    }
    members |= {name: text for name in _PLAIN if (text := getattr(supplier, name))}
    if supplier.licence_until is not None:
        members["licence_until"] = supplier.licence_until.isoformat()
    return members


def supplier_from(members: dict[str, Any]) -> Supplier:
    """The supplier that `supplier_members` wrote."""
    until = members.get("licence_until")
    return Supplier(
        code=members["code"],
        name=members["name"],
        licence_until=None if until is None else date.fromisoformat(until),
        **{name: members.get(name, "") for name in _PLAIN},
    )


def supplier_row(ledger_id: int, supplier: Supplier) -> bulk.Row:
    """A supplier as a row of its table."""
    until = supplier.licence_until
    values = {name: getattr(supplier, name) for name in _COLUMNS}
    values["licence_until"] = None if until is None else until.isoformat()
    return (ledger_id, *(values[name] for name in _COLUMNS))


def suppliers_coded(
    connection: Connection, ledger_id: int, codes: Collection[str] | None = None
) -> dict[str, Supplier]:
    """Suppliers by code; those of whom nothing was said are left out.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        codes: only these; None: all of them.
    """
    query = select(*(_SUPPLIER[name] for name in _COLUMNS)).where(_SUPPLIER.ledger_id == ledger_id)
    if codes is not None:
        query = query.where(_SUPPLIER.code.in_(codes))
    return {row[0]: _of(row) for row in connection.execute(query.order_by(_SUPPLIER.code))}


def supplier_page(
    connection: Connection, ledger_id: int, *, words: str = "", after: str = "", limit: int
) -> list[SupplierRow]:
    """Everybody who delivered or of whom something was said, by code.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        words: only those with these in their code or name.
        after: only those behind this code, to page on.
        limit: how many at the most.
    """
    said = select(_SUPPLIER.code).where(_SUPPLIER.ledger_id == ledger_id, _SUPPLIER.code > after)
    came = select(_LOT.supplier).where(_LOT.ledger_id == ledger_id, _LOT.supplier > after)
    if words:
        named = select(_SUPPLIER.code).where(
            _SUPPLIER.ledger_id == ledger_id, _SUPPLIER.name.contains(words, autoescape=True)
        )
        said = said.where(
            or_(
                _SUPPLIER.name.contains(words, autoescape=True),
                _SUPPLIER.code.contains(words, autoescape=True),
            )
        )
        came = came.where(
            or_(_LOT.supplier.contains(words, autoescape=True), _LOT.supplier.in_(named))
        )
    found = {row[0] for row in connection.execute(said.order_by(_SUPPLIER.code).limit(limit))}
    companies = came.group_by(_LOT.supplier).order_by(_LOT.supplier).limit(limit)
    found |= {row[0] for row in connection.execute(companies)}
    codes = sorted(found)[:limit]
    return _rows(connection, ledger_id, codes)


def _rows(connection: Connection, ledger_id: int, codes: Sequence[str]) -> list[SupplierRow]:
    known = suppliers_coded(connection, ledger_id, codes)
    sums = select(_LOT.supplier, func.count(), func.sum(_LOT.received), func.max(_LOT.lot_id))
    sums = sums.where(_LOT.ledger_id == ledger_id, _LOT.supplier.in_(codes))
    came = {
        row[0]: (row[1], int(row[2]), row[3])
        for row in connection.execute(sums.group_by(_LOT.supplier))
    }
    return [
        SupplierRow(known.get(code, Supplier(code, "")), code in known, *came.get(code, ()))
        for code in codes
    ]


def _of(row: Sequence[Any]) -> Supplier:
    code, name, credit_code, licence, until, gln, phone = row
    return Supplier(
        code,
        name,
        credit_code,
        licence,
        None if until is None else date.fromisoformat(until),
        gln,
        phone,
    )
