"""The rules as docs/rules.md shows them: `python -m inventory.rulebook > docs/rules.md`."""

from __future__ import annotations

import sys

from inventory.rules import RULES, SEND_BACK, Rule, reason_against
from inventory.things import Status
from texts import text_of
from trace import EventKind, Reason

_HEAD = """\
# The rules of the gate

Every exit passes here, whoever asks: pages, handhelds, imports. Printed from
`inventory/rules.py` by `python -m inventory.rulebook`; a test compares.

Rows say what is to happen, columns the state before. A cell is the state afterwards, or the reason
of the refusal in `code`.
"""

_BESIDE = """
Besides:

- Recalled goods (an open case holds their lot, or all lots of their product) may not be dispensed,
  administered, implanted, released or moved on: `recalled`. They may go into quarantine, go back to
  the supplier and be returned. What arrives or is returned under a recall is quarantined at once.
- Goods may be received, dispensed, administered, implanted and released up to and on their last
  day, afterwards `expired`. The day is that of the place where it happens.
- Goods leave from where the books say they are: `not-here`. Amounts of a lot are drawn from the
  first state in the order of the table that has enough: `not-enough`.
- A thing arrives once: `already-received`. What a label says must agree with what was received:
  `lot-mismatch`, `expiry-mismatch`.
- Administering and implanting name a patient (`patient-missing`), and goods that were handed out
  for somebody are for nobody else (`wrong-patient`). Only implants are implanted
  (`not-an-implant`).
- An event that names an order we know fits a line of it: `not-on-order`, `too-many`.
- An event happens whole or not at all.

## Every reason

| code | 中文 | English |
|---|---|---|
"""


def markdown() -> str:
    """The whole page."""
    states = [state.value for state in Status]
    lines = [_HEAD, f"| | {' | '.join(states)} |", "|---|" + "---|" * len(states)]
    kinds = [kind for kind in EventKind if kind is not EventKind.RECEIVED]
    lines += [_row(kind.value, kind, RULES[kind]) for kind in kinds]
    lines.append(_row("returned to the supplier", EventKind.RETURNED, SEND_BACK))
    reasons = [f"| `{each.value}` | {_said(each)} |" for each in sorted(Reason)]
    return "\n".join(lines) + "\n" + _BESIDE + "\n".join(reasons) + "\n"


def _row(name: str, kind: EventKind, rule: Rule) -> str:
    cells = [
        (rule.target or state).value
        if state in rule.sources
        else f"`{reason_against(kind, state).value}`"
        for state in Status
    ]
    return f"| {name} | {' | '.join(cells)} |"


def _said(reason: Reason) -> str:
    text = text_of(reason.value)
    return f"{text.zh} | {text.en}"


if __name__ == "__main__":
    sys.stdout.write(markdown())
