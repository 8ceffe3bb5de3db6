"""The one error that access adds to the house's tree."""

from __future__ import annotations

from errors import Forbidden


class Unauthenticated(Forbidden):
    """Who asks has not shown who they are: no sign-in, a wrong one, one that has ended.

    The code never tells an unknown account from a wrong password; the ledger's entry does.
    """

    status = 401
