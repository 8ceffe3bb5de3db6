"""`decode`: from a picture to its symbols, in a process that may die without harm."""

from __future__ import annotations

import atexit

from errors import Invalid
from scanning.pictures.decode import BUDGET_MS
from scanning.pictures.guard import Guard
from scanning.pictures.load import MOST_BYTES
from scanning.symbol import Symbol

_LONGEST_MS = 30_000
_guard = Guard()
"""Starts nothing before the first picture comes."""
atexit.register(_guard.close)


def decode(image: bytes, budget_ms: int = BUDGET_MS) -> list[Symbol]:
    """All symbols in a picture, each once, with its place.

    Matrix symbols correct their own errors and count at once. A linear symbol counts as read only
    when zxing and zbar agree, or three strips of its bars do; else it comes back `uncertain`, with
    every reading. Without libzbar the strips alone decide, and fewer linear symbols are certain.

    Args:
        image: JPEG, PNG, WebP, a PDF of up to 20 pages, or HEIC where `pillow-heif` is installed.
        budget_ms: time after which no new step begins, 1–30,000 milliseconds; what was found by
            then is answered.

    Raises:
        Invalid: `image-too-large` (bytes, pixels, pages), `image-unreadable`; nothing else.
    """
    if len(image) > MOST_BYTES:
        raise Invalid("image-too-large", limit=f"{MOST_BYTES // 1024 // 1024} MB")
    return _guard.decode(image, min(max(budget_ms, 1), _LONGEST_MS))
