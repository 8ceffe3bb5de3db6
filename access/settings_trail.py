"""Settings on record: which of them changed, and when; what they are set to stays in the house.

Settings come from the environment, so nobody signs in to change them. Whoever starts the service
with others than last time leaves an entry of kind `access` (GB/T 22239-2019 §8.1.4.3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, func, select

from access.audit import AccessEvent
from access.context import Context
from access.models import access_event
from access.principal import OPERATOR
from ledger import read_entries

CHANGED: Final = "settings-changed"
"""The action of these events."""

_OBJECT = "urn:medtrace:settings"


class SettingsTrail:
    """Notes what the service was started with.

    The log is published and settings name networks and folders, so an entry holds keyed digests:
    who knows the key can show that a value stood, nobody else can read or guess it.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    def note(self, values: Mapping[str, str]) -> Sequence[str]:
        """Put on record what differs from what was noted last.

        Args:
            values: every setting by its variable.

        Returns:
            The variables that changed; empty: none, and nothing was recorded.
        """
        key = self._context.keys.staff
        now = {
            name: self._context.digest(key, "setting", name, value).hex()
            for name, value in sorted(values.items())
        }
        with self._context.act() as act:
            before = self._last(act.connection)
            changed = [name for name in now if before.get(name) != now[name]]
            changed += sorted(before.keys() - now.keys())
            if changed:
                details = {"changed": changed, "digests": now}
                act.record(AccessEvent(CHANGED, OPERATOR.uri, _OBJECT, details=details))
        return changed

    def _last(self, connection: Connection) -> dict[str, str]:
        columns, own = access_event.c, self._context.ledger_id
        query = select(func.max(columns.seq))
        query = query.where(columns.ledger_id == own, columns.action == CHANGED)
        seq = connection.execute(query).scalar()
        if seq is None:
            return {}
        (entry,) = read_entries(connection, own, seq, seq + 1)
        digests: dict[str, str] = entry.event["details"]["digests"]
        return digests
