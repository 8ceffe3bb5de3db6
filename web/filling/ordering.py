"""Writing an order of care at the desk: what a form says as a paper, and what is wrong with it.

Two steps: the first looks everything up and shows what it was understood as, by name; the second
places it. Between them the patient is known by pseudonym only, so that no number stands in a page.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from flask import url_for

from access import Action
from errors import Invalid
from hospital import Filed
from inventory import Product, products_by_code
from orders import Fault, OrderType, Paper, PaperLine
from texts import Text, text_of
from trace import Dose
from web.filling.faults import fault, whole
from web.filling.page import Page
from web.filling.products import product_meant
from web.filling.stock import place_choices
from web.view import Choice, pseudonym_tail
from web.view.table import Tab

ROWS: Final = 6
"""Lines that the form has room for."""
TYPES: Final = (OrderType.MEDICATION, OrderType.PRESCRIPTION, OrderType.PROCEDURE)
UNITS: Final = (
    *("mg", "g", "ug", "mL", "L", "[IU]", "{tablet}", "{capsule}", "{ampoule}", "{bag}"),
    *("[drp]", "{puff}"),
)
"""Units of doses that are offered, in UCUM."""
_PREFIXES: Final = {
    OrderType.MEDICATION: "YZ",
    OrderType.PRESCRIPTION: "CF",
    OrderType.PROCEDURE: "SS",
}
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_LONGEST: Final = 64
HEADS: Final = (
    *("type", "number", "destination", "patient_kind", "patient_number", "patient"),
    *("frequency", "start", "stop", "planned", "high_alert"),
)
LINE: Final = ("product", "quantity", "amount", "unit", "route")


@dataclass(slots=True)
class OrderForm:
    """A form of an order as it was sent (`order_new.html`, variable `form`).

    Args:
        type: what is written.
        values: what each field of the head holds.
        lines: what each line holds.
        faults: what is wrong, in words.
    """

    type: OrderType
    values: dict[str, str]
    lines: list[dict[str, str]]
    faults: list[Text] = field(default_factory=list)


def fresh(page: Page, type_: OrderType) -> OrderForm:
    """An empty form with a number that nobody has yet."""
    tail = "".join(secrets.choice(_LETTERS) for _ in range(5))
    values = dict.fromkeys(HEADS, "") | {
        "type": type_.value,
        "number": f"{_PREFIXES[type_]}{page.today:%Y%m%d}-{tail}",
    }
    return OrderForm(type_, values, [dict.fromkeys(LINE, "") for _ in range(ROWS)])


def form_of(sent: Mapping[str, str], lines: Sequence[Mapping[str, str]]) -> OrderForm:
    """The form as it was sent; a type that is none of care's is a medication order."""
    known = {each.value: each for each in TYPES}
    type_ = known.get(sent.get("type", ""), OrderType.MEDICATION)
    values = {name: sent.get(name, "")[:_LONGEST] for name in HEADS}
    told = [{name: line.get(name, "")[:_LONGEST] for name in LINE} for line in lines[:ROWS]]
    told += [dict.fromkeys(LINE, "") for _ in range(ROWS - len(told))]
    return OrderForm(type_, values | {"type": type_.value}, told)


def type_tabs(current: OrderType) -> tuple[Tab, ...]:
    """What can be written."""
    return tuple(
        Tab(
            text_of(f"ordering-{each}"),
            url_for("ordering.new", type=each.value),
            each is current,
        )
        for each in TYPES
    )


def ward_choices(page: Page, chosen: str) -> tuple[Choice, ...]:
    """Where the reader orders care."""
    reach = page.reach_codes(Action.ORDER_CARE)
    return tuple(
        choice for choice in place_choices(page, chosen) if reach is None or choice.value in reach
    )


def unit_choices() -> tuple[tuple[str, Text], ...]:
    """The units of doses, in words."""
    return tuple((unit, text_of(f"unit-{unit}")) for unit in UNITS)


def paper_of(page: Page, form: OrderForm) -> Paper | None:
    """The form as a paper; None: something can't be read, and the form says what."""
    values, medication = form.values, form.type is OrderType.MEDICATION
    lines = list(_lines(page, form))
    moments = {name: _moment(form, name) for name in ("start", "stop", "planned")}
    if not (values["patient"] or values["patient_number"]):
        form.faults.append(_fault(text_of("required"), "patient"))
    if form.faults:
        return None
    wristband = values["patient_kind"] == "wristband"
    number = values["patient_number"] or None
    return Paper(
        at="0",
        type=form.type,
        number=values["number"],
        destination=values["destination"] or None,
        lines=tuple(lines),
        patient=values["patient"] or None,
        patient_number=None if wristband else number,
        wristband=number if wristband else None,
        frequency=values["frequency"] or None if medication else None,
        start=moments["start"] if medication else None,
        stop=moments["stop"] if medication else None,
        planned=moments["planned"] if form.type is OrderType.PROCEDURE else None,
        high_alert=medication and bool(values["high_alert"]),
    )


def _lines(page: Page, form: OrderForm) -> Iterator[PaperLine]:
    medication = form.type is OrderType.MEDICATION
    for number, line in enumerate(form.lines[: 1 if medication else ROWS], 1):
        if not line["product"]:
            continue
        try:
            product = product_meant(page, line["product"])
            line["product"] = product.code
            dose = Dose.of(line["amount"], line["unit"]) if medication else None
            quantity = 1 if medication else whole(line["quantity"])
        except Invalid as error:
            name = (error.field or "product").partition(".")[0]
            form.faults.append(_fault(error.text, name, number))
            continue
        route = (line["route"] or None) if medication else None
        yield PaperLine(str(number), product.code, quantity, dose=dose, route=route)
    if not any(line["product"] for line in form.lines):
        form.faults.append(_fault(text_of("required"), "product"))


def _moment(form: OrderForm, name: str) -> datetime | None:
    said = form.values[name]
    try:
        return datetime.fromisoformat(said) if said else None
    except ValueError:
        wrong = text_of("time-malformed").filled({"found": said[:20]})
        form.faults.append(_fault(wrong, name))
        return None


def _fault(said: Text, name: str, line: int = 0) -> Text:
    return fault(said, text_of(f"order-field-{name}"), line)


def faults_told(faults: Sequence[Fault]) -> list[Text]:
    """What is wrong with a paper, each with its field and line."""
    told = []
    for each in faults:
        at, _, name = each.at.partition(" ")
        name = name.partition(".")[0] or "lines"
        line = int(at) if at.isdecimal() else 0
        known = f"order-field-{name}" if name in _FIELDS else "order-field-lines"
        told.append(_fault(each.text, known.removeprefix("order-field-"), line))
    return told


_FIELDS: Final = frozenset(
    {"number", "patient", "destination", "product", "quantity", "dose", "route"}
    | {"frequency", "start", "stop", "planned", "lines"}
)


@dataclass(frozen=True, slots=True)
class Understood:
    """What an order was understood as, to be looked at before it counts.

    Args:
        type: what it is.
        facts: number, patient's code, place, schedule: label and value.
        lines: each by product, how much, and how.
        hidden: what is sent again to place it.
    """

    type: Text
    facts: tuple[tuple[Text, str | Text], ...]
    lines: tuple[tuple[str, str, str], ...]
    hidden: tuple[tuple[str, str], ...]


def understood(page: Page, form: OrderForm, filed: Filed) -> Understood:
    """What stands on the page that asks once more."""
    paper = filed.paper
    codes = [line.product for line in paper.lines if line.product]
    known = products_by_code(page.connection, page.ledger_id, codes)
    patient = pseudonym_tail(paper.patient.removeprefix("urn:uuid:")) if paper.patient else "–"
    facts: list[tuple[Text, str | Text]] = [
        (text_of("order-field-number"), paper.number),
        (text_of("column-patient"), patient),
        (text_of("order-field-destination"), page.places.name(paper.destination or "")),
    ]
    facts += [
        (text_of(f"order-field-{name}"), form.values[name].replace("T", " "))
        for name in ("frequency", "start", "stop", "planned")
        if form.values[name]
    ]
    if paper.high_alert:
        facts.append((text_of("column-high-alert"), text_of("high-alert-yes")))
    lines = [_understood_line(page, line, known[line.product or ""]) for line in paper.lines]
    hidden = [
        (name, value)
        for name, value in form.values.items()
        if value and name not in {"patient_kind", "patient_number", "patient"}
    ]
    hidden.append(("patient", paper.patient or ""))
    hidden += [(name, line[name]) for line in form.lines if line["product"] for name in LINE]
    return Understood(text_of(f"ordering-{form.type}"), tuple(facts), tuple(lines), tuple(hidden))


def _understood_line(page: Page, line: PaperLine, product: Product) -> tuple[str, str, str]:
    how = " · ".join(filter(None, (str(line.dose) if line.dose else "", line.route)))
    return product.name, product.specification, how or page.quantity(line.quantity, product)
