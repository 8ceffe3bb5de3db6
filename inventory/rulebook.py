"""The rules as docs/rules.md shows them: `python -m inventory.rulebook > docs/rules.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from inventory.rules import RULES, SEND_BACK, Rule, reason_against
from inventory.things import Status
from texts import text_of
from trace import EventKind, Reason

_HEAD = """\
# The rules of the gate

Every exit passes here, whoever asks: pages, handhelds, imports. Printed from
`inventory/rules.py` by `python -m inventory.rulebook`; a test compares.

## What may happen

A row for every kind of event: from which states, to which state, and what else is asked. Any other
state is refused, for the reason in the second table.

| what happens | from | to | besides |
|---|---|---|---|
"""

_WHY = """
`gate`: recalled and expired goods do not pass. `two`: somebody else looks on, with a narcotic or
(`always two`) whatever it is. `patient`: a patient is named.

## Why not

The reason is that of the state the goods are in:

| state | reason | but where … |
|---|---|---|
"""

_BESIDE = """
## Besides

- Recalled goods (an open case holds their lot, or all lots of their product) may not be sent,
  reserved, packed, dispensed, administered, implanted, released or moved on: `recalled`. They may
  go into quarantine, be rejected, wasted or destroyed, and go back to the supplier. What is
  received under a recall is quarantined at once, and what is inspected, accepted, freed, found or
  returned under one or after its last day; so are expired goods that are moved.
- Goods may arrive, be sent, reserved, packed, dispensed, administered, implanted and released up to
  and on their last day, afterwards `expired`. The day is that of the place where it happens.
- Goods leave from where the books say they are: `not-here`. Amounts of a lot are drawn from the
  first state of the row that has enough: `not-enough`.
- A thing arrives once: `already-received`. What a label says must agree with what was received:
  `lot-mismatch`, `expiry-mismatch`. Goods that name no lot are told apart by their last day.
- A code that nobody knows does not stop a delivery: what arrives under it is on record raw, with
  the exception `unknown-code`, until somebody maps it. Everywhere else it is refused.
- Administering and implanting name a patient (`patient-missing`), and goods that were handed out
  for somebody are for nobody else (`wrong-patient`). Only implants are implanted
  (`not-an-implant`).
- A container goes with all that lies in it, and none of it may be stopped: one recalled box stops
  its pallet. One scan receives what its supplier declared; what was here before stays as it was
  said first. A thing that acts alone leaves its container. Amounts in a container are not drawn
  loose (`not-enough`); a container is given to no patient (`is-container`), goes neither into
  itself nor twice into another (`already-packed`), and only what lies in it is taken out
  (`not-inside`). Packing changes no state.
- Reserved goods are kept for a document (`document-missing`) and go for that one only: `reserved`.
- Consigned goods belong to who delivered them until they are used, and are kept apart by owner;
  our own are drawn before them. They go back to their owner only and are not ours to destroy:
  `wrong-owner`.
- Narcotics are watched by a second person (`second-person-missing`), somebody else than who does
  it. So are their corrections.
- A count finds what is missing, or what the books never had; amounts are found out of what is
  missing there, as far as that has enough.
- An event that names an order we know fits a line of it: `not-on-order`, `too-many`.
- An event happens whole or not at all.

## What has happened already

An event that is told after the fact (from paper, or by a handheld that was out of reach) is never
refused. It is on record with an exception for every rule it broke, each on the work-list until a
named person resolves it, and the state follows as far as it can: what the books lacked came in
unseen; what was used already stays as it was said first, and both patients are on the lists; what
is told out of order (`out-of-order`) changes the state only where nothing can come after it. A
reservation or packing that was not possible changes nothing.

## Corrections

A correction declares one event wrong and puts everything back as it was before, whole or not at
all: `corrected-later` where something happened to the goods since, `already-corrected`,
`nothing-to-correct`. What never arrived is `void` afterwards and may arrive again. A correction is
not itself corrected; what happened instead is an event of its own.

## Every reason

| code | 中文 | English |
|---|---|---|
"""


def markdown() -> str:
    """The whole page."""
    rows = [_row(kind.value, RULES[kind]) for kind in EventKind]
    rows.append(_row("returned to the supplier", SEND_BACK))
    reasons = [f"| `{each.value}` | {_said(each)} |" for each in sorted(Reason)]
    why = [_why(state) for state in Status]
    return _HEAD + _lines(rows) + _WHY + _lines(why) + _BESIDE + _lines(reasons)


def _lines(rows: list[str]) -> str:
    return "\n".join(rows) + "\n"


def _row(name: str, rule: Rule) -> str:
    sources = [state.value for state in rule.sources]
    if rule.arrives:
        sources.append("not in the books")
    target = rule.target.value if rule.target else "unchanged"
    return f"| {name} | {', '.join(sources)} | {target} | {', '.join(_asked(rule))} |"


def _asked(rule: Rule) -> Iterator[str]:
    if rule.gated:
        yield "gate"
    if rule.for_patient:
        yield "patient"
    if rule.two_persons:
        yield "always two"
    elif rule.watched:
        yield "two"


def _why(state: Status) -> str:
    """The reason of a state, and the kinds of event that have one of their own for it."""
    usual = reason_against(EventKind.RETURNED, state)
    others = {
        kind: reason_against(kind, state)
        for kind in EventKind
        if state not in RULES[kind].sources and kind not in _ARRIVALS
    }
    own = [f"{kind}: `{reason}`" for kind, reason in others.items() if reason is not usual]
    arrive = "" if state is Status.VOID else "arrived, received: `already-received`"
    return f"| {state} | `{usual}` | {', '.join(filter(None, (arrive, *own)))} |"


_ARRIVALS = frozenset({EventKind.ARRIVED, EventKind.RECEIVED})


def _said(reason: Reason) -> str:
    text = text_of(reason.value)
    return f"{text.zh} | {text.en}"


if __name__ == "__main__":
    sys.stdout.write(markdown())
