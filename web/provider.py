"""The hospital's identity provider, asked by OpenID Connect Core 1.0 (authorization code flow).

Authlib speaks the protocol. What is believed is held tighter than its defaults: the algorithms of
an ID token are our list, asymmetric ones only, whatever the provider announces, so that neither
`none` nor an HMAC under a public key passes (RFC 8725 §3.1); the provider must say that it is the
issuer that was configured (OpenID Connect Discovery 1.0 §4.3).
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from access import Subject, Unauthenticated
from errors import Unavailable
from ledger import Clock
from settings import SingleSignOnSettings

_ALGORITHMS: Final = ["RS256", "PS256", "ES256", "ES384", "EdDSA"]
_SCOPE: Final = "openid"
_PATIENCE: Final = (3.05, 5.0)
"""Seconds to connect and to read: a provider that hangs must not hold our workers."""
_LEEWAY: Final = 60
"""Seconds that the provider's clock may be off."""
_LONGEST: Final = 255
_NEEDED: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the provider: where the browser goes, and what must come back.

    Args:
        url: the provider's authorization endpoint with our question.
        state: comes back beside the code; ties the answer to the browser that asked.
        nonce: comes back inside the ID token; ties the token to this question.
        verifier: shows that who redeems the code is who asked (PKCE, RFC 7636).
    """

    url: str
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


class Provider:
    """One identity provider; safe to share between threads, reads its metadata at first need.

    Args:
        settings: which one, and who we are there.
        clock: the time, for the lifetime of tokens.
    """

    def __init__(self, settings: SingleSignOnSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[str, Any] | None = None

    def ask(self, redirect_uri: str) -> Asked:
        """Make a question; the browser is sent to its `url`.

        Args:
            redirect_uri: our address that the provider sends the browser back to.

        Raises:
            Unavailable: the provider does not answer, or is not the one that was configured.
        """
        nonce, verifier = generate_token(32), generate_token(64)
        with self._session(redirect_uri) as session:
            url, state = session.create_authorization_url(
                self._metadata()["authorization_endpoint"], nonce=nonce, code_verifier=verifier
            )
        return Asked(url, state, nonce, verifier)

    def answer(self, code: str, nonce: str, verifier: str, redirect_uri: str) -> Subject:
        """Who came back with this code.

        Raises:
            Unavailable: the provider does not answer.
            Unauthenticated: `single-sign-on-failed`; the code or the ID token doesn't hold.
        """
        with self._session(redirect_uri) as session:
            try:
                token = session.fetch_token(
                    self._metadata()["token_endpoint"],
                    code=code,
                    code_verifier=verifier,
                    timeout=_PATIENCE,
                    allow_redirects=False,
                )
            except requests.RequestException as error:
                raise Unavailable("single-sign-on-unreachable") from error
            except (OAuthError, ValueError) as error:  # refused, or no JSON
                raise Unauthenticated("single-sign-on-failed") from error
        return self._believed(token, nonce)

    def _believed(self, token: Mapping[str, Any], nonce: str) -> Subject:
        try:
            claims = self._claims(str(token["id_token"]), str(token["access_token"]), nonce)
            methods = frozenset(str(method) for method in claims.get("amr") or ())
            subject = claims["sub"]
        except (JoseError, KeyError, TypeError, ValueError) as error:
            raise Unauthenticated("single-sign-on-failed") from error
        if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST:
            raise Unauthenticated("single-sign-on-failed")
        return Subject(self._settings.issuer, subject, methods)

    def _claims(self, id_token: str, access_token: str, nonce: str) -> Mapping[str, Any]:
        """The claims of an ID token that holds (OpenID Connect Core 1.0 §3.1.3.7)."""
        decoded = jwt.decode(id_token, self._keys(), algorithms=_ALGORITHMS)
        ours = self._settings.client_id
        expected = {
            "iss": {"essential": True, "value": self._settings.issuer},
            "aud": {"essential": True, "value": ours},
            "sub": {"essential": True},
        }
        params = {"nonce": nonce, "client_id": ours, "access_token": access_token}
        claims = CodeIDToken(decoded.claims, decoded.header, expected, params)
        claims.validate(now=int(self._clock().timestamp()), leeway=_LEEWAY)
        return dict(claims)

    def _keys(self) -> KeySet:
        # Read anew each time: providers change their keys, and people sign in once a shift.
        found = cast("KeySetSerialization", _fetched(self._metadata()["jwks_uri"]))
        return KeySet.import_key_set(found)

    def _metadata(self) -> dict[str, Any]:
        with self._lock:
            if self._known is None:
                issuer = self._settings.issuer
                found = _fetched(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
                if found.get("issuer") != issuer or any(name not in found for name in _NEEDED):
                    raise Unavailable("single-sign-on-unreachable")
                self._known = found
            return self._known

    def _session(self, redirect_uri: str) -> OAuth2Session:
        session: OAuth2Session = OAuth2Session(
            self._settings.client_id,
            self._settings.client_secret(),
            scope=_SCOPE,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
        )
        return session


def _fetched(url: str) -> dict[str, Any]:
    try:
        response = requests.get(url, timeout=_PATIENCE, allow_redirects=False)
        response.raise_for_status()
        found = response.json()
    except (requests.RequestException, ValueError) as error:
        raise Unavailable("single-sign-on-unreachable") from error
    if not isinstance(found, dict):
        raise Unavailable("single-sign-on-unreachable")
    return found
