"""What requests and answers of stores look like: orders, counts, stock; a test sends them."""

from __future__ import annotations

from typing import Any, Final

from handheld_api.examples import BOX

_REVISION_ID: Final = "019ab3c4-7d11-7c3e-9d0f-6b7b2c1d4e60"
_TIME: Final = "2026-11-22T09:46:12.120+08:00"

PAPERS: Final[dict[str, Any]] = {
    "orders": [
        {
            "type": "desadv",
            "number": "DN-20261122-07",
            "party": "华东医药配送",
            "destination": "STORE",
            "references": ["PO-20261120-03"],
            "packages": [{"container": "(00)106141412345678908", "code": BOX}],
        },
        {
            "type": "medication",
            "number": "YZ-20261122-0418",
            "destination": "W07",
            "patient_number": "ZY20260915873",
            "frequency": "bid",
            "lines": [{"product": "D001", "dose": {"amount": "100", "unit": "mg"}, "route": "iv"}],
        },
    ]
}
FILED: Final[dict[str, Any]] = {
    "orders": [{"type": "desadv", "number": "DN-20261122-07", "placed": True, "faults": []}]
}
_HEAD: Final[dict[str, Any]] = {
    "type": "desadv",
    "number": "DN-20261122-07",
    "state": "open",
    "party": "华东医药配送",
    "source": None,
    "destination": "STORE",
    "patient": None,
    "seq": 4218279,
}
OPEN_ORDERS: Final[dict[str, Any]] = {"orders": [_HEAD]}
ORDER: Final[dict[str, Any]] = {
    **_HEAD,
    "frequency": None,
    "planned": None,
    "high_alert": False,
    "lines": [
        {
            "line": 1,
            "product": "D001",
            "identifiers": ["https://id.gs1.org/01/06901234567892"],
            "lot": "A2405",
            "expiry": "2027-12-31",
            "quantity": 1,
            "fulfilled": 0,
            "accepted": 0,
            "generic": None,
            "substitution": True,
            "dose": None,
            "route": None,
        }
    ],
    "steps": [4218279],
}
REVISION: Final[dict[str, Any]] = {
    "id": _REVISION_ID,
    "time": _TIME,
    "type": "po",
    "number": "PO-20261120-03",
    "doing": "change",
    "lines": [{"line": 1, "quantity": 40}],
    "note": "供应商缺货，先到一半",
}
DONE: Final[dict[str, Any]] = {
    "outcome": "recorded",
    "receipt": {
        "seq": 4218281,
        "hash": "9f2c1d7e60b15a4c8e3b7a90d1f4c6825e0b9d3a7c1f4e6825b0d9c3a7f1e4c6",
        "recorded": "2026-11-22T01:46:12.481Z",
    },
    "reason": None,
    "text": None,
}

_COUNT_ID: Final = "019ab3c4-7d11-7c3e-9d0f-6b7b2c1d4e61"
COUNT: Final[dict[str, Any]] = {"id": _COUNT_ID, "time": _TIME, "products": ["D001"]}
_COUNT: Final[dict[str, Any]] = {
    "id": _COUNT_ID,
    "location": "STORE",
    "state": "open",
    "people": ["0417"],
    "seq": 4218290,
}
OPEN_COUNTS: Final[dict[str, Any]] = {"counts": [_COUNT]}
COUNT_LINES: Final[dict[str, Any]] = {
    "id": "019ab3c4-7d11-7c3e-9d0f-6b7b2c1d4e62",
    "time": _TIME,
    "count": _COUNT_ID,
    "lines": [{"scan": BOX}],
}
_DIGEST: Final = "9f2c1d7e60b15a4c8e3b7a90d1f4c6825e0b9d3a7c1f4e6825b0d9c3a7f1e4c6"
COUNT_FILE: Final[dict[str, Any]] = {
    **_COUNT,
    "counted": 1,
    "digest": _DIGEST,
    "differences": [
        {
            "key": "https://id.gs1.org/01/06901234567892/21/8838",
            "product": "D001",
            "name": "贝伐珠单抗注射液",
            "lot": "A2405",
            "expiry": "2027-12-31",
            "counted": None,
            "expected": 1,
            "difference": -1,
            "problem": None,
            "text": None,
        }
    ],
}
APPROVAL: Final[dict[str, Any]] = {
    "id": "019ab3c4-7d11-7c3e-9d0f-6b7b2c1d4e63",
    "time": _TIME,
    "count": _COUNT_ID,
    "digest": _DIGEST,
}
APPROVED: Final[dict[str, Any]] = {**DONE, "events": [DONE]}
_ROW: Final[dict[str, Any]] = {
    "location": "STORE",
    "product": "D001",
    "name": "贝伐珠单抗注射液",
    "lot": "A2405",
    "expiry": "2027-12-31",
    "status": "available",
    "quantity": 12,
    "held": False,
    "owner": None,
}
STOCK: Final[dict[str, Any]] = {"stock": [_ROW]}
SWEPT: Final[dict[str, Any]] = {"things": 3, "events": [DONE]}
ADVICE: Final[dict[str, Any]] = {"picks": [{**_ROW, "take": 5}], "short": 0, "skipped": []}
PAR_LEVEL: Final[dict[str, Any]] = {
    "id": "019ab3c4-7d11-7c3e-9d0f-6b7b2c1d4e64",
    "time": _TIME,
    "product": "D001",
    "least": 10,
    "target": 40,
    "source": "STORE",
}
PROPOSALS: Final[dict[str, Any]] = {
    "proposals": [
        {
            "product": "D001",
            "name": "贝伐珠单抗注射液",
            "source": "STORE",
            "least": 10,
            "target": 40,
            "usable": 6,
            "coming": 0,
            "ordered": 0,
            "quantity": 34,
        }
    ]
}

EXCEPTIONS: Final[dict[str, Any]] = {
    "exceptions": [
        {
            "seq": 4218301,
            "number": 0,
            "reason": "transfer-difference",
            "text": {
                "zh": "调拨 T-1：发 3，收 2。两边查",
                "en": "Transfer T-1: 3 sent, 2 accepted. Search both places",
            },
            "key": None,
            "kind": None,
            "location": "W07",
            "person": "2307",
            "time": "2026-11-22T01:46:12.120Z",
        }
    ],
    "after": None,
}
RESOLUTION: Final[dict[str, Any]] = {
    "id": "019ab3c4-7d11-7c3e-9d0f-6b7b2c1d4e65",
    "time": _TIME,
    "seq": 4218301,
    "number": 0,
    "note": "第三盒掉在推车下面，已找到并补收",
}
