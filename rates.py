"""How often an address may knock at the doors where secrets are guessed (Flask-Limiter).

Beside the lock of an account, which counts by who is guessed at, this counts by who guesses: one
address that tries each account twice locks nobody and is slowed down all the same. Each worker
counts for itself, in memory; what an address gets is at most the limit times the workers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from flask import Flask, request
from flask_limiter import Limiter

_DOORS: Final = {
    "sign_in.sign_in": ("POST",),
    "password.change": ("POST",),
    "second_factor.confirm": ("POST",),
    "account.set_pin": ("POST",),
    "passkeys.ask": ("POST",),
    "passkeys.sign_in": ("POST",),
    "passkeys.begin": ("POST",),
    "passkeys.remove": ("POST",),
    "oidc.begin": ("GET",),
    "oidc.callback": ("GET",),
    "handheld.Session": ("POST",),
    "handheld.Enrolment": ("POST",),
    "recalls.close": ("POST",),
    "recalls.reopen": ("POST",),
    "witness.add_checkpoint": ("POST",),
}
"""Endpoints where somebody shows a password, a PIN, a code or a token, and the methods that do.

And the witness's, where strangers let us check signatures.
"""


def limit_doors(app: Flask, a_minute: int) -> None:
    """Let each address knock so often at each door; more is answered 429 with `Retry-After`.

    Args:
        app: the application with its doors registered.
        a_minute: knocks a minute; 0: as many as they like.
    """
    if not a_minute:
        return
    limiter = Limiter(
        _address,
        default_limits=[f"{a_minute} per minute"],
        storage_uri="memory://",
        strategy="moving-window",
        headers_enabled=True,
    )
    limiter.init_app(app)
    # Elsewhere it isn't asked at all: to find out that there is no limit took it longer than many
    # a request takes.
    kinds: Sequence[dict[Any, list[Any]]] = (
        app.before_request_funcs,
        app.after_request_funcs,
        app.teardown_request_funcs,
    )
    for hooks in kinds:
        hooks[None].append(_at_doors(hooks[None].pop()))
    # Asked right after the request got its number: a try that is refused for another reason, such
    # as a missing form token, counts as well.
    asked = app.before_request_funcs[None]
    asked.insert(1, asked.pop())


def _at_doors(hook: Callable[..., Any]) -> Callable[..., Any]:
    """A hook of the limiter, asked at doors only."""

    def asked(*given: Any) -> Any:  # noqa: ANN401 -- a response, an error or nothing, as Flask gives it
        is_door = request.method in _DOORS.get(request.endpoint or "", ())
        return hook(*given) if is_door else next(iter(given), None)

    return asked


def _address() -> str:
    return request.remote_addr or ""
