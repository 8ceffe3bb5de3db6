"""The guard of the pages: nobody reaches a page whose permission is not declared and theirs.

A view says by `needs` what its reader must be allowed, or by `open_to_all` and `for_anyone_inside`
that it asks for less. A view that says nothing is refused, so that forgetting is safe.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from flask import Flask, current_app, redirect, request, url_for
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response

from access import Action, permits_somewhere
from errors import Forbidden
from web.desk import desk
from web.paths import due_of
from web.visitor import address, visitor

View = TypeVar("View", bound=Callable[..., Any])

_GATE: Final = "medtrace_gate"
_OTHER_DOORS: Final = ("/api/", "/healthz")
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})

csrf = CSRFProtect()
"""Makes and checks the tokens of forms; the guard asks it, see `Guard`."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What a view asks of its reader.

    Args:
        actions: what they must be allowed, all of it.
        somewhere: it is enough to be allowed it at some place; the view looks at the place itself.
        inside: they must have signed in.
        unfinished: also while a new password or a second factor is due.
        form: what it takes comes from a form of ours, with its token.
    """

    actions: tuple[Action, ...] = ()
    somewhere: bool = False
    inside: bool = True
    unfinished: bool = False
    form: bool = True


OPEN: Final = Gate(inside=False)
"""Anybody may."""

_OPEN_ENDPOINTS: Final = frozenset({"presentation.static", "presentation.preferences"})


def needs(*actions: Action, somewhere: bool = False) -> Callable[[View], View]:
    """Declare that a view is for those who may do all of `actions`."""
    return _declared(Gate(actions, somewhere))


def open_to_all(view: View) -> View:
    """Declare that a view is for anybody: it shows nothing of goods, people or patients."""
    return _declared(OPEN)(view)


def open_to_programs(view: View) -> View:
    """Declare that a view is for anybody's program: it looks at no cookie, so no form is needed."""
    return _declared(Gate(inside=False, form=False))(view)


def for_anyone_inside(view: View) -> View:
    """Declare that a view is for whoever has signed in, whatever is still due of them."""
    return _declared(Gate(unfinished=True))(view)


def gate_of(app: Flask, endpoint: str) -> Gate | None:
    """What the view of an endpoint asks; None: it does not say, so nobody may."""
    if endpoint in _OPEN_ENDPOINTS:
        return OPEN
    gate: Gate | None = getattr(app.view_functions[endpoint], _GATE, None)
    return gate


def guard() -> Response | None:
    """Let a request pass, send its reader to sign in, or refuse; before every view.

    Raises:
        Forbidden: they may not; recorded.
        CSRFError: a form came without its token.
    """
    rule = request.url_rule
    if rule is None or rule.rule.startswith(_OTHER_DOORS):
        return None
    gate = gate_of(current_app, rule.endpoint)
    if gate is None:
        raise Forbidden("forbidden")
    if request.method not in _SAFE and gate.form:
        csrf.protect()
    return _let_in(gate) if gate.inside else None


def _let_in(gate: Gate) -> Response | None:
    principal = visitor()
    if principal is None:
        return to_sign_in()
    if not gate.unfinished and (due := due_of(principal)):
        return redirect(url_for(due), code=303)
    for action in gate.actions:
        if not (gate.somewhere and permits_somewhere(principal, action)):
            desk().hospital.access.require(principal, action, address=address())
    return None


def to_sign_in() -> Response:
    """The way to the sign-in page, and from there back to what was asked for."""
    asked = request.full_path.rstrip("?") if request.method in _SAFE else None
    return redirect(url_for("sign_in.page", next=asked if asked != "/" else None), code=303)


def _declared(gate: Gate) -> Callable[[View], View]:
    def declare(view: View) -> View:
        setattr(view, _GATE, gate)
        return view

    return declare
