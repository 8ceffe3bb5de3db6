"""What working out of reach looks like, for the OpenAPI document; a test sends it through."""

from __future__ import annotations

from typing import Any, Final

from handheld_api.examples import BOX
from handheld_api.recall_examples import BLOCKS

_EVENT_ID: Final = "019ab3c4-7d11-7c3e-9d0f-6b7b2c1d4e60"

SYNC: Final[dict[str, Any]] = {
    "origin": "medtrace.example/hospital",
    "position": 4218281,
    "full": False,
    "now": 1795312992481,
    "station": "STORE",
    "profile": "receiving",
    "trusted": ["0417"],
    "products": [],
    "locations": None,
    "stock": [
        {
            "product": "D001",
            "lot": "A2405",
            "rows": [
                {
                    "location": "STORE",
                    "expiry": "2027-12-31",
                    "status": "available",
                    "quantity": 40,
                }
            ],
        }
    ],
    "lots": 1,
    "orders": [],
    "blocked": BLOCKS["blocks"],
}
REASONS: Final = {
    "reasons": {
        "recalled": {
            "zh": "这一批已召回，不能发。放进红色隔离箱",
            "en": "Recalled lot. Put it in the red box",
        }
    }
}
GRANT: Final = {
    "grant": "mto_…",
    "salt": "h3VqJ0mB0n2mT2zJb2yZ4Q==",
    "memory_kib": 19456,
    "passes": 2,
    "sign_in_until": "2026-11-22T21:46:12Z",
    "send_until": "2026-11-29T21:46:12Z",
    "band_key": "BGsX0fLhLEJH+Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT+NC4v4af5uO5+tKfA+e…",
}
UPLOADS: Final[dict[str, Any]] = {
    "uploads": [
        {
            "event": {
                "id": _EVENT_ID,
                "kind": "received",
                "time": "2026-11-22T09:46:12.120+08:00",
                "things": [{"scan": BOX}],
                "location": "STORE",
                "party": "华东医药配送",
                "after_the_fact": True,
            }
        }
    ]
}
UPLOADED: Final[dict[str, Any]] = {
    "uploads": [
        {
            "id": _EVENT_ID,
            "outcome": "accepted",
            "recorded": True,
            "receipt": {
                "seq": 4218282,
                "hash": "9f2c1d7e60b15a4c8e3b7a90d1f4c6825e0b9d3a7c1f4e6825b0d9c3a7f1e4c6",
                "recorded": "2026-11-22T01:46:12.481Z",
            },
            "problems": [],
        }
    ]
}
