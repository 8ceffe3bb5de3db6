"""The two readers of pixels, behind one form: zxing-cpp, and zbar where libzbar is installed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from scanning.carriers import CARRIERS, PLAIN, carrier_of
from scanning.checks import has_gs1_check_digit
from scanning.gs1.ai import GS
from scanning.symbol import Corner

try:
    from pyzbar import pyzbar
except ImportError:  # libzbar is missing: the second reader is off, the first one works
    pyzbar = None

Pixels = NDArray[np.uint8]
HAS_SECOND_READER = pyzbar is not None
"""Whether zbar is there to give a second opinion."""
_F = zxingcpp.BarcodeFormat
FORMATS = zxingcpp.BarcodeFormats(
    [
        _F.Code128, _F.EANUPC, _F.ITF, _F.Code39, _F.DataBar,
        _F.DataMatrix, _F.QRCode, _F.Aztec, _F.PDF417,
    ]
)  # fmt: skip
"""What stands on hospital goods. Each further format costs time and false finds."""
LINEAR = zxingcpp.BarcodeFormats([_F.Code128, _F.EANUPC, _F.ITF, _F.Code39, _F.DataBar])
"""The bars among them."""
_ITF_14 = 14
"""Interleaved 2 of 5 finds itself in anything, and half of one is one too: both engines would agree
on it. Goods carry it with fourteen digits and a check only."""
_ZBAR = {
    "CODE128": "]C0", "EAN13": "]E0", "EAN8": "]E4", "UPCA": "]E0", "I25": "]I0", "CODE39": "]A0",
    "DATABAR": "]e0", "DATABAR_EXP": "]e0",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """What one engine read in one pass.

    Args:
        aim: AIM identifier of the symbol.
        text: its characters.
        corners: top left, top right, bottom right, bottom left.
        engine: `zxing` or `zbar`, and which pass.
    """

    aim: str
    text: str
    corners: tuple[Corner, Corner, Corner, Corner]
    engine: str

    @property
    def linear(self) -> bool:
        """Whether it consists of bars."""
        return CARRIERS.get(self.aim, carrier_of(self.aim + "0")[0] or PLAIN).linear

    @property
    def raw(self) -> str:
        """AIM identifier and characters."""
        return self.aim + self.text


def by_zxing(
    pixels: Pixels,
    engine: str = "zxing",
    *,
    fast: bool = False,
    invert: bool = True,
    formats: zxingcpp.BarcodeFormats = FORMATS,
) -> list[Seen]:
    """What zxing-cpp reads in `pixels`.

    Args:
        pixels: grey.
        engine: name of this pass.
        fast: upright or nearly so, dark on light, at this size only.
        invert: also light on dark, unless `fast`.
        formats: symbologies to look for.
    """
    found = zxingcpp.read_barcodes(
        pixels,
        formats,
        try_rotate=not fast,
        try_downscale=not fast,
        try_invert=invert and not fast,
        text_mode=zxingcpp.TextMode.Plain,
    )
    return [_seen(symbol, engine) for symbol in found if _is_likely(symbol)]


def _is_likely(symbol: zxingcpp.Barcode) -> bool:
    if not symbol.valid or not symbol.text:
        return False
    return symbol.symbology != _F.ITF or _is_itf_14(symbol.text)


def _is_itf_14(text: str) -> bool:
    return len(text) == _ITF_14 and text.isdigit() and has_gs1_check_digit(text)


def _seen(symbol: zxingcpp.Barcode, engine: str) -> Seen:
    place = symbol.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    a, b, c, d = ((corner.x, corner.y) for corner in corners)
    return Seen(symbol.symbology_identifier, symbol.text, (a, b, c, d), engine)


def by_zbar(pixels: Pixels) -> list[Seen]:
    """What zbar reads of linear symbols in `pixels`; nothing where it isn't installed."""
    if pyzbar is None:
        return []
    wanted = [pyzbar.ZBarSymbol[name] for name in _ZBAR]
    found = pyzbar.decode(np.ascontiguousarray(pixels), symbols=wanted)
    seen = [_seen_by_zbar(symbol) for symbol in found if symbol.data]
    return [one for one in seen if one.aim != "]I0" or _is_itf_14(one.text)]


def _seen_by_zbar(symbol: Any) -> Seen:  # noqa: ANN401 -- pyzbar has no types
    text = symbol.data.decode("latin-1").lstrip(GS)
    box = symbol.rect
    right, bottom = box.left + box.width, box.top + box.height
    corners = ((box.left, box.top), (right, box.top), (right, bottom), (box.left, bottom))
    return Seen(_ZBAR[symbol.type], text, corners, "zbar")
