"""How handheld readers in keyboard mode spell the group separator that they can't type."""

from __future__ import annotations

import re

from scanning.gs1.ai import GS

SPELLINGS = (
    "<GS>", "{GS}", "[GS]", "<FNC1>", "{FNC1}", "<F8>", "{F8}", "<0x1D>", "<1D>", "\\x1d", "\\x1D",
    "\\u001d", "\\u001D", "\\035", "^]", "\u241d", "\x1b[19~", "~1", "|", "\u00e8",
)  # fmt: skip
"""Seen in front of screens: names in brackets, escapes, the caret form, the picture of the
character, what a terminal sends for F8, the spelling of label printers, the bar, and the character
that a French keyboard layout makes of it. None but the names in angle brackets can stand in a GS1
value, and nobody prints those."""
_ANY = re.compile("|".join(map(re.escape, SPELLINGS)))
_MARK = re.compile("[<{\\[\\\\^\u241d\x1b~|\u00e8]")
"""First characters of the spellings: most messages hold none, and one look is enough."""


def normalise(text: str) -> tuple[str, str | None]:
    r"""`text` with a real GS for each spelling of it, and the first spelling that was met.

    >>> normalise("10AB1<GS>17270131")
    ('10AB1\x1d17270131', '<GS>')
    """
    if _MARK.search(text) is None:
        return text, None
    spellings = _ANY.findall(text)
    if not spellings:
        return text, None
    return _ANY.sub(GS, text), spellings[0]
