"""What steps say of containers: what went into which, what came out, what went along with one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from flask import url_for

from access import Action
from inventory import products_by_code, units_by_key
from trace import AGGREGATIONS, Event, EventKind
from trace import Step as Recorded
from web.filling.goods import codes_of
from web.filling.page import Page
from web.view import Document

_NAMED: Final = 3
"""Products that a line names before it says how many more there are."""


class Containers:
    """The containers that a history names.

    Args:
        page: the page.
        history: the history.
        key: the key of the thing whose history it is; None: it is a lot's.
    """

    def __init__(self, page: Page, history: Sequence[Recorded], key: str | None) -> None:
        self._page = page
        self._own = key
        keys = {name for recorded in history for name in _containers(recorded)}
        self._units = units_by_key(page.connection, page.ledger_id, sorted(keys)) if keys else {}
        own = (each for each in history if each.event is not None and each.event.parent == key)
        codes = {
            item["product"]
            for each in own
            for item in _described(each)
            if key and "product" in item
        }
        found = products_by_code(page.connection, page.ledger_id, codes) if codes else {}
        self._names = {code: (product.name, product.unit) for code, product in found.items()}

    def documents(self, recorded: Recorded, event: Event) -> tuple[Document, ...]:
        """The container that a step is about, where its page is another one."""
        if event.kind in AGGREGATIONS and event.parent != self._own:
            word = "step-into" if event.kind is EventKind.PACKED else "step-out-of"
            return (self._document(word, event.parent or ""),)
        items = _described(recorded)
        along = [item["key"] for item in items if "contents" in item and item["key"] != self._own]
        alone = any(item["key"] == self._own for item in items)
        return () if alone else tuple(self._document("step-along", key) for key in along)

    def detail(self, recorded: Recorded, event: Event) -> str | None:
        """What was put into the container whose page this is, or taken out."""
        if self._own is None or event.kind not in AGGREGATIONS or event.parent != self._own:
            return None
        counts: dict[str, int] = {}
        for item in _described(recorded):
            code = item.get("product", "")
            counts[code] = counts.get(code, 0) + int(item.get("quantity", 1))
        said = [self._counted(code, count) for code, count in counts.items()]
        if len(said) > _NAMED:
            said[_NAMED:] = ["…"]
        if [thing.key for thing in event.things] == [event.parent]:
            said.insert(0, self._page.say("step-all-out"))
        return " · ".join(said) or None

    def _counted(self, code: str, count: int) -> str:
        name, unit = self._names.get(code, (self._page.say("container"), ""))
        return f"{name} × {count:,} {unit}".rstrip()

    def _document(self, word: str, key: str) -> Document:
        unit = self._units.get(key)
        may = unit is not None and self._page.may(Action.SEARCH)
        href = url_for("things.page", unit_id=unit.unit_id) if unit is not None and may else None
        return Document(self._page.say(word, id=codes_of(key)[0].value), href)


def _described(recorded: Recorded) -> Sequence[dict[str, Any]]:
    items: Sequence[dict[str, Any]] = recorded.entry.context.get("things", ())
    return items


def _containers(recorded: Recorded) -> set[str]:
    keys = {item["key"] for item in _described(recorded) if "contents" in item}
    if recorded.event is not None and recorded.event.parent is not None:
        keys.add(recorded.event.parent)
    return keys
