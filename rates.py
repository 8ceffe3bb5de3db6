"""How often an address may knock at the doors where secrets are guessed (Flask-Limiter).

Beside the lock of an account, which counts by who is guessed at, this counts by who guesses: one
address that tries each account twice locks nobody and is slowed down all the same. Each worker
counts for itself, in memory; what an address gets is at most the limit times the workers.
"""

from __future__ import annotations

from typing import Final

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
    limiter.request_filter(_is_no_door)
    limiter.init_app(app)
    # Asked right after the request got its number: a try that is refused for another reason, such
    # as a missing form token, counts as well.
    asked = app.before_request_funcs[None]
    asked.insert(1, asked.pop())


def _is_no_door() -> bool:
    return request.method not in _DOORS.get(request.endpoint or "", ())


def _address() -> str:
    return request.remote_addr or ""
