"""The look of the pages, wired into Flask: templates, assets, languages and template globals.

`dress(app, zone=…)` gives an application all of it. Besides its view model a template may use:

    _, ngettext, pgettext   messages in the reader's language (`web.messages`)
    icon(name, size)        the icon of this name
    drawn(macro, …)         what a macro writes of these values, kept once it was written
    say(value)              a string, a `Text` or an enum's member in the reader's language
    fmt                     `Formats` of the hospital: numbers, dates, times
    lang                    "zh" or "en"
    theme                   "auto", "light" or "dark"
    asset(name)             address of a file in web/static, with its content's hash
    code_groups(code)       a code cut in groups of four
    csrf_token()            of Flask-WTF's CSRFProtect, which the application installs
    shell                   the `Shell` of the page, passed to each template by the caller

Messages are English in the source and Chinese in web/translations: code and its review stay in one
language, and those who know the wards' words put the Chinese right in one file, without touching a
template. A test fails on a message without Chinese.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Hashable
from enum import Enum
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, current_app, redirect, request, url_for
from jinja2.runtime import Macro
from markupsafe import Markup
from werkzeug.wrappers import Response

from texts import Text
from web.messages import LANGUAGES, gettext, language, ngettext, pgettext, word_in
from web.paths import local_path
from web.view import Formats, Said, Theme, code_groups
from web.view.words import word_of

__all__ = ["dress", "say", "theme", "wants_tour"]

TOUR = ("done", "again")
"""Whether the reader has gone through the tour, or wants it once more."""

_FOLDER = Path(__file__).resolve().parent
_STATIC = _FOLDER / "static"
_KEPT = 512
_YEAR = 365 * 24 * 60 * 60


def dress(app: Flask, *, zone: ZoneInfo) -> None:
    """Give `app` the templates, the assets under /assets, both languages and the globals.

    Args:
        app: the application; its routes pass `shell` and their view model to `render_template`.
        zone: the hospital's time zone.
    """
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        asset=asset,
        drawn=drawn,
        fmt=Formats(zone),
        icon=icon,
        say=say,
        code_groups=code_groups,
        _=gettext,
        ngettext=ngettext,
        pgettext=pgettext,
    )
    app.register_blueprint(_blueprint())

    @app.context_processor
    def reader() -> dict[str, object]:
        return {"lang": language(), "theme": theme()}


def theme() -> Theme:
    """Light or dark as this reader chose, `AUTO` without a choice."""
    chosen = request.cookies.get("theme", "") if request else ""
    return Theme(chosen) if chosen in list(Theme) else Theme.AUTO


def wants_tour() -> bool:
    """Whether the reader has not yet said that they know their way."""
    return request.cookies.get("tour") != TOUR[0]


def say(value: Said | Enum) -> str:
    """What a view model says, in the reader's language."""
    if isinstance(value, Enum):
        found = word_of(value)
        return word_in(language(), found.context, found.text)
    if isinstance(value, Text):
        return value.in_language(language())
    return value


def asset(name: str) -> str:
    """The address of a file in web/static; it changes with the content, so it never goes stale."""
    changed = os.stat(f"{_STATIC}/{name}").st_mtime_ns  # noqa: PTH116 -- a `Path` costs ten of it
    return _address(name, changed, request.script_root)


@cache
def _address(name: str, _changed: int, _root: str) -> str:
    digest = hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()[:12]
    return url_for("presentation.static", filename=name, v=digest)


def icon(name: str, size: str = "") -> Markup:
    """An icon of web/static/icons.svg.

    Args:
        name: which.
        size: `s`, `l` or `xl`; empty: as large as text.
    """
    return _icon(asset("icons.svg"), name, size)


@cache
def _icon(sprite: str, name: str, size: str) -> Markup:
    return Markup(
        '<svg class="icon{}" aria-hidden="true" viewBox="0 0 24 24"><use href="{}#{}"></use></svg>'
    ).format(f" icon-{size}" if size else "", sprite, name)


def drawn(macro: Macro, *values: Hashable) -> Markup:
    """What a macro writes, once for each language and each of its values.

    Args:
        macro: of a template that is imported without context, so that it sees nothing else.
        values: what it is given; nothing that is the request's own, as a form's token is.
    """
    return _drawn(macro, language(), values)


@lru_cache(_KEPT)
def _drawn(macro: Macro, _language: str, values: tuple[Hashable, ...]) -> Markup:
    return Markup(macro(*values))  # noqa: S704 -- a template of ours wrote it, escaped


class _Presentation(Blueprint):
    """Assets named with their hash may be kept for a year; asked for without it, they may not."""

    def get_send_file_max_age(self, filename: str | None) -> int | None:
        return _YEAR if filename and "v" in request.args else None


def _blueprint() -> Blueprint:
    blueprint = _Presentation(
        "presentation",
        __name__,
        static_folder="static",
        static_url_path="/assets",
        template_folder="templates",
    )
    blueprint.add_url_rule("/preferences", view_func=preferences, methods=["POST"])
    return blueprint


def preferences() -> Response:
    """Keep the reader's language, theme or tour in a cookie and go back where they came from."""
    # The tour is on the first page.
    wanted = "/" if request.form.get("tour") == "again" else request.form.get("next", "/")
    back = redirect(local_path(wanted) or "/", code=303)
    for name, known in (("lang", LANGUAGES), ("theme", tuple(Theme)), ("tour", TOUR)):
        value = request.form.get(name)
        if value and value in known:
            back.set_cookie(
                name,
                value,
                max_age=_YEAR,
                httponly=True,
                samesite="Lax",
                secure=bool(current_app.config.get("SESSION_COOKIE_SECURE")),
            )
    return back
