"""The closed-loop report: every loop as a row, and the totals of the wards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Final

from flask import g, url_for

from access import Action
from errors import Invalid
from hospital import HOPS, Found, HopSeen, Loop, Report, WardTotal, read_loops, totals
from inventory import find_product, units_by_key
from orders import bounds_of, moment_of
from texts import Text, text_of
from web.filling.goods import serial_of
from web.filling.page import Page
from web.listing import Listing, Wanted, numbers_in
from web.small_tables import with_files
from web.view import Choice
from web.view.loops import LoopsView
from web.view.table import Cell, Column, Filter, Row, Tab, TableView, Tile

_MONTHS: Final = 13
_PAGES: Final = {"medication": "reports.medication", "implants": "reports.implants"}
_LOOKS: Final = {Found.MISSING: "stop", Found.DISORDERED: "look"}
_TOTALS: Final = (
    Column("ward", "strong"),
    Column("rate", "share"),
    Column("complete", "number"),
    Column("loops", "number"),
    Column("lacking", "number", wide=True),
    Column("disordered", "number", wide=True),
)


def loops_view(page: Page, wanted: Wanted, endpoint: str) -> LoopsView:
    """What stands around the table of loops."""
    kind = next(name for name, each in _PAGES.items() if each == endpoint)
    loops = _loops(page, wanted, kind)
    tabs = tuple(_tab(name, each, wanted, current=name == kind) for name, each in _PAGES.items())
    rows = tuple(_total(page, each) for each in totals(loops))
    table = with_files(TableView(url_for(endpoint), _TOTALS, rows), f"loops-{kind}-wards")
    return LoopsView(_month(page, wanted), tabs, _tiles(loops), table)


def _tab(name: str, endpoint: str, wanted: Wanted, *, current: bool) -> Tab:
    month, ward = wanted.get("month"), wanted.get("ward")
    return Tab(text_of(f"loops-{name}"), url_for(endpoint, month=month, ward=ward), current)


def _tiles(loops: Sequence[Loop]) -> tuple[Tile, ...]:
    complete = sum(loop.is_complete for loop in loops)
    missing, early = sum(bool(x.missing) for x in loops), sum(bool(x.disordered) for x in loops)
    rate = f"{100 * complete / len(loops):.1f} %" if loops else "–"
    return (
        Tile("loop-rate", rate, f"{complete:,} / {len(loops):,}"),
        Tile("loop-all", f"{len(loops):,}"),
        Tile("loop-missing", f"{missing:,}", look="stop" if missing else ""),
        Tile("loop-disordered", f"{early:,}", look="look" if early else ""),
    )


def _total(page: Page, total: WardTotal) -> Row:
    share = 100 * total.complete // total.loops if total.loops else 0
    return Row(
        (
            Cell(page.places.name(total.ward)),
            Cell(share),
            Cell(total.complete),
            Cell(total.loops),
            Cell(total.missing),
            Cell(total.disordered),
        )
    )


def _loops(page: Page, wanted: Wanted, kind: str) -> Sequence[Loop]:
    """The loops that the reader may see; read once for a request, also for a long file."""
    month, ward = _month(page, wanted), wanted.get("ward", "")
    known: dict[tuple[str, str], Report] = g.setdefault("medtrace_loops", {})
    if (month, ward) not in known:
        wards = _wards(page)
        asked = {ward} & wards if ward else wards
        known[month, ward] = read_loops(page.connection, page.desk.hospital, month, asked)
    report = known[month, ward]
    return report.medication if kind == "medication" else report.implants


def _wards(page: Page) -> set[str]:
    reach = page.reach_codes(Action.SEE_REPORTS)
    every = {place.code for place in page.places.by_id.values()}
    return every if reach is None else every & reach


def _month(page: Page, wanted: Wanted) -> str:
    """The month that is asked for; the present one where it is none."""
    month = wanted.get("month", "")
    try:
        bounds_of(month, page.desk.hospital.settings.timezone)
    except Invalid:
        return f"{page.today:%Y-%m}"
    return month


def _fetch(kind: str) -> Callable[[Page, Wanted, str, int], list[Row]]:
    def fetch(page: Page, wanted: Wanted, after: str, limit: int) -> list[Row]:
        key = numbers_in(after, 1)
        loops = _loops(page, wanted, kind)
        if wanted.get("loops") == "open":
            loops = [loop for loop in loops if not loop.is_complete]
        start = key[0] if key else 0
        part = loops[start : start + limit]
        heads = _doses(part) if kind == "medication" else _implants(page, part)
        return [
            _row(page, loop, head, number)
            for number, (loop, head) in enumerate(zip(part, heads, strict=True), start + 1)
        ]

    return fetch


def _doses(loops: Sequence[Loop]) -> list[tuple[Cell, ...]]:
    """The order of each dose."""
    placed = [loop.hops[0].seq for loop in loops]
    links = [None if seq is None else url_for("documents.one", seq=seq) for seq in placed]
    return [(Cell(loop.number, link),) for loop, link in zip(loops, links, strict=True)]


def _implants(page: Page, loops: Sequence[Loop]) -> list[tuple[Cell, ...]]:
    """The product of each implant, its page, and its serial."""
    units = units_by_key(page.connection, page.ledger_id, [loop.number for loop in loops])
    told: list[tuple[Cell, ...]] = []
    for loop in loops:
        unit = units.get(loop.number)
        if unit is None or unit.product_id is None:  # put in by lot, without a serial
            product = find_product(page.connection, page.ledger_id, loop.number)
            told.append((Cell(product.name if product else page.say("code-unknown")), Cell()))
            continue
        link = url_for("things.page", unit_id=unit.unit_id)
        told.append((Cell(page.product(unit.product_id).name, link), Cell(serial_of(unit.key))))
    return told


def _row(page: Page, loop: Loop, head: tuple[Cell, ...], number: int) -> Row:
    complete = loop.is_complete
    return Row(
        (
            *head,
            Cell(page.places.name(loop.ward)),
            Cell(moment_of(loop.due, page.desk.hospital.settings.timezone)),
            Cell(
                text_of("loop-complete" if complete else "loop-open"),
                look="go" if complete else "look",
            ),
            *(_hop(page, each) for each in loop.hops),
        ),
        key=str(number),
    )


def _hop(page: Page, seen: HopSeen) -> Cell:
    if seen.time is None:
        needed = seen.found is not Found.NOT_NEEDED
        said: str | Text = text_of("found-missing") if needed else ""
        return Cell(said, look=_LOOKS.get(seen.found, ""))
    moment = moment_of(seen.time, page.desk.hospital.settings.timezone)
    return Cell(f"{moment:%m-%d %H:%M}", look=_LOOKS.get(seen.found, ""))


def _filters(page: Page, wanted: Wanted) -> tuple[Filter, ...]:
    month, ward = _month(page, wanted), wanted.get("ward", "")
    months = [f"{each:%Y-%m}" for each in _last_months(page.today)]
    if month not in months:
        months.append(month)
    places = sorted(
        (place.code, place.name)
        for place in page.places.by_id.values()
        if place.code in _wards(page) and place.kind in {"ward", "theatre", "theatre-suite"}
    )
    state = wanted.get("loops", "")
    return (
        Filter("month", month, tuple(Choice(each, each, each == month) for each in months)),
        Filter("ward", ward, tuple(Choice(code, name, code == ward) for code, name in places)),
        Filter("loops", state, (Choice("open", text_of("loop-open"), state == "open"),)),
    )


def _last_months(today: date) -> list[date]:
    found = [today.replace(day=1)]
    while len(found) < _MONTHS:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found


def _columns(kind: str) -> tuple[Column, ...]:
    hops = tuple(Column(f"hop-{hop}") for hop in HOPS[kind])
    implant = (Column("product", "strong"), Column("serial", "mono"))
    head = (Column("medication-order", "mono"),) if kind == "medication" else implant
    return (
        *head,
        Column("ward"),
        Column("dose-due", "moment"),
        Column("loop-state", "chip"),
        *hops,
    )


def _listing(kind: str) -> Listing:
    return Listing(
        name=f"closed-loop-{kind}",
        columns=_columns(kind),
        fetch=_fetch(kind),
        names=("month", "ward", "loops"),
        filters=_filters,
        empty=text_of("no-loops"),
        sign="route",
    )


MEDICATION: Final = _listing("medication")
"""A row for each dose of the month."""

IMPLANTS: Final = _listing("implants")
"""A row for each implant of the month."""
