"""What requests and answers of the cold chain look like; a test sends them."""

from __future__ import annotations

from typing import Any, Final

_READING_ID: Final = "019ab3c4-8a20-7b11-8f3a-0c1d2e3f4a5b"

READINGS: Final[dict[str, Any]] = {
    "readings": [
        {
            "id": _READING_ID,
            "place": "W08",
            "sensor": "T-0231",
            "samples": [
                {"time": "2026-11-22T09:40:00+08:00", "temperature": 5.2},
                {"time": "2026-11-22T09:45:00+08:00", "lowest": 4.9, "highest": 6.25},
            ],
        }
    ]
}
MEASURED: Final[dict[str, Any]] = {
    "outcomes": [
        {
            "id": _READING_ID,
            "outcome": "recorded",
            "reason": None,
            "text": None,
            "receipt": {
                "seq": 4218290,
                "hash": "1f4c6825e0b9d3a79f2c1d7e60b15a4c8e3b7a90d7c1f4e6825b0d9c3a7f1e4c",
                "recorded": "2026-11-22T01:46:12.481Z",
            },
            "exceptions": [],
        }
    ],
    "held": 0,
}
EXCURSIONS: Final[dict[str, Any]] = {
    "excursions": [
        {
            "number": 12,
            "place": "STORE-C0107",
            "place_name": "中心药库 C-01-07",
            "sensor": "T-0231",
            "limits": "2–8 ℃",
            "of_place": True,
            "started": "2026-11-22T01:10:00Z",
            "until": "2026-11-22T01:45:00Z",
            "ended": False,
            "lowest": "8.4",
            "highest": "9.75",
        }
    ]
}
EXCURSION_DECISION: Final[dict[str, Any]] = {
    "id": "019ab3c4-8b31-7c22-9a4b-1d2e3f4a5b6c",
    "time": "2026-11-22T10:30:00+08:00",
    "number": 12,
    "note": "厂家回复：累计超温 35 分钟，可继续使用",
}
EXCURSION_DECIDED: Final[dict[str, Any]] = {
    "outcome": "recorded",
    "reason": None,
    "text": None,
    "receipt": {
        "seq": 4218300,
        "hash": "0b9d3a7c1f4e6825b0d9c3a7f1e4c69f2c1d7e60b15a4c8e3b7a90d1f4c6825e",
        "recorded": "2026-11-22T02:30:04.112Z",
    },
}
