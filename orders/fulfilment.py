"""How events fulfil orders: which line a thing belongs to, and what an order of care says. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ledger import Entry
from orders.care import care_for
from orders.counting import (
    FULFILLED_BY,
    Amount,
    Counting,
    Fulfilled,
    Reopened,
    Settled,
    leaves,
)
from orders.order import OrderType
from orders.revising import ended_reason
from orders.rights import Drugs, against_drug, fits, is_named
from orders.schedule import milliseconds
from orders.standing import ENDED, Happened, Name, OpenLine, OpenOrder
from orders.state import BookState
from trace import (
    NO_CHANGE,
    Event,
    EventKind,
    NoChange,
    Reason,
    Refused,
    Thing,
    identifier_of,
    lot_in,
)


class _Stop(Exception):  # noqa: N818 -- no error: the way out of a decision
    """Carries the refusal out of the nested checks."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.reason)
        self.refused = refused


def concerns_orders(state: BookState, event: Event) -> bool:
    """Whether an event may count for an order, or be held to one that it leaves out.

    What its things are in base units must be known then.
    """
    if event.kind is EventKind.ADMINISTERED and event.patient is not None:
        return True
    names = ((document.type, document.id) for document in event.documents)
    return any(
        name in state.orders
        and (state.orders[name].is_of_care or event.kind in FULFILLED_BY[OrderType(name[0])])
        for name in names
    )


def fulfil(state: BookState, event: Event) -> Fulfilled | NoChange | Refused:
    """What an event does to the orders that it names, or why it doesn't fit one of them.

    What has happened already counts for an order of care whatever rule it breaks: a dose that was
    given is given, and nobody shall give it again.
    """
    taking = _Taking(state, event)
    try:
        for document in dict.fromkeys(event.documents):
            order = state.orders.get((document.type, document.id))
            if order is not None:
                taking.take(order)
    except _Stop as stop:
        return stop.refused
    return taking.change()


class _Taking:
    """An event against the orders that it names, one after the other."""

    def __init__(self, state: BookState, event: Event) -> None:
        self._state = state
        self._event = event
        self._amounts: list[Amount] = []
        self._settled: list[Settled] = []
        self._happened: dict[Name, Happened] = {}
        self._exceptions: list[dict[str, Any]] = []

    def take(self, order: OpenOrder) -> None:
        event = self._event
        if order.is_of_care:
            time = milliseconds(event.time)
            self._happened[order.name] = Happened(event.kind.value, time, event.whereabouts)
        if order.name[0] in {OrderType.MEDICATION, OrderType.PROCEDURE}:
            self._care(order)
        else:
            self._amounts += _on_order(self._state, event, order)

    def _care(self, order: OpenOrder) -> None:
        event, done = self._event, care_for(self._state, self._event, order)
        if done.wrong and not event.has_happened:
            raise _Stop(done.wrong[0])
        self._exceptions += [
            {"reason": each.reason.value, "values": dict(each.values)} for each in done.wrong
        ]
        self._amounts += done.amounts
        if done.due is not None:
            time = milliseconds(event.time)
            self._settled.append(Settled(order.name[1], done.due, time, event.kind.value))

    def change(self) -> Fulfilled | NoChange:
        if not self._amounts and not self._happened:
            return NO_CHANGE
        context: dict[str, Any] = {}
        if self._amounts or self._settled:
            context["orders"] = self._said()
        if self._exceptions:
            context["exceptions"] = self._exceptions
        return Fulfilled(
            tuple(self._amounts), tuple(self._settled), (), self._happened, context=context
        )

    def _said(self) -> list[dict[str, Any]]:
        """What the entry says of the lines: a correction takes exactly this back."""
        said = _said(self._amounts)
        for each in said:
            self._add_substitutes(each)
        for dose in self._settled:
            name = {"type": OrderType.MEDICATION.value, "number": dose.number}
            found = next((each for each in said if name.items() <= each.items()), None)
            if found is None:
                said.append(found := name | {"line": 1, "fulfilled": 0, "accepted": 0})
            found["due"] = dose.due
        return said

    def _add_substitutes(self, said: dict[str, Any]) -> None:
        """Which products stood in for the one that a line names."""
        lines = self._state.lines[said["type"], said["number"]]
        line = next(each for each in lines if each.number == said["line"])
        if line.product is None or line.generic is None:
            return
        names = {identifier_of(t.key) for t in leaves(self._state, self._event.things)}
        known = {name: drug for name in names if (drug := self._state.drugs.get(name))}
        stood_in = {
            drug.code
            for name, drug in known.items()
            if not is_named(line, name, drug) and fits(line, name, drug)
        }
        if stood_in:
            said["substitutes"] = sorted(stood_in)


def _said(taken: Sequence[Amount]) -> list[dict[str, Any]]:
    sums: dict[tuple[Name, int], list[int]] = {}
    for each in taken:
        line = sums.setdefault((each.line.name, each.line.number), [0, 0])
        line[0] += each.counting.fulfilled * each.quantity
        line[1] += each.counting.accepted * each.quantity
    return [
        {
            "type": type_,
            "number": number,
            "line": line,
            "fulfilled": fulfilled,
            "accepted": accepted,
        }
        for ((type_, number), line), (fulfilled, accepted) in sums.items()
    ]


def take_back(state: BookState, entry: Entry) -> Fulfilled | NoChange:
    """What the correction of an entry does to the orders that it counted for."""
    amounts, reopened = [], []
    for said in entry.context.get("orders", ()):
        lines = state.lines[said["type"], said["number"]]
        line = next(each for each in lines if each.number == said["line"])
        back = Counting(-said["fulfilled"], -said["accepted"])
        amounts.append(Amount(line, back, 1))
        if "due" in said:
            number, due = said["number"], said["due"]
            reopened.append(Reopened(number, due, state.given_before.get((number, due))))
    names = {line.line.name for line in amounts}
    names |= {name for name in state.named_by(entry) if state.orders[name].is_of_care}
    if not names:
        return NO_CHANGE
    return Fulfilled(tuple(amounts), (), tuple(reopened), dict.fromkeys(names), corrects=entry.seq)


def _on_order(state: BookState, event: Event, order: OpenOrder) -> list[Amount]:
    name = order.name
    counting = FULFILLED_BY[OrderType(name[0])].get(event.kind)
    if counting is None:
        return []
    adds = counting.fulfilled > 0
    if adds and order.state in ENDED:
        raise _stop(ended_reason(order.state), number=name[1])
    # Who brings something back need not know whose it was: the books do.
    nobody = event.kind is EventKind.RETURNED and event.patient is None
    if order.patient is not None and order.patient != event.patient and not nobody:
        raise _stop(Reason.WRONG_PATIENT)
    lines, taken = state.lines[name], list[Amount]()
    for thing in leaves(state, event.things):
        line = _line_for(state, lines, thing, counting, taken)
        if line is not None:
            taken.append(Amount(line, counting, thing.quantity or 1))
    return taken


def _line_for(
    state: BookState,
    lines: Sequence[OpenLine],
    thing: Thing,
    counting: Counting,
    taken: Sequence[Amount],
) -> OpenLine | None:
    """The line that a thing counts for; None: it is taken off, and was never on."""
    fitting = _fitting(lines, thing, state.drugs)
    wanted = thing.quantity or 1
    for line in fitting:
        done, accepted = _with(line, taken)
        if counting.fulfilled > 0 and done + wanted <= line.quantity:
            return line
        if counting.fulfilled < 0 and done >= wanted:
            return line
        if counting.fulfilled == 0 and accepted + wanted <= done:
            return line
    if counting.fulfilled > 0:
        raise _stop(Reason.TOO_MANY, ordered=sum(line.quantity for line in fitting))
    return None if counting.fulfilled < 0 else fitting[-1]


def _fitting(lines: Sequence[OpenLine], thing: Thing, drugs: Drugs) -> list[OpenLine]:
    name = identifier_of(thing.key)
    drug = drugs.get(name)
    wanted = [line for line in lines if line.quantity]
    ordered = [line for line in wanted if is_named(line, name, drug)]
    if drug is not None:
        # What a line names comes before what may stand in for it.
        others = (line for line in wanted if not is_named(line, name, drug))
        ordered += [line for line in others if fits(line, name, drug)]
    if not ordered:
        strict = (against_drug(line, thing, drugs) for line in wanted)
        forbidden = (each for each in strict if each and each.reason is Reason.NO_SUBSTITUTION)
        raise _Stop(next(forbidden, Refused(Reason.NOT_ON_ORDER)))
    lot = thing.lot or (lot_in(thing.key) if thing.quantity is not None else None)
    fitting = [line for line in ordered if not lot or line.lot in {None, lot}]
    if not fitting:
        expected = ", ".join(str(line.lot) for line in ordered)
        raise _stop(Reason.LOT_MISMATCH, expected=expected, found=str(lot))
    return fitting


def _with(line: OpenLine, taken: Sequence[Amount]) -> tuple[int, int]:
    """How far a line is, what this event took already counted."""
    mine = [each for each in taken if each.line is line]
    fulfilled = sum(each.counting.fulfilled * each.quantity for each in mine)
    accepted = sum(each.counting.accepted * each.quantity for each in mine)
    return line.fulfilled + fulfilled, line.accepted + accepted


def _stop(reason: Reason, **values: str | int) -> _Stop:
    return _Stop(Refused(reason, values))
