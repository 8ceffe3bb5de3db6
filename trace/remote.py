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

    Safe to share between threads and across a fork: each thread has a connection of its own.

    Args:
        path: the recorder process's socket.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()

    def record(self, records: Sequence[Recordable]) -> list[Outcome]:
        """Record what happened, or refuse it; durable when this returns.

        A connection that breaks is made anew once: whether the first try was recorded is not
        known, but under the same ids the second one can't record anything twice.

        Raises:
            Unavailable: the recorder process can't be reached.
            MedtraceError: what the recorder raised.
        """
        content = wire.frame(wire.request_bytes([record.encode() for record in records]))
        try:
            return wire.outcomes_of(self._exchange(content))
        except OSError:
            self._forget()
        try:
            return wire.outcomes_of(self._exchange(content))
        except OSError as error:
            self._forget()
            raise Unavailable("recorder-unreachable") from error

    def _exchange(self, content: bytes) -> bytes:
        connection = self._connection()
        connection.sendall(content)
        return wire.receive(connection)

    def _connection(self) -> socket.socket:
        if getattr(self._local, "process", None) != os.getpid():
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.connect(str(self._path))
            self._local.connection, self._local.process = connection, os.getpid()
        found: socket.socket = self._local.connection
        return found

    def _forget(self) -> None:
        connection = getattr(self._local, "connection", None)
        self._local.process = None
        if connection is not None:
            connection.close()
