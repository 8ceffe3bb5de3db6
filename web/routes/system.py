"""The system: how its parts are, what is set, and whether something else may be set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from access import Action
from errors import Invalid
from texts import Text
from web.filling.jobs import JOBS, letters_table, partners_table, system_tabs
from web.filling.page import Page, open_page
from web.filling.system import health_table, settings_table, try_setting
from web.guard import needs
from web.listing import listed
from web.shell import show
from web.small_tables import file_among, small_file

blueprint = Blueprint("system", __name__, url_prefix="/system")

_LONGEST: Final = 500


@blueprint.get("")
@needs(Action.MANAGE_SETTINGS)
def page() -> Response:
    """How the parts are, and every setting."""
    return _page()


@blueprint.get("/jobs")
@needs(Action.MANAGE_SETTINGS)
def jobs() -> Response:
    """What runs in the background, and how those do whom we talk to."""
    file = small_file(lambda page: [partners_table(page), letters_table(page)])
    if file is not None:
        return file
    return listed(JOBS, "system.jobs", "jobs.html", place="system", beside=_partners)


def _partners(page: Page) -> Mapping[str, object]:
    return {
        "tabs": system_tabs("system.jobs"),
        "partners": partners_table(page),
        "letters": letters_table(page),
    }


@blueprint.post("/try")
@needs(Action.MANAGE_SETTINGS)
def try_value() -> Response:
    """Whether a setting may be set so; nothing is changed and nothing is kept."""
    name = request.form.get("name", "").strip()
    value = request.form.get("value", "").replace("\x00", "")[:_LONGEST]
    try:
        return _page(name, value, holds=try_setting(name, value))
    except Invalid as error:
        return _page(name, value, problem=error.text)


def _page(
    name: str = "", value: str = "", *, holds: Text | None = None, problem: Text | None = None
) -> Response:
    with open_page() as filled:
        health, settings = health_table(filled), settings_table(filled)
    if (file := file_among([health, settings])) is not None:
        return file
    return show(
        "system.html",
        place="system",
        status=422 if problem else 200,
        back_to=url_for("system.page"),
        tabs=system_tabs("system.page"),
        health=health,
        settings=settings,
        action=url_for("system.try_value"),
        name=name,
        value=value,
        holds=holds,
        problem=problem,
    )
