"""What an event does to the medication order or the procedure that it names. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from orders.counting import Amount, Counting, leaves
from orders.order import OrderType
from orders.rights import against_goods, due_dose, fits, objections
from orders.schedule import milliseconds
from orders.standing import ENDED, OpenLine, OpenOrder
from orders.state import BookState
from trace import Event, EventKind, Reason, Refused, Thing, identifier_of

SETTLES = frozenset({EventKind.ADMINISTERED, EventKind.WITHHELD, EventKind.DECLINED})
"""The kinds of event after which a dose is no longer due: given, or not given with a reason."""

_NAMED = frozenset({OrderType.MEDICATION.value, OrderType.PROCEDURE.value})
_USES = frozenset({EventKind.ADMINISTERED, EventKind.IMPLANTED, EventKind.USED})
_HANDS_OUT = frozenset({EventKind.DISPENSED, EventKind.RESERVED})


@dataclass(frozen=True, slots=True)
class Cared:
    """What an event does to an order of care.

    Args:
        amounts: so many more on these lines.
        due: the dose that it settles, in milliseconds since 1970 (UTC).
        wrong: what is wrong with it, the first to be told first.
    """

    amounts: tuple[Amount, ...] = ()
    due: int | None = None
    wrong: tuple[Refused, ...] = ()


def care_for(state: BookState, event: Event, order: OpenOrder) -> Cared:
    """What an event does to the medication order or procedure that it names."""
    line = state.lines[order.name][0]
    if order.name[0] == OrderType.PROCEDURE:
        return _in_procedure(state, event, order)
    if event.kind in SETTLES:
        return _settle(state, event, order, line)
    return Cared(wrong=tuple(_against_handing_out(state, event, order, line)))


def without_order(state: BookState, event: Event) -> Refused | None:
    """Why a drug may not be given without naming its order: the patient has one for it."""
    if event.kind is not EventKind.ADMINISTERED or names_order(state, event):
        return None
    moment = milliseconds(event.time)
    for order in state.orders.values():
        if order.schedule is None or order.patient != event.patient or order.state in ENDED:
            continue
        stop = order.schedule.stop
        over = stop is not None and moment >= milliseconds(stop)
        line = state.lines[order.name][0]
        if not over and any(answer is None for answer in _answers(state, line, event.things)):
            return Refused(Reason.ORDER_MISSING, {"number": order.name[1]})
    return None


def names_order(state: BookState, event: Event) -> bool:
    """Whether an event names a medication order or a procedure that we know."""
    return any(
        document.type in _NAMED and (document.type, document.id) in state.orders
        for document in event.documents
    )


def _settle(state: BookState, event: Event, order: OpenOrder, line: OpenLine) -> Cared:
    assert order.schedule is not None  # noqa: S101 -- every medication order has one
    moment = milliseconds(event.time)
    settled = {due: dose for (number, due), dose in state.doses.items() if number == order.name[1]}
    due = due_dose(order.schedule, moment, settled, order.given)
    timely = () if due.wrong is None else (due.wrong,)
    amounts = (Amount(line, Counting(fulfilled=1), 1),)
    if event.kind is EventKind.ADMINISTERED:
        wrong_drugs = filter(None, _answers(state, line, event.things))
        wrong = (*objections(order, line, event, wrong_drugs), *timely)
        return Cared(amounts, due.slot, wrong)
    # What is not given needs neither drug nor dose, and may be said until the next one is due.
    patient = () if order.patient == event.patient else (Refused(Reason.WRONG_PATIENT),)
    late = (each for each in timely if each.reason is not Reason.TOO_LATE)
    return Cared((), due.slot, (*patient, *late))


def _against_handing_out(
    state: BookState, event: Event, order: OpenOrder, line: OpenLine
) -> Iterator[Refused]:
    """Why goods may not be handed out for a medication order; anything else may happen to them."""
    if event.kind not in _HANDS_OUT:
        return
    if order.state in ENDED:
        yield Refused(Reason.ORDER_STOPPED, {"number": order.name[1]})
    if event.patient not in {None, order.patient}:
        yield Refused(Reason.WRONG_PATIENT)
    yield from filter(None, _answers(state, line, event.things))


def _answers(state: BookState, line: OpenLine, things: Sequence[Thing]) -> Iterator[Refused | None]:
    """Of each thing why it is not the drug of the line; None: it is."""
    for thing in things:
        inside = list(leaves(state, [thing]))
        yield against_goods(line, thing, inside, state.drugs)


def _in_procedure(state: BookState, event: Event, order: OpenOrder) -> Cared:
    """What was used; what is planned counts for its line, anything else the surgeon may choose."""
    if event.kind not in _USES:
        return Cared()
    wrong = []
    if order.state in ENDED:
        wrong.append(Refused(Reason.ORDER_STOPPED, {"number": order.name[1]}))
    if order.patient != event.patient:
        wrong.append(Refused(Reason.WRONG_PATIENT))
    amounts = []
    for thing in leaves(state, event.things):
        name = identifier_of(thing.key)
        drug, lines = state.drugs.get(name), state.lines[order.name]
        planned = [line for line in lines if fits(line, name, drug)]
        unused = (line for line in planned if line.fulfilled < line.quantity)
        line = next(unused, planned[-1] if planned else None)
        if line is not None:
            amounts.append(Amount(line, Counting(fulfilled=1), thing.quantity or 1))
    return Cared(tuple(amounts), None, tuple(wrong))
