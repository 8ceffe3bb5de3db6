"""Messages of the pages in the reader's language: gettext, each message looked up once.

Messages are English in the source and Chinese in web/translations (`web.catalogue`). A message that
no values are put into is the same each time: it is kept as it is written. Looked up in a request's
own catalogue, the seventy of a page took a sixth of its processor time.
"""

from __future__ import annotations

from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Final

from flask import request
from markupsafe import Markup

__all__ = ["LANGUAGES", "gettext", "language", "ngettext", "pgettext", "word_in"]

LANGUAGES: Final = ("zh", "en")
"""The languages of the pages, the first one by default."""

_FOLDER: Final = Path(__file__).resolve().parent / "translations"
_KEPT: Final = 4096


def language() -> str:
    """The language of this request: the reader's choice, Chinese without one."""
    cookies = request.cookies if request else {}
    # `get` of werkzeug makes an exception of what isn't there.
    chosen = cookies["lang"] if "lang" in cookies else None  # noqa: SIM401
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def gettext(message: str, **values: object) -> Markup:
    """A message; what stands in it as `%(name)s` is escaped."""
    return _said(language(), message) if not values else _written(language(), message) % values


def ngettext(singular: str, plural: str, num: int, **values: object) -> Markup:
    """A message about a number, which stands in it as `%(num)d`."""
    found = _catalogue(language()).ngettext(singular, plural, num)
    return Markup(found) % {"num": num, **values}  # noqa: S704 -- a message is ours


def pgettext(context: str, message: str, **values: object) -> Markup:
    """A message that is another one elsewhere, with what tells them apart."""
    chosen = language()
    if not values:
        return _said(chosen, message, context)
    return _written(chosen, message, context) % values


@lru_cache(_KEPT)
def word_in(chosen: str, context: str, text: str) -> str:
    """A word of a closed list in a language, as plain text."""
    return _catalogue(chosen).pgettext(context, text)


@lru_cache(_KEPT)
def _said(chosen: str, message: str, context: str | None = None) -> Markup:
    return _written(chosen, message, context) % {}


@lru_cache(_KEPT)
def _written(chosen: str, message: str, context: str | None = None) -> Markup:
    known = _catalogue(chosen)
    found = known.pgettext(context, message) if context else known.gettext(message)
    return Markup(found)  # noqa: S704 -- a message is ours


@cache
def _catalogue(chosen: str) -> NullTranslations:
    path = _FOLDER / chosen / "LC_MESSAGES" / "messages.mo"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as file:
        return GNUTranslations(file)
