"""Identity providers for tests: a real one in a process of its own, and one that lies."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from flask import Flask, jsonify, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

from app import create_app
from settings import SingleSignOnSettings
from tests.web.house import Browser, House

CLIENT = "medtrace"
_PATIENCE = 30.0


def house_with(house: House, issuer: str, folder: Path) -> House:
    """The hospital with its pages open to people whom the provider vouches for, at this hour."""
    secret = folder / "oidc.secret"
    secret.write_text("of-nobody\n", encoding="utf-8")
    house.clock.now = datetime.now(UTC)
    settings = replace(
        house.hospital.settings, single_sign_on=SingleSignOnSettings(issuer, CLIENT, secret)
    )
    house.hospital = replace(house.hospital, settings=settings)
    house.app = create_app(house.hospital)
    return house


def asked(browser: Browser, way: str = "/sign-in/oidc") -> tuple[str, dict[str, str]]:
    """Where the browser is sent, and what is asked there."""
    answer = browser.get(way)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    query = parse_qs(urlsplit(answer.location).query)
    return answer.location, {name: values[0] for name, values in query.items()}


@contextmanager
def real_provider(users: Mapping[str, Mapping[str, object]]) -> Iterator[str]:
    """A provider that somebody else wrote, on loopback; gives its issuer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    claims = [f"--user-claims={json.dumps({'sub': sub, **more})}" for sub, more in users.items()]
    command = [sys.executable, "-m", "oidc_provider_mock", "-p", str(port), "-n", "true", *claims]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            issuer = f"http://127.0.0.1:{port}"
            _wait_for(f"{issuer}/.well-known/openid-configuration")
            yield issuer
        finally:
            process.terminate()


def log_in_there(url: str, subject: str) -> str:
    """Somebody says at the provider who they are; the path that the browser is sent back to."""
    answer = requests.post(url, data={"sub": subject}, timeout=10, allow_redirects=False)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


class LyingProvider:
    """A provider that hands out whatever ID token a test makes.

    Attributes:
        key: what it signs with.
        forge: makes the ID token from the claims of an honest one.
        issuer: how it names itself.
    """

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.says_issuer = issuer
        self.key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig"})
        self.forge: Callable[[dict[str, Any]], str] = self.honest
        self.nonce = ""
        self.redeemed: list[dict[str, str]] = []

    def honest(self, claims: dict[str, Any]) -> str:
        """The ID token as it should be."""
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key)

    def claims(self) -> dict[str, Any]:
        """What an honest token says."""
        now = int(time.time())
        return {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "u-1",
            "nonce": self.nonce,
            "iat": now,
            "exp": now + 300,
        }

    def app(self) -> Flask:
        """Its pages."""
        app = Flask("liar")
        base = self.issuer

        @app.get("/.well-known/openid-configuration")
        def metadata() -> Any:  # noqa: ANN401 -- a Flask answer
            return jsonify(
                issuer=self.says_issuer,
                authorization_endpoint=f"{base}/authorize",
                token_endpoint=f"{base}/token",
                jwks_uri=f"{base}/jwks",
                id_token_signing_alg_values_supported=["none", "HS256", "RS256"],
            )

        @app.get("/jwks")
        def jwks() -> Any:  # noqa: ANN401 -- a Flask answer
            return jsonify(keys=[self.key.as_dict(private=False)])

        @app.post("/token")
        def token() -> Any:  # noqa: ANN401 -- a Flask answer
            self.redeemed.append(request.form.to_dict())
            answer = {"access_token": "a-1", "token_type": "Bearer"}
            return jsonify(answer | {"id_token": self.forge(self.claims())})

        return app


@contextmanager
def lying_provider() -> Iterator[LyingProvider]:
    """A lying provider on loopback, as long as it is needed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    liar = LyingProvider(f"http://127.0.0.1:{port}")
    server = make_server("127.0.0.1", port, liar.app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield liar
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _wait_for(url: str) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            requests.get(url, timeout=1).raise_for_status()
        except requests.RequestException:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return
