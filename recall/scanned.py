"""A pack that is scanned into a notice: its product and its lot, as a notice says them.

A serial and an expiry are left out: a recall is of what the pack came with, not of this one pack.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from inventory import lots_by_id, products, units_by_key
from scanning import Scan, read


def scans_told(connection: Connection, ledger_id: int, text: str, today: date) -> str:
    """A text with each line that is the scan of a pack told in words.

    Args:
        connection: where to read.
        ledger_id: which ledger; it knows the lot of a pack whose code does not say it.
        text: what was typed, pasted or scanned.
        today: the day against which two-digit years are read.
    """
    lines = text.split("\n")  # not splitlines: a scan holds group separators
    return "\n".join(_told(connection, ledger_id, line, today) for line in lines)


def _told(connection: Connection, ledger_id: int, line: str, today: date) -> str:
    scan = read(line.strip(" \r\t"), today=today)
    if scan.key is None or not scan.valid or scan.ambiguous:
        return line
    unit = units_by_key(connection, ledger_id, [scan.key]).get(scan.key)
    if unit is not None and unit.lot_id and unit.product_id:
        code = products(connection, ledger_id, {unit.product_id})[unit.product_id].code
        lot = lots_by_id(connection, ledger_id, [unit.lot_id])[unit.lot_id].lot
        return f"产品名称：{code}\n批号：{lot}"
    return _as_printed(scan) or line


def _as_printed(scan: Scan) -> str | None:
    """What a code says by itself, where it names a product and its lot."""
    return f"GTIN：{scan.gtin}\n批号：{scan.lot}" if scan.gtin and scan.lot else None
