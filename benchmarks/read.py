"""GS1 messages per second through `scanning.read`, beside biip in the same run.

    python -m benchmarks.read

One process, one core, messages of four elements (GTIN, expiry, lot, serial), all different. A
third is broken in one place, as on a shop floor; biip raises on some of those and is timed with it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import biip
import numpy as np

from scanning import read
from scanning.checks import gs1_check_digit

MESSAGES = 30_000
ROUNDS = 3
AIM_PER_SECOND = 20_000
AIM_OVER_BIIP = 4.0
_GS = "\x1d"


def messages(count: int = MESSAGES, seed: int = 4) -> list[str]:
    """Different messages of four elements, two thirds of them valid."""
    chance = np.random.default_rng(seed)
    return [_message(chance, broken=number % 3 == 0) for number in range(count)]


def _message(chance: np.random.Generator, *, broken: bool) -> str:
    digits = "0690" + "".join(map(str, chance.integers(0, 10, 9)))
    gtin = digits + gs1_check_digit(digits)
    month = chance.integers(13, 99) if broken else chance.integers(1, 13)
    expiry = f"{chance.integers(26, 32)}{month:02d}{chance.integers(0, 29):02d}"
    lot, serial = (f"{number:X}" for number in chance.integers(2**20, 2**36, 2))
    return f"]d201{gtin}17{expiry}10{lot}{_GS}21{serial}"


def _rate(parse: Callable[[str], object], texts: list[str]) -> float:
    """Messages per second, the best of some rounds: the machine may be busy with others."""
    best = 0.0
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for text in texts:
            parse(text)
        best = max(best, len(texts) / (time.perf_counter() - start))
    return best


def _biip(text: str) -> object:
    try:
        return biip.parse(text)
    except biip.ParseError:
        return None


def main() -> None:
    """Prints both rates and whether the aims are met."""
    texts = messages()
    broken = sum(not read(text).valid for text in texts)
    assert broken == sum(number % 3 == 0 for number in range(len(texts))), broken
    ours = _rate(read, texts)
    theirs = _rate(_biip, texts[: MESSAGES // 6])
    print(f"read: {ours:,.0f} messages/s (aim {AIM_PER_SECOND:,})")
    print(f"biip: {theirs:,.0f} messages/s; read is {ours / theirs:.1f} times it (aim 4.0)")
    assert ours >= AIM_PER_SECOND
    assert ours >= AIM_OVER_BIIP * theirs


if __name__ == "__main__":
    main()
