"""The list of a case's patients by name: read by permission, each reading on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from access import Identity, Purpose
from errors import NotFound
from inventory import Exposure
from ledger import read_entries_at
from recall import find_case
from trace import step_of
from web.filling.page import Page
from web.view import Field, PatientList, PatientListState, PatientRow, pseudonym_tail
from web.visitor import address


def shown_patients(page: Page, case_id: str, reason: Purpose) -> PatientList:
    """The names of everybody who has or had goods of a case.

    Raises:
        NotFound: there is no such case.
        Forbidden: the reader may see no patient; recorded.
    """
    case = find_case(page.connection, page.ledger_id, case_id)
    if case is None:
        raise NotFound("not-found", what=case_id)
    answered = page.recalls.answer(page.connection, case.scope)
    found = answered.patients
    products = {lot.lot_id: page.product(lot.product_id) for lot in answered.lots}
    names = {each.patient: f"urn:uuid:{each.patient}" for each in found}
    known = page.desk.hospital.access.patients.identify_many(
        list(names.values()),
        by=page.principal,
        reason=reason,
        about=case_id,
        address=address(),
    )
    times = _times(page, found)
    rows = [
        _row(
            page,
            each,
            known[names[each.patient]],
            times[each.seqs[-1]],
            page.quantity(each.had, products[each.lot_id]),
        )
        for each in found
        if names[each.patient] in known
    ]
    rows.sort(key=lambda row: (row.ward, row.bed or "", row.pseudonym))
    return PatientList(
        PatientListState.SHOWN,
        reason=Field(reason.value),
        rows=tuple(rows),
        hidden=len(names) - len(known),
    )


def _row(
    page: Page, each: Exposure, identity: Identity | None, at: datetime, units: str
) -> PatientRow:
    display = identity.display if identity else None
    return PatientRow(
        ward=page.places.department_of(each.location_id),
        bed=display.bed or None if display else None,
        name=display.name if display else None,
        record=display.tail if display else None,
        pseudonym=pseudonym_tail(str(each.patient)),
        units=units,
        at=at,
        encounter=(identity.wristband or None) if identity else None,
    )


def _times(page: Page, found: Sequence[Exposure]) -> dict[int, datetime]:
    """When the last entry of each patient happened."""
    entries = read_entries_at(
        page.connection, page.ledger_id, sorted({each.seqs[-1] for each in found})
    )
    events = {entry.seq: (step_of(entry).event, entry.recorded) for entry in entries}
    return {seq: event.time if event else recorded for seq, (event, recorded) in events.items()}
