"""The register of implants: a table by product, lot, surgeon, site and day; and one implant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from flask import url_for

from access import Action
from errors import NotFound
from inventory import (
    Implant,
    ImplantsWanted,
    Lot,
    Product,
    Status,
    Unit,
    explanted_of,
    find_lots,
    implant_at,
    implant_counts,
    implant_products,
    lots_by_id,
    products,
    registered_implants,
    unit_of,
    units_by_id,
    units_by_serial,
)
from recall import goods_of
from texts import text_of
from trace import serial_in
from web.filling.cases import REASONS
from web.filling.goods import codes_of, expiry_of
from web.filling.page import Page
from web.filling.steps import proof_of
from web.listing import Listing, Wanted, numbers_in
from web.view import Choice, ImplantView, pseudonym_tail
from web.view.table import Cell, Column, Filter, Row

_MOST: Final = 500
"""Products or lots that one search of the register looks at."""
_STATES: Final = ("implanted", "explanted", "incomplete", "recalled")
_PARTS_OF_KEY: Final = 4


def register(page: Page) -> Mapping[str, object]:
    """The register in figures, beside its table."""
    may = page.may(Action.FIND_PATIENTS)
    return {
        "counts": implant_counts(page.connection, page.ledger_id, recalled_lots(page)),
        "by_patient": url_for("search.patient_form") if may else None,
    }


def recalled_lots(page: Page) -> frozenset[int]:
    """The lots that open recalls are about, drills left out."""
    cases = [case for case in page.recalls.cases(page.connection) if not case.drill]
    found = (goods_of(page.connection, page.ledger_id, case.scope) for case in cases)
    return frozenset(lot.lot_id for goods in found for lot in goods.lots)


def _fetch(page: Page, wanted: Wanted, after: str, limit: int) -> list[Row]:
    key = numbers_in(after, _PARTS_OF_KEY)
    asked = _asked(page, wanted)
    if asked is None:
        return []
    found = registered_implants(
        page.connection,
        page.ledger_id,
        asked,
        after=(key[0], key[1], key[2], key[3]) if key else None,
        limit=limit,
    )
    return _rows(page, found)


def _asked(page: Page, wanted: Wanted) -> ImplantsWanted | None:
    """What the filters ask for; None: nothing can be that."""
    own, more = page.ledger_id, dict[str, Any]()
    state = wanted.get("state", "")
    if "q" in wanted or "maker" in wanted:
        more["product_ids"] = implant_products(
            page.connection,
            own,
            words=wanted.get("q", ""),
            maker=wanted.get("maker", ""),
            limit=_MOST,
        )
    lots: set[int] | frozenset[int] | None = None
    if "lot" in wanted:
        lots = {lot.lot_id for lot in find_lots(page.connection, own, wanted["lot"])}
    if state == "recalled":
        lots = recalled_lots(page) if lots is None else lots & recalled_lots(page)
    if lots is not None:
        more["lot_ids"] = sorted(lots)[:_MOST]
    if "serial" in wanted:
        units = units_by_serial(page.connection, own, wanted["serial"])
        more["unit_ids"] = [unit.unit_id for unit in units][:_MOST]
    if any(more.get(name) == [] for name in ("product_ids", "lot_ids", "unit_ids")):
        return None
    return ImplantsWanted(
        status=Status.EXPLANTED if state == "explanted" else Status.IMPLANTED,
        surgeon=wanted.get("surgeon"),
        site=wanted.get("site"),
        since=_morning(page, wanted.get("since")),
        until=_morning(page, wanted.get("until"), days=1),
        incomplete=state == "incomplete",
        **more,
    )


def _morning(page: Page, text: str | None, days: int = 0) -> datetime | None:
    """The beginning of a day, or of one so many days later; None: nobody named a day."""
    try:
        day = date.fromisoformat(text or "") + timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    return datetime(day.year, day.month, day.day, tzinfo=page.desk.hospital.zone)


def _rows(page: Page, found: Sequence[Implant]) -> list[Row]:
    own = page.ledger_id
    units = units_by_id(
        page.connection, own, [each.unit_id for each in found if each.unit_id and each.lot_id]
    )
    lots = lots_by_id(page.connection, own, list({each.lot_id for each in found if each.lot_id}))
    known = products(page.connection, own, {each.product_id for each in found if each.product_id})
    removed = explanted_of(page.connection, own, list(units))
    recalled = recalled_lots(page)
    page.meet(each.surgeon for each in found)
    return [
        _unknown_row(page, each)
        if each.code is not None
        else _row(
            page,
            each,
            known[each.product_id],
            lots[each.lot_id],
            units.get(each.unit_id),
            state_of(each, removed.get(each.unit_id), recalled),
        )
        for each in found
    ]


def state_of(each: Implant, removed: Implant | None, recalled: frozenset[int]) -> str:
    """How an implant stands: taken out, under recall, lacking something, or in place."""
    if each.status is Status.EXPLANTED or (removed is not None and removed.seq > each.seq):
        return "explanted"
    if each.lot_id in recalled:
        return "recalled"
    return "implanted" if each.is_complete else "incomplete"


_LOOKS: Final = {"recalled": "stop", "incomplete": "look"}


def _row(  # noqa: PLR0913, PLR0917 -- a line and what it is about
    page: Page, each: Implant, product: Product, lot: Lot, unit: Unit | None, state: str
) -> Row:
    href = url_for("implants.one", seq=each.seq, lot_id=each.lot_id, unit_id=each.unit_id)
    return Row(
        (
            Cell(product.name, href, product.specification),
            Cell(udi_di_of(product, unit)),
            Cell(lot.lot or None),
            Cell(serial_in(unit.key) if unit else None),
            Cell(expiry_of(page, lot, frozen=True)),
            *_when(page, each),
            Cell(product.holder),
            *_said(page, each, state),
        ),
        key=_key(each),
    )


def _unknown_row(page: Page, each: Implant) -> Row:
    """What was told under a code that names no goods: it is in somebody all the same."""
    state = "explanted" if each.status is Status.EXPLANTED else "incomplete"
    code = codes_of(each.code or "")[0].value
    goods = (Cell(text_of("implant-unknown")), Cell(code), *(Cell(None) for _ in range(3)))
    return Row((*goods, *_when(page, each), Cell(None), *_said(page, each, state)), key=_key(each))


def _when(page: Page, each: Implant) -> tuple[Cell, ...]:
    return (
        Cell(each.time),
        Cell(page.places.name_of(each.location_id)),
        Cell(page.person(each.surgeon) if each.surgeon else None),
        Cell(each.site),
    )


def _said(page: Page, each: Implant, state: str) -> tuple[Cell, ...]:
    return (
        Cell(each.quantity),
        Cell(pseudonym_tail(str(each.patient)) if each.patient else None),
        Cell(text_of(f"implant-{state}"), look=_LOOKS.get(state, "")),
        Cell(each.seq, proof_of(page, each.seq)),
    )


def _key(each: Implant) -> str:
    return ".".join(map(str, each.key))


def udi_di_of(product: Product, unit: Unit | None) -> str | None:
    """The device identifier: of the thing's own code, else the product's first."""
    if unit is not None:
        return codes_of(unit.key)[0].value
    return codes_of(product.identifiers[0])[0].value if product.identifiers else None


def _filters(_page: Page, wanted: Wanted) -> tuple[Filter, ...]:
    states = tuple(
        Choice(each, text_of(f"implant-{each}"), wanted.get("state") == each) for each in _STATES
    )
    return (
        Filter("q", wanted.get("q", "")),
        Filter("lot", wanted.get("lot", "")),
        Filter("serial", wanted.get("serial", "")),
        Filter("maker", wanted.get("maker", "")),
        Filter("surgeon", wanted.get("surgeon", "")),
        Filter("site", wanted.get("site", "")),
        Filter("since", wanted.get("since", ""), kind="date"),
        Filter("until", wanted.get("until", ""), kind="date"),
        Filter("state", wanted.get("state", ""), states),
    )


IMPLANTS: Final = Listing(
    name="implants",
    columns=(
        Column("product", "strong"),
        Column("udi-di", "code"),
        Column("lot", "lot"),
        Column("serial", "mono"),
        Column("expiry", "expiry", wide=True),
        Column("implanted-at", "moment"),
        Column("place", wide=True),
        Column("surgeon", wide=True),
        Column("site", wide=True),
        Column("holder", wide=True),
        Column("quantity", "number", wide=True),
        Column("patient", "mono", wide=True),
        Column("state", "chip"),
        Column("entry", "number", wide=True),
    ),
    fetch=_fetch,
    names=("q", "lot", "serial", "maker", "surgeon", "site", "since", "until", "state"),
    filters=_filters,
    empty=text_of("implants-none"),
    sign="bone",
)
"""The register."""


class ImplantFacts:
    """One line of the register with what it is about.

    Args:
        page: the page.
        seq, lot_id, unit_id: which line.

    Raises:
        NotFound: there is no such line.
    """

    def __init__(self, page: Page, seq: int, lot_id: int, unit_id: int) -> None:
        found = implant_at(page.connection, page.ledger_id, seq, lot_id, unit_id)
        if found is None:
            raise NotFound("not-found", what=str(seq))
        self.page = page
        self.implant = found
        self.product = page.product(found.product_id)
        self.lot = page.lot(found.lot_id)
        self.unit = unit_of(page.connection, page.ledger_id, unit_id) if unit_id else None

    @property
    def serial(self) -> str | None:
        """The serial of the thing; None: it has none."""
        return serial_in(self.unit.key) if self.unit else None


def implant_view(page: Page, seq: int, lot_id: int, unit_id: int) -> ImplantView:
    """The page of one implant.

    Raises:
        NotFound: there is no such line.
    """
    facts = ImplantFacts(page, seq, lot_id, unit_id)
    each = facts.implant
    removed = explanted_of(page.connection, page.ledger_id, [unit_id]).get(unit_id)
    values: dict[str, Any] = {"seq": seq, "lot_id": lot_id, "unit_id": unit_id}
    may = page.may(Action.SEE_PATIENTS)
    return ImplantView(
        name=facts.product.name,
        spec=facts.product.specification,
        udi_di=udi_di_of(facts.product, facts.unit) or "",
        lot=facts.lot.lot,
        serial=facts.serial,
        expiry=expiry_of(page, facts.lot, frozen=True),
        holder=facts.product.holder,
        registration=facts.product.details.get("registration"),
        at=each.time,
        place=page.places.name_of(each.location_id),
        surgeon=page.person(each.surgeon) if each.surgeon else None,
        site=each.site,
        quantity=page.quantity(each.quantity, facts.product),
        state=text_of(f"implant-{state_of(each, removed, recalled_lots(page))}"),
        removed_at=removed.time if removed and removed.seq > each.seq else None,
        pseudonym=pseudonym_tail(str(each.patient)) if each.patient else "–",
        seq=each.seq,
        proof=proof_of(page, each.seq),
        thing=url_for("things.page", unit_id=unit_id) if unit_id else None,
        back=url_for("implants.page"),
        card=url_for("implants.card", **values),
        named_card=url_for("implants.named_card", **values) if may and each.patient else None,
        reasons=REASONS,
    )
