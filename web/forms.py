"""What a form of a page brings: its token and its words, held to what the page gave out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from flask import request

from errors import Invalid
from texts import Text
from trace import Recordable, Refused
from web.desk import desk

LONGEST: Final = 200
"""Characters of a line that somebody types, where nothing else is said."""


def token() -> UUID:
    """The id that the form brought, so that sending it twice records once.

    Raises:
        Invalid: it brought none of ours.
    """
    try:
        return UUID(request.form.get("event_id", ""))
    except ValueError:
        raise Invalid("malformed", field="event_id", detail="UUID") from None


def word(name: str, longest: int = LONGEST) -> str:
    """A field of the form without what is around it; empty where it is missing.

    Raises:
        Invalid: it is longer than the page allows.
    """
    said = request.form.get(name, "").replace("\x00", "").strip()
    if len(said) > longest:
        raise Invalid("cell-too-long", field=name, limit=longest, found=len(said))
    return said


def needed(name: str, longest: int = LONGEST) -> str:
    """The same of a field that may not be empty.

    Raises:
        Invalid: it is missing, or longer than the page allows.
    """
    said = word(name, longest)
    if not said:
        raise Invalid("required", field=name)
    return said


def words(name: str, longest: int = LONGEST) -> list[str]:
    """The same of a field that stands in every line of the form, cut to what is allowed."""
    return [each.replace("\x00", "").strip()[:longest] for each in request.form.getlist(name)]


def recorded(make: Callable[[], Recordable]) -> Text | None:
    """Put on record what a form asks for; why it can't be, if it can't."""
    try:
        (outcome,) = desk().hospital.recorder.record([make()])
    except Invalid as error:
        return error.text
    return outcome.text if isinstance(outcome, Refused) else None
