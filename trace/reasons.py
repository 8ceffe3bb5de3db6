"""Why something is refused: the closed list, stable for machines.

Each reason's sentences (what is wrong, what to do next) stand in `texts` under the same code.
"""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Every reason the recorder can refuse for."""

    ALREADY_DISPENSED = "already-dispensed"
    ALREADY_RECEIVED = "already-received"
    ALREADY_USED = "already-used"
    CASE_CLOSED = "case-closed"
    CASE_EXISTS = "case-exists"
    CASE_OPEN = "case-open"
    CASE_UNSETTLED = "case-unsettled"
    CASE_UNSIGNED = "case-unsigned"
    COUNTED_BY_SAME = "counted-by-same"
    COUNT_CLOSED = "count-closed"
    COUNT_MOVED = "count-moved"
    COUNT_NOT_APPROVED = "count-not-approved"
    COUNT_UNSETTLED = "count-unsettled"
    EXPIRED = "expired"
    EXPIRY_MISMATCH = "expiry-mismatch"
    IDENTIFIER_TAKEN = "identifier-taken"
    ID_CONFLICT = "id-conflict"
    LINE_FULFILLED = "line-fulfilled"
    LISTED_TWICE = "listed-twice"
    LOT_MISMATCH = "lot-mismatch"
    NOT_AN_IMPLANT = "not-an-implant"
    NOT_DISPENSED = "not-dispensed"
    NOT_ENOUGH = "not-enough"
    NOT_HERE = "not-here"
    NOT_ON_ORDER = "not-on-order"
    NOT_QUARANTINED = "not-quarantined"
    NOT_RECEIVED = "not-received"
    ORDER_CLOSED = "order-closed"
    ORDER_EXISTS = "order-exists"
    PACKAGE_CONFLICT = "package-conflict"
    PATIENT_MISSING = "patient-missing"
    PLACE_IN_ITSELF = "place-in-itself"
    QUARANTINED = "quarantined"
    RECALLED = "recalled"
    SENT_BACK = "sent-back"
    TOO_MANY = "too-many"
    UNKNOWN_CASE = "unknown-case"
    UNKNOWN_CODE = "unknown-code"
    UNKNOWN_COUNT = "unknown-count"
    UNKNOWN_EXCURSION = "unknown-excursion"
    UNKNOWN_LINE = "unknown-line"
    UNKNOWN_LOCATION = "unknown-location"
    UNKNOWN_ORDER = "unknown-order"
    UNKNOWN_PRODUCT = "unknown-product"
    WRONG_PATIENT = "wrong-patient"
