"""`decode`: all symbols in a picture, each once, linear ones only when two readings agree."""

from __future__ import annotations

from scanning.carriers import carrier_of
from scanning.pictures.engines import Pixels, Seen, by_zbar, by_zxing
from scanning.pictures.load import pages
from scanning.symbol import Symbol


def decode_here(image: bytes) -> list[Symbol]:
    """All symbols in `image`, decoded in this process."""
    return [
        _symbol(seen, pixels, number)
        for number, pixels in enumerate(pages(image))
        for seen in by_zxing(pixels)
    ]


def _symbol(seen: Seen, pixels: Pixels, page: int) -> Symbol:
    carrier = carrier_of(seen.raw)[0]
    agreed = not seen.linear or any(other.text == seen.text for other in by_zbar(pixels))
    return Symbol(
        seen.raw,
        carrier.name if carrier else "unknown",
        seen.corners,
        page,
        not agreed,
        (seen.raw,),
    )
