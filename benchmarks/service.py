"""The service as it runs in production, for benchmarks that come in by its doors."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx

from demo import credentials
from settings import Settings
from web_server import server_command

_COMMAND = Path(sys.executable).with_name("medtrace")
_CSRF: Final = re.compile(r'name="csrf_token" value="([^"]+)"')
_UP_WITHIN_S: Final = 120
_THREADS: Final = 8


def command_beside(application: str, port: int, *, workers: int = 2) -> list[str]:
    """How `medtrace serve` runs the web server, for what is to be measured beside it."""
    return server_command(
        application, host="127.0.0.1", port=port, workers=workers, threads=_THREADS
    )


def gunicorn_beside(application: str, port: int, *, workers: int = 2) -> list[str]:
    """The same behind gunicorn, which most Flask applications are run by."""
    options = ["--bind", f"127.0.0.1:{port}", "--workers", str(workers), "--threads", str(_THREADS)]
    command = [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", *options]
    return [*command, "--keep-alive", "75", application]


@contextmanager
def serving(settings: Settings, *, workers: int = 2, recorder: bool = False) -> Iterator[str]:
    """`medtrace serve` on a hospital: the web server and its workers; gives its address.

    Args:
        settings: of the hospital.
        workers: processes.
        recorder: whether a recorder process stands behind them.
    """
    port = free_port()
    env = _environment(settings)
    if recorder:
        env["MEDTRACE_RECORDER"] = str(settings.data_dir / "recorder")
    running = [_start(["recorder"], env, settings.data_dir)] if recorder else []
    words = ["serve", "--port", str(port), "--workers", str(workers), "--threads", str(_THREADS)]
    running.append(_start(words, env, settings.data_dir))
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_up(url)
        yield url
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait(timeout=60)


def _environment(settings: Settings) -> dict[str, str]:
    return {
        **os.environ,
        "MEDTRACE_DATA": str(settings.data_dir),
        "MEDTRACE_DATABASE_URL": settings.database_url,
        "MEDTRACE_SIGN_IN_RATE": "0",
    }


def _start(words: list[str], env: dict[str, str], folder: Path) -> subprocess.Popen[bytes]:
    with (folder / f"{words[0]}.log").open("wb") as log:
        return subprocess.Popen([_COMMAND, *words], env=env, stdout=log, stderr=log)


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_up(url: str) -> None:
    """Wait for the first answer, whatever it says.

    Raises:
        TimeoutError: there is none.
    """
    until = time.monotonic() + _UP_WITHIN_S
    while time.monotonic() < until:
        try:
            httpx.get(f"{url}/healthz", timeout=10)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(url)


class Desk:
    """Somebody of the demo hospital at a browser.

    Args:
        url: of the service.
        settings: of the hospital.
        number: the staff number.
    """

    def __init__(self, url: str, settings: Settings, number: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=600)
        self._wire = http.client.HTTPConnection(urlsplit(url).netloc)
        made = credentials(settings.secret("demo-password"))
        password = next(each.password for each in made if each.person.number == number)
        self.post("/sign-in", {"number": number, "password": password}, form="/sign-in")

    def get(self, path: str) -> httpx.Response:
        """A page, which has to be there, or leads on to one."""
        answer = self._client.get(path, follow_redirects=True)
        answer.raise_for_status()
        return answer

    def read(self, path: str) -> bytes:
        """A page that is there, past httpx: its own part of a page's time is what is left out."""
        cookies = "; ".join(f"{each.name}={each.value}" for each in self._client.cookies.jar)
        self._wire.request("GET", path, headers={"Cookie": cookies})
        answer = self._wire.getresponse()
        content = answer.read()
        assert answer.status == http.client.OK, content[:2000]
        return content

    def token(self, form: str) -> str:
        """What a form on this page has to send along."""
        found = _CSRF.search(self.get(form).text)
        assert found is not None, form
        return found[1]

    def post(
        self,
        path: str,
        fields: dict[str, str | list[str]],
        *,
        form: str = "",
        token: str = "",
    ) -> httpx.Response:
        """Send a form; whoever isn't led on has made a mistake.

        Args:
            path: where to.
            fields: what is filled in.
            form: the page on which the form stands, asked for its token first.
            token: the token, where it is known already.
        """
        sent = {**fields, "csrf_token": token or self.token(form)}
        answer = self._client.post(path, data=sent)
        assert answer.is_redirect, f"{path}: {answer.status_code}\n{answer.text[:2000]}"
        return answer
