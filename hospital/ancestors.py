"""Which locations a location lies in: a bed in its ward, the ward in its building."""

from __future__ import annotations

from collections.abc import Iterable

from database import Database
from inventory import catalogue_version, locations


class Ancestors:
    """Tells the codes around a location's code, from the inside out.

    The tree is read once for each version of the catalogue.

    Args:
        database: where the locations are.
        ledger_id: whose.
    """

    def __init__(self, database: Database, ledger_id: int) -> None:
        self._database = database
        self._ledger_id = ledger_id
        self._tree: tuple[int, dict[str, str | None]] = (-1, {})

    def __call__(self, code: str) -> Iterable[str]:
        """The codes around `code`; none for one that is not known."""
        parents = self._parents()
        around: list[str] = []
        parent = parents.get(code)
        while parent is not None and parent not in around:
            around.append(parent)
            parent = parents.get(parent)
        return around

    def _parents(self) -> dict[str, str | None]:
        with self._database.glance() as connection:
            if catalogue_version(connection, self._ledger_id) == self._tree[0]:
                return self._tree[1]
        with self._database.read() as connection:
            version = catalogue_version(connection, self._ledger_id)
            found = locations(connection, self._ledger_id).values()
            self._tree = (version, {each.code: each.parent for each in found})
        return self._tree[1]
