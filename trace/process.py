"""The recorder in a process of its own, fed by web workers over a Unix socket.

Among many request threads a batcher thread waits for Python's lock; alone it doesn't
(docs/architecture.md, "Write path"). One thread serves all connections: whatever arrived while one
batch was written is the next batch, so group commit needs no queue and no timer.
"""

from __future__ import annotations

import json
import os
import selectors
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from errors import Invalid, MedtraceError
from ledger import encode
from trace import wire
from trace.recorder import Prepared, Recorder
from trace.replay import Decoder

log = structlog.get_logger("medtrace.recorder")

_LIMIT = 500
_PATIENCE_S = 5
"""How long an answer may wait for a caller who doesn't read it; everybody else waits with it."""


@dataclass(frozen=True, slots=True)
class _Request:
    """What one caller sent."""

    connection: socket.socket
    items: list[Prepared]


class RecorderProcess:
    """Serves a recorder to other processes of the same user.

    Args:
        path: the socket; only the owner may connect. What a dead process left there is replaced.
        recorder: puts the events on record.
        decoders: how a record is made from its JSON, by its `type`.
    """

    def __init__(self, path: Path, recorder: Recorder, decoders: Mapping[str, Decoder]) -> None:
        self._recorder = recorder
        self._decoders = decoders
        self._selector = selectors.DefaultSelector()
        self._received: dict[socket.socket, bytearray] = {}
        self._listener = _listen(path)
        self._selector.register(self._listener, selectors.EVENT_READ)

    def serve(self, running: Callable[[], bool] = lambda: True) -> None:
        """Serve until `running` says no; asked after each batch and every second."""
        while running():
            waiting: list[tuple[socket.socket, bytes]] = []
            for key, _ in self._selector.select(timeout=1):
                if key.fileobj is self._listener:
                    self._accept()
                elif isinstance(key.fileobj, socket.socket):
                    waiting += self._read(key.fileobj)
            for batch in _batches(self._understand(waiting)):
                self._record(batch)

    def close(self) -> None:
        """Hang up on everyone."""
        for connection in list(self._received):
            self._drop(connection)
        self._selector.close()
        self._listener.close()

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError as error:  # no descriptor is free: who waits is let in when one is
            log.warning("recorder can't accept", error=str(error))
            return
        connection.settimeout(_PATIENCE_S)
        self._received[connection] = bytearray()
        self._selector.register(connection, selectors.EVENT_READ)

    def _read(self, connection: socket.socket) -> list[tuple[socket.socket, bytes]]:
        received = self._received[connection]
        try:
            part = connection.recv(1 << 20)
            received += part
            frames = wire.split(received)
        except (OSError, ValueError):
            part, frames = b"", []
        if not part:
            self._drop(connection)
        return [(connection, content) for content in frames]

    def _understand(self, waiting: Sequence[tuple[socket.socket, bytes]]) -> list[_Request]:
        """The requests that can be read; who sent another is told."""
        understood = []
        for connection, content in waiting:
            try:
                understood.append(_Request(connection, self._prepared(content)))
            except MedtraceError as error:
                self._send(connection, wire.error_bytes(error))
            except Exception as error:  # noqa: BLE001 -- whatever it is, it must not stop the others
                log.warning("recorder got no request", error=repr(error))
                self._send(connection, wire.error_bytes(Invalid("malformed", detail="request")))
        return understood

    def _prepared(self, content: bytes) -> list[Prepared]:
        return [
            Prepared(self._decoders[members["type"]](members), encode(members))
            for members in json.loads(content)
        ]

    def _record(self, batch: Sequence[_Request]) -> None:
        """Record what several callers sent as one batch; alone, where that fails."""
        try:
            outcomes = self._recorder.write([item for request in batch for item in request.items])
        except Exception as error:
            if len(batch) == 1:
                if not isinstance(error, MedtraceError):
                    log.exception("recording failed")
                self._send(batch[0].connection, wire.error_bytes(error))
            else:
                for request in batch:
                    self._record([request])
            return
        start = 0
        for request in batch:
            stop = start + len(request.items)
            self._send(request.connection, wire.answer_bytes(outcomes[start:stop]))
            start = stop

    def _send(self, connection: socket.socket, content: bytes) -> None:
        try:
            connection.sendall(wire.frame(content))
        except OSError:
            self._drop(connection)

    def _drop(self, connection: socket.socket) -> None:
        if self._received.pop(connection, None) is not None:
            self._selector.unregister(connection)
            connection.close()


def _listen(path: Path) -> socket.socket:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(draft))
    draft.chmod(0o600)
    listener.listen(1024)
    draft.rename(path)
    return listener


def _batches(requests: Sequence[_Request]) -> Iterator[list[_Request]]:
    """Requests in groups of at most `_LIMIT` events; one request alone may be larger."""
    batch: list[_Request] = []
    count = 0
    for request in requests:
        if batch and count + len(request.items) > _LIMIT:
            yield batch
            batch, count = [], 0
        batch.append(request)
        count += len(request.items)
    if batch:
        yield batch
