"""Tools that others wrote check our log, witness it, and are witnessed by us.

aics-tlog and aics-witness (PyPI) implement the C2SP specifications independently of us. They need
a newer Python than we do, so each runs as a process in an environment of its own.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ledger import SHA256, Notary
from ledger.export import export
from ledger.note import parse_vkey
from tests.ledger.conftest import ORIGIN, Hospital

PACKAGES = ("aics-tlog==0.2.1", "aics-witness==0.1.0")
SCRIPTS = Path(__file__).parent / "others"
pytestmark = [pytest.mark.long, pytest.mark.xdist_group("others")]


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with the others' packages in it; skips where there is none new enough."""
    newer = _newer_python()
    if newer is None:
        pytest.skip("aics-tlog needs Python 3.12 or later, and there is none here")
    home = tmp_path_factory.mktemp("others") / "venv"
    subprocess.run([newer, "-m", "venv", str(home)], check=True)
    install = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", *PACKAGES]
    if subprocess.run(install, check=False).returncode:
        pytest.skip("the others' packages can't be had here")
    return home / "bin" / "python"


def _newer_python() -> str | None:
    """A Python that the others' packages run on: found on PATH, or kept by pyenv."""
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    paths = [*map(str, sorted(kept.glob("3.1[2-9]*/bin"))), os.environ.get("PATH", "")]
    candidates = (shutil.which(f"python3.{n}", path=p) for p in paths for n in range(12, 20))
    for found in filter(None, candidates):
        check = [found, "-c", "import ssl, venv"]
        if not subprocess.run(check, capture_output=True, check=False).returncode:
            return found
    return None


@pytest.fixture
def hospital(make_hospital: Callable[..., Hospital]) -> Hospital:
    made = make_hospital()
    made.append(699)
    return made


def aics(python: Path, *words: object) -> dict[str, object]:
    command = [str(python), "-m", "aics_tlog", *(str(word) for word in words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    report: dict[str, object] = json.loads(done.stdout)
    assert report["ok"] == (done.returncode == 0)
    return report


def test_aics_tlog_checks_our_checkpoints_tiles_and_entries(
    python: Path, hospital: Hospital, tmp_path: Path
) -> None:
    hospital.checkpoints.make(hospital.signer)
    export(hospital.checkpoints, tmp_path / "log")
    shutil.copy(tmp_path / "log" / "checkpoint", tmp_path / "kept")
    hospital.append(900)
    hospital.checkpoints.make(hospital.signer)
    export(hospital.checkpoints, tmp_path / "log")
    trust = ["--log-key", hospital.signer.key, "--tiles", tmp_path / "log"]

    found = aics(python, "verify-checkpoint", *trust)
    assert (found["ok"], found["size"]) == (True, 1600)
    entry = tmp_path / "entry"
    for seq in (0, 255, 256, 700, 1599):
        body = hospital.ledger.entries(seq, seq + 1)[0].body
        entry.write_bytes(body)
        assert aics(python, "verify-inclusion", "--leaf", entry, "--index", seq, *trust)["ok"]
        entry.write_bytes(body + b" ")
        assert not aics(python, "verify-inclusion", "--leaf", entry, "--index", seq, *trust)["ok"]
    old = ["--old-checkpoint", tmp_path / "kept"]
    assert aics(python, "verify-consistency", *old, *trust)["ok"]


def test_aics_tlog_reads_our_log_over_http(
    python: Path, hospital: Hospital, tmp_path: Path
) -> None:
    hospital.checkpoints.make(hospital.signer)
    export(hospital.checkpoints, tmp_path)

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    handler = functools.partial(Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        found = aics(
            python, "verify-checkpoint", "--log-key", hospital.signer.key, "--tiles", address
        )
        server.shutdown()
    assert found["ok"]


@pytest.fixture
def their_witness(python: Path, hospital: Hospital, tmp_path: Path) -> Iterator[list[str]]:
    command = [str(python), str(SCRIPTS / "witness.py"), str(tmp_path / "witness.db")]
    process = subprocess.Popen(
        [*command, ORIGIN, str(hospital.signer.key)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    yield json.loads(process.stdout.readline())
    process.communicate()


def test_aics_witness_cosigns_our_checkpoints(
    hospital: Hospital, their_witness: list[str], python: Path, tmp_path: Path
) -> None:
    vkey, url = their_witness
    policy = f"witness other {vkey} {url}\nquorum other\n"
    (hospital.keys / "witnesses.policy").write_text(policy, "utf-8")
    notary = Notary(
        hospital.ledger,
        origin=ORIGIN,
        suite=SHA256,
        key_dir=hospital.keys,
        clock=hospital.clock,
    )
    for count in (1, 300, 5):
        hospital.append(count)
        _, (outcome,) = notary.checkpoint()
        assert outcome.problem is None
        assert notary.assurance().quorum
    export(notary.checkpoints, tmp_path / "log")
    trust = ["--log-key", notary.signer.key, "--tiles", tmp_path / "log"]
    witnessed = ["--witness-key", vkey, "--quorum", 1]
    assert aics(python, "verify-checkpoint", *trust, *witnessed)["ok"]


def test_we_witness_a_log_that_aics_tlog_built(python: Path, hospital: Hospital) -> None:
    feed = [str(python), str(SCRIPTS / "feed.py")]
    vkey = subprocess.run([*feed, "key"], capture_output=True, text=True, check=True).stdout
    (hospital.keys / "witnessed.policy").write_text(f"log {vkey}quorum none\n", "utf-8")
    notary = Notary(
        hospital.ledger,
        origin=ORIGIN,
        suite=SHA256,
        key_dir=hospital.keys,
        clock=hospital.clock,
    )
    assert parse_vkey(vkey.strip()).name == "other.example/log"

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            answer = notary.witness.add_checkpoint(self.rfile.read(length))
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        done = subprocess.run(
            [*feed, url, str(notary.cosigner.key)], capture_output=True, text=True, check=False
        )
        server.shutdown()
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [
        [200, True],
        [200, True],
        [200, True],
        [409, "900\n"],
        [200, True],
    ]
