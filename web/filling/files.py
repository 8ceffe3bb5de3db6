"""Lists of pages that have a look of their own, as files: accounts, devices, entries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Final

from access import Role
from ledger import read_entries
from texts import text_of
from web.filling.devices import device_row
from web.filling.entries import rows as entry_rows
from web.filling.page import Page
from web.filling.staff import known_places, row_of
from web.listing import Listing, Wanted, numbers_in
from web.presentation import say
from web.view import DeviceRow, StaffRow
from web.view.table import Cell, Column, Row
from web.visitor import address

_MOST: Final = 200
"""What accounts and devices are read by."""


def _staff(page: Page, wanted: Wanted, after: str, limit: int) -> list[Row]:
    return list(islice(_accounts(page, wanted, after), limit))


def _accounts(page: Page, wanted: Wanted, after: str) -> Iterator[Row]:
    roster, names = page.desk.hospital.access.roster, known_places()
    role = next((each for each in Role if each == wanted.get("role")), None)
    while found := roster.page(
        by=page.principal,
        query=wanted.get("q", ""),
        role=role,
        after=after,
        limit=_MOST,
        address=address(),
    ):
        yield from (_account(row_of(each, names)) for each in found)
        after = found[-1].number


def _account(row: StaffRow) -> Row:
    state = "closed" if row.closed else "new" if row.new else "open"
    cells = (
        Cell(row.number),
        Cell(row.name),
        Cell(" · ".join(say(role) for role in row.roles) or None),
        Cell(" · ".join(row.places) or None),
        Cell(text_of(f"account-is-{state}")),
    )
    return Row(cells, row.number)


STAFF: Final = Listing(
    name="staff",
    columns=(
        Column("number"),
        Column("name"),
        Column("roles"),
        Column("places-of"),
        Column("state"),
    ),
    fetch=_staff,
    names=("q", "role"),
)
"""Accounts by number."""


def _devices(page: Page, wanted: Wanted, after: str, limit: int) -> list[Row]:
    return list(islice(_fleet(page, wanted, after), limit))


def _fleet(page: Page, wanted: Wanted, before: str) -> Iterator[Row]:
    fleet, names = page.desk.hospital.access.fleet, known_places()
    while found := fleet.page(
        by=page.principal,
        query=wanted.get("q", ""),
        before=before,
        limit=_MOST,
        address=address(),
    ):
        before = found[-1].device.device_id
        for each in found:
            yield _device(device_row(each, names), each.device.device_id)


def _device(row: DeviceRow, key: str) -> Row:
    skew = None if row.skew is None else row.skew / timedelta(seconds=1)
    cells = (
        Cell(row.name),
        Cell(row.station),
        Cell(row.profile),
        Cell(row.hardware or None),
        Cell(row.software or None),
        Cell(row.enrolled),
        Cell(row.seen),
        Cell(None if skew is None else f"{skew:+.1f} s"),
        Cell(row.keys),
        Cell(say(row.state)),
    )
    return Row(cells, key)


DEVICES: Final = Listing(
    name="devices",
    columns=(
        Column("device"),
        Column("station"),
        Column("profile"),
        Column("hardware"),
        Column("software"),
        Column("enrolled", "moment"),
        Column("last-heard", "moment"),
        Column("skew"),
        Column("keys", "number"),
        Column("state"),
    ),
    fetch=_devices,
    names=("q",),
)
"""Devices, the newest first."""


def _entries(page: Page, _wanted: Wanted, after: str, limit: int) -> list[Row]:
    key = numbers_in(after, 1)
    size = page.desk.hospital.ledger.head_in(page.connection).size
    stop = min(key[0], size) if key else size
    found = list(read_entries(page.connection, page.ledger_id, max(0, stop - limit), stop))
    return [
        Row(
            (
                Cell(each.seq),
                Cell(each.at),
                Cell(say(each.category)),
                Cell(say(each.title)),
                Cell(each.subject or None),
                Cell(each.person or None),
                Cell(each.digest),
                Cell(say(each.seal)),
            ),
            str(each.seq),
        )
        for each in entry_rows(page, found[::-1])
    ]


ENTRIES: Final = Listing(
    name="entries",
    columns=(
        Column("entry", "number"),
        Column("recorded", "moment"),
        Column("category"),
        Column("what"),
        Column("thing"),
        Column("person"),
        Column("digest", "mono"),
        Column("proven"),
    ),
    fetch=_entries,
)
"""The ledger's entries, the newest first."""
