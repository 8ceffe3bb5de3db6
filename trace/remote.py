"""The recorder as a web worker sees it that does not record itself."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Sequence
from pathlib import Path

from errors import Unavailable
from trace import wire
from trace.outcomes import Outcome
from trace.participant import Recordable


class RemoteRecorder:
    """Puts events on record through a recorder process; the same face as `Recorder`.

    Safe to share between threads and across a fork: nobody else uses a connection while its answer
    is awaited, and a child of a fork makes connections of its own.

    Args:
        path: the recorder process's socket.
        patience: how long an answer may take, in seconds, before the process counts as gone.
    """

    def __init__(self, path: Path, patience: float = 30.0) -> None:
        self._path = path
        self._patience = patience
        self._lock = threading.Lock()
        self._idle: list[socket.socket] = []
        self._owner = os.getpid()

    def record(self, records: Sequence[Recordable]) -> list[Outcome]:
        """Record what happened, or refuse it; durable when this returns.

        When a connection breaks it is tried once more: whether the first try was recorded is not
        known, but under the same ids the second one can't record anything twice.

        Raises:
            Unavailable: the recorder process can't be reached.
            MedtraceError: what the recorder raised.
        """
        content = wire.frame(wire.request_bytes([record.encode() for record in records]))
        try:
            answer = self._exchange(content)
        except OSError:
            self.close()  # the other connections are to the same process
            try:
                answer = self._exchange(content)
            except OSError as error:
                raise Unavailable("recorder-unreachable") from error
        return wire.outcomes_of(answer)

    def close(self) -> None:
        """Hang up; who records afterwards is connected anew."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _exchange(self, content: bytes) -> bytes:
        """Ask and wait; a connection whose answer was not read to its end is never used again."""
        connection = self._take()
        try:
            connection.sendall(content)
            answer = wire.receive(connection)
        except BaseException:
            connection.close()
            raise
        with self._lock:
            self._idle.append(connection)
        return answer

    def _take(self) -> socket.socket:
        if self._owner != os.getpid():
            self.close()
            self._owner = os.getpid()
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self._connect()

    def _connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(self._patience)
            connection.connect(str(self._path))
        except OSError:
            connection.close()
            raise
        return connection
