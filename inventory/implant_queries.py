"""Questions to the register of implants: page by page, by key, the newest first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, exists, func, or_, select, tuple_

from inventory import models
from inventory.implant_book import implant
from inventory.things import Category, Status

_C = implant.c
_MILLISECOND = 1000
_SPELLINGS = ("https://id.gs1.org/01/{1}", "urn:medtrace:hibc:{0}", "urn:medtrace:ma:{0}", "{0}")
"""How a UDI-DI may stand in the catalogue (docs/architecture.md, "Things and their names")."""


@dataclass(frozen=True, slots=True)
class Implant:
    """An implant that was put into a patient, or taken out.

    Args:
        seq: the entry.
        unit_id: the thing; 0: an amount of a lot.
        lot_id: of which lot.
        product_id: which product.
        status: implanted or explanted.
        patient: the pseudonym; None: nobody said whose.
        location_id: where it was done.
        quantity: how many.
        time: when.
        person: the staff number of who recorded it.
        surgeon: the staff number of who operated; None: nobody said.
        site: where in the body; None: nobody said.
        code: the key that was scanned, where it names no goods; it has no lot and no product then,
            and `unit_id` is its number among those of the entry.
    """

    seq: int
    unit_id: int
    lot_id: int
    product_id: int
    status: Status
    patient: UUID | None
    location_id: int
    quantity: int
    time: datetime
    person: str | None
    surgeon: str | None
    site: str | None
    code: str | None

    @property
    def is_complete(self) -> bool:
        """Whether it says what it is, whose, where in the body and by whom."""
        return None not in {self.patient, self.surgeon, self.site} and self.code is None

    @property
    def key(self) -> tuple[int, int, int, int]:
        """Where the page after it begins."""
        return int(self.time.timestamp() * _MILLISECOND), self.seq, self.lot_id, self.unit_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ImplantsWanted:
    """What of the register is asked for; None: whatever.

    Args:
        status: implanted or explanted.
        product_ids: of these products.
        lot_ids: of these lots.
        unit_ids: these things.
        patient: of this patient.
        surgeon: operated by them.
        site: where in the body; the words of it.
        since: from this moment on.
        until: before this moment.
        incomplete: only what lacks goods that are known, a patient, a surgeon or a site.
    """

    status: Status = Status.IMPLANTED
    product_ids: Collection[int] | None = None
    lot_ids: Collection[int] | None = None
    unit_ids: Collection[int] | None = None
    patient: UUID | None = None
    surgeon: str | None = None
    site: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    incomplete: bool = False


@dataclass(frozen=True, slots=True)
class ImplantCounts:
    """The register in figures.

    Args:
        implanted: how many were ever put in.
        explanted: how many of them were taken out.
        incomplete: how many lack goods that are known, a patient, a surgeon or a site.
        recalled: how many are of lots that were asked about.
    """

    implanted: int = 0
    explanted: int = 0
    incomplete: int = 0
    recalled: int = 0


def registered_implants(
    connection: Connection,
    ledger_id: int,
    wanted: ImplantsWanted,
    *,
    after: tuple[int, int, int, int] | None = None,
    limit: int,
) -> list[Implant]:
    """Lines of the register, the newest first.

    Args:
        connection: where to read.
        ledger_id: whose register.
        wanted: which.
        after: the key of the last line that is known already.
        limit: how many at the most.
    """
    order = (_C.time, _C.seq, _C.lot_id, _C.unit_id)
    query = select(*_COLUMNS).where(*_conditions(ledger_id, wanted))
    if after is not None:
        # The first comparison lets the index be entered there, the second is exact.
        query = query.where(_C.time <= after[0], tuple_(*order) < tuple_(*after))
    query = query.order_by(*(column.desc() for column in order)).limit(limit)
    return [_implant(row) for row in connection.execute(query)]


def implant_at(
    connection: Connection, ledger_id: int, seq: int, lot_id: int, unit_id: int
) -> Implant | None:
    """One line of the register, unless it was declared wrong or names no goods."""
    query = select(*_COLUMNS).where(
        _C.ledger_id == ledger_id,
        _C.seq == seq,
        _C.lot_id == lot_id,
        _C.unit_id == unit_id,
        _C.lot_id > 0,
        ~_corrected(),
    )
    row = connection.execute(query).first()
    return None if row is None else _implant(row)


def implanted_between(connection: Connection, ledger_id: int, first: int, last: int) -> list[int]:
    """The entries that put something into a patient; what was corrected is left out.

    Args:
        connection: where to read.
        ledger_id: whose register.
        first: from when on, in milliseconds since 1970.
        last: until when, that millisecond included.
    """
    query = select(_C.seq).where(
        _C.ledger_id == ledger_id,
        _C.status == Status.IMPLANTED.value,
        _C.time.between(first, last),
        ~_corrected(),
    )
    return sorted(set(connection.execute(query).scalars()))


def explanted_of(
    connection: Connection, ledger_id: int, units: Sequence[int]
) -> dict[int, Implant]:
    """Which of some things were taken out again, by thing."""
    query = select(*_COLUMNS).where(
        _C.ledger_id == ledger_id,
        _C.unit_id.in_([unit for unit in units if unit]),
        _C.lot_id > 0,
        _C.status == Status.EXPLANTED.value,
        ~_corrected(),
    )
    found = (_implant(row) for row in connection.execute(query.order_by(_C.seq)))
    return {each.unit_id: each for each in found}


def implant_counts(
    connection: Connection, ledger_id: int, recalled: Collection[int] = ()
) -> ImplantCounts:
    """The register in figures; `recalled`: the lots that recalls are about."""

    def count(wanted: ImplantsWanted) -> int:
        query = select(func.coalesce(func.sum(_C.quantity), 0))
        return int(connection.execute(query.where(*_conditions(ledger_id, wanted))).scalar_one())

    return ImplantCounts(
        implanted=count(ImplantsWanted()),
        explanted=count(ImplantsWanted(status=Status.EXPLANTED)),
        incomplete=count(ImplantsWanted(incomplete=True)),
        recalled=count(ImplantsWanted(lot_ids=recalled)) if recalled else 0,
    )


def implant_products(
    connection: Connection, ledger_id: int, *, words: str = "", maker: str = "", limit: int
) -> list[int]:
    """The implants of the catalogue whose code, identifier, name, model or maker holds words."""
    c, identifier = models.product.c, models.product_identifier.c
    query = select(c.product_id).where(
        c.ledger_id == ledger_id, c.category == Category.IMPLANT.value
    )
    if words:
        spelled = [pattern.format(words, words.zfill(14)) for pattern in _SPELLINGS]
        by_identifier = select(identifier.product_id).where(
            identifier.ledger_id == ledger_id, identifier.identifier.in_(spelled)
        )
        query = query.where(
            or_(
                c.code == words,
                c.name.icontains(words, autoescape=True),
                c.specification.icontains(words, autoescape=True),
                c.product_id.in_(by_identifier),
            )
        )
    if maker:
        query = query.where(c.holder.icontains(maker, autoescape=True))
    return list(connection.execute(query.order_by(c.product_id).limit(limit)).scalars())


def _corrected() -> ColumnElement[bool]:
    wrong = models.correction.c
    return exists().where(wrong.ledger_id == _C.ledger_id, wrong.corrected == _C.seq)


def _conditions(ledger_id: int, wanted: ImplantsWanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        _C.ledger_id == ledger_id,
        _C.status == wanted.status.value,
        ~_corrected(),
    ]
    for column, values in (
        (_C.product_id, wanted.product_ids),
        (_C.lot_id, wanted.lot_ids),
        (_C.unit_id, wanted.unit_ids),
    ):
        if values is not None:
            found += [column.in_(values), _C.lot_id > 0]
    if wanted.patient is not None:
        found.append(_C.patient == wanted.patient.bytes)
    if wanted.surgeon is not None:
        found.append(_C.surgeon == wanted.surgeon)
    if wanted.site is not None:
        found.append(_C.site.icontains(wanted.site, autoescape=True))
    if wanted.since is not None:
        found.append(_C.time >= int(wanted.since.timestamp() * _MILLISECOND))
    if wanted.until is not None:
        found.append(_C.time < int(wanted.until.timestamp() * _MILLISECOND))
    if wanted.incomplete:
        found.append(_incomplete())
    return found


def _incomplete() -> ColumnElement[bool]:
    return or_(
        _C.surgeon.is_(None), _C.site.is_(None), _C.code.is_not(None), func.length(_C.patient) == 0
    )


_COLUMNS = tuple(
    _C[name]
    for name in (
        *("seq", "unit_id", "lot_id", "product_id", "status", "patient", "location_id"),
        *("quantity", "time", "person", "surgeon", "site", "code"),
    )
)


def _implant(row: Any) -> Implant:  # noqa: ANN401 -- a row of these columns
    seq, unit_id, lot_id, product_id, status, patient, place, quantity, time, *said = row
    return Implant(
        seq,
        unit_id,
        lot_id,
        product_id,
        Status(status),
        UUID(bytes=bytes(patient)) if patient else None,
        place,
        quantity,
        datetime.fromtimestamp(time / _MILLISECOND, UTC),
        *said,
    )
