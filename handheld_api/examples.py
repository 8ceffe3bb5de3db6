"""What requests and answers look like, for the OpenAPI document; a test sends them through."""

from __future__ import annotations

from typing import Any, Final

BOX: Final = "(01)06901234567892(17)271231(10)A2405(21)8837"
PATIENT: Final = "urn:uuid:5f0c1a52-8d8e-4a63-9c53-0f6f7a4a2b11"
_EVENT_ID: Final = "019ab3c4-7d11-7c3e-9d0f-6b7b2c1d4e5f"
_TOKEN: Final = "mtd_…"  # noqa: S105 -- shows the prefix and nothing else

ENROLMENT: Final = {
    "code": "K3QZ7MSH2WBTDV4XN6PYJR5C",
    "name": "药库 PDA 1",
    "hardware": "MC3300",
    "software": "0.1.0",
}
ENROLLED: Final = {"device_id": "019ab3c4-0000-7000-8000-000000000001", "token": _TOKEN}
DEVICE: Final = {
    "device_id": "019ab3c4-0000-7000-8000-000000000001",
    "name": "药库 PDA 1",
    "station": "STORE",
    "profile": "receiving",
}
DEVICE_KEY: Final = {"public_key": "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE…", "proof": "h3Vq…"}
KEPT_KEY: Final = {"key_id": "9f2c1d7e60b15a4c" * 4}
BY_BADGE: Final = {"badge": "JZ1-STAFF-0417", "pin": "590284"}
SESSION: Final = {
    "session": "mts_…",
    "number": "0417",
    "name": "石敬安",
    "roles": ["warehouse"],
    "actions": ["count", "move", "receive", "search"],
}
WRISTBAND: Final = {"wristband": "WB20260015873"}
PATIENT_FOUND: Final = {"patient": PATIENT, "bed": "15", "name": "王秀兰", "tail": "5873"}
SCAN: Final = {"raw": "]d2010690123456789217271231" + "10A2405\x1d218837"}
EVENTS: Final[dict[str, Any]] = {
    "events": [
        {
            "id": _EVENT_ID,
            "kind": "received",
            "time": "2026-11-22T09:46:12.120+08:00",
            "things": [{"scan": BOX}],
            "location": "STORE",
            "party": "华东医药配送",
            "documents": [{"type": "desadv", "id": "DN-20261122-07"}],
            "signatures": [
                {"pin": "590284"},
                {"badge": "JZ1-STAFF-0418", "pin": "304711"},
            ],
        }
    ]
}
OUTCOMES: Final = {
    "outcomes": [
        {
            "id": _EVENT_ID,
            "outcome": "refused",
            "reason": "recalled",
            "text": {
                "zh": "这一批已召回，不能发。放进红色隔离箱",
                "en": "Recalled lot. Put it in the red box",
            },
            "receipt": {
                "seq": 4218281,
                "hash": "9f2c1d7e60b15a4c8e3b7a90d1f4c6825e0b9d3a7c1f4e6825b0d9c3a7f1e4c6",
                "recorded": "2026-11-22T01:46:12.481Z",
            },
            "exceptions": [],
        }
    ]
}
CORRECTION: Final = {
    "id": "019a9e1c-5d00-7c3a-9f0e-2b6d8a41c705",
    "time": "2026-11-22T09:52:00+08:00",
    "corrects": _EVENT_ID,
    "error": "did_not_occur",
    "note": "扫错了床，药没有用",
    "signatures": [{"pin": "480913"}],
}
CORRECTED: Final[dict[str, Any]] = {
    "id": "019a9e1c-5d00-7c3a-9f0e-2b6d8a41c705",
    "outcome": "recorded",
    "reason": None,
    "text": None,
    "receipt": {
        "seq": 4218290,
        "hash": "1f2c1d7e60b15a4c8e3b7a90d1f4c6825e0b9d3a7c1f4e6825b0d9c3a7f1e4c6",
        "recorded": "2026-11-22T01:52:01.107Z",
    },
    "exceptions": [],
}
PROBLEM: Final = {
    "type": "urn:medtrace:problem:malformed",
    "title": "内容格式不对：events.0.time：要 ISO 8601 的时间",
    "status": 422,
    "code": "malformed",
    "instance": "urn:uuid:4b0c7a52-8d8e-4a63-9c53-0f6f7a4a2b22",
    "text": {
        "zh": "内容格式不对：events.0.time：要 ISO 8601 的时间",
        "en": "Malformed input: events.0.time: Must be a time as ISO 8601 writes it",
    },
    "field": "events.0.time",
    "errors": [
        {
            "field": "events.0.time",
            "code": "field-time",
            "text": {"zh": "要 ISO 8601 的时间", "en": "Must be a time as ISO 8601 writes it"},
        }
    ],
}
