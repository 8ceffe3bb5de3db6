"""Widening and narrowing the scope of a recall."""

from __future__ import annotations

from dataclasses import dataclass, field

from web.view.field import EMPTY, Field
from web.view.recall import SignerFields
from web.view.said import Said


@dataclass(frozen=True, slots=True)
class ScopeItem:
    """Something that a scope names and that can be taken out of it.

    Args:
        token: what the form sends as `drop`.
        product: of which product.
        words: what is named.
        ticked: whether it is chosen.
    """

    token: str
    product: str
    words: str
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class ScopeView:
    """The scope of a case (`recall_scope.html`, variable `scope`).

    One POST form sends `product`, `lots`, `serials`, days, `supplier` and `explanation` to
    `widens`, the other `drop` (once per ticked item), `explanation` and what two persons show to
    `narrows`.

    Args:
        case_id, name, drill, case_href: the case.
        items: what it names now.
        widens, narrows: POST addresses; the second None: not for this reader.
        token: a client-made id sent as `event_id`, so that a form sent twice decides once.
        products: codes and names to choose from; any other code may be typed.
        fields: what was typed to widen it, with errors.
        explanation: what was typed to narrow it.
        own, second: who signs.
        ways: codes and words to choose from.
        error: why it was refused.
    """

    case_id: str
    name: str
    drill: bool
    case_href: str
    items: tuple[ScopeItem, ...]
    widens: str
    narrows: str | None
    token: str
    products: tuple[tuple[str, str], ...] = ()
    fields: dict[str, Field] = field(default_factory=dict)
    explanation: Field = EMPTY
    own: SignerFields = field(default_factory=SignerFields)
    second: SignerFields = field(default_factory=SignerFields)
    ways: tuple[tuple[str, Said], ...] = ()
    error: Said | None = None

    def value(self, name: str) -> Field:
        """A field by its name."""
        return self.fields.get(name, EMPTY)
