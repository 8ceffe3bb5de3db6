"""What requests and answers of the bedside look like; a test sends them."""

from __future__ import annotations

from typing import Any, Final

from handheld_api.examples import PATIENT_FOUND
from handheld_api.examples import WRISTBAND as _WRISTBAND

WRISTBAND: Final = _WRISTBAND
_DOSE: Final = {"amount": "100", "unit": "mg"}
DUE: Final[dict[str, Any]] = {
    **PATIENT_FOUND,
    "doses": [
        {
            "order": "YZ-20261122-0418",
            "product": "D001",
            "generic": None,
            "name": "贝伐珠单抗注射液",
            "dose": _DOSE,
            "route": "iv",
            "frequency": "qd",
            "timing": "due",
            "due": "2026-11-22T12:00:00+08:00",
            "given": None,
            "high_alert": True,
        }
    ],
}
ROUND: Final[dict[str, Any]] = {
    "salt": "9f2c1d7e60b15a4c8e3b7a909f2c1d7e",
    "patients": [
        {"band": "1f2c1d7e60b15a4c8e3b7a90d1f4c6825e0b9d3a7c1f4e6825b0d9c3a7f1e4c6", **DUE}
    ],
}
_LOOP: Final = {
    "number": "YZ-20261122-0418",
    "due": "2026-11-22T12:00:00+08:00",
    "missing": ["on-ward"],
    "disordered": [],
}
LOOPS: Final[dict[str, Any]] = {
    "month": "2026-11",
    "medication": {"loops": 214, "complete": 213, "faulty": [_LOOP]},
    "implants": {"loops": 0, "complete": 0, "faulty": []},
}
