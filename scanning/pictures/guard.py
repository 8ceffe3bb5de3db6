"""Hands pictures to child processes and takes back what they answer, whatever becomes of them."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from errors import Invalid
from scanning.pictures.child import HEADER
from scanning.symbol import Symbol

_ROOT = Path(__file__).resolve().parent.parent.parent
_GRACE_S = 1.5
"""Beyond the budget: one native call may be under way, and a fresh child has to start."""
_CHUNK = 1 << 16
_LINE = 4 << 20
"""Longest answer: thousands of symbols. More is a child gone mad."""
_SIDE_BY_SIDE = 2
_COMMAND: tuple[str, ...] = ("-m", "scanning.pictures.child")


class _DiedError(Exception):
    """The child is gone; what it had found so far is the argument. Never leaves this file."""

    def __init__(self, symbols: list[Symbol]) -> None:
        super().__init__(len(symbols))
        self.symbols = symbols


class Child:
    """One decoding process."""

    def __init__(self) -> None:
        environment = {"PATH": os.defpath, "PYTHONPATH": str(_ROOT), "OPENBLAS_NUM_THREADS": "1"}
        self._process = subprocess.Popen(  # noqa: S603 -- our own module, no word of it from outside
            [sys.executable, *_COMMAND],
            cwd=_ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def stop(self) -> None:
        """Ends it, at once."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was still to be written has no reader any more
                    pipe.close()

    def ask(self, image: bytes, budget_ms: int) -> list[Symbol]:
        """The symbols in `image`; those found so far when the child runs out of time.

        Raises:
            Invalid: what the child says of the picture.
            _DiedError: the child ended before it had answered.
        """
        assert self._process.stdin is not None  # noqa: S101 -- PIPE was asked for
        try:
            self._process.stdin.write(HEADER.pack(len(image), budget_ms))
            self._process.stdin.write(image)
            self._process.stdin.flush()
        except OSError as error:
            self.stop()
            raise _DiedError([]) from error
        return self._answers(time.monotonic() + budget_ms / 1000 + _GRACE_S)

    def _answers(self, until: float) -> list[Symbol]:
        assert self._process.stdout is not None  # noqa: S101 -- PIPE was asked for
        pipe = self._process.stdout.fileno()
        symbols: list[Symbol] = []
        buffer = b""
        while len(buffer) < _LINE:
            ready, _, _ = select.select([pipe], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                self.stop()
                return symbols
            chunk = os.read(pipe, _CHUNK)
            if not chunk:
                break
            *lines, buffer = (buffer + chunk).split(b"\n")
            for answer in map(json.loads, lines):
                if "symbols" in answer:
                    symbols = [_symbol(fields) for fields in answer["symbols"]]
                elif "error" in answer:
                    raise Invalid(answer["error"], **answer["values"])
                else:
                    return symbols
        self.stop()
        raise _DiedError(symbols)


def _symbol(fields: Sequence[Any]) -> Symbol:
    raw, symbology, corners, page, uncertain, readings = fields
    a, b, c, d = ((x, y) for x, y in corners)
    return Symbol(raw, symbology, (a, b, c, d), page, uncertain, tuple(readings))


class Guard:
    """A few children, made when first needed and again when one has died."""

    def __init__(self, side_by_side: int = _SIDE_BY_SIDE) -> None:
        self._places = threading.BoundedSemaphore(side_by_side)
        self._lock = threading.Lock()
        self._idle: list[Child] = []
        self._owner = os.getpid()

    def decode(self, image: bytes, budget_ms: int) -> list[Symbol]:
        """As `decode`, in a child.

        A child may have died before it was asked, so a picture gets a second one; a picture of
        which both die is unreadable.
        """
        with self._places:
            for _ in range(2):
                child = self._take()
                try:
                    return child.ask(image, budget_ms)
                except _DiedError as died:
                    if died.symbols:
                        return died.symbols
                finally:
                    self._give_back(child)
        raise Invalid("image-unreadable")

    def close(self) -> None:
        """Ends the children that wait."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.stop()

    def _take(self) -> Child:
        with self._lock:
            if self._owner != os.getpid():
                # A forked worker must not share its parent's pipes.
                self._idle, self._owner = [], os.getpid()
            while self._idle:
                child = self._idle.pop()
                if child.alive:
                    return child
                child.stop()
        return Child()

    def _give_back(self, child: Child) -> None:
        if child.alive:
            with self._lock:
                self._idle.append(child)
