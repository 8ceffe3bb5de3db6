"""Taking in a recall notice: what was pasted, what was read of it, and what a person confirms."""

from __future__ import annotations

from dataclasses import dataclass, field

from web.view.field import EMPTY, Field
from web.view.recall import RecallClass
from web.view.said import Said

FIELDS = (
    *("lots", "serials", "supplier", "reason", "source", "number", "notified", "recall_class"),
    *("expiry_first", "expiry_last", "produced_first", "produced_last"),
    *("received_first", "received_last"),
)
"""What the form sends besides products, `event_id` and `drill`."""


@dataclass(frozen=True, slots=True)
class MatchChoice:
    """A product that a notice may be about.

    Args:
        code: what the form sends as `product`.
        name, spec, maker: as people know it.
        by: what it was found by.
        lots: names of its lots that are concerned.
        received, on_hand: how much of them, with the unit.
        patients: how many patients got some.
        ticked: whether it is chosen.
        own: the lots that are meant of this product alone, sent as `own_lots.` and its code; empty:
            those that are named for all.
    """

    code: str
    name: str
    spec: str
    maker: str
    by: Said
    lots: tuple[str, ...]
    received: str
    on_hand: str
    patients: int
    ticked: bool = False
    own: Field = EMPTY


@dataclass(frozen=True, slots=True)
class NoticeForm:
    """A notice (`recall_notice.html`, variable `form`).

    First the POST form sends `text` or a `file` to `read`; once something was read, the second one
    sends what a person confirms to `action`.

    Args:
        read, action: POST addresses.
        text: what was pasted.
        token: a client-made id sent as `event_id`, so that a form sent twice opens one case.
        was_read: whether there is anything to confirm.
        unread: what was not understood, clause by clause.
        matches: the products that it may be about.
        product: what was typed for a product that was not found.
        fields: what is proposed or was typed, by the names of `FIELDS`.
        drill: whether it is an exercise.
        error: why it was refused.
        file_error: what is wrong with the file.
        limits: hours by class.
    """

    read: str
    action: str
    token: str = ""
    text: str = ""
    was_read: bool = False
    unread: tuple[str, ...] = ()
    matches: tuple[MatchChoice, ...] = ()
    product: Field = EMPTY
    fields: dict[str, Field] = field(default_factory=dict)
    drill: bool = False
    error: Said | None = None
    file_error: Said | None = None
    limits: tuple[tuple[RecallClass, int], ...] = ()

    def value(self, name: str) -> Field:
        """A field by its name."""
        return self.fields.get(name, EMPTY)

    @property
    def wrong(self) -> bool:
        """Whether anything is wrong with it."""
        own = (self.error, self.file_error, self.product.error)
        lots = (each.own.error for each in self.matches)
        return any(own) or any(lots) or any(each.error for each in self.fields.values())
