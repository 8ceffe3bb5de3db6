"""Who asks: the device by its token, the person at it by their session."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import current_app, g, request

from access import Principal, Unauthenticated
from errors import Invalid
from handheld_api.signatures import NarcoticProducts
from hospital import Hospital
from trace import Preview

P = ParamSpec("P")
R = TypeVar("R")

EXTENSION = "medtrace-handheld"
"""Where the application keeps the hospital that this door opens to."""

NARCOTICS = "medtrace-narcotics"
"""Where the application keeps what it knows of narcotic products."""

PREVIEW = "medtrace-preview"
"""Where the application keeps who says what the recorder would say."""

SESSION = "Medtrace-Session"
"""The header with a person's session at a device."""

_SOFTWARE = "Medtrace-Software"
_CLOCK = "Medtrace-Clock"
_BEARER = "Bearer "
_DEVICE, _PERSON = "device", "session"
SECURITY = {
    _DEVICE: {"type": "http", "scheme": "bearer", "description": "The device's token."},
    _PERSON: {
        "type": "apiKey",
        "in": "header",
        "name": SESSION,
        "description": "The session of the person who is signed in at the device.",
    },
}
"""How callers show who they are, as OpenAPI says it."""

_LANGUAGE = "Accept-Language"
HEADERS = {
    _LANGUAGE: "The language of a problem's title: `zh` (default) or `en`.",
    _SOFTWARE: "The version that runs on the device.",
    _CLOCK: "What the device's clock says (ISO 8601, with its zone); how far it is off is kept.",
}
"""The headers that may be sent, and what they are for."""
_HEADERS = list(HEADERS)


def hospital() -> Hospital:
    """The hospital behind this door."""
    return cast("Hospital", current_app.extensions[EXTENSION])


def narcotics() -> NarcoticProducts:
    """Which goods are narcotic."""
    return cast("NarcoticProducts", current_app.extensions[NARCOTICS])


def preview() -> Preview:
    """Says what the recorder would say."""
    return cast("Preview", current_app.extensions[PREVIEW])


def address() -> str:
    """The network address that asks."""
    return request.remote_addr or ""


def device() -> Principal:
    """The device that asks, as `for_device` let it in."""
    return cast("Principal", g.device)


def person() -> Principal:
    """The person who asks, as `for_person` let them in."""
    return cast("Principal", g.person)


def session_token() -> str:
    """The token that the person's session goes by, as the request shows it."""
    return request.headers.get(SESSION, "")


def for_anybody(view: Callable[P, R]) -> Callable[P, R]:
    """Let anybody through; said at the view, so that no endpoint is open by oversight."""
    return _documented(view, [], [_LANGUAGE])


def for_device(endpoint: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a device through whose profile lists `endpoint`, and nobody else."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            g.device = _device()
            hospital().access.require_endpoint(g.device, endpoint, address=address())
            return view(*args, **kwargs)

        return _documented(guarded, [{_DEVICE: []}], _HEADERS)

    return decorate


def for_person(endpoint: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a person through who is signed in at a device whose profile lists `endpoint`."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            g.device, g.person = hospital().access.at_device(
                _token(),
                session_token(),
                endpoint,
                software=request.headers.get(_SOFTWARE),
                says=_clock(),
                address=address(),
            )
            return view(*args, **kwargs)

        return _documented(guarded, [{_DEVICE: [], _PERSON: []}], _HEADERS)

    return decorate


def _device() -> Principal:
    return hospital().access.devices.principal(
        _token(), software=request.headers.get(_SOFTWARE), says=_clock()
    )


def _token() -> str:
    header = request.headers.get("Authorization", "")
    if not header.startswith(_BEARER):
        raise Unauthenticated("device-unknown")
    return header.removeprefix(_BEARER)


def _clock() -> datetime | None:
    """What the device's clock says; a device whose clock says nothing readable is told so."""
    said = request.headers.get(_CLOCK)
    if not said:
        return None
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise Invalid("time-malformed", field=_CLOCK, found=said) from None
    if moment.tzinfo is None:
        raise Invalid("time-without-zone", field=_CLOCK)
    return moment


def _documented(
    view: Callable[P, R], security: list[dict[str, list[str]]], headers: list[str]
) -> Callable[P, R]:
    """Say in the OpenAPI document what an endpoint asks for and listens to."""
    docs: dict[str, Any] = {
        **getattr(view, "_apidoc", {}),
        "manual_doc": {"security": security, "parameters": headers},
    }
    view._apidoc = docs  # type: ignore[attr-defined]  # noqa: SLF001 -- flask-smorest reads it there
    return view
