"""Words that a view model carries."""

from __future__ import annotations

from texts import Text

Said = str | Text
"""A sentence or word: a string is shown as it is, a `Text` in the reader's language."""
