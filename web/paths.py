"""Addresses inside this site: where somebody begins, and where a form may send them back to."""

from __future__ import annotations

import re
from typing import Final

from flask import request, url_for

from access import Action, Principal, permits_somewhere

BIGGEST: Final = 2**63 - 1
"""The largest number that the database knows; what is larger names nothing."""
NUMBER: Final = f"int(max={BIGGEST})"
"""The converter of numbers in addresses."""

_LOCAL = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")
_BEGINNINGS = (
    (Action.SEARCH, "search.home"),
    (Action.VIEW_LEDGER, "ledger.page"),
    (Action.SEE_STAFF, "staff.page"),
)


def local_path(wanted: str | None) -> str | None:
    r"""An address of this site as a browser may be sent to; None where it is anything else.

    A path only: no scheme, no host, nothing that a browser reads as one (`//host`, `/\host`).
    """
    return wanted if wanted and _LOCAL.fullmatch(wanted) else None


def before() -> int | None:
    """The entry number that a page of older entries ends before; None: the newest are wanted."""
    wanted = request.args.get("before", type=int)
    return wanted if wanted is not None and 0 <= wanted <= BIGGEST else None


def landing(principal: Principal | None) -> str:
    """The first page of somebody: what is due of them, else the first that their work needs."""
    if principal is None:
        return url_for("sign_in.page")
    if endpoint := due_of(principal):
        return url_for(endpoint)
    for action, endpoint in _BEGINNINGS:
        if permits_somewhere(principal, action):
            return url_for(endpoint)
    return url_for("account.page")


def due_of(principal: Principal) -> str | None:
    """The endpoint of what somebody must do before anything else; None: nothing."""
    if principal.must_change_password:
        return "password.page"
    return "second_factor.page" if principal.must_add_second_factor else None


def here() -> str:
    """The path and query of this page; of a form's answer, the page it was sent from."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    return request.path
