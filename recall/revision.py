"""Widening and narrowing the scope of an open case: what comes to it, what leaves it, and why.

Whoever may open a recall may widen one. What leaves a scope may be used again, so a narrowing takes
the two persons of a closing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from errors import Invalid
from recall.closing import CaseDecision, decided_in
from recall.scope import Scope

RECALL_REVISION_TYPE = "medtrace:RecallRevision"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallRevision(CaseDecision):
    """The scope of a case changes.

    Args:
        adds: what comes to it.
        drops: what leaves it, as it was added.
    """

    type: ClassVar[str] = RECALL_REVISION_TYPE

    adds: tuple[Scope, ...] = ()
    drops: tuple[Scope, ...] = ()

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: nothing changes, a part names nothing, or the time has no zone.
        """
        CaseDecision.__post_init__(self)
        parts = (*self.adds, *self.drops)
        if not parts or any(part.extent.is_empty for part in parts):
            raise Invalid("required", field="scope")

    @property
    def narrows(self) -> bool:
        """Whether anything leaves the scope."""
        return bool(self.drops)

    def said(self) -> dict[str, object]:
        """What people sign, as JSON members."""
        return {
            **CaseDecision.said(self),
            "adds": [part.members() for part in self.adds],
            "drops": [part.members() for part in self.drops],
        }

    @classmethod
    def parse(cls, members: dict[str, Any]) -> Self:
        """The revision that `encode` wrote, from its parsed JSON."""
        return cls(
            **decided_in(members),
            adds=tuple(map(Scope.parse, members["adds"])),
            drops=tuple(map(Scope.parse, members["drops"])),
        )
