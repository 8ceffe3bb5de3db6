"""One hospital of the story in `test_three_hospitals`, run as a process of its own.

It serves as a witness over HTTP and does what it is told on its standard input, one JSON list a
line: a command and its arguments. Each command is answered by one line of JSON.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from database import Database, migrate
from ledger import SHA256, Draft, Ledger, encode
from ledger.algorithm import ED25519_COSIGNATURE
from ledger.audit import Auditor
from ledger.checkpoints import Checkpoints
from ledger.cosigning import Cosigning
from ledger.identity import open_ledger
from ledger.keys import ensure_signer
from ledger.note import parse_vkey
from ledger.policy import parse_policy
from ledger.witness import Witness, read_evidence


def now() -> datetime:
    """The time."""
    return datetime.now(UTC)


class Hospital:
    """A hospital with its ledger, and a witness for its neighbours."""

    def __init__(self, name: str, home: Path) -> None:
        self.origin = f"{name}.example/log"
        self.home = home
        migrate(f"sqlite:///{home / 'ledger.sqlite3'}")
        self.database = Database(f"sqlite:///{home / 'ledger.sqlite3'}")
        self.ledger = Ledger(self.database, 1, now)
        self.signer = open_ledger(self.ledger, self.origin, SHA256, home / "keys", now)
        self.cosigner = ensure_signer(
            home / "keys" / "witness.key", f"{name}.example/witness", ED25519_COSIGNATURE, now
        )
        self.checkpoints = Checkpoints(self.ledger, now)
        self.witness = Witness(self.database, 1, self.cosigner, [], now)
        self.cosigning = Cosigning(self.checkpoints, parse_policy("quorum none"))

    def introduce(self, neighbours: list[list[str]]) -> str:
        """Know the neighbours: their log's key, their witness's key, its address."""
        logs = [parse_vkey(log) for log, _, _ in neighbours]
        self.witness = Witness(self.database, 1, self.cosigner, logs, now)
        lines = [f"witness w{n} {key} {url}" for n, (_, key, url) in enumerate(neighbours)]
        members = " ".join(f"w{n}" for n in range(len(neighbours)))
        policy = parse_policy("\n".join([*lines, f"group both all {members}", "quorum both"]))
        self.cosigning = Cosigning(self.checkpoints, policy)
        return "known"

    def record(self, events: list[dict[str, Any]]) -> int:
        """Put events on record."""
        with self.ledger.transaction() as transaction:
            transaction.append([Draft("trace", encode(event)) for event in events])
        return self.ledger.head().size

    def checkpoint(self) -> list[str | None]:
        """Sign where the ledger stands, ask the neighbours; what each has against it."""
        signed = self.checkpoints.make(self.signer)
        _, outcomes = self.cosigning.cosign(signed)
        return [outcome.problem for outcome in outcomes]

    def rewrite(self, seq: int, instead: dict[str, Any]) -> int:
        """Forge: put another event in the place of entry `seq`, and make everything fit again.

        What an operator with the database and the signing key can do: guards dropped, chain and
        tree recomputed by the program itself, old checkpoints gone.
        """
        entries = self.ledger.entries(0, self.ledger.head().size)
        with self.database.write() as connection:
            names = connection.exec_driver_sql(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            ).all()
            for name, _ in names:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            for table in ("entry", "tile", "checkpoint", "audit"):
                connection.exec_driver_sql(f"DELETE FROM {table}")
            connection.exec_driver_sql("UPDATE head SET size = 0, hash = ?", (SHA256.empty,))
            for _, sql in names:
                connection.exec_driver_sql(sql)
        drafts = [Draft(entry.kind, encode(entry.event)) for entry in entries]
        drafts[seq] = Draft("trace", encode(instead))
        with self.ledger.transaction() as transaction:
            transaction.append(drafts)
        return self.ledger.head().size

    def audit(self) -> str | None:
        """What its own audit finds wrong: nothing, when the forger was thorough."""
        return Auditor(self.ledger, now).audit(full=True, processes=1).problem

    def evidence(self) -> list[list[str]]:
        """What it holds against its neighbours."""
        return [
            [found.origin, found.problem, found.known.decode(), found.claimed.decode()]
            for found in read_evidence(self.database, 1)
        ]

    def serve(self) -> str:
        """Answer witness requests from now on; the address."""
        hospital = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                answer = hospital.witness.add_checkpoint(self.rfile.read(length))
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.content_type)
                self.send_header("Content-Length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}/"

    def keys(self) -> list[str]:
        """Its log's key and its witness's."""
        return [str(self.signer.key), str(self.cosigner.key)]


def main() -> None:
    """Do what the standard input says."""
    hospital = Hospital(sys.argv[1], Path(sys.argv[2]))
    for line in sys.stdin:
        command, *arguments = json.loads(line)
        method: Callable[..., object] = getattr(hospital, command)
        sys.stdout.write(json.dumps(method(*arguments)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
