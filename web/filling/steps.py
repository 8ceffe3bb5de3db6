"""The life of a thing or lot: its entries as steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from flask import url_for

from access import Action
from inventory import Lot, Product, corrections_of
from recall import (
    RECALL_CLOSING_TYPE,
    RECALL_REOPENING_TYPE,
    RECALL_REVISION_TYPE,
    RECALL_TYPE,
)
from texts import Text, text_of
from trace import CORRECTION_TYPE, Event, EventKind, Reason, Refused
from trace import Step as Recorded
from web.filling.packed import Containers
from web.filling.page import Page
from web.view import (
    Document,
    Lane,
    Seal,
    SealSummary,
    Step,
    StepKind,
    StepLink,
    pseudonym_tail,
)

_OF_RECALLS: Final = {
    RECALL_TYPE: (StepKind.RECALLED, None),
    RECALL_CLOSING_TYPE: (StepKind.RELEASED, text_of("recall-step-closed")),
    RECALL_REOPENING_TYPE: (StepKind.RECALLED, text_of("recall-step-reopened")),
    RECALL_REVISION_TYPE: (StepKind.RECALLED, text_of("recall-step-revised")),
}
"""How what happens to a case is told: its mark, and a title where the mark's own isn't it."""

_ARRIVALS: Final = frozenset({EventKind.ARRIVED, EventKind.RECEIVED})
_DOCUMENT: Final = "urn:medtrace:btt:"
_LONGEST_DEVICE: Final = 16


@dataclass(frozen=True, slots=True)
class Goods:
    """The lot whose amounts are told; a single thing's steps tell none.

    Args:
        product: the product's code.
        lot: the lot.
        unit: the base unit.
    """

    product: str
    lot: Lot
    unit: str

    @classmethod
    def of(cls, product: Product, lot: Lot) -> Goods:
        """A lot of a product."""
        return cls(product.code, lot, product.unit)

    def is_of(self, item: dict[str, Any]) -> bool:
        """Whether an entry's words about a thing, or about a group of them, are about this lot."""
        if (item.get("product"), item.get("lot")) != (self.product, self.lot.lot):
            return False
        same = self.lot.lot or item.get("expiry") == self.lot.expiry
        return bool(same) and item.get("owner") == self.lot.owner


def steps(
    page: Page,
    history: Sequence[Recorded],
    goods: Goods | None = None,
    key: str | None = None,
    *,
    mixed: bool = False,
) -> tuple[Step, ...]:
    """The steps of a life, in the order of the ledger.

    Args:
        page: the page.
        history: what the ledger says of the thing.
        goods: the lot whose life it is; None: it is a single thing's.
        key: the key of the single thing.
        mixed: it is a bag: what happened to its ingredients before is told, and moved other things.
    """
    page.meet(name for recorded in history for name in _people(recorded))
    page.meet_papers(
        (_kind_of(item.type), item.id)
        for recorded in history
        if recorded.event is not None
        for item in recorded.event.documents
    )
    told: list[Step] = []
    whereabouts: str | None = None
    known = {recorded.entry.seq: recorded for recorded in history}
    containers = Containers(page, history, key)
    corrected = corrections_of(page.connection, page.ledger_id, list(known))
    for recorded in history:
        step = _step(page, recorded, goods, told[-1] if told else None)
        if step is None:
            continue
        event = recorded.event
        if event is not None:
            step = _with_details(page, step, containers, recorded, event)
            by = corrected.get(recorded.entry.seq)
            link = None if by is None else _link(page, by, known, goods)
            broken = _exceptions(recorded, key)
            step = replace(step, corrected_by=link, exceptions=broken)
        elif step.kind is StepKind.CORRECTED:
            wrong = recorded.entry.context["corrects"]
            step = replace(step, corrects=_link(page, wrong, known, goods))
            before = known[wrong].event if wrong in known else None
            whereabouts = before.location if before else whereabouts
        if event is not None and recorded.refused is None and moved(recorded, key, mixed=mixed):
            gap = goods is None and _gap(page, whereabouts, event)
            step = replace(step, gap_before=gap)
            whereabouts = event.whereabouts
        told.append(step)
    return tuple(told)


def moved(recorded: Recorded, key: str | None, *, mixed: bool = False) -> bool:
    """Whether an event was about where a thing is, and not about parts of it or ingredients alone.

    Args:
        recorded: the event.
        key: the thing's; None: a lot's life, where nothing is followed.
        mixed: the thing is a bag.
    """
    if key is None or recorded.event is None:
        return True
    items = recorded.entry.context.get("things", ())
    if any(key == item["key"] or key in _keys_inside(item) for item in items):
        return True
    if mixed:
        return recorded.event.parent == key
    return not any(key in {item.get("pack"), item.get("out")} for item in items)


def _keys_inside(item: dict[str, Any]) -> set[str]:
    return {key for group in item.get("contents", ()) for key in group.get("keys", ())}


def seal_summary(page: Page, told: Sequence[Step]) -> SealSummary:
    """How many of the steps are proven, and by what."""
    seals = [step.seal for step in told]
    newest = page.standings.newest
    return SealSummary(
        proven=seals.count(Seal.PROVEN),
        broken=seals.count(Seal.BROKEN),
        total=len(seals),
        checkpoint_at=newest.made if newest else None,
        checkpoint_size=newest.checkpoint.size if newest else None,
        signed=newest is not None and page.standings.problem is None,
    )


def proof_of(page: Page, seq: int) -> str | None:
    """The address of an entry's proof, for those who may see the ledger."""
    return url_for("ledger.proof", seq=seq) if page.may(Action.VIEW_LEDGER) else None


def _people(recorded: Recorded) -> tuple[str | None, ...]:
    if recorded.event is None:
        said = recorded.entry.event
        return said.get("medtrace:person"), said.get("medtrace:secondPerson")
    return recorded.event.person, recorded.event.second_person


def _link(page: Page, seq: int, known: Mapping[int, Recorded], goods: Goods | None) -> StepLink:
    """Where the step of an entry is shown: here, or further back in the lot's life."""
    if seq in known:
        return StepLink(seq, f"#entry-{seq}")
    if goods is None:
        return StepLink(seq, proof_of(page, seq))
    anchor = f"entry-{seq}"
    lot_id = goods.lot.lot_id
    return StepLink(seq, url_for("lots.page", lot_id=lot_id, before=seq + 1, _anchor=anchor))


def _with_details(
    page: Page, step: Step, containers: Containers, recorded: Recorded, event: Event
) -> Step:
    """The same step with what it says of doses and containers."""
    said = (
        containers.detail(recorded, event),
        _ranges(recorded),
        *_of_the_dose(page, event),
        event.note,
    )
    detail = " · ".join(filter(None, said))
    documents = containers.documents(recorded, event) + step.documents
    return replace(step, detail=detail or None, documents=documents)


def _ranges(recorded: Recorded) -> str | None:
    """Which base units of a pack it was about, counted from 1 as people count."""
    said = [each for each in recorded.entry.context.get("things", ()) if "start" in each]
    spans = [f"{each['start'] + 1}–{each['start'] + each['units']}" for each in said]
    return f"#{', '.join(spans)}" if spans else None


def _of_the_dose(page: Page, event: Event) -> Iterator[str]:
    """How much the patient got and how, what was thrown away of it, or why it was not given."""
    if event.dose is not None:
        yield " ".join(filter(None, (str(event.dose), event.route)))
    if event.wasted is not None:
        yield page.say("step-dose-wasted", dose=str(event.wasted))
    if event.cause is not None:
        yield page.say(f"cause-{event.cause.value}")


def _exceptions(recorded: Recorded, key: str | None) -> tuple[Text, ...]:
    """The rules that an event broke which had happened already; of one thing, only its own."""
    broken = recorded.entry.context.get("exceptions", ())
    own = (each for each in broken if key is None or each.get("key") in {None, key})
    said = (Refused(Reason(each["reason"]), each.get("values", {})).text for each in own)
    return tuple(dict.fromkeys(said))


def _step(page: Page, recorded: Recorded, goods: Goods | None, before: Step | None) -> Step | None:
    if recorded.event is not None:
        return _event_step(page, recorded, recorded.event, goods)
    kind = recorded.entry.event.get("type")
    if kind in _OF_RECALLS and recorded.refused is None:
        return _recall_step(page, recorded, before)
    if kind == CORRECTION_TYPE:
        return _correction_step(page, recorded, before)
    return None


def _event_step(page: Page, recorded: Recorded, event: Event, goods: Goods | None) -> Step:
    refused = recorded.refused
    kind = StepKind(event.kind.value) if refused is None else StepKind.REFUSED
    lane, name, origin, place = _way(page, event, refused=refused is not None)
    people = (event.person, event.second_person)
    device = event.device if event.device and len(event.device) <= _LONGEST_DEVICE else None
    return Step(
        kind=kind,
        lane=lane,
        lane_name=name,
        at=event.time,
        seq=recorded.entry.seq,
        seal=page.seal(recorded.entry),
        proof=proof_of(page, recorded.entry.seq),
        origin=origin,
        place=place,
        persons=tuple(page.person(person) for person in people if person),
        device=device,
        detail=event.note,
        quantity=_quantity(recorded, event, goods) if goods else None,
        documents=tuple(_document(page, item.type, item.id) for item in event.documents),
        patient=pseudonym_tail(str(event.patient)) if event.patient else None,
        reason=refused.text if refused else None,
    )


def _way(
    page: Page, event: Event, *, refused: bool
) -> tuple[Lane, str | None, str | None, str | None]:
    """Lane and department after the step, where it came from, where it is."""
    here = page.places.name(event.location)
    if refused:
        return *page.places.lane(event.location), None, here
    if event.kind is EventKind.RETURNED and event.party:
        return Lane.SUPPLIER, event.party, here, event.party
    lane, name = page.places.lane(event.whereabouts)
    if event.kind in _ARRIVALS and event.party:
        return lane, name, event.party, page.places.name(event.whereabouts)
    origin = here if event.whereabouts != event.location else None
    return lane, name, origin, page.places.name(event.whereabouts)


def _recall_step(page: Page, recorded: Recorded, before: Step | None) -> Step:
    """A recall changes no custody: it stands in the lane where the thing is."""
    members: dict[str, Any] = recorded.entry.event
    people = (members.get("medtrace:person"), members.get("medtrace:secondPerson"))
    kind, title = _OF_RECALLS[members["type"]]
    case = Document(members["case"], _case_href(page, members["case"]))
    return Step(
        kind=kind,
        title=title,
        lane=before.lane if before else Lane.STORE,
        lane_name=before.lane_name if before else None,
        at=datetime.fromisoformat(members["eventTime"]),
        seq=recorded.entry.seq,
        seal=page.seal(recorded.entry),
        proof=proof_of(page, recorded.entry.seq),
        persons=tuple(page.person(person) for person in people if person),
        detail=members.get("reason") or members.get("explanation") or None,
        documents=(case,),
    )


def _correction_step(page: Page, recorded: Recorded, before: Step | None) -> Step:
    """A correction puts goods back: it stands in the lane where they were last seen."""
    members: dict[str, Any] = recorded.entry.event
    refused = recorded.refused
    people = (members.get("medtrace:person"), members.get("medtrace:secondPerson"))
    error = page.say(f"error-{members['errorDeclaration']['reason']}")
    return Step(
        kind=StepKind.CORRECTED if refused is None else StepKind.REFUSED,
        lane=before.lane if before else Lane.STORE,
        lane_name=before.lane_name if before else None,
        at=datetime.fromisoformat(members["eventTime"]),
        seq=recorded.entry.seq,
        seal=page.seal(recorded.entry),
        proof=proof_of(page, recorded.entry.seq),
        persons=tuple(page.person(person) for person in people if person),
        detail=" · ".join(filter(None, (error, members.get("medtrace:note")))),
        reason=refused.text if refused else None,
    )


def _case_href(page: Page, case_id: str) -> str | None:
    return url_for("recalls.case", case_id=case_id) if page.may(Action.SEE_RECALL) else None


def _gap(page: Page, whereabouts: str | None, event: Event) -> bool:
    """Whether the thing turned up in another department than it was last seen in."""
    if whereabouts is None or whereabouts == event.location:
        return False
    return page.places.department(whereabouts) != page.places.department(event.location)


def _quantity(recorded: Recorded, event: Event, goods: Goods) -> str | None:
    count = amount_of(recorded, event, goods)
    return f"{count:,} {goods.unit}" if count else None


def amount_of(recorded: Recorded, event: Event, goods: Goods) -> int:
    """How much of a lot an event was about, by what the entry says its things are."""
    amounts = {thing.key: thing.quantity for thing in event.things}
    count = 0
    for item in recorded.entry.context.get("things", ()):
        if goods.is_of(item):
            said = item.get("quantity") or amounts.get(item["key"]) or item.get("arrived")
            count += said or 1
        for group in filter(goods.is_of, item.get("contents", ())):
            count += len(group.get("keys", ())) + group.get("quantity", 0)
    return count


def _kind_of(type_: str) -> str:
    """The type of a document without the vocabulary that it is from."""
    return type_.removeprefix(_DOCUMENT)


def _document(page: Page, type_: str, number: str) -> Document:
    kind = _kind_of(type_)
    code = f"document-{kind}"
    text = text_of(code)
    said = page.in_words(text.filled({"id": number}))
    href = _case_href(page, number) if kind == "recall" else page.paper((kind, number))
    return Document(number if said == code else said, href)
