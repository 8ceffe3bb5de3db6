"""The handheld app: its files, served under a policy of their own.

The page holds no data and asks nobody who they are: the app shows its device's token to the
handheld API, like any other client.
"""

from __future__ import annotations

import gzip
import mimetypes
from functools import cache
from pathlib import Path
from typing import Final

from flask import Blueprint, redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from web.guard import open_to_all

blueprint = Blueprint("pda", __name__, url_prefix="/pda")

FILES: Final = Path(__file__).resolve().parents[1] / "static" / "pda"
"""What Vite built of web/pda; committed, so that running needs no Node."""

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';"
    " connect-src 'self'; img-src 'self' blob:; media-src 'self' blob:; manifest-src 'self';"
    " worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)
"""As on the pages, with WebAssembly: the camera's reader and Argon2 are such (CSP Level 3)."""

_TYPES: Final = {".js": "text/javascript", ".webmanifest": "application/manifest+json"}
_NAMED_BY_CONTENT: Final = "files/"
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_SMALLEST: Final = 860


@blueprint.get("/")
@open_to_all
def page() -> Response:
    """The app."""
    return _file("index.html")


@blueprint.get("/<path:name>")
@open_to_all
def file(name: str) -> Response:
    """A file of the app."""
    return _file(name)


@blueprint.get("")
@open_to_all
def without_slash() -> Response:
    """Where somebody who leaves the last sign out is sent to."""
    return redirect(url_for("pda.page"), code=308)


def _file(name: str) -> Response:
    if name not in _names():
        raise NotFound
    path = FILES / name
    packed = request.accept_encodings["gzip"] > 0
    content, encoding = _content(path, path.stat().st_mtime_ns, packed=packed)
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = Response(content, content_type=kind)
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.vary.add("Accept-Encoding")
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    kept = name.startswith(_NAMED_BY_CONTENT)
    response.headers["Cache-Control"] = _FOR_EVER if kept else "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


@cache
def _names() -> frozenset[str]:
    """The files there are; nothing else is looked for on the disk."""
    return frozenset(
        path.relative_to(FILES).as_posix() for path in FILES.rglob("*") if path.is_file()
    )


@cache
def _content(path: Path, _changed: int, *, packed: bool) -> tuple[bytes, str | None]:
    content = path.read_bytes()
    if not packed or len(content) < _SMALLEST or path.suffix == ".png":
        return content, None
    return gzip.compress(content, mtime=0), "gzip"
