"""Theatre's papers: loaner sets with where each piece is, and what to lay out for a procedure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from flask import url_for

from access import Action
from errors import NotFound
from inventory import Product, advise, products_by_code
from ledger import read_entries_at
from orders import (
    LoanerFile,
    LoanerState,
    Preference,
    Preferred,
    find_loaner,
    loaner_page,
    preference_lists,
)
from texts import Text, text_of
from web.filling.page import Page
from web.filling.steps import proof_of
from web.filling.stock import place_choices
from web.listing import Listing, Wanted
from web.small_tables import with_files
from web.view import Choice, Fact
from web.view.documents import DocumentView
from web.view.table import Cell, Column, Filter, Row, TableView

_KEY: Final = "|"


def _loaners(page: Page, wanted: Wanted, after: str, limit: int) -> list[Row]:
    due, _, number = after.partition(_KEY)
    states = [each for each in LoanerState if each.value == wanted.get("state")]
    found = loaner_page(
        page.connection,
        page.ledger_id,
        locations=page.reach_codes(Action.SEE_ORDERS),
        state=states[0] if states else None,
        words=wanted.get("loaner", ""),
        before=(due, number) if after else None,
        limit=limit,
    )
    return [_loaner_row(page, each) for each in found]


def _loaner_row(page: Page, file: LoanerFile) -> Row:
    word, look = loaner_state(page, file)
    came, used, out = _sums(file)
    return Row(
        (
            Cell(file.number, url_for("rooms.loaner", number=file.number), file.procedure or ""),
            Cell(word, look=look),
            Cell(file.party),
            Cell(page.places.name(file.location)),
            Cell(date.fromisoformat(file.due)),
            Cell(sum(line.quantity for line in file.lines)),
            Cell(came),
            Cell(used),
            Cell(out),
        ),
        key=f"{file.due}{_KEY}{file.number}",
    )


def _sums(file: LoanerFile) -> tuple[int, int, int]:
    lines = file.lines
    came, used = sum(line.came for line in lines), sum(line.used for line in lines)
    return came, used, sum(line.went_out for line in lines)


def loaner_state(page: Page, file: LoanerFile) -> tuple[Text, str]:
    """How far a set is, and its sign: one that is not out by its day is overdue."""
    if file.state is LoanerState.CLOSED:
        agrees = all(line.agrees for line in file.lines)
        return text_of("loaner-closed"), "go" if agrees else "look"
    if file.due < page.today.isoformat():
        return text_of("loaner-late"), "stop"
    return text_of("loaner-open"), "act"


def _loaner_filters(_page: Page, wanted: Wanted) -> tuple[Filter, ...]:
    chosen = wanted.get("state", "")
    states = tuple(
        Choice(each.value, text_of(f"loaner-{each}"), each.value == chosen) for each in LoanerState
    )
    return Filter("loaner", wanted.get("loaner", "")), Filter("state", chosen, states)


LOANERS: Final = Listing(
    name="loaner-sets",
    columns=(
        Column("loaner", "strong"),
        Column("state", "chip"),
        Column("supplier"),
        Column("place", wide=True),
        Column("due-out", "day"),
        Column("declared", "number", wide=True),
        Column("came", "number"),
        Column("used", "number"),
        Column("went-out", "number"),
    ),
    fetch=_loaners,
    names=("loaner", "state"),
    filters=_loaner_filters,
    empty=text_of("no-loaner"),
    sign="truck",
)
"""Loaner sets, the latest day of return first."""

_LOANER_LINES: Final = (
    Column("line", "number", wide=True),
    Column("product", "strong"),
    Column("code", "mono", wide=True),
    Column("declared", "number"),
    Column("came", "number"),
    Column("used", "number"),
    Column("went-out", "number"),
    Column("difference", "signed"),
)


def loaner_named(page: Page, number: str) -> LoanerFile:
    """The set of this number.

    Raises:
        NotFound: there is none.
    """
    found = find_loaner(page.connection, page.ledger_id, number)
    if found is None:
        raise NotFound("not-found", what=number[:64])
    return found


def loaner_view(page: Page, file: LoanerFile) -> DocumentView:
    """One set: what was declared, came, was used and went out again, line by line."""
    word, look = loaner_state(page, file)
    came, used, out = _sums(file)
    (entry,) = read_entries_at(page.connection, page.ledger_id, [file.seq])
    facts = (
        ("column-supplier", file.party),
        ("column-place", page.places.name(file.location)),
        ("column-due-out", file.due),
        ("column-procedure", file.procedure),
        ("column-placed", page.moment(entry.recorded)),
        ("column-person", page.person(entry.event.get("medtrace:person"))),
    )
    return DocumentView(
        number=file.number,
        type=text_of("loaner"),
        state=word,
        look=look,
        done=100 * (used + out) // came if came else 0,
        facts=tuple(Fact(text_of(label), value) for label, value in facts if value),
        lines=_loaner_lines(page, file),
        steps=(),
        seq=file.seq,
        digest=entry.hash.hex(),
        proof=proof_of(page, file.seq),
        printed=page.now,
    )


def _loaner_lines(page: Page, file: LoanerFile) -> TableView:
    known = _products(page, [line.product or "" for line in file.lines])
    rows = []
    for line in file.lines:
        product = known.get(line.product or "")
        left = line.came - line.used - line.went_out
        cells = (
            Cell(line.line),
            Cell(
                product.name if product else page.say("code-unknown"),
                note=product.specification if product else "",
            ),
            Cell(line.product),
            Cell(line.quantity),
            Cell(line.came),
            Cell(line.used),
            Cell(line.went_out),
            Cell(left, look="look") if left else Cell(),
        )
        rows.append(Row(cells))
    action = url_for("rooms.loaner", number=file.number)
    return with_files(TableView(action, _LOANER_LINES, tuple(rows)), "loaner-set")


def _products(page: Page, codes: Sequence[str]) -> dict[str, Product]:
    return products_by_code(page.connection, page.ledger_id, [code for code in codes if code])


_LISTS: Final = 1_000


def _preferences(page: Page, wanted: Wanted, after: str, limit: int) -> list[Row]:
    sought = wanted.get("procedure", "").lower()
    found = preference_lists(page.connection, page.ledger_id, limit=_LISTS)
    mine = [each for each in found if each.code > after and sought in each.procedure.lower()]
    return [
        Row(
            (
                Cell(each.procedure, url_for("rooms.preference", code=each.code)),
                Cell(each.code),
                Cell(page.person(each.surgeon) if each.surgeon else text_of("surgeon-all")),
                Cell(len(each.lines)),
                Cell(sum(line.hold for line in each.lines) or None),
            ),
            key=each.code,
        )
        for each in mine[:limit]
    ]


def _preference_filters(_page: Page, wanted: Wanted) -> tuple[Filter, ...]:
    return (Filter("procedure", wanted.get("procedure", "")),)


PREFERENCES: Final = Listing(
    name="preference-lists",
    columns=(
        Column("procedure", "strong"),
        Column("code", "mono"),
        Column("surgeon"),
        Column("products", "number"),
        Column("held-ready", "number", wide=True),
    ),
    fetch=_preferences,
    names=("procedure",),
    filters=_preference_filters,
    empty=text_of("no-preference"),
    sign="list-checks",
)
"""What to lay out for which procedure."""

_PICKS: Final = (
    Column("product", "strong"),
    Column("code", "mono", wide=True),
    Column("quantity", "number"),
    Column("unit", wide=True),
    Column("open-or-hold"),
    Column("take"),
    Column("short", "number"),
)


def preference_named(page: Page, code: str) -> Preferred:
    """The list in force under a code.

    Raises:
        NotFound: there is none.
    """
    found = preference_lists(page.connection, page.ledger_id, code=code)
    if not found:
        raise NotFound("not-found", what=code[:64])
    return found[0]


def preference_view(page: Page, found: Preferred, place: str | None) -> DocumentView:
    """One list, with a place which lots to take there, first expired first."""
    (entry,) = read_entries_at(page.connection, page.ledger_id, [found.seq])
    known = _products(page, [line.product for line in found.lines])
    rows = tuple(_pick(page, line, known.get(line.product), place) for line in found.lines)
    surgeon = page.person(found.surgeon) if found.surgeon else page.say("surgeon-all")
    action = url_for("rooms.preference", code=found.code)
    facts = (
        ("column-code", found.code),
        ("column-surgeon", surgeon),
        ("column-source", page.places.name(place) if place else None),
        ("column-placed", page.moment(entry.recorded)),
        ("column-person", page.person(entry.event.get("medtrace:person"))),
    )
    return DocumentView(
        number=found.procedure,
        type=text_of("preference"),
        state="",
        look="",
        done=0,
        facts=tuple(Fact(text_of(label), value) for label, value in facts if value),
        lines=with_files(TableView(action, _PICKS, rows), "preference-list"),
        steps=(),
        seq=found.seq,
        digest=entry.hash.hex(),
        proof=proof_of(page, found.seq),
        printed=page.now,
    )


def _pick(page: Page, line: Preference, product: Product | None, place: str | None) -> Row:
    take, short = "", 0
    if place and product is not None:
        advice = advise(
            page.connection,
            page.ledger_id,
            page.places.number_of(place),
            product.product_id,
            line.quantity,
            today=page.today,
        )
        short = advice.short
        take = " · ".join(
            f"{each.row.lot or page.say('lot-none')} × {each.quantity:,}" for each in advice.picks
        )
    return Row(
        (
            Cell(
                product.name if product else page.say("code-unknown"),
                note=product.specification if product else "",
            ),
            Cell(line.product),
            Cell(line.quantity),
            Cell(product.unit if product else None),
            Cell(text_of("preference-hold" if line.hold else "preference-open")),
            Cell(take or None),
            Cell(short or None, look="stop"),
        )
    )


def preference_places(page: Page, chosen: str) -> tuple[Choice, ...]:
    """Where it could be taken from: the places where the reader sees orders."""
    reach = page.reach_codes(Action.SEE_ORDERS)
    return tuple(
        choice for choice in place_choices(page, chosen) if reach is None or choice.value in reach
    )
