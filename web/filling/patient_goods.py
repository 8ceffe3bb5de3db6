"""What one patient had: found by a number behind a permission, shown without a name."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import url_for

from access import IdentifierKind, Purpose
from inventory import given_to
from ledger import read_entries_at
from texts import text_of
from web.filling.cases import PURPOSES
from web.filling.goods import STATUSES
from web.filling.page import Page
from web.filling.steps import proof_of
from web.view import Choice, pseudonym_tail
from web.view.patients import PatientGoods
from web.view.table import Cell, Column, Row, TableView
from web.visitor import address

_MOST: Final = 500
_COLUMNS: Final = (
    Column("product", "strong"),
    Column("lot", "lot"),
    Column("status", "status"),
    Column("quantity", "number"),
    Column("unit", wide=True),
    Column("place"),
    Column("time", "moment"),
    Column("entry", "number", wide=True),
)


def purposes(chosen: str = "") -> tuple[Choice, ...]:
    """Why somebody may want to know what a patient had."""
    return tuple(
        Choice(each.value, text_of(f"purpose-{each.value}"), each.value == chosen)
        for each in PURPOSES
    )


def patient_goods(page: Page, kind: IdentifierKind, value: str, reason: Purpose) -> PatientGoods:
    """What the patient with this number had; that it was looked for is on record.

    Raises:
        NotFound: nobody has it.
        Forbidden: the reader may not look for patients there; recorded.
    """
    patients = page.desk.hospital.access.patients
    pseudonym = patients.find(kind, value, by=page.principal, reason=reason, address=address())
    owner = UUID(pseudonym.removeprefix("urn:uuid:"))
    found = given_to(page.connection, page.ledger_id, owner, limit=_MOST)
    entries = read_entries_at(page.connection, page.ledger_id, sorted({each.seq for each in found}))
    times = {entry.seq: entry.recorded for entry in entries}
    rows = []
    for each in found:
        lot = page.lot(each.lot_id)
        product = page.product(lot.product_id)
        href = url_for("lots.page", lot_id=lot.lot_id)
        if each.unit_id:
            href = url_for("things.page", unit_id=each.unit_id)
        cells = (
            Cell(product.name, href, product.specification),
            Cell(lot.lot or page.say("lot-none"), url_for("lots.page", lot_id=lot.lot_id)),
            Cell(STATUSES[each.status]),
            Cell(each.quantity),
            Cell(product.unit),
            Cell(page.places.name_of(each.location_id)),
            Cell(times[each.seq]),
            Cell(each.seq, proof_of(page, each.seq)),
        )
        rows.append(Row(cells))
    table = TableView(url_for("search.patient"), _COLUMNS, tuple(rows))
    return PatientGoods(pseudonym_tail(pseudonym), table, len(found) == _MOST)
