"""The work-lists that are settled in place: exceptions, unknown codes, excursions."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Final

from flask import url_for
from uuid6 import uuid7

from access import Action
from inventory import (
    Excursion,
    MappingItem,
    MappingState,
    find_product,
    mapping_items,
    open_excursions,
)
from texts import text_of
from trace import OpenException, open_exceptions
from web.filling.goods import codes_of, serial_of
from web.filling.page import Page
from web.filling.steps import proof_of
from web.listing import Listing, Wanted, numbers_in
from web.view.table import Ask, Cell, Column, Row

_STEP: Final = 200
_FAR: Final = 2**62


def _exceptions(page: Page, _wanted: Wanted, after: str, limit: int) -> list[Row]:
    """Those of places where the reader may resolve them, the oldest first."""
    key = numbers_in(after, 2) or (0, -1)
    found: dict[tuple[int, int], OpenException] = {}
    begin = key[0] - 1
    while len(found) < limit:
        step = open_exceptions(page.connection, page.ledger_id, after=begin, limit=_STEP)
        found |= {
            (each.entry.seq, each.number): each
            for each in step
            if (each.entry.seq, each.number) > key
            and page.may_at(Action.RESOLVE_EXCEPTION, each.place)
        }
        if len(step) < _STEP:
            break
        last = step[-1].entry.seq  # the rest of its exceptions may stand on the next step
        begin = last if last == step[0].entry.seq else last - 1
    return [_exception_row(page, each) for each in list(found.values())[:limit]]


def _exception_row(page: Page, found: OpenException) -> Row:
    event, seq = found.entry.event, found.entry.seq
    at = found.place
    told = event.get("eventTime")
    to = url_for("work.resolve", seq=seq, number=found.number)
    return Row(
        (
            Cell(found.broken.text),
            Cell(_thing(page, found.key), note=_number(found.key)),
            Cell(page.places.name(at) if at else None),
            Cell(page.person(event.get("medtrace:person"))),
            Cell(datetime.fromisoformat(told) if told else found.entry.recorded),
            Cell(seq, proof_of(page, seq)),
            Cell(Ask(to, str(uuid7()))),
        ),
        key=f"{seq}.{found.number}",
    )


def _thing(page: Page, key: str | None) -> str | None:
    if key is None:
        return None
    product = find_product(page.connection, page.ledger_id, key)
    return product.name if product else page.say("code-unknown")


def _number(key: str | None) -> str:
    return "" if key is None else serial_of(key) or codes_of(key)[0].value


EXCEPTIONS: Final = Listing(
    name="exceptions",
    columns=(
        Column("broken", "strong"),
        Column("thing"),
        Column("place"),
        Column("person", wide=True),
        Column("time", "moment", wide=True),
        Column("entry", "number", wide=True),
        Column("settle", "ask"),
    ),
    fetch=_exceptions,
    empty=text_of("no-exception"),
)
"""What broke a rule and is on record all the same."""


def _codes(page: Page, _wanted: Wanted, after: str, limit: int) -> list[Row]:
    """Codes that nobody owns, then those that two products claim; the last seen first."""
    begun, last, shown = numbers_in(after, 3) or (0, _FAR, 0)
    told: list[Row] = []
    for number, state in enumerate((MappingState.UNMAPPED, MappingState.CONFLICTING)):
        if number < begun or len(told) >= limit:
            continue
        resumed = number == begun
        skip = shown if resumed else 0
        found = mapping_items(
            page.connection,
            page.ledger_id,
            state,
            before=last + 1 if resumed else None,
            limit=limit - len(told) + skip,
        )
        seen = Counter[int]()
        for at, item in enumerate(found):
            seen[item.row.last_seq] += 1
            if at >= skip:
                key = f"{number}.{item.row.last_seq}.{seen[item.row.last_seq]}"
                told.append(_code_row(item, key))
    return told


def _code_row(item: MappingItem, key: str) -> Row:
    row = item.row
    claimed = "、".join(
        f"{each.name} {each.code}" for each in (item.owner, *item.claimants) if each is not None
    )
    code = codes_of(row.identifier)[0]
    return Row(
        (
            Cell(code.value, note=code.label),
            Cell(row.example),
            Cell(row.seen),
            Cell(text_of(f"code-{row.state}"), look="look"),
            Cell(claimed or None),
            Cell(
                Ask(
                    url_for("work.map_code"),
                    str(uuid7()),
                    kind="map",
                    subject=row.identifier,
                    choices=tuple(
                        (each.code, f"{each.name} · {each.code}")
                        for each in (item.owner, *item.claimants)
                        if each is not None
                    ),
                )
            ),
        ),
        key=key,
    )


CODES: Final = Listing(
    name="unknown-codes",
    columns=(
        Column("identifier", "code"),
        Column("example", "mono", wide=True),
        Column("seen", "number"),
        Column("state", "chip"),
        Column("claimed", wide=True),
        Column("settle", "ask"),
    ),
    fetch=_codes,
    empty=text_of("no-code-waits"),
)
"""Codes that nobody owns, or that two products claim."""


def _excursions(page: Page, _wanted: Wanted, after: str, limit: int) -> list[Row]:
    key = numbers_in(after, 1)
    last = key[0] if key else _FAR
    found = open_excursions(page.connection, page.ledger_id)
    return [_excursion_row(page, each) for each in found if each.number < last][:limit]


def _excursion_row(page: Page, each: Excursion) -> Row:
    may = page.may_at(Action.RESOLVE_EXCEPTION, each.place.code)
    to = url_for("work.decide", number=each.number)
    return Row(
        (
            Cell(each.place.name, note=each.sensor),
            Cell(str(each.limits)),
            Cell(f"{each.lowest} … {each.highest} ℃", look="stop"),
            Cell(each.started),
            Cell(each.until, note="" if each.ended else text_of("excursion-goes-on")),
            Cell(Ask(to, str(uuid7())) if may else None),
        ),
        key=str(each.number),
    )


EXCURSIONS: Final = Listing(
    name="excursions",
    columns=(
        Column("place", "strong"),
        Column("limits"),
        Column("measured"),
        Column("since", "moment", wide=True),
        Column("until", "moment", wide=True),
        Column("settle", "ask"),
    ),
    fetch=_excursions,
    empty=text_of("no-excursion"),
)
"""Ranges of the cold chain that were left, and that nobody has decided yet."""
