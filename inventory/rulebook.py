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
(`always two`) whatever it is. `patient`: a patient is named. `unopened`: no pack that something was
taken out of, `is-opened`.

## Why not

The reason is that of the state the goods are in:

| state | reason | but where … |
|---|---|---|
"""

_BESIDE = """
## Besides

- Recalled goods (the scope of an open case covers them: by lot, serial, last day, day of making,
  supplier, day of arrival; what the books don't know takes nothing out) may not be sent, reserved,
  packed, dispensed, administered, opened, used, implanted, released or moved on: `recalled`. They
  may go into quarantine, be rejected, wasted or destroyed, and go back to the supplier. What is
  received under a recall is quarantined at once, and what is inspected, accepted, freed, found or
  returned under one or after its last day; so are expired goods that are moved.
- Goods may arrive, be sent, reserved, packed, dispensed, administered, opened, used, implanted and
  released up to and on their last day, afterwards `expired`. The day is that of the place where it
  happens.
- Goods leave from where the books say they are: `not-here`. Amounts of a lot are drawn from the
  first state of the row that has enough: `not-enough`.
- A thing arrives once: `already-received`. What a label says must agree with what was received:
  `lot-mismatch`, `expiry-mismatch`. Goods that name no lot are told apart by their last day.
- A code that nobody knows does not stop a delivery: what arrives under it is on record raw, with
  the exception `unknown-code`, until somebody maps it. Everywhere else it is refused.
- Administering and implanting name a patient (`patient-missing`), and goods that were handed out
  for somebody are for nobody else (`wrong-patient`). Only implants are implanted
  (`not-an-implant`), only consumables used (`not-a-consumable`); what is of high value or on
  consignment is used for a patient.
- What is out of its sterile pack is used or wasted, and goes back nowhere: `already-opened`. An
  explant is taken out of the patient who has it, wherever the books have that patient; what was
  implanted elsewhere comes in with it. Explants go back to the maker, home with their patient, or
  are destroyed.
- A patient's own goods belong to the patient: administered to nobody else (`wrong-patient`),
  dispensed and moved into stock never (`patients-own`), in no sum of the hospital's. They go home
  with the patient, or are wasted or destroyed.
- A container goes with all that lies in it, and none of it may be stopped: one recalled box stops
  its pallet. One scan receives what its supplier declared; what was here before stays as it was
  said first. A thing that acts alone leaves its container. Amounts in a container are not drawn
  loose (`not-enough`); a container is given to no patient (`is-container`), goes neither into
  itself nor twice into another (`already-packed`), and only what lies in it is taken out
  (`not-inside`). Packing changes no state.
- A case that was received as one thing, and nobody declared what lies in it, gives its boxes one
  by one: `unpacked` with the case as `parent`. A box has a code of the same product that stands for
  fewer base units (`not-inside`), was never here (`already-received`), and the case has as many
  left (`pack-exhausted`). From then on it is a thing of its own: recalled by its own serial and by
  the case's lot and delivery, packed and sent back as a whole one is. The case counts as opened.
- Reserved goods are kept for a document (`document-missing`) and go for that one only: `reserved`.
- A part of a pack that has a code of its own (拆零) is a range of its base units, which leaves it
  once: `pack-exhausted` where fewer are left than are wanted, wherever the others are. What comes
  back is the same range, goes out again before the pack's own, and both show in its history. Parts
  are dispensed, given, returned, moved, quarantined, released, lost, found, wasted, destroyed and
  mixed; `not-divisible` is what has no base units of its own. A code that is scanned without an
  amount means what is left in the pack and what lies beside it in the same state; where the pack is
  elsewhere, what was taken out of it and is here. A patient's own part goes before any other, and
  where several have one, the event says whose: `patient-missing`.
- What happens to a pack does not happen to what was taken out of it before and is elsewhere or
  in another state. A recall holds all of it, at every exit.
- Doses with labels of their own (`split`) come out of one pack, in all as many as the event says; a
  label names nothing else (`label-taken`).
- What is mixed into a bag (`compounded`) is checked by a second person, is known lot by lot and is
  not taken out again: `compounded` where it is scanned alone. The bag goes as a container does, may
  what goods in stock may, and is given to a patient as a whole; all that is in it counts as given.
  One that was made for a patient is for nobody else. A bag may be mixed into another one.
- A dose that was not given (withheld by staff, declined by the patient) names its cause from a
  closed list; the goods, where some are scanned, stay where and how they are. What is left of a
  dose that was given (`wasted`) is thrown away before a second person, whatever the product:
  `second-person-missing`.
- Consigned goods belong to who delivered them until they are opened, used, implanted, administered
  or wasted; from then on the hospital owns and owes them (`bought` in the entry). Until then they
  are kept apart by owner, and our own are drawn before them. They go back to their owner only and
  are not ours to destroy: `wrong-owner`.
- Narcotics are watched by a second person (`second-person-missing`), somebody else than who does
  it. So are their corrections. High-alert drugs are given under a second person's eyes.
- An event that names a medication order is held to the five rights: docs/orders.md.
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
    if rule.sealed:
        yield "unopened"
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
