"""What medtrace says to people, by code, in Chinese and English.

Every error code and every refusal reason has its sentence here, and nowhere else; code chooses by
code, never by text. The manner: verb first, short, what to do next (docs/architecture.md, "Words").
A test walks the codes that the program can produce and fails on one without a text.
"""

from __future__ import annotations

from texts.catalogue import CATALOGUE, text_of
from texts.text import Text

__all__ = ["CATALOGUE", "Text", "text_of"]
