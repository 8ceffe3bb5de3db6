"""Three hospitals witness each other. One of them rewrites its history and is caught."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.checkpoint import open_checkpoint

ROOT = Path(__file__).parents[2]


class Process:
    """A hospital at the other end of a pipe."""

    def __init__(self, name: str, home: Path) -> None:
        home.mkdir(exist_ok=True)
        self.name, self.home = name, home
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.stories.three_hospitals", self.name, str(self.home)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.log_key, self.witness_key = self.tell("keys")
        self.url = self.tell("serve")

    def tell(self, command: str, *arguments: object) -> Any:  # noqa: ANN401 -- whatever JSON says
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps([command, *arguments]) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def stop(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def hospitals(tmp_path: Path) -> Iterator[list[Process]]:
    started = [Process(name, tmp_path / name) for name in ("east", "west", "north")]
    introduce(started)
    yield started
    for hospital in started:
        hospital.stop()


def introduce(hospitals: list[Process]) -> None:
    for hospital in hospitals:
        others = [other for other in hospitals if other is not hospital]
        cards = [[other.log_key, other.witness_key, other.url] for other in others]
        assert hospital.tell("introduce", cards) == "known"


def doses(start: int, count: int) -> list[dict[str, object]]:
    return [{"dose": start + n, "drug": "morphine", "to": f"ward-{n % 3}"} for n in range(count)]


def test_a_rewritten_history_is_caught_by_the_neighbours(hospitals: list[Process]) -> None:
    east, west, north = hospitals
    for hospital in hospitals:
        hospital.tell("record", doses(0, 300))
        assert hospital.tell("checkpoint") == [None, None], "both neighbours cosign"
        hospital.tell("record", doses(300, 20))
        assert hospital.tell("checkpoint") == [None, None]

    # Twenty morphine doses went astray in the north. Someone with every password makes them fit.
    north.tell("rewrite", 42, {"dose": 41, "drug": "morphine", "to": "destroyed, 20 doses"})
    assert north.tell("audit") is None, "its own audit, on its own database, sees nothing"
    west.stop()
    west.start()  # and a witness that was restarted in between has not forgotten
    introduce(hospitals)

    assert all("another root" in problem for problem in north.tell("checkpoint"))
    north.tell("record", doses(320, 5))
    assert all("422" in problem for problem in north.tell("checkpoint"))

    for witness in (east, west):
        found = witness.tell("evidence")
        assert [origin for origin, *_ in found] == ["north.example/log"] * 2
        assert {problem for _, problem, *_ in found} == {"other-root", "no-proof"}
        for _, problem, known, claimed in found:
            print(f"--- {witness.name} holds against north: {problem}\n{known}\n{claimed}")  # noqa: T201 -- the evidence
            first, _ = open_checkpoint(known, [north.log_key])
            second, _ = open_checkpoint(claimed, [north.log_key])
            assert first.root != second.root
            assert first.size == 321
            assert second.size == (321 if problem == "other-root" else 326)

    # The honest ones go on as before.
    for hospital, its_neighbours in ((east, [None, None]), (west, [None, None])):
        hospital.tell("record", doses(320, 5))
        assert hospital.tell("checkpoint") == its_neighbours
