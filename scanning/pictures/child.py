"""The process in which pictures are decoded: `python -m scanning.pictures.child`.

Decoders are native code that reads what strangers made. Here they may abort, hang or eat memory
without taking a web worker with them. Asked over stdin: eight bytes of length, four of budget in
milliseconds, the picture. Answered over stdout, one JSON object a line: `{"symbols": […]}` for what
is known so far, then `{"done": true}` or `{"error": code, "values": {…}}`.
"""

from __future__ import annotations

import json
import resource
import struct
import sys
import time
from typing import BinaryIO

import cv2

from errors import Invalid
from scanning.pictures.decode import symbol_of
from scanning.pictures.load import pages
from scanning.pictures.search import search
from scanning.symbol import Symbol

HEADER = struct.Struct(">QI")
_MEMORY = 3 * 1024**3
"""Address space: a 64-megapixel picture in colour needs a fifth of it."""


def main() -> None:
    """Serves pictures until stdin ends."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # One picture, one core: the web workers are the ones that run side by side.
    cv2.setNumThreads(1)
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    while len(header := asked.read(HEADER.size)) == HEADER.size:
        length, budget_ms = HEADER.unpack(header)
        _serve(asked.read(length), budget_ms, answers)


def _serve(image: bytes, budget_ms: int, answers: BinaryIO) -> None:
    deadline = time.perf_counter() + budget_ms / 1000
    known: list[Symbol] = []
    try:
        for number, page in enumerate(pages(image)):
            found: list[Symbol] = []
            for verdicts in search(page.pixels, deadline):
                found = [symbol_of(verdict, number, page.scale) for verdict in verdicts]
                _say(answers, {"symbols": [_plain(symbol) for symbol in known + found]})
            known += found
        _say(answers, {"done": True})
    except Invalid as error:
        _say(answers, {"error": error.code, "values": error.values})
    except MemoryError:
        _say(answers, {"error": "image-too-large", "values": {"limit": "3 GB"}})


def _plain(symbol: Symbol) -> list[object]:
    return [
        symbol.raw, symbol.symbology, symbol.corners, symbol.page, symbol.uncertain, symbol.readings
    ]  # fmt: skip


def _say(answers: BinaryIO, answer: object) -> None:
    answers.write(json.dumps(answer).encode() + b"\n")
    answers.flush()


if __name__ == "__main__":
    main()
