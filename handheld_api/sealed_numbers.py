"""Whom a record is for, by what its device sealed: a wristband, or the number of an order."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from access import Action, IdentifierKind, Principal, Purpose
from errors import Invalid, MedtraceError, NotFound
from handheld_api.upload_item import Upload
from hospital import Hospital
from orders import OrderType, find_order

_BY_NUMBER = (OrderType.PRESCRIPTION, OrderType.MEDICATION)
"""Orders of care that a device asks for by their number, because it keeps none."""


def with_patient(
    hospital: Hospital, person: Principal, item: Upload, address: str
) -> dict[str, Any]:
    """What an event says besides: its patient, and the order if it was an order's number.

    What happened is on record also where nobody is found: that is a problem of its own.

    Args:
        hospital: where.
        person: in whose name; each look is put on record.
        item: the upload; a problem is told to it.
        address: the network address.

    Raises:
        Invalid: what the device signed is no digest of what it sealed.
    """
    if item.band is None:
        return {}
    if hashlib.sha256(item.band.encode()).hexdigest() != item.band_sha256:
        raise Invalid("malformed", field="band_sha256", detail="SHA-256")
    try:
        return _whose(hospital, person, hospital.access.sealed_bands.open(item.band), address)
    except MedtraceError as error:
        item.problems.append({"code": error.code, "field": error.field, "text": error.text})
        return {}


def _whose(hospital: Hospital, person: Principal, number: str, address: str) -> dict[str, Any]:
    patients, treat = hospital.access.patients, Purpose.TREATMENT
    try:
        kind = IdentifierKind.WRISTBAND
        return {"patient": patients.find(kind, number, by=person, reason=treat, address=address)}
    except NotFound:
        found = _order(hospital, person, number, address)
        if found is None:
            raise
        return dict(found)


def _order(
    hospital: Hospital, person: Principal, number: str, address: str
) -> Mapping[str, Any] | None:
    with hospital.database.read() as connection:
        files = [find_order(connection, hospital.ledger_id, each, number) for each in _BY_NUMBER]
    order = next((each.order for each in files if each is not None), None)
    if order is None or order.patient is None:
        return None
    hospital.access.require(person, Action.SEE_ORDERS, order.destination, address=address)
    document = {"type": order.name[0], "id": number}
    return {"patient": f"urn:uuid:{order.patient}", "documents": [document]}
