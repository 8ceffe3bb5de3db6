"""Two hundred handhelds at once, over HTTP, beside a bare route that does one commit.

    python -m benchmarks.storm [--devices 200] [--seconds 120] [--engine E]… [--recorder]

The demo hospital is served as in production, on the cores that make the load. First each device
scans once a second; every scan is looked for on record afterwards. Then each scans as soon as it is
answered (closed loop). The bare Flask route is asked the same in the same run, for a quarter of the
time: once behind gunicorn, by which Flask is mostly run, once behind our own server; both with as
many workers and threads as ours has.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import secrets
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from uuid6 import uuid7

from access import OPERATOR, Description
from benchmarks import bare
from benchmarks.load import Caller, Crowd, Tally
from benchmarks.machine import children_seconds, postgres_url, processor_seconds, wait_until_idle
from benchmarks.service import (
    command_beside,
    free_port,
    gunicorn_beside,
    serving,
    wait_until_up,
)
from benchmarks.timing import percentile
from database import Database
from demo import HistoryClock, credentials, items, seed
from hospital import Hospital, open_hospital, prepare_database
from settings import Settings
from trace import seqs_of

_API: Final = "/api/handheld/v1"
_KEEPER, _STATION = "0417", "STORE"
_DRUG: Final = "D014"
_EXPIRY: Final = date(2030, 1, 31)
_BEST: Final = 0.75
"""Of the rate of the bare route behind gunicorn, in the closed loop."""
_LEAST_S: Final = 5

Command = Callable[[str, int], list[str]]
"""How an application is served on a port."""


@dataclass(frozen=True, slots=True)
class Storm:
    """What a storm came to: both ways, and processor milliseconds a scan of the closed loop.

    Args:
        slow: one scan a second and device.
        fast: as soon as answered.
        server: what the service spent on a scan, its database's server with it.
        load: what making the load spent.
    """

    slow: Tally
    fast: Tally
    server: float
    load: float

    @property
    def rate(self) -> float:
        """Scans a second in the closed loop."""
        return len(self.fast.times) / self.fast.seconds

    @property
    def errors(self) -> list[str]:
        """What went wrong."""
        return self.slow.errors + self.fast.errors

    def quantiles(self) -> str:
        """p50 and p99 at one scan a second and device, in milliseconds."""
        p50, p99 = (percentile(self.slow.times or [0], share) for share in (0.5, 0.99))
        return f"{p50:.1f} / {p99:.1f}"


def boxes(number: int, run: str) -> Callable[[], tuple[UUID, bytes]]:
    """A device that receives one box after the other: each scan's id and its body."""
    thing = items()[_DRUG].codes[0].text("STORM", _EXPIRY, f"{run}{number:03}SERIAL")
    event = {
        "id": "ID",
        "kind": "received",
        "time": "TIME",
        "things": [{"scan": thing}],
        "location": _STATION,
    }
    form = json.dumps({"events": [event]})
    for word, value in (("ID", "%s"), ("TIME", "%s"), ("SERIAL", "%06d")):
        form = form.replace(word, value)
    serials = count()

    def body() -> tuple[UUID, bytes]:
        own, now = uuid7(), datetime.now(UTC).isoformat(timespec="milliseconds")
        return own, (form % (own, now, next(serials))).encode()

    return body


def enrolled(hospital: Hospital, url: str, number: int) -> list[dict[str, str]]:
    """Handhelds with somebody signed in at each: what each shows with a request."""
    made = credentials(hospital.settings.secret("demo-password"))
    keeper = next(each for each in made if each.person.number == _KEEPER)
    shown = json.dumps({"badge": keeper.badge, "pin": keeper.pin})
    fleet = hospital.access.devices
    known = []
    wire = http.client.HTTPConnection(urlsplit(url).netloc)
    for place in range(number):
        code = fleet.enrolment_code(OPERATOR, station=_STATION, profile="receiving")
        token = fleet.enrol(code, Description(f"PDA {place}")).token
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        wire.request("POST", f"{_API}/session", shown, headers)
        answer = wire.getresponse()
        content = answer.read()
        assert answer.status == http.client.CREATED, content
        session = json.loads(content)["session"]
        known.append({"Authorization": headers["Authorization"], "Medtrace-Session": session})
    wire.close()
    return known


def storm(callers: Sequence[Caller], seconds: float, database: Database) -> Storm:
    """Both ways, one after the other."""
    wait_until_idle()
    crowd = Crowd(callers)
    slow = crowd.paced(max(int(seconds), _LEAST_S))
    served = children_seconds() + processor_seconds(database)
    made = time.process_time()
    fast = crowd.closed(max(seconds / 6, _LEAST_S))
    made = time.process_time() - made
    served = children_seconds() + processor_seconds(database) - served
    crowd.close()
    scans = max(len(fast.times), 1) / 1000
    return Storm(slow, fast, served / scans, made / scans)


def ours(
    settings: Settings, devices: int, seconds: float, *, recorder: bool
) -> tuple[Storm, int, int]:
    """The storm on a demo hospital; how many of its scans are not on record, and how many twice."""
    prepare_database(settings)
    clock = HistoryClock(datetime.now(UTC))
    with_history = open_hospital(settings, clock)
    seed(with_history, clock)
    with_history.close()
    hospital = open_hospital(settings)
    run = secrets.token_hex(2).upper()
    with serving(settings, recorder=recorder) as url:
        callers = [
            Caller(url, f"{_API}/events", shown, boxes(number, run))
            for number, shown in enumerate(enrolled(hospital, url, devices))
        ]
        came = storm(callers, seconds, hospital.database)
    done = came.slow.done + came.fast.done
    with hospital.database.read() as connection:
        found = seqs_of(connection, hospital.ledger_id, done)
    hospital.close()
    return came, len(done) - len(found), len(found) - len(set(found.values()))


def beside(settings: Settings, where: str, devices: int, seconds: float, command: Command) -> Storm:
    """The same on the bare route, behind the server that `command` runs."""
    database = Database(settings.database_url)
    with _bare(where, command) as url:
        callers = [Caller(url, "/scan", {}, boxes(number, "B")) for number in range(devices)]
        came = storm(callers, seconds, database)
    database.close()
    return came


@contextmanager
def _bare(where: str, command: Command) -> Iterator[str]:
    bare.prepare(where)
    port = free_port()
    env = {**os.environ, "MEDTRACE_BENCH_BARE": where}
    process = subprocess.Popen(
        command("benchmarks.bare:app", port),
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_up(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=60)


_HEAD: Final = (
    "| engine | scans | errors / lost / doubled | p50 / p99 ms | bare p50 / p99 ms: gunicorn, ours"
    " | closed loop /s | bare /s: gunicorn, ours | ratios"
    " | processor ms a scan: service, bare, bare, load |"
)


def tell(engine: str, mine: Storm, theirs: Sequence[Storm], lost: int, doubled: int) -> None:
    """A row of a Markdown table, and what went wrong."""
    for error in [error for each in (mine, *theirs) for error in each.errors][:5]:
        print(error)
    scans = len(mine.slow.times) + len(mine.fast.times)
    quantiles, rates, ratios, spent = (
        ", ".join(each)
        for each in zip(
            *(
                (
                    one.quantiles(),
                    f"{one.rate:,.0f}",
                    f"{mine.rate / one.rate:.2f}",
                    f"{one.server:.2f}",
                )
                for one in theirs
            ),
            strict=True,
        )
    )
    print(
        f"| {engine} | {scans:,} | {len(mine.errors)} / {lost} / {doubled} "
        f"| {mine.quantiles()} | {quantiles} | {mine.rate:,.0f} | {rates} "
        f"| {ratios} (≥ {_BEST} of gunicorn's) "
        f"| {mine.server:.2f}, {spent}, {mine.load:.2f} |",
        flush=True,
    )


def main() -> None:
    """Let it rain."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--engine", action="append", choices=("sqlite", "postgresql"))
    parser.add_argument("--recorder", action="store_true", help="a recorder process behind it")
    given = parser.parse_args()
    print(_HEAD, "|---" * _HEAD.count(" | ") + "|---|", sep="\n", flush=True)
    for engine in given.engine or ("sqlite", "postgresql"):
        server = postgres_url() if engine == "postgresql" else nullcontext("")
        with tempfile.TemporaryDirectory(prefix="medtrace-storm-") as folder, server as url:
            if url is None:
                continue
            environ = {"MEDTRACE_DATA": folder, "MEDTRACE_DATABASE_URL": url}
            settings = Settings.from_environment(environ)
            where = url.replace("+psycopg", "") or str(Path(folder) / "bare.sqlite3")
            theirs = [
                beside(settings, where, given.devices, given.seconds / 4, command)
                for command in (gunicorn_beside, command_beside)
            ]
            mine, lost, doubled = ours(
                settings, given.devices, given.seconds, recorder=given.recorder
            )
            tell(engine, mine, theirs, lost, doubled)


if __name__ == "__main__":
    main()
