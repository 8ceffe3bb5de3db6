"""What requests and answers about recalls look like; a test sends them."""

from __future__ import annotations

from typing import Any, Final

BLOCKS: Final[dict[str, Any]] = {
    "version": 4218283,
    "blocks": [
        {
            "case": "RC-2026-0031",
            "class": "I",
            "product": "D001",
            "name": "注射用头孢曲松钠",
            "identifiers": ["https://id.gs1.org/01/06901234567892"],
            "extent": {
                "lots": ["A2405"],
                "patterns": ["A24?6*"],
                "serials": [["S0100", "S0199"]],
                "expiry": [None, "2027-06-30"],
            },
        }
    ],
}

TASKS: Final[dict[str, Any]] = {
    "tasks": [
        {
            "case": "RC-2026-0031",
            "class": "I",
            "drill": False,
            "reason": "可见异物",
            "products": ["注射用头孢曲松钠"],
            "lots": ["A2405"],
            "work": "search",
            "place": "W07",
            "patient": None,
            "state": "open",
            "expected": 12,
            "left": 12,
            "count": None,
            "owner": None,
            "due": "2026-11-23T09:46:12.120+08:00",
        }
    ]
}
STEP: Final[dict[str, Any]] = {
    "id": "019ab3c4-8a20-7b11-8f3a-0c1d2e3f4a77",
    "time": "2026-11-22T09:46:12.120+08:00",
    "case": "RC-2026-0031",
    "work": "search",
    "step": "counted",
    "count": 12,
    "note": "两盒在抢救车",
}
