"""Emergency kits: what belongs in and lies in, whether sealed, what somebody has to see to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from flask import url_for

from access import Action
from errors import NotFound
from inventory import KitFile, KitWant, Within, kits, products_by_code, wants_of, within
from ledger import read_entries_at
from texts import Text, text_of
from web.filling.page import Page
from web.filling.steps import proof_of
from web.listing import Listing, Wanted
from web.small_tables import with_files
from web.view import Expiry, Fact
from web.view.documents import DocumentView
from web.view.table import Cell, Column, Row, Tab, TableView

_LOOKS: Final = {
    KitWant.OPEN: "look",
    KitWant.UNCHECKED: "look",
    KitWant.EXPIRING: "look",
    KitWant.SHORT: "stop",
    KitWant.EXPIRED: "stop",
    KitWant.RECALLED: "stop",
}
_PARTS: Final = (
    ("kits", Action.SEE_STOCK),
    ("loaners", Action.SEE_ORDERS),
    ("preferences", Action.SEE_ORDERS),
)


def room_tabs(page: Page, current: str) -> tuple[Tab, ...]:
    """The parts of theatre and emergency that the reader may see."""
    return tuple(
        Tab(text_of(f"rooms-{name}"), url_for(f"rooms.{name}"), name == current)
        for name, action in _PARTS
        if page.may(action)
    )


def look_of(wants: Sequence[KitWant]) -> str:
    """The sign on a kit: what is worst of it."""
    looks = {_LOOKS[want] for want in wants}
    return "stop" if "stop" in looks else "look" if looks else "go"


def words_of(page: Page, wants: Sequence[KitWant]) -> str:
    """What somebody has to see to, in words."""
    return " · ".join(page.say(f"kit-want-{want}") for want in wants) or page.say("kit-ready")


def _kits(page: Page, _wanted: Wanted, after: str, limit: int) -> list[Row]:
    found = [kit for kit in kits(page.connection, page.ledger_id) if kit.code > after][:limit]
    return [_row(page, kit) for kit in found]


def _row(page: Page, kit: KitFile) -> Row:
    inside = within(page.connection, page.ledger_id, kit, page.today)
    wants = wants_of(kit, inside, page.now)
    checked = _checked(kit)
    return Row(
        (
            Cell(
                page.places.name(kit.code),
                url_for("rooms.kit", location_id=kit.location_id),
                page.places.department_of(kit.location_id),
            ),
            Cell(words_of(page, wants), look=look_of(wants)),
            Cell(kit.seal),
            Cell(checked),
            Cell(None if checked is None else checked + timedelta(days=kit.every)),
            Cell(_expiry(page, inside.soonest)),
            Cell(len(kit.contents)),
            Cell(sum(inside.short.values()) or None, look="stop"),
        ),
        key=kit.code,
    )


def _checked(kit: KitFile) -> datetime | None:
    return datetime.fromtimestamp(kit.checked / 1000, UTC) if kit.checked else None


def _expiry(page: Page, day: str | None) -> Expiry | None:
    return None if day is None else Expiry(datetime.fromisoformat(day).date(), page.today)


KITS: Final = Listing(
    name="kits",
    columns=(
        Column("kit", "strong"),
        Column("wants", "chip"),
        Column("seal", "mono"),
        Column("checked", "moment", wide=True),
        Column("check-due", "day", wide=True),
        Column("soonest", "expiry", wide=True),
        Column("products", "number", wide=True),
        Column("short", "number"),
    ),
    fetch=_kits,
    empty=text_of("no-kit"),
    sign="package",
)
"""Every kit by the code of its place."""

_LINES: Final = (
    Column("product", "strong"),
    Column("code", "mono", wide=True),
    Column("belongs", "number"),
    Column("inside", "number"),
    Column("short", "number"),
    Column("unit", wide=True),
    Column("soonest", "expiry"),
)


def kit_numbered(page: Page, location_id: int) -> KitFile:
    """The kit that is this place.

    Raises:
        NotFound: the place is none.
    """
    known = {kit.location_id: kit for kit in kits(page.connection, page.ledger_id)}
    if location_id not in known:
        raise NotFound("not-found", what=str(location_id))
    return known[location_id]


def kit_view(page: Page, kit: KitFile) -> DocumentView:
    """One kit: its contents against what belongs in, its seal, its checks."""
    inside = within(page.connection, page.ledger_id, kit, page.today)
    wants = wants_of(kit, inside, page.now)
    (entry,) = read_entries_at(page.connection, page.ledger_id, [kit.seq])
    belongs = sum(kit.contents.values())
    return DocumentView(
        number=page.places.name(kit.code),
        type=text_of("kit"),
        state=words_of(page, wants),
        look=look_of(wants),
        done=100 * (belongs - sum(inside.short.values())) // belongs if belongs else 0,
        facts=_facts(page, kit, inside),
        lines=_contents(page, kit, inside),
        steps=(),
        seq=kit.seq,
        digest=entry.hash.hex(),
        proof=proof_of(page, kit.seq),
        printed=page.now,
    )


def _facts(page: Page, kit: KitFile, inside: Within) -> tuple[Fact, ...]:
    checked = _checked(kit)
    due = None if checked is None else checked + timedelta(days=kit.every)
    said: tuple[tuple[str, str | Text | None], ...] = (
        ("column-code", kit.code),
        ("column-department", page.places.department_of(kit.location_id)),
        ("column-seal", kit.seal or text_of("kit-want-open")),
        ("column-checked", None if checked is None else page.moment(checked)),
        ("column-check-due", None if due is None else page.moment(due)),
        ("kit-check-every", page.say("kit-every", days=kit.every)),
        ("column-soonest", inside.soonest),
    )
    return tuple(Fact(text_of(label), value) for label, value in said if value)


def _contents(page: Page, kit: KitFile, inside: Within) -> TableView:
    known = products_by_code(page.connection, page.ledger_id, kit.contents)
    there: Counter[str] = Counter()
    soonest: dict[str, str] = {}
    for row in inside.rows:
        code = inside.codes[row.product_id]
        there[code] += row.quantity
        if row.expiry:
            soonest[code] = min(row.expiry, soonest.get(code, row.expiry))
    rows = []
    for code in sorted({*kit.contents, *there}):
        product = known.get(code)
        lacking = inside.short.get(code)
        name = product.name if product else page.product(_number(inside, code)).name
        cells = (
            Cell(name, note=product.specification if product else ""),
            Cell(code),
            Cell(kit.contents.get(code)),
            Cell(there[code]),
            Cell(lacking, look="stop"),
            Cell(product.unit if product else None),
            Cell(_expiry(page, soonest.get(code))),
        )
        rows.append(Row(cells))
    action = url_for("rooms.kit", location_id=kit.location_id)
    return with_files(TableView(action, _LINES, tuple(rows)), "kit")


def _number(inside: Within, code: str) -> int:
    return next(number for number, known in inside.codes.items() if known == code)
