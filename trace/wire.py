"""What goes between a web worker and a recorder process: length-prefixed JSON frames.

A frame is four bytes of length, most significant first, and that many bytes of JSON. A request is a
list of canonical events, an answer a list of outcomes in the same order, or one error.
"""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from errors import MedtraceError
from ledger import Receipt, timestamp
from trace.outcomes import AlreadyRecorded, Outcome, Recorded, Refused, exceptions_in
from trace.reasons import Reason

_LENGTH = struct.Struct("!I")
LARGEST = 64 * 1024 * 1024
"""The most bytes a frame may have: 500 events of the largest size, twice over."""


def frame(content: bytes) -> bytes:
    """The content with its length before it."""
    return _LENGTH.pack(len(content)) + content


def split(received: bytearray) -> list[bytes]:
    """Take the complete frames off the beginning of what was received.

    Raises:
        ValueError: a length is beyond `LARGEST`: not one of ours.
    """
    frames = []
    while len(received) >= _LENGTH.size:
        (length,) = _LENGTH.unpack_from(received)
        if length > LARGEST:
            raise ValueError(length)
        end = _LENGTH.size + length
        if len(received) < end:
            break
        frames.append(bytes(received[_LENGTH.size : end]))
        del received[:end]
    return frames


def receive(connection: socket.socket) -> bytes:
    """Wait for one frame.

    Raises:
        ConnectionError: the other side hung up.
    """
    received = bytearray()
    while True:
        frames = split(received)
        if frames:
            return frames[0]
        part = connection.recv(65536)
        if not part:
            raise ConnectionError
        received += part


def request_bytes(events: Sequence[bytes]) -> bytes:
    """A request: canonical events as one JSON list."""
    return b"[" + b",".join(events) + b"]"


def answer_bytes(outcomes: Sequence[Outcome]) -> bytes:
    """An answer: one outcome for each event."""
    return json.dumps([_members(outcome) for outcome in outcomes]).encode()


def error_bytes(error: Exception) -> bytes:
    """An answer that tells an error instead; what is not one of ours is told as `internal`."""
    if isinstance(error, MedtraceError):
        values = {name: str(value) for name, value in error.values.items()}
        told = {"code": error.code, "field": error.field, "values": values, "status": error.status}
    else:
        told = {"code": "internal", "field": None, "values": {}, "status": 500}
    return json.dumps({"error": told}).encode()


def outcomes_of(answer: bytes) -> list[Outcome]:
    """The outcomes in an answer.

    Raises:
        MedtraceError: the answer tells an error.
    """
    told = json.loads(answer)
    if isinstance(told, dict):
        raise _error(told["error"])
    return [_outcome(members) for members in told]


def _error(told: dict[str, Any]) -> MedtraceError:
    error = MedtraceError(told["code"], field=told["field"], **told["values"])
    error.status = told["status"]
    return error


def _members(outcome: Outcome) -> dict[str, Any]:
    receipt = outcome.receipt
    members: dict[str, Any] = {
        "receipt": receipt and [receipt.seq, receipt.hash.hex(), timestamp(receipt.recorded)]
    }
    if isinstance(outcome, Refused):
        members |= {"refused": outcome.reason.value, "values": dict(outcome.values)}
        return members
    if outcome.exceptions:
        members["exceptions"] = [
            {"reason": each.reason.value, "values": dict(each.values)}
            for each in outcome.exceptions
        ]
    if isinstance(outcome, AlreadyRecorded):
        members["already"] = True
    return members


def _outcome(members: dict[str, Any]) -> Outcome:
    receipt = _receipt(members["receipt"]) if members["receipt"] else None
    if "refused" in members:
        return Refused(Reason(members["refused"]), members["values"], receipt=receipt)
    assert receipt is not None  # noqa: S101 -- only a refusal can be without
    made = AlreadyRecorded if "already" in members else Recorded
    return made(receipt, exceptions_in(members))


def _receipt(parts: Sequence[Any]) -> Receipt:
    seq, digest, recorded = parts
    return Receipt(seq, bytes.fromhex(digest), datetime.fromisoformat(recorded))
