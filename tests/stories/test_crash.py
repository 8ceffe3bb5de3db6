"""Processes die while nurses scan: what was acknowledged is there, once, nothing is half there.

They are killed with SIGKILL under load, through real HTTP. What the disk itself loses when the
power goes is not tested here.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import httpx
import pytest
from uuid6 import uuid7

from database import Database
from ledger import Ledger
from tests.handheld_api.handhelds import box_code
from tests.stories.conftest import Found
from tests.stories.people import API, Handheld, in_days, now
from tests.stories.serving import Server, WebServer, environment, medtrace

CALLERS = 6
_LOAD_S = 1.0
_ENOUGH = 40
"""Answers that must have come before anything is killed."""


@dataclass
class Scans:
    """What the callers sent, and which receipt each event got."""

    sent: list[list[dict[str, Any]]] = field(default_factory=list)
    receipts: dict[str, int] = field(default_factory=dict)
    stopped: threading.Event = field(default_factory=threading.Event)

    def events(self) -> Iterator[list[dict[str, Any]]]:
        """New boxes, one to three at a time, until the callers are told to stop."""
        while not self.stopped.is_set():
            batch = [_received() for _ in range(1 + len(self.sent) % 3)]
            self.sent.append(batch)
            yield batch


def _received() -> dict[str, Any]:
    event_id = uuid7()
    code = box_code(event_id.hex[:20], expiry=in_days(700))
    return {
        "id": str(event_id),
        "kind": "received",
        "time": now().isoformat(),
        "things": [{"scan": code}],
        "location": "STORE",
    }


@dataclass
class Ward:
    """The hospital under load: a web server, with or without a recorder process beside it."""

    folder: Path
    url: str | None
    env: dict[str, str]
    stack: ExitStack
    with_recorder: bool
    server: WebServer = field(init=False)
    recorder: Server | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        """Switch everything on."""
        if self.with_recorder:
            self.start_recorder()
        self.server = self.stack.enter_context(WebServer(env=self.env, cwd=self.folder / "server"))

    def start_recorder(self) -> None:
        """Switch the recorder process on."""
        made = Server("recorder", env=self.env, cwd=self.folder / "recorder")
        self.recorder = self.stack.enter_context(made)
        _until(lambda: "medtrace recorder:" in made.output, made)

    def sign_in(self) -> None:
        """Somebody at a handheld; the session outlives every crash."""
        client = self.stack.enter_context(self.server.client())
        handheld = Handheld(client, "STORE", "receiving", self.env, self.folder / "admin")
        handheld.sign_in("0417")
        self.headers = dict(handheld.headers)

    def kill_everything(self) -> None:
        """Take the power away."""
        for each in (self.recorder, self.server):
            if each is not None:
                each.kill()

    def kill_workers(self) -> None:
        """Kill the web server's workers; it starts others by itself."""
        master = self.server.process.pid
        for worker in Path(f"/proc/{master}/task/{master}/children").read_text().split():
            os.kill(int(worker), signal.SIGKILL)

    def post(self, client: httpx.Client, batch: list[dict[str, Any]]) -> httpx.Response:
        """Send some events."""
        return client.post(f"{API}/events", json={"events": batch}, headers=self.headers)

    def scan(self, scans: Scans) -> None:
        """One caller: sends until told to stop; what wasn't answered is sent again."""
        with self.server.client() as client:
            for batch in scans.events():
                while not self._answered(client, batch, scans) and not scans.stopped.is_set():
                    time.sleep(0.05)

    def _answered(self, client: httpx.Client, batch: list[dict[str, Any]], scans: Scans) -> bool:
        try:
            response = self.post(client, batch)
        except httpx.TransportError:
            return False
        if response.status_code != httpx.codes.OK:
            assert response.json()["code"] == "recorder-unreachable", response.text
            return False
        for outcome in response.json()["outcomes"]:
            assert outcome["outcome"] in {"recorded", "already-recorded"}, outcome
            scans.receipts[outcome["id"]] = outcome["receipt"]["seq"]
        return True

    def ids_on_record(self) -> Counter[str]:
        """How often each event stands in the ledger."""
        database = Database(self.url or f"sqlite:///{self.folder / 'data' / 'medtrace.sqlite3'}")
        ledger = Ledger(database, 1, now)
        entries = ledger.entries(0, ledger.head().size)
        database.close()
        return Counter(str(UUID(each.event["eventID"])) for each in entries if each.kind == "trace")


def _until(holds: Any, server: Server) -> None:  # noqa: ANN401 -- a question without arguments
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, server.output
        assert server.process.poll() is None, server.output
        time.sleep(0.02)


def _start(data: Path, url: str | None, stack: ExitStack, *, recorder: bool) -> Ward:
    env = environment(data, url)
    if recorder:  # the path of a socket has 108 bytes at the most
        short = stack.enter_context(TemporaryDirectory(prefix="mt"))
        env["MEDTRACE_RECORDER"] = f"{short}/recorder.sock"
    ward = Ward(data.parent, url, env, stack, recorder)
    ward.start()
    ward.sign_in()
    return ward


CRASHES = {
    "workers record": ("workers", "everything"),
    "a process of its own records": ("recorder", "workers", "everything"),
}
CASES = [
    pytest.param("sqlite", CRASHES["workers record"], id="sqlite-workers record"),
    *(
        pytest.param(engine, crashes * 4, id=f"{engine}-{name}-again", marks=pytest.mark.long)
        for engine in ("sqlite", "postgresql")
        for name, crashes in CRASHES.items()
    ),
]


@pytest.mark.parametrize(("engine", "crashes"), CASES)
def test_what_was_acknowledged_survives_once(
    found: Found, tmp_path: Path, engine: str, crashes: tuple[str, ...]
) -> None:
    url, _ = found(tmp_path / "data", engine)
    with ExitStack() as stack:
        ward = _start(tmp_path / "data", url, stack, recorder="recorder" in crashes)
        scans = Scans()
        for crash in crashes:
            _crash_under_load(ward, scans, crash)
        _send_everything_again(ward, scans)
        assert ward.server.stop() == 0
    every = {event["id"]: 1 for batch in scans.sent for event in batch}
    on_record = {each: times for each, times in ward.ids_on_record().items() if each in every}
    assert on_record == every
    medtrace("ledger", "verify", "--full", env=ward.env, cwd=tmp_path)


def _crash_under_load(ward: Ward, scans: Scans, crash: str) -> None:
    scans.stopped.clear()
    before = len(scans.receipts)
    with ThreadPoolExecutor(CALLERS) as pool:
        try:
            callers = [pool.submit(ward.scan, scans) for _ in range(CALLERS)]
            _until(lambda: len(scans.receipts) - before >= _ENOUGH, ward.server)
            time.sleep(_LOAD_S / 4)
            if crash == "everything":
                scans.stopped.set()  # who was not answered does not try again before the restart
                ward.kill_everything()
                ward.start()
            elif crash == "workers":
                ward.kill_workers()
            else:
                assert ward.recorder is not None
                ward.recorder.kill()
                time.sleep(_LOAD_S / 2)
                ward.start_recorder()
            if crash != "everything":
                after = len(scans.receipts)
                _until(lambda: len(scans.receipts) - after >= _ENOUGH, ward.server)
        finally:
            scans.stopped.set()
    for caller in callers:
        caller.result()


def _send_everything_again(ward: Ward, scans: Scans) -> None:
    """Every event once more: those with a receipt give the same one, the others one at last."""
    every = [event for batch in scans.sent for event in batch]
    with ward.server.client() as client:
        for start in range(0, len(every), 200):
            response = ward.post(client, every[start : start + 200])
            assert response.status_code == httpx.codes.OK, response.text
            for outcome in response.json()["outcomes"]:
                seq = outcome["receipt"]["seq"]
                if outcome["id"] in scans.receipts:
                    assert outcome["outcome"] == "already-recorded", outcome
                    assert seq == scans.receipts[outcome["id"]]
                assert outcome["outcome"] in {"recorded", "already-recorded"}, outcome
