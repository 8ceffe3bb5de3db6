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
        }
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
    "seq": 4218279,
}
OPEN_ORDERS: Final[dict[str, Any]] = {"orders": [_HEAD]}
ORDER: Final[dict[str, Any]] = {
    **_HEAD,
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
