"""Saying at the desk what belongs in a kit, comes with a loaner set, or is laid out.

Handhelds say the same over their API; what is recorded is the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from flask import url_for
from uuid6 import uuid7

from access import Action
from errors import Invalid
from inventory import KitFile, Product, identifiers_of, kits
from orders import Line, Preferred
from texts import Text, text_of
from web.filling.faults import fault, whole
from web.filling.page import Page
from web.filling.products import product_meant
from web.filling.stock import place_choices
from web.view import Choice
from web.view.declaring import Asked, Declared, DeclareView

SPARE: Final = 4
"""Empty lines below those that are filled."""
MOST: Final = 200
"""Lines that are taken from one form."""
_ROWS: Final = 6


@dataclass(slots=True)
class Declaring:
    """What a form holds: as it was sent, or as what it changes is now.

    Args:
        kind: `kit`, `loaner` or `preference`.
        values: its head.
        lines: what is in it.
        known: it changes something that is there.
        faults: what is wrong with it.
    """

    kind: str
    values: dict[str, str]
    lines: list[Declared] = field(default_factory=list)
    known: bool = False
    faults: list[Text] = field(default_factory=list)


FIELDS: Final[Mapping[str, tuple[Asked, ...]]] = {
    "kit": (
        Asked("place", text_of("column-kit"), kind="select"),
        Asked("every", text_of("declare-every"), kind="number"),
    ),
    "loaner": (
        Asked("number", text_of("column-loaner")),
        Asked("party", text_of("column-supplier")),
        Asked("place", text_of("column-destination"), kind="select"),
        Asked("due", text_of("column-due-out"), kind="date"),
        Asked("procedure", text_of("declare-procedure"), required=False),
    ),
    "preference": (
        Asked("code", text_of("column-code")),
        Asked("procedure", text_of("column-procedure")),
        Asked("surgeon", text_of("declare-surgeon"), required=False),
    ),
}
"""The heads of the forms."""
ACTIONS: Final = {"kit": Action.COUNT, "loaner": Action.RECEIVE, "preference": Action.USE}
"""What it takes, at the place."""
_LISTS: Final = {"kit": "rooms.kits", "loaner": "rooms.loaners", "preference": "rooms.preferences"}


def kit_at(page: Page, place: str) -> Declaring:
    """The form of a kit: what belongs in it now, or empty."""
    every = {kit.code: kit for kit in kits(page.connection, page.ledger_id)}
    known: KitFile | None = every.get(place)
    values = {"place": place, "every": str(known.every if known else 30)}
    lines = [Declared(code, str(many)) for code, many in known.contents.items()] if known else []
    return Declaring("kit", values, lines, known is not None)


def preference_like(found: Preferred | None) -> Declaring:
    """The form of a preference list: as it is in force, or empty."""
    if found is None:
        return Declaring("preference", {})
    values = {"code": found.code, "procedure": found.procedure, "surgeon": found.surgeon or ""}
    lines = [Declared(line.product, str(line.quantity), line.hold) for line in found.lines]
    return Declaring("preference", values, lines, known=True)


def declare_view(page: Page, form: Declaring) -> DeclareView:
    """The form to be shown, with empty lines to fill."""
    empty = max(_ROWS, len(form.lines) + SPARE) - len(form.lines)
    return DeclareView(
        title=text_of(f"declare-{form.kind}"),
        hint=text_of(f"declare-hint-{form.kind}"),
        action=url_for(f"declaring.{form.kind}"),
        back=url_for(_LISTS[form.kind]),
        fields=tuple(_filled(page, form, each) for each in FIELDS[form.kind]),
        lines=(*form.lines, *(Declared() for _ in range(empty))),
        holds=form.kind == "preference",
        end=text_of(f"declare-end-{form.kind}") if form.known else "",
        token=str(uuid7()),
        faults=tuple(form.faults),
    )


def _filled(page: Page, form: Declaring, asked: Asked) -> Asked:
    value = form.values.get(asked.name, "")
    choices = _places(page, value, ACTIONS[form.kind]) if asked.kind == "select" else ()
    return replace(asked, value=value, choices=choices)


def _places(page: Page, chosen: str, action: Action) -> tuple[Choice, ...]:
    reach = page.reach_codes(action)
    every = place_choices(page, chosen)
    return tuple(each for each in every if reach is None or each.value in reach)


def meant(page: Page, form: Declaring) -> list[tuple[Product, int, bool]]:
    """The lines with their products; what can't be read is a fault of the form."""
    found: dict[str, tuple[Product, int, bool]] = {}
    for number, line in enumerate(form.lines, 1):
        try:
            product = product_meant(page, line.product)
            quantity = whole(line.quantity)
        except Invalid as error:
            form.faults.append(fault(error.text, text_of(f"order-field-{error.field}"), number))
            continue
        if product.code in found:
            twice = fault(text_of("declared-twice"), text_of("order-field-product"), number)
            form.faults.append(twice)
        found[product.code] = (product, quantity, line.hold)
    return list(found.values())


def check_head(form: Declaring) -> None:
    """Note what is missing in the head, or is no number and no day."""
    for asked in FIELDS[form.kind]:
        problem = _problem(asked, form.values.get(asked.name, ""))
        if problem is not None:
            form.faults.append(fault(problem, asked.label))


def _problem(asked: Asked, value: str) -> Text | None:
    if not value:
        return text_of("required") if asked.required else None
    try:
        if asked.kind == "number":
            whole(value, asked.name)
        if asked.kind == "date":
            date.fromisoformat(value)
    except Invalid as error:
        return error.text
    except ValueError:
        return text_of("time-malformed").filled({"found": value[:20]})
    return None


def order_lines(page: Page, found: Sequence[tuple[Product, int, bool]]) -> tuple[Line, ...]:
    """The lines of a loaner set, with the identifiers of their products."""
    numbers: Collection[int] = [product.product_id for product, *_ in found]
    names = identifiers_of(page.connection, page.ledger_id, numbers)
    return tuple(
        Line(names.get(product.product_id, ()), quantity, product.code)
        for product, quantity, _ in found
    )
