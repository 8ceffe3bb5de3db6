"""The real server, started as an administrator starts it, and the real command beside it."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

COMMAND = Path(sys.executable).with_name("medtrace")
"""The console script, as it is installed."""
_UP_WITHIN_S = 60


def environment(data: Path, url: str | None = None, **more: str) -> dict[str, str]:
    """What a service's unit file says, and nothing of what the tests were started with."""
    own = {
        "PATH": os.environ["PATH"],
        "HOME": str(data),
        "MEDTRACE_DATA": str(data),
        "MEDTRACE_ORIGIN": "medtrace.example/story",
        "MEDTRACE_SIGN_IN_RATE": "0",
    }
    return {**own, **({"MEDTRACE_DATABASE_URL": url} if url else {}), **more}


def medtrace(
    *words: str, env: Mapping[str, str], cwd: Path, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder of its own."""
    cwd.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [COMMAND, *words],
        cwd=cwd,
        env=dict(env),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """`medtrace serve`, or another command that stays: started, stopped, killed.

    Args:
        words: the command's.
        env: its environment.
        cwd: where it is started; its output goes to a file there.
    """

    def __init__(self, *words: str, env: Mapping[str, str], cwd: Path) -> None:
        cwd.mkdir(parents=True, exist_ok=True)
        self.log = cwd / f"{words[0]}-{secrets.token_hex(4)}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [COMMAND, *words],
                cwd=cwd,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        """What it has said so far."""
        return self.log.read_text(errors="replace")

    def stop(self) -> int:
        """Ask it to end; the exit code."""
        self.process.terminate()
        return self.process.wait(timeout=40)

    def kill(self) -> None:
        """Take the power away: it, and every process it started, with SIGKILL."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=20)

    def __enter__(self) -> Self:
        """Let it run."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """End it; what it said is told with the error that ended the test."""
        try:
            if self.process.poll() is None:
                self.stop()
        finally:
            self.kill()
        if error is not None:
            error.add_note(self.output[-4000:])


class WebServer(Server):
    """`medtrace serve` on a port that is free, or that it had before."""

    def __init__(
        self, *, env: Mapping[str, str], cwd: Path, workers: int = 2, port: int | None = None
    ) -> None:
        port = port or free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._workers = workers
        words = ["serve", "--port", str(port), "--workers", str(workers), "--threads", "8"]
        super().__init__(*words, env=env, cwd=cwd)

    def __enter__(self) -> Self:
        """Let it run, and wait until it answers."""
        try:
            self.wait_until_up()
        except BaseException:
            self.kill()
            raise
        return self

    def wait_until_up(self) -> None:
        """Wait for the first healthy answer, and for every worker.

        One that is asked to end before it has begun doesn't hear it, and is killed half a minute
        later.
        """
        until = time.monotonic() + _UP_WITHIN_S
        while time.monotonic() < until:
            assert self.process.poll() is None, self.output
            if self._answers() and self.output.count("Started worker-") >= self._workers:
                return
            time.sleep(0.05)
        raise AssertionError(self.output)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def health(self) -> dict[str, Any]:
        """What /healthz answers."""
        answer: dict[str, Any] = httpx.get(f"{self.url}/healthz", timeout=10).json()
        return answer

    @contextmanager
    def client(self) -> Iterator[httpx.Client]:
        """A browser or a handheld in front of it."""
        with httpx.Client(base_url=self.url, timeout=60) as client:
            yield client
