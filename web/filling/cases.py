"""The pages of recall: the list of cases, and a case with everything that is known of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from flask import url_for

from access import Action, Purpose
from errors import NotFound
from inventory import Product
from ledger import read_entries_at
from recall import Answer, Case, RecallClass, cases, count_cases, find_case, position_of
from texts import Text, text_of
from trace import latest_of_lots, step_of
from web import view
from web.filling.conclude import conclude_form
from web.filling.extents import scope_words
from web.filling.goods import STATUSES, exposure_of, places_of
from web.filling.page import Page
from web.filling.steps import Goods, steps
from web.paths import BIGGEST
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
    ThingStatus,
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

REASONS: Final = tuple((each.value, text_of(f"purpose-{each.value}")) for each in PURPOSES)
"""The same in words."""

_LOG: Final = 100
_PAGE: Final = 50


def case_rows(page: Page, limit: int | None = None) -> tuple[RecallRow, ...]:
    """The cases, the newest first; at most `limit` of them."""
    found = cases(page.connection, page.ledger_id, limit)
    return tuple(_row(page, case) for case in found)


def open_rows(page: Page, limit: int) -> tuple[RecallRow, ...]:
    """The open cases, the newest first; at most `limit` of them."""
    found = reversed(page.recalls.cases(page.connection))
    return tuple(_row(page, case) for case in islice(found, limit))


def case_list(page: Page, after: tuple[int, ...] | None) -> RecallListView:
    """The list of cases: the open ones first, then the closed ones, the newest first.

    Args:
        page: the page.
        after: where it goes on: 1 among the closed ones, 0 among the open ones; the case's entry.
    """
    may_open = page.may(Action.OPEN_RECALL)
    opened = len(page.recalls.open(page.connection).case_ids)
    found = cases_after(page, after, _PAGE + 1)
    shown = found[:_PAGE]
    last = shown[-1] if shown else None
    key = f"{int(last.closing is not None)}.{last.seq}" if last else ""
    return RecallListView(
        tuple(_row(page, case) for case in shown),
        open=opened,
        closed=count_cases(page.connection, page.ledger_id) - opened,
        more=url_for("recalls.page", after=key) if len(found) > _PAGE else None,
        first=url_for("recalls.page") if after else None,
        open_href=url_for("recalls.new") if may_open else None,
        notice_href=url_for("recall_notices.page") if may_open else None,
        drills_href=url_for("recalls.drills"),
    )


def cases_after(page: Page, after: tuple[int, ...] | None, limit: int) -> list[Case]:
    """Cases in the order of their list.

    Args:
        page: the page.
        after: as `case_list` has it.
        limit: so many at the most.
    """
    state, before = after or (0, BIGGEST)
    found: list[Case] = []
    if state == 0:
        opened = reversed(page.recalls.cases(page.connection))
        found += islice((case for case in opened if case.seq < before), limit)
        before = BIGGEST
    while len(found) < limit:
        older = cases(page.connection, page.ledger_id, limit, before=before)
        found += [case for case in older if case.closing is not None]
        if len(older) < limit:
            break
        before = older[-1].seq
    return found[:limit]


def case_named(page: Page, case_id: str) -> Case:
    """The case of a number that stands in an address.

    Raises:
        NotFound: there is no such case.
    """
    case = find_case(page.connection, page.ledger_id, case_id.replace("\x00", ""))
    if case is None:
        raise NotFound("not-found", what=case_id)
    return case


def case_view(page: Page, case: Case, patients: PatientList | None = None) -> RecallView:
    """The page of a case.

    Args:
        page: the page.
        case: the case.
        patients: the list of names as it is to be shown; None: what this reader may ask for.
    """
    begun = time.perf_counter()
    found = page.recalls.answer(page.connection, case.scope)
    log, opening = _log(page, case, found)
    product = page.product(case.scope[0][0])
    wards = _wards(page, found)
    return RecallView(
        case_id=case.case_id,
        name=case_names(page, case),
        spec=product.specification if len(_products(page, case)) == 1 else "",
        lots=_lots(page, case),
        recall_class=CLASSES[case.recall_class],
        state=_state(case),
        clock=case_clock(page, case),
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
        patients=found.people,
        patient_list=patients or patient_list(page, case.case_id),
        log=log,
        conclude=conclude_form(page, case, found),
        file_href=url_for("case_file.page", case_id=case.case_id),
        drill=case.drill,
        states=_states(found),
        tasks=url_for("recall_tasks.page", case_id=case.case_id),
        scope_href=url_for("recall_scope.page", case_id=case.case_id)
        if page.may(Action.OPEN_RECALL) and case.closing is None
        else None,
        live=url_for("recalls.live", case_id=case.case_id, since=case_position(page, case, found)),
    )


def _states(found: Answer) -> tuple[tuple[ThingStatus, int], ...]:
    """How much is in which state, the largest amount first."""
    counts: Counter[ThingStatus] = Counter()
    for row in found.balances:
        counts[STATUSES[row.status]] += row.quantity
    return tuple(counts.most_common())


def case_position(page: Page, case: Case, found: Answer | None = None) -> int:
    """The entry that changed a case or its goods last: what its page shows is as of that one."""
    return position_of(page.connection, page.ledger_id, case, found)


def patient_list(page: Page, case_id: str, reason: Field | None = None) -> PatientList:
    """The list of names before it is shown: what this reader may ask for."""
    if not page.may(Action.SEE_PATIENTS):
        return PatientList(PatientListState.FORBIDDEN)
    return PatientList(
        PatientListState.ASKS,
        action=url_for("recalls.patients", case_id=case_id),
        reason=reason or Field(),
        reasons=REASONS,
    )


def _row(page: Page, case: Case) -> RecallRow:
    found = page.recalls.answer(page.connection, case.scope)
    return RecallRow(
        href=url_for("recalls.case", case_id=case.case_id),
        case_id=case.case_id,
        name=case_names(page, case),
        lots=_lots(page, case),
        recall_class=CLASSES[case.recall_class],
        state=_state(case),
        opened_at=case.opened,
        clock=case_clock(page, case),
        total=found.received,
        open_units=0 if case.drill else found.available,
        drill=case.drill,
        unit=page.product(case.scope[0][0]).unit,
        patients=found.people,
    )


def _products(page: Page, case: Case) -> list[Product]:
    numbers = dict.fromkeys(product_id for product_id, _ in case.scope)
    return [page.product(number) for number in numbers]


def case_names(page: Page, case: Case) -> str:
    """The products that a case is about."""
    return "、".join(product.name for product in _products(page, case))


def _lots(page: Page, case: Case) -> tuple[str, ...]:
    return scope_words(page, case.scope)


def _state(case: Case) -> CaseState:
    return CaseState.OPEN if case.closing is None else CaseState.CLOSED


def case_clock(page: Page, case: Case) -> Clock:
    """The time that a case has left."""
    limit, done = case.deadline - case.notified, case.closing is not None
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
        *([Fact(text_of("fact-mixed"), _mixed(page, case, found))] if found.mixed else []),
        Fact(text_of("fact-notice"), case.source or Text("–", "–")),
        Fact(text_of("fact-opened-by"), person),
        *([Fact(text_of("fact-number"), case.number, mono=True)] if case.number else []),
        *_decisions(page, case),
        *_revisions(page, case),
    )


def _mixed(page: Page, case: Case, found: Answer) -> Text:
    """How much is counted and held that came otherwise and lies among what is meant."""
    unit = page.product(case.scope[0][0]).unit
    meant = found.received - found.mixed
    return text_of("fact-mixed-count").filled({"meant": meant, "other": found.mixed, "unit": unit})


def _revisions(page: Page, case: Case) -> Iterator[Fact]:
    """Who widened and narrowed the scope, when and why."""
    for each in case.revisions:
        people = " · ".join(page.person(one) for one in (each.person, each.second_person) if one)
        word = text_of("fact-narrowed-by" if each.drops else "fact-widened-by")
        yield Fact(word, f"{people} · {page.moment(each.revised)}")
        if each.explanation:
            yield Fact(text_of("fact-explanation"), each.explanation)


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
    wards = {
        number: page.places.department_of(number)
        for number in {each.location_id for each in found.patients}
    }
    for each in found.patients:
        ward = wards[each.location_id]
        patients.setdefault(ward, set()).add(each.patient)
        units[ward] = units.get(ward, 0) + each.had
    counts = [WardCount(ward, len(people), units[ward]) for ward, people in patients.items()]
    return tuple(sorted(counts, key=lambda ward: (-ward.patients, ward.ward)))


def _log(page: Page, case: Case, found: Answer) -> tuple[tuple[Step, ...], Seal]:
    """What the ledger says since the case was opened, newest first, and the seal of it all."""
    lots = [lot.lot_id for lot in found.lots]
    newest = latest_of_lots(page.connection, page.ledger_id, lots, since=case.seq, limit=_LOG)
    told = steps(page, newest, _goods(page, found))
    if case.seq not in {step.entry.seq for step in newest}:
        # No lot of it ever came: nothing but the case itself to tell.
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
