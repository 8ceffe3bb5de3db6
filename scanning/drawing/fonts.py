"""Finds a font with Chinese letters for what is painted as pixels."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

from errors import Invalid

_PLACES = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/Library/Fonts"))
_NAMES = (
    "NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "NotoSansSC-Regular.otf",
    "SourceHanSansSC-Regular.otf", "wqy-microhei.ttc", "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf", "msyh.ttc", "PingFang.ttc", "NotoSerifCJK-Regular.ttc",
)  # fmt: skip
_SIMPLIFIED = 2
"""Within the Noto collection the third face is Simplified Chinese; others have one or two faces."""


@lru_cache(maxsize=1)
def font_file() -> Path:
    """The first known font with Chinese letters that is installed.

    Raises:
        Invalid: `label-no-font`.
    """
    installed = {path.name: path for place in _PLACES for path in place.rglob("*.[ot]t[cf]")}
    for name in _NAMES:
        if name in installed:
            return installed[name]
    raise Invalid("label-no-font")


@lru_cache(maxsize=32)
def font(pixels: int) -> ImageFont.FreeTypeFont:
    """The font at a height of `pixels`."""
    path = font_file()
    index = _SIMPLIFIED if path.name.startswith("Noto") and path.suffix == ".ttc" else 0
    return ImageFont.truetype(path, pixels, index=index)
