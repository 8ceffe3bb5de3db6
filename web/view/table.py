"""A table: what every list of the desk shows, page by page, and what its files hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from texts import Text, text_of
from web.view.said import Said
from web.view.staff import Choice
from web.view.things import Expiry, ThingStatus


@dataclass(frozen=True, slots=True)
class Ask:
    """A small form of one line that settles something; files leave it out.

    Args:
        action: POST address.
        token: makes the answer to a form that is sent twice the same.
        kind: `note`: posts `note`, what was found; `map`: posts `product`, the code of a product,
            with `subject` as `identifier`.
        subject: what is settled.
        choices: products that are offered first: code and name.
    """

    action: str
    token: str
    kind: str = "note"
    subject: str = ""
    choices: tuple[tuple[str, str], ...] = ()


NOTHING: Final = text_of("table-nothing")

Value = Said | int | Decimal | date | datetime | Expiry | ThingStatus | Ask | None
"""What a cell holds; None is shown as a dash. Instants are aware of their zone."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Args:
        key: names its header, the sentence `column-{key}` of `texts`.
        kind: how it is drawn: `text`, `code` (grouped, mono), `number`, `money`, `moment`, `day`,
            `lot`, `expiry`, `status`, `chip`, `mono`, `signed`, `share` (a bar with its per cent),
            `ask` (a form).
        wide: left out on a handheld.
    """

    key: str
    kind: str = "text"
    wide: bool = False

    @property
    def label(self) -> Text:
        """Its header."""
        return text_of(f"column-{self.key}")

    @property
    def right(self) -> bool:
        """Whether its figures stand to the right."""
        return self.kind in {"number", "money", "signed"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Args:
        value: what it holds.
        href: the page of it.
        note: a second line in small letters; files leave it out.
        look: `go`, `look`, `stop` or `act`, where somebody has to see it.
    """

    value: Value = None
    href: str | None = None
    note: Said = ""
    look: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Args:
        cells: one for each column.
        key: where the page after this row begins.
        look: as for cells, for the whole row.
    """

    cells: tuple[Cell, ...]
    key: str = ""
    look: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """A way to narrow a table.

    Args:
        name: the parameter of the address.
        value: what is asked for at present.
        choices: what can be chosen; empty: it is typed.
        kind: of an input that is typed: `search` or `date`.
    """

    name: str
    value: str = ""
    choices: tuple[Choice, ...] = ()
    kind: str = "search"

    @property
    def label(self) -> Text:
        """What it narrows by, the sentence `filter-{name}` of `texts`."""
        return text_of(f"filter-{self.name}")


@dataclass(frozen=True, slots=True)
class TableView:
    """A page of a table (macro `table.show`).

    Args:
        action: the page's own address, without parameters.
        columns: from left to right.
        rows: those of this page.
        filters: how it can be narrowed.
        more: the next page; None: this is the last one.
        first: the first page; None: this is it.
        everything: the page without filters; None: it has none.
        files: the whole table as a file: the ending, and its address.
        empty: what is said where there is no row.
        sign: the icon beside it.
        name: of its files, where the page shows it beside other things.
    """

    action: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    filters: tuple[Filter, ...] = ()
    more: str | None = None
    first: str | None = None
    everything: str | None = None
    files: tuple[tuple[str, str], ...] = ()
    empty: Said = NOTHING
    sign: str = "circle-check"
    name: str = ""


MOST: Final = 100
"""What a tab says that waits, at most."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the pages that stand side by side.

    Args:
        said: its name.
        href: its address.
        current: it is the one that is shown.
        count: how much waits there; None: nothing is counted.
        look: somebody has to see to it.
    """

    said: Said
    href: str
    current: bool = False
    count: int | None = None
    look: bool = False

    @property
    def waiting(self) -> str:
        """How much waits, as it is said: beyond `MOST` nobody counts."""
        count = self.count or 0
        return f"{MOST}+" if count > MOST else f"{count}"


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure with what it counts.

    Args:
        label: the sentence `tile-{label}` of `texts` says what it is.
        figure: as it is shown.
        note: a line below.
        look: `look` or `stop` where somebody has to see it.
        href: where it leads.
    """

    label: str
    figure: str
    note: Said = ""
    look: str = ""
    href: str | None = None

    @property
    def name(self) -> Text:
        """What it counts."""
        return text_of(f"tile-{self.label}")
