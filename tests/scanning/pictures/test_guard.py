"""The decoding process may die, hang or go mad: the worker goes on."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from errors import Invalid
from scanning import draw_symbol
from scanning.pictures import guard as guard_module
from scanning.pictures.guard import Guard

PNG = draw_symbol("(01)06901234567892(10)A1", "gs1-datamatrix")


@pytest.fixture
def guard() -> Iterator[Guard]:
    guard = Guard()
    yield guard
    guard.close()


def child_pid(guard: Guard) -> int:
    return guard._idle[0]._process.pid


def test_a_picture_is_decoded_in_another_process_that_stays(guard: Guard) -> None:
    assert [symbol.raw for symbol in guard.decode(PNG, 1000)] == ["]d2010690123456789210A1"]
    pid = child_pid(guard)
    assert pid != os.getpid()
    guard.decode(PNG, 1000)
    assert child_pid(guard) == pid


def test_a_child_that_died_while_idle_is_replaced(guard: Guard) -> None:
    guard.decode(PNG, 5000)
    os.kill(child_pid(guard), signal.SIGKILL)
    assert len(guard.decode(PNG, 5000)) == 1


def test_a_native_abort_costs_the_picture_and_nothing_else(
    guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    killer = "import os,sys; sys.stdin.buffer.read(12); os.abort()"
    monkeypatch.setattr(guard_module, "_COMMAND", ("-c", killer))
    with pytest.raises(Invalid, match="image-unreadable"):
        guard.decode(PNG, 1000)
    monkeypatch.undo()
    assert len(guard.decode(PNG, 1000)) == 1


def test_a_child_that_hangs_is_ended_and_what_it_had_found_counts(
    guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = (
        '{"symbols": [["]d2x", "gs1-datamatrix", [[0,0],[1,0],[1,1],[0,1]], 0, false, ["]d2x"]]]}'
    )
    hang = f"import sys,time; print({line!r}, flush=True); time.sleep(60)"
    monkeypatch.setattr(guard_module, "_COMMAND", ("-c", hang))
    monkeypatch.setattr(guard_module, "_GRACE_S", 0.5)
    start = time.monotonic()
    assert [symbol.raw for symbol in guard.decode(PNG, 100)] == ["]d2x"]
    assert time.monotonic() - start < 5


def test_a_child_that_talks_without_end_is_ended(
    guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    chatter = "import sys\nwhile True: sys.stdout.write('x' * 65536)"
    monkeypatch.setattr(guard_module, "_COMMAND", ("-c", chatter))
    with pytest.raises(Invalid, match="image-unreadable"):
        guard.decode(PNG, 1000)


def test_what_the_child_refuses_is_refused_here(guard: Guard) -> None:
    with pytest.raises(Invalid, match="image-unreadable"):
        guard.decode(b"no picture", 1000)
    assert len(guard.decode(PNG, 1000)) == 1


def test_many_threads_get_their_own_answers(guard: Guard) -> None:
    pictures = {f"]d1N{number}": draw_symbol(f"N{number}", "datamatrix") for number in range(6)}
    answers: dict[str, list[str]] = {}

    def work(raw: str) -> None:
        answers[raw] = [symbol.raw for symbol in guard.decode(pictures[raw], 5000)]

    threads = [threading.Thread(target=work, args=(raw,)) for raw in pictures]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {raw: [raw] for raw in pictures}
    assert len(guard._idle) <= 2
