"""Whom notices go to: a mail server and a receiver of signed calls, both real, both moody."""

from __future__ import annotations

import socket
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from aiosmtpd.controller import Controller


class MailServer:
    """A mail server that keeps what it takes; `busy` mails are put off first."""

    def __init__(self, busy: int = 0) -> None:
        self.busy = busy
        self.mails: list[EmailMessage] = []
        with socket.socket() as found:  # aiosmtpd can't choose a port by itself
            found.bind(("127.0.0.1", 0))
            self._port = found.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self._port)

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: ANN401, N802 -- as aiosmtpd calls it
        """Take a mail, or say that there is no time."""
        if self.busy:
            self.busy -= 1
            return "451 try again later"
        content = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(content, EmailMessage)
        self.mails.append(content)
        return "250 OK"

    def __enter__(self) -> Self:
        """Listen."""
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self._controller.stop()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"smtp://127.0.0.1:{self._port}"


class WebhookServer(ThreadingHTTPServer):
    """A receiver that keeps what it is called with and answers with `answers` first, then 204."""

    def __init__(self, *answers: int) -> None:
        super().__init__(("127.0.0.1", 0), _Receiver)
        self.answers = list(answers)
        self.calls: list[tuple[dict[str, str], bytes]] = []
        self._thread = threading.Thread(target=self.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        """Listen."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.shutdown()
        self.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}/hooks/recall?key=secret"


class _Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        """Keep a call."""
        server = self.server
        assert isinstance(server, WebhookServer)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server.calls.append(({name.lower(): text for name, text in self.headers.items()}, body))
        self.send_response(server.answers.pop(0) if server.answers else 204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""
