"""An application that shows the kit, for the tests of the look."""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, Response
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from web.headers import CONTENT_SECURITY_POLICY
from web.kit import PAGES, kit
from web.presentation import dress

WEB = Path(__file__).resolve().parents[2] / "web"
NAMES = tuple(PAGES)
SIZES = {"desk": (1440, 900), "tablet": (768, 1024), "handheld": (360, 640)}
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]


def kit_app() -> Flask:
    """The kit under the policy that the real application sends; a missing name is an error."""
    app = Flask("kit", static_folder=None)
    app.config["SECRET_KEY"] = secrets.token_hex()
    CSRFProtect(app)
    app.jinja_env.undefined = StrictUndefined
    dress(app, zone=ZoneInfo("Asia/Shanghai"))
    app.register_blueprint(kit())

    @app.after_request
    def policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        return response

    return app


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address of `app` on a free port."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser; without one the test is skipped, except on CI."""
    path = shutil.which("chromium")
    if path is None:
        missing("chromium (deploy/system-packages.sh test)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        browser.close()


def missing(what: str) -> None:
    """Skip for want of `what`; on CI, where nothing may be wanting, fail."""
    if os.environ.get("CI"):
        pytest.fail(f"missing: {what}")
    pytest.skip(f"missing: {what}")
