"""The web server: granian with threads, chosen by measuring (docs/architecture.md, "The server").

It knows nothing of medtrace; what it is to write down of each request, `AccessLog` writes.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_STDOUT: Final = 1
_PATIENCE_S: Final = 30
"""How long a worker may take to answer what it has begun when the service ends."""


def server_command(  # noqa: PLR0913 -- what is served, where, and by how many, one by one
    application: str, *, host: str, port: int, workers: int, threads: int, factory: bool = False
) -> list[str]:
    """The command that serves a WSGI application; it has to be run where the application is found.

    Args:
        application: as `module:name`.
        host: the address to listen on.
        port: of TCP.
        workers: processes; one that dies is replaced.
        threads: a worker.
        factory: the name is of a function that makes the application.
    """
    options = ["--interface", "wsgi", "--http", "1", "--no-ws", "--host", host, "--port", str(port)]
    options += ["--workers", str(workers), "--blocking-threads", str(threads)]
    options += ["--respawn-failed-workers", "--workers-kill-timeout", str(_PATIENCE_S)]
    options += ["--factory"] if factory else []
    return [sys.executable, "-m", "granian", *options, application]


class AccessLog:
    """Writes a line for each answer: when, what, status, length, time taken, the request's number.

    No query string and no address of a reader: what people search for is nobody's business.

    Args:
        application: whose answers they are.
    """

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        began = time.perf_counter()

        def start(
            status: str,
            headers: list[tuple[str, str]],
            *error: Any,  # noqa: ANN401 -- as PEP 3333 has it
        ) -> Callable[[bytes], object]:
            told = dict(headers)
            # Quoted again, so that a path can't break the line.
            path = quote(environ["PATH_INFO"].encode("latin-1", "replace"))
            took = (time.perf_counter() - began) * 1000
            line = (
                f"[{time.strftime('%d/%b/%Y:%H:%M:%S %z')}] {environ['REQUEST_METHOD']} {path}"
                f" {status[:3]} {told.get('Content-Length', '-')}B {took:.0f}ms"
                f" {told.get('X-Request-Id', '-')}\n"
            )
            os.write(_STDOUT, line.encode())
            return start_response(status, headers, *error)

        return self._application(environ, start)
