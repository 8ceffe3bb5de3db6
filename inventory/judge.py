"""Who says no: strictly, before it happens; or on record, when it has happened already."""

from __future__ import annotations

from typing import Any, Protocol

from trace import Reason, Refused, Touch


class Stop(Exception):  # noqa: N818 -- no error: the way out of a decision
    """Carries the refusal out of the nested checks."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.reason)
        self.refused = refused


class Judge(Protocol):
    """What becomes of an objection."""

    def object(self, reason: Reason, touch: Touch, key: str | None, /, **values: str | int) -> None:
        """Object; when this returns, the event goes on all the same."""


class Strict:
    """An objection ends it: nothing happens."""

    def object(
        self, reason: Reason, touch: Touch, _key: str | None, /, **values: str | int
    ) -> None:
        """Refuse the event.

        Raises:
            Stop: always.
        """
        raise Stop(Refused(reason, values, touch))


class Lenient:
    """What has happened can't be refused: an objection becomes an exception."""

    def __init__(self) -> None:
        self.exceptions: list[dict[str, Any]] = []

    def object(
        self, reason: Reason, _touch: Touch, key: str | None, /, **values: str | int
    ) -> None:
        """Note it."""
        exception: dict[str, Any] = {"reason": reason.value}
        if key is not None:
            exception["key"] = key
        if values:
            exception["values"] = values
        if exception not in self.exceptions:
            self.exceptions.append(exception)
