"""One record that a handheld sends in afterwards, and what it is told of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from handheld_api.problems import faults_in
from texts import Text
from trace import AlreadyRecorded, Outcome, Recorded, Refused


@dataclass(slots=True)
class Upload:
    """One upload on its way.

    Args:
        what: which of the kinds of record; empty: none, or several.
        body: the record.
        grant: in whose name; None: of who is signed in.
        band: whose wristband it was, sealed.
        band_sha256: what the device signed instead.
        problems: what is wrong with it, though it is taken.
        answer: what is told of it.
    """

    what: str
    body: dict[str, Any]
    grant: str | None
    band: str | None = None
    band_sha256: str | None = None
    problems: list[dict[str, Any]] = field(default_factory=list)
    answer: dict[str, Any] = field(default_factory=dict)


def item_of(sent: Mapping[str, Any], kinds: Iterable[str]) -> Upload:
    """An upload as `sync_schemas.UploadSchema` loads it.

    Args:
        sent: what was sent.
        kinds: the kinds of record that there are.
    """
    what = [name for name in kinds if name in sent]
    name = what[0] if len(what) == 1 else ""
    body = dict(sent[name]) if name else {}
    return Upload(name, body, sent.get("grant"), sent.get("band"), sent.get("band_sha256"))


def answer_to(item: Upload, outcome: Outcome) -> dict[str, Any]:
    """What became of it, as `sync_schemas.UploadedSchema` writes it."""
    receipt = outcome.receipt and {
        "seq": outcome.receipt.seq,
        "hash": outcome.receipt.hash.hex(),
        "recorded": outcome.receipt.recorded,
    }
    told = {"id": _id(item), "receipt": receipt}
    if isinstance(outcome, Refused):
        problems = [{"code": outcome.reason.value, "field": None, "text": outcome.text}]
        return told | {"outcome": "exception", "recorded": False, "problems": problems}
    broken = item.problems + [
        {"code": each.reason.value, "field": None, "text": each.text} for each in outcome.exceptions
    ]
    word = {Recorded: "accepted", AlreadyRecorded: "duplicate"}[type(outcome)]
    word = "exception" if broken and word == "accepted" else word
    return told | {"outcome": word, "recorded": True, "problems": broken}


def not_taken(item: Upload, code: str, name: str | None, text: Text) -> dict[str, Any]:
    """It stays with the device, for this reason."""
    problem = {"code": code, "field": name, "text": text}
    told = {"id": _id(item), "receipt": None, "outcome": "exception", "recorded": False}
    return told | {"problems": [problem]}


def unreadable(item: Upload, messages: object) -> dict[str, Any]:
    """It stays with the device, for what its schema says of it."""
    problems = [
        {"code": fault.code, "field": fault.field, "text": fault.text}
        for fault in islice(faults_in(messages), _MOST_FAULTS)
    ]
    told = {"id": _id(item), "receipt": None, "outcome": "exception", "recorded": False}
    return told | {"problems": problems}


_MOST_FAULTS = 20


def _id(item: Upload) -> str | None:
    found = item.body.get("id")
    return found if isinstance(found, str) else None
