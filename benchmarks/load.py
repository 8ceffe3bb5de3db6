"""Many callers on keep-alive connections, in one thread: the load of a storm, made cheaply.

The load shares its cores with what it is put on, so each millisecond that it takes is missing
there. Callers are sockets behind one `epoll`; a request is two byte strings, of an answer only the
status and a few bytes are looked at.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

_HEAD_END: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length:"
_DONE: Final = b'"outcome":"recorded"'
_OK: Final = b"HTTP/1.1 200"
_WITHIN_S: Final = 30
"""How long an answer may take before its caller counts as lost."""


@dataclass(slots=True)
class Tally:
    """What a load came to.

    Args:
        times: of each answer, in milliseconds.
        done: the ids of what was answered as recorded.
        errors: what went wrong, in words.
        seconds: how long it lasted.
    """

    times: list[float] = field(default_factory=list)
    done: list[UUID] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0


class Caller:
    """Who asks the same again and again on one connection.

    Args:
        url: of the service.
        path: where requests go.
        headers: sent with each.
        body: makes the next body and its id.
    """

    def __init__(
        self,
        url: str,
        path: str,
        headers: dict[str, str],
        body: Callable[[], tuple[UUID, bytes]],
    ) -> None:
        parts = urlsplit(url)
        self._address = (str(parts.hostname), int(parts.port or 80))
        fixed = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._head = (
            f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\n{fixed}"
            "Content-Type: application/json\r\nContent-Length: "
        ).encode()
        self._body = body
        self._socket: socket.socket | None = None
        self._received = b""
        self._id: UUID | None = None
        self._began = 0.0

    def ask(self, epoll: select.epoll) -> int:
        """Send the next request; gives the number that `epoll` tells its answer by.

        Raises:
            OSError: the service takes no connection.
        """
        if self._socket is None:
            self._socket = socket.create_connection(self._address, timeout=_WITHIN_S)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            epoll.register(self._socket, select.EPOLLIN)
        assert self._id is None, "one answer at a time, or it is told of the wrong request"
        self._id, body = self._body()
        self._received, self._began = b"", time.perf_counter()
        self._socket.sendall(b"%b%d\r\n\r\n%b" % (self._head, len(body), body))
        return self._socket.fileno()

    def take(self, tally: Tally) -> bool:
        """Read what has come, and tally a whole answer; whether it can ask again."""
        assert self._socket is not None
        assert self._id is not None
        try:
            part = self._socket.recv(65536)
        except OSError as error:
            return self._lost(tally, repr(error))
        if not part:
            return self._lost(tally, "hung up")
        self._received += part
        head, found, content = self._received.partition(_HEAD_END)
        if not found or len(content) < _length(head):
            return False
        tally.times.append((time.perf_counter() - self._began) * 1000)
        if head.startswith(_OK) and _DONE in content:
            tally.done.append(self._id)
        else:
            tally.errors.append(repr(self._received[:600]))
        self._id = None
        if b"connection: close" in head.lower():
            self.close()
        return True

    def is_lost(self, now: float, tally: Tally) -> bool:
        """Whether its answer is so late that it waits no longer; tallied."""
        return now - self._began > _WITHIN_S and self._lost(tally, "no answer")

    def _lost(self, tally: Tally, why: str) -> bool:
        tally.errors.append(why)
        self._id = None
        self.close()
        return True

    def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _length(head: bytes) -> int:
    lower = head.lower()
    begin = lower.index(_LENGTH) + len(_LENGTH)
    end = lower.find(b"\r\n", begin)
    return int(lower[begin : end if end >= 0 else None])


class Crowd:
    """Callers that ask at the same time.

    Args:
        callers: who.
    """

    def __init__(self, callers: Sequence[Caller]) -> None:
        self._callers = callers
        self._epoll = select.epoll()
        self._waiting: dict[int, Caller] = {}
        self._tally = Tally()

    def paced(self, seconds: int) -> Tally:
        """Each caller once a second, spread over it; who is answered late asks late."""
        self._tally = Tally()
        callers, idle, due = self._callers, set(self._callers), list[Caller]()
        begin = time.perf_counter()
        made, total = 0, seconds * len(callers)
        while made < total or due or self._waiting:
            while made < total and begin + made / len(callers) <= time.perf_counter():
                due.append(callers[made % len(callers)])
                made += 1
            late = []
            for caller in due:  # whoever is late may be due twice
                if caller not in idle:
                    late.append(caller)
                elif self._ask(caller):
                    idle.discard(caller)
            due = late
            patience = begin + made / len(callers) - time.perf_counter() if made < total else 1
            idle.update(self._answered(patience))
        self._tally.seconds = time.perf_counter() - begin
        return self._tally

    def closed(self, seconds: float) -> Tally:
        """Each caller again as soon as it is answered."""
        self._tally = Tally()
        begin = time.perf_counter()
        for caller in self._callers:
            self._ask(caller)
        while self._waiting:
            for caller in self._answered(1):
                if time.perf_counter() - begin < seconds:
                    self._ask(caller)
        self._tally.seconds = time.perf_counter() - begin
        return self._tally

    def close(self) -> None:
        """Hang up."""
        for caller in self._callers:
            caller.close()
        self._epoll.close()

    def _ask(self, caller: Caller) -> bool:
        """Whether an answer is to come."""
        try:
            self._waiting[caller.ask(self._epoll)] = caller
        except OSError as error:
            self._tally.errors.append(repr(error))
            caller.close()
            return False
        return True

    def _answered(self, patience: float) -> list[Caller]:
        """Who has a whole answer, or none any more, after waiting `patience` seconds for any."""
        told = self._epoll.poll(max(patience, 0))
        free = [
            number
            for number, _ in told
            if number in self._waiting and self._waiting[number].take(self._tally)
        ]
        if not told:
            now = time.perf_counter()
            free = [
                each for each, caller in self._waiting.items() if caller.is_lost(now, self._tally)
            ]
        return [self._waiting.pop(number) for number in free]
