"""Opening the door of the pages: everything of the web, installed in an application."""

from __future__ import annotations

from flask import Flask

from hospital import Hospital
from web import presentation
from web.cookies import FormCookies
from web.desk import EXTENSION, Desk
from web.guard import csrf, guard
from web.headers import OwnHeaders, keep_to_ourselves
from web.routes import BLUEPRINTS, oidc


def register(app: Flask, hospital: Hospital) -> None:
    """Install the pages.

    Args:
        app: the application; its configuration names the secret key and the cookies' manner.
        hospital: whose pages they are.
    """
    settings = hospital.settings
    own = Desk(hospital)
    app.extensions[EXTENSION] = own
    app.config["SESSION_COOKIE_SECURE"] = settings.secure_cookies
    app.config["SESSION_COOKIE_HTTPONLY"] = True
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    app.config["SESSION_COOKIE_NAME"] = "medtrace_forms"
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # the guard asks for the token, door by door
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # it is worth as much as the session it is bound to
    presentation.dress(app, zone=hospital.zone)
    csrf.init_app(app)
    app.before_request(guard)
    app.after_request(keep_to_ourselves)
    app.wsgi_app = OwnHeaders(app.wsgi_app, secure=settings.secure_cookies)  # type: ignore[method-assign]
    app.session_interface = FormCookies()
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if settings.single_sign_on is not None:
        app.register_blueprint(oidc.blueprint)
