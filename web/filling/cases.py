"""The pages of recall: the list of cases, and a case with everything that is known of it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from flask import url_for

from access import Action, Purpose
from errors import NotFound
from inventory import ALL_LOTS, Product
from ledger import read_entries_at
from recall import NOTICE_WITHIN, Answer, Case, RecallClass, answer, cases, find_case
from texts import Text, text_of
from trace import Step as Recorded
from trace import history_of_lot, step_of
from web import view
from web.filling.conclude import conclude_form
from web.filling.goods import exposure_of, places_of
from web.filling.page import Page
from web.filling.steps import Goods, steps
from web.view import (
    CaseState,
    Clock,
    Fact,
    Field,
    PatientList,
    PatientListState,
    RecallListView,
    RecallRow,
    RecallView,
    Seal,
    Step,
    WardCount,
)

CLASSES: Final = {
    RecallClass.FIRST: view.RecallClass.ONE,
    RecallClass.SECOND: view.RecallClass.TWO,
    RecallClass.THIRD: view.RecallClass.THREE,
}
"""The classes as pages number them."""

PURPOSES: Final = (
    Purpose.PATIENT_SAFETY,
    Purpose.TREATMENT,
    Purpose.PUBLIC_HEALTH,
    Purpose.QUALITY,
    Purpose.PATIENT_REQUEST,
    Purpose.LEGAL,
)
"""Why somebody may want to know who the patients of a recall are, the usual reason first."""

_REASONS: Final = tuple((each.value, text_of(f"purpose-{each.value}")) for each in PURPOSES)

_LOG: Final = 100


def case_rows(page: Page, limit: int | None = None) -> tuple[RecallRow, ...]:
    """The cases, the newest first; at most `limit` of them."""
    found = cases(page.connection, page.ledger_id)[:limit]
    return tuple(_row(page, case) for case in found)


def case_list(page: Page) -> RecallListView:
    """The list of cases."""
    may_open = page.may(Action.OPEN_RECALL)
    return RecallListView(case_rows(page), url_for("recalls.new") if may_open else None)


def case_view(page: Page, case_id: str, patients: PatientList | None = None) -> RecallView:
    """The page of a case.

    Args:
        page: the page.
        case_id: its number.
        patients: the list of names as it is to be shown; None: what this reader may ask for.

    Raises:
        NotFound: there is no such case.
    """
    case = find_case(page.connection, page.ledger_id, case_id)
    if case is None:
        raise NotFound("not-found", what=case_id)
    begun = time.perf_counter()
    found = answer(page.connection, page.ledger_id, case.scope)
    log, opening = _log(page, case, found)
    product = page.product(case.scope[0][0])
    wards = _wards(page, found)
    return RecallView(
        case_id=case.case_id,
        name=_names(page, case),
        spec=product.specification if len(_products(page, case)) == 1 else "",
        lots=_lots(page, case),
        recall_class=CLASSES[case.recall_class],
        state=_state(case),
        clock=_clock(page, case),
        reason=case.reason,
        notice=case.source or None,
        opened_at=case.opened,
        scope=_scope(page, case, found),
        exposure=exposure_of(found.balances, found.received, product.unit),
        computed_at=page.now,
        seconds=time.perf_counter() - begun,
        seal=opening,
        places=places_of(page, found.balances, recalled=True),
        wards=wards,
        patients=len({each.patient for each in found.patients}),
        patient_list=patients or patient_list(page, case_id),
        log=log,
        conclude=conclude_form(page, case),
    )


def patient_list(page: Page, case_id: str, reason: Field | None = None) -> PatientList:
    """The list of names before it is shown: what this reader may ask for."""
    if not page.may(Action.SEE_PATIENTS):
        return PatientList(PatientListState.FORBIDDEN)
    return PatientList(
        PatientListState.ASKS,
        action=url_for("recalls.patients", case_id=case_id),
        reason=reason or Field(),
        reasons=_REASONS,
    )


def _row(page: Page, case: Case) -> RecallRow:
    found = answer(page.connection, page.ledger_id, case.scope)
    return RecallRow(
        href=url_for("recalls.case", case_id=case.case_id),
        case_id=case.case_id,
        name=_names(page, case),
        lots=_lots(page, case),
        recall_class=CLASSES[case.recall_class],
        state=_state(case),
        opened_at=case.opened,
        clock=_clock(page, case),
        total=found.received,
        open_units=found.available,
        unit=page.product(case.scope[0][0]).unit,
        patients=len({each.patient for each in found.patients}),
    )


def _products(page: Page, case: Case) -> list[Product]:
    numbers = dict.fromkeys(product_id for product_id, _ in case.scope)
    return [page.product(number) for number in numbers]


def _names(page: Page, case: Case) -> str:
    return "、".join(product.name for product in _products(page, case))


def _lots(page: Page, case: Case) -> tuple[str, ...]:
    every = page.say("all-lots")
    return tuple(every if lot == ALL_LOTS else lot for _, lot in case.scope)


def _state(case: Case) -> CaseState:
    return CaseState.OPEN if case.closing is None else CaseState.CLOSED


def _clock(page: Page, case: Case) -> Clock:
    limit, done = NOTICE_WITHIN[case.recall_class], case.closing is not None
    return Clock(limit, case.deadline - page.now, case.deadline, done)


def _scope(page: Page, case: Case, found: Answer) -> tuple[Fact, ...]:
    codes = ", ".join(product.code for product in _products(page, case))
    arrived = str(len(found.lots))
    person = f"{page.person(case.person)} · {page.moment(case.opened)}"
    return (
        Fact(text_of("fact-lot"), "  ".join(_lots(page, case)), mono=True),
        Fact(text_of("fact-product_code"), codes, mono=True),
        Fact(
            text_of("fact-lots-arrived"),
            text_of("fact-lots-arrived-count").filled({"count": arrived}),
        ),
        Fact(text_of("fact-notice"), case.source or Text("–", "–")),
        Fact(text_of("fact-opened-by"), person),
        *_decisions(page, case),
    )


def _decisions(page: Page, case: Case) -> Iterator[Fact]:
    """Who closed the case and opened it again, when and why."""
    for each in case.decisions:
        people = " · ".join(page.person(one) for one in (each.person, each.second_person))
        word = text_of("fact-closed-by" if each.closes else "fact-reopened-by")
        yield Fact(word, f"{people} · {page.moment(each.decided)}")
        if each.explanation:
            yield Fact(text_of("fact-explanation"), each.explanation)


def _wards(page: Page, found: Answer) -> tuple[WardCount, ...]:
    patients: dict[str, set[object]] = {}
    units: dict[str, int] = {}
    for each in found.patients:
        ward = page.places.department_of(each.location_id)
        patients.setdefault(ward, set()).add(each.patient)
        units[ward] = units.get(ward, 0) + each.used + each.holding
    counts = [WardCount(ward, len(people), units[ward]) for ward, people in patients.items()]
    return tuple(sorted(counts, key=lambda ward: (-ward.patients, ward.ward)))


def _log(page: Page, case: Case, found: Answer) -> tuple[tuple[Step, ...], Seal]:
    """What the ledger says since the case was opened, newest first, and the seal of it all."""
    recorded: dict[int, Recorded] = {}
    for lot in found.lots:
        history = history_of_lot(page.connection, page.ledger_id, lot.lot_id, limit=_LOG)
        recorded |= {step.entry.seq: step for step in history if step.entry.seq >= case.seq}
    newest = [recorded[seq] for seq in sorted(recorded)[-_LOG:]]
    told = steps(page, newest, _goods(page, found))
    if case.seq not in recorded:  # no lot of it ever came: nothing but the case itself to tell
        told = (*_own_steps(page, case), *told)
    plain = [replace(step, gap_before=False) for step in reversed(told)]
    return tuple(plain), _worst(plain)


def _goods(page: Page, found: Answer) -> Goods | None:
    """Whose amounts the steps tell; of several lots none, so that no sum is told twice."""
    if len(found.lots) != 1:
        return None
    product = page.product(found.lots[0].product_id)
    return Goods.of(product, found.lots[0])


def _own_steps(page: Page, case: Case) -> tuple[Step, ...]:
    entries = read_entries_at(page.connection, page.ledger_id, case.seqs)
    return steps(page, [step_of(entry) for entry in entries])


def _worst(told: Sequence[Step]) -> Seal:
    seals = {step.seal for step in told}
    if Seal.BROKEN in seals:
        return Seal.BROKEN
    return Seal.PENDING if Seal.PENDING in seals or not seals else Seal.PROVEN
