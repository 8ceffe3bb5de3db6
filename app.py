"""The composition root of the web: builds the Flask application and opens its doors."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import structlog
from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

import handheld_api
import web
from errors import MedtraceError
from handheld_api import problem_of_crash, problem_of_error, problem_of_http
from hospital import Hospital, Messenger, collect_seldom, open_hospital
from ledger import Keeper
from rates import limit_doors
from settings import Settings
from web_server import AccessLog

log = structlog.get_logger("medtrace")


def create_app(hospital: Hospital | None = None, settings: Settings | None = None) -> Flask:
    """The application, ready to serve.

    Args:
        hospital: an open one; None: the one that the settings name is opened.
        settings: where no hospital is given; None: from the environment.
    """
    house = hospital or open_hospital(settings or Settings.from_environment())
    level = logging.getLevelNamesMapping()[house.settings.log_level]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(level))
    app = _Application(__name__, static_folder=None)
    app.config.update(
        SECRET_KEY=house.settings.secret("session.key"),
        MAX_CONTENT_LENGTH=house.settings.max_upload,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=house.settings.secure_cookies,
    )
    if house.settings.proxies:
        count = house.settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]
    app.before_request(_number_request)
    app.after_request(_tell_request)
    web.register(app, house)
    handheld_api.register(app, house)
    limit_doors(app, house.settings.sign_in_rate)
    app.add_url_rule("/healthz", view_func=lambda: _health(house), endpoint="health")
    app.register_error_handler(MedtraceError, _known_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _crash)
    return app


class _Application(Flask):
    """Takes every view for a plain function: Flask looks a dozen times a request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself; no view of ours is a coroutine."""
        return func


def serving() -> Flask:
    """The application as a server's worker runs it: with the ledger's keeper beside it.

    Of several workers one keeps: makes checkpoints, has them cosigned, audits on a schedule. One
    carries the notices of recalls.
    """
    house = open_hospital(Settings.from_environment())
    Keeper(house.notary).start()
    Messenger(house).start()
    app = create_app(house)
    app.wsgi_app = AccessLog(app.wsgi_app)  # type: ignore[method-assign]
    collect_seldom()
    return app


def _number_request() -> None:
    g.request_id = str(uuid.uuid4())


def _tell_request(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    return response


def _health(hospital: Hospital) -> Response:
    """Whether the service works, and how well its ledger is vouched for. Tells nothing of goods."""
    head, assurance = hospital.ledger.head(), hospital.notary.assurance()
    audit, made = assurance.audit, assurance.checkpoint_made
    return jsonify(
        status="ok" if assurance.well else "degraded",
        engine=hospital.database.dialect,
        ledger={
            "origin": head.origin,
            "size": head.size,
            "head": head.hash.hex(),
            "checkpoint": {
                "size": assurance.checkpoint_size,
                "made": made and made.isoformat(),
                "quorum": assurance.quorum,
            },
            "audit": audit and {**asdict(audit), "root": audit.root.hex()},
            "evidence": assurance.evidence,
        },
    )


def _for_programs() -> bool:
    """Whether a program asks, not a browser."""
    return request.path.startswith("/api/") or request.path == "/healthz"


def _known_error(error: MedtraceError) -> Response:
    if error.status >= _SERVER_FAULT:
        log.error("failed", code=error.code, path=request.path, request=g.request_id)
    return problem_of_error(error) if _for_programs() else web.problem_page(error)


def _http_error(error: HTTPException) -> Response:
    return problem_of_http(error) if _for_programs() else web.problem_page(error)


def _crash(error: Exception) -> Response:
    """A mistake of ours: the log gets the trace, the reader a number; nothing was recorded."""
    log.error("crashed", path=request.path, request=g.get("request_id"), exc_info=error)
    return problem_of_crash() if _for_programs() else web.problem_page(error)


_SERVER_FAULT = 500
