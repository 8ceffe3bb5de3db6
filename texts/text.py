"""One message in the languages of the house."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A message in Simplified Chinese and in English; both may hold `{placeholders}`."""

    zh: str
    en: str

    def filled(self, values: Mapping[str, object]) -> Text:
        """The message with its placeholders filled; one without a value stays visible as it is.

        >>> Text("少 {count} 盒", "{count} short").filled({"count": 3})
        Text(zh='少 3 盒', en='3 short')
        """
        known = _Visible(values)
        return Text(self.zh.format_map(known), self.en.format_map(known))

    def in_language(self, language: str) -> str:
        """The message in `language` (a BCP 47 tag): English for `en…`, else Chinese."""
        return self.en if language.lower().startswith("en") else self.zh


class _Visible(dict[str, object]):
    """Placeholders without a value are shown, not raised: a message must never fail to be said."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
