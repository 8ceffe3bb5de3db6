"""Fuzzes `read` and `decode`: `python -m tests.scanning.fuzz [SECONDS] [SEED]`.

Valid codes and files of every kind are cut, glued and spoilt. `read`, `join` and `explain` must
answer everything; `decode` runs here without its guarding process, so that an abort of a
native library would be seen, and may raise `Invalid` alone. Prints how much was tried.
"""

from __future__ import annotations

import random
import sys
import time
from contextlib import suppress

import cv2
import numpy as np

from errors import Invalid
from scanning import Label, Scan, Scheme, SymbolKind, draw_label, draw_sheet, explain, join, read
from scanning.gs1.ai import IDENTIFIERS
from scanning.pictures.decode import decode_here
from scanning.separators import SPELLINGS

CODES = [
    "]d201069012345678921727013110AB1\x1d21S7",
    "]C100069012345678901238",
    "6901234567892",
    "81234567890123456789",
    "+A123BJC5D6E71/$$52001510X3C",
    "+A99912345/$$52001510X3/16D20111212/S77DE1G45-",
    "=/A9999XYZ100T0944=,000025=A99971312345600=>014032=}013032&,1000000000000XYZ123",
    "MA.156.M0.100761.21234561.Sx00008.M220117.L20220117.E220130.C3",
    "MT06H013BM00000000E",
    "[)>\x1e06\x1d9N111234568408\x1d1TA1\x1dD270100\x1dSX9\x1e\x04",
    "+/HH12345/QS77",
    "++A999BASICUDI3M",
    "https://id.gs1.org/01/06901234567892/10/AB1/21/S7?17=270131",
    "(01)06901234567892(10)A(1)",
    "http://x.cn/c?code=81234567890123456789",
    "]E06901234567892|]e11727013110AB1",
    "AHM1",
    "25330BC34567T2",
]
_PIECES = [
    *SPELLINGS,
    *IDENTIFIERS,
    "]d2",
    "]C1",
    "]E0",
    "]Q1",
    "$$",
    "/",
    "%",
    "\x1d",
    "药",
    "\ud800",
    "(",
    ")",
]
READ_SHARE = 0.5


def spoilt(chance: random.Random, text: str) -> str:
    """`text` after a few accidents."""
    for _ in range(chance.randint(1, 5)):
        at = chance.randint(0, len(text))
        to = min(len(text), at + chance.randint(0, 8))
        match chance.randint(0, 4):
            case 0:
                text = text[:at] + text[to:]
            case 1:
                text = text[:at] + chance.choice(_PIECES) + text[at:]
            case 2:
                text = text[:at] + chr(chance.randint(0, 0x2FF)) + text[to:]
            case 3:
                text = text[:at] + text[at:to] * chance.randint(2, 4) + text[to:]
            case _:
                text = text[:at] + chance.choice(CODES)[chance.randint(0, 20) :]
    return text


def check_read(text: str, before: Scan) -> Scan:
    """Reads, joins and explains `text`, and holds the answer to what every answer promises."""
    scan = read(text)
    assert scan.raw == text
    assert scan.findings or scan.scheme is not Scheme.UNKNOWN
    assert (scan.key is None) == (scan.granularity.value == "nothing")
    for reading in (*scan.readings, join([scan, before])):
        explain(reading, "zh")
        explain(reading, "en")
    return scan


def files() -> list[bytes]:
    """Small files of each kind that `decode` opens."""
    box = Label("(01)06901234567892(10)A1(21)S7", title="盐酸")
    png = draw_label(box, size="40x20", dpi=203)
    pixels = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert pixels is not None
    kinds = [bytes(cv2.imencode(suffix, pixels)[1]) for suffix in (".jpg", ".webp")]
    code = Label("81234567890123456789", SymbolKind.CODE_128)
    return [png, *kinds, draw_sheet([box]), draw_label(code, size="50x30", dpi=203)]


def spoilt_bytes(chance: random.Random, data: bytes) -> bytes:
    """`data` after a few accidents, most of them small: headers must survive to be looked at."""
    buffer = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 40))):
        at = chance.randrange(len(buffer) + 1)
        match chance.randint(0, 4):
            case 0:
                del buffer[at : at + chance.randint(1, 64)]
            case 1:
                buffer[at:at] = chance.randbytes(chance.randint(1, 16))
            case 2:
                buffer[at : at + 4] = chance.choice((b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff"))
            case 3:
                buffer[at : at + 1] = bytes([chance.randrange(256)])
            case _:
                del buffer[at:]
    return bytes(buffer)


def fuzz(seconds: float, seed: int) -> tuple[int, int, float]:
    """Tries for `seconds`; answers how many texts and files, and the slowest file's seconds."""
    chance = random.Random(seed)  # noqa: S311 -- accidents, no secrets
    samples = files()
    texts, pictures, slowest = 0, 0, 0.0
    before = read("")
    start = time.monotonic()
    while time.monotonic() < start + seconds * READ_SHARE:
        before = check_read(spoilt(chance, chance.choice(CODES)), before)
        texts += 1
    while (began := time.monotonic()) < start + seconds:
        with suppress(Invalid):
            decode_here(spoilt_bytes(chance, chance.choice(samples)))
        pictures += 1
        slowest = max(slowest, time.monotonic() - began)
    return texts, pictures, slowest


if __name__ == "__main__":
    arguments = dict(enumerate(sys.argv))
    tried = fuzz(float(arguments.get(1, "600")), int(arguments.get(2, "4")))
    print("{:,} texts and {:,} files; slowest file {:.2f} s".format(*tried))  # noqa: T201 -- a script
