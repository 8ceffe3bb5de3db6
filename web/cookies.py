"""Flask's own cookie, which holds form tokens and what the next page is to say."""

from __future__ import annotations

from functools import cache

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer


class FormCookies(SecureCookieSessionInterface):
    """Makes what signs the cookie once; Flask makes it for each request, cookie or none."""

    def __init__(self) -> None:
        self._signing = cache(super().get_signing_serializer)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """What signs the cookie of this application, whose key stays the same while it runs."""
        return self._signing(app)
