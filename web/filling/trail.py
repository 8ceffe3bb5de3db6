"""The audit trail in words: what was done or tried, by whom, to what, with which result.

The entries keep their words as programs know them, and the trail's files give them so; a page says
them in the reader's language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from access import Label
from texts import CATALOGUE, Text, text_of
from web.shell import role_text
from web.view import Choice, pseudonym_tail

_DONE: Final = "did-"
_UNKNOWN: Final = re.compile(r"urn:medtrace:(staff|device|patient|hold):unknown")
_PATIENTS: Final = frozenset({"find_patients", "see_patients", "erase_patients", "hold_patients"})
_ABOUT_PATIENTS: Final = ("patient-", "legal-hold")
_PREFIXES: Final = {
    "urn:medtrace:device:": "object-device",
    "urn:medtrace:batch:": "object-batch",
    "urn:medtrace:loc:": "object-place",
}
_TAIL: Final = 8


def action_said(action: str) -> Text:
    """What was done or tried."""
    return text_of(f"did-{action}" if f"did-{action}" in CATALOGUE else action)


def result_said(result: str) -> Text:
    """With which result."""
    known = f"result-{result}"
    return text_of(known if known in CATALOGUE else result)


def person_said(by: str, labels: Mapping[str, Label]) -> Text:
    """Who: role and number, or what kind of nobody."""
    label = labels.get(by)
    if label is not None:
        role = role_text(label.roles)
        return Text(f"{role.zh} {label.number}", f"{role.en} {label.number}")
    if by.startswith("urn:medtrace:device:"):
        return text_of("object-device").filled({"code": by[-_TAIL:]})
    return text_of(by.rpartition(":")[2])


def object_said(action: str, what: str, labels: Mapping[str, Label]) -> Text:
    """To what or whom; a code that says itself is left as it is."""
    if what in labels:
        return person_said(what, labels)
    if _UNKNOWN.match(what):
        return text_of("object-unknown")
    if what in {"audit", "urn:medtrace:settings"}:
        return text_of(f"object-{what.rpartition(':')[2]}")
    if what.startswith("urn:uuid:"):
        whose = action in _PATIENTS or action.startswith(_ABOUT_PATIENTS)
        tail = pseudonym_tail(what.removeprefix("urn:uuid:"))
        return text_of("object-patient" if whose else "object-event").filled({"code": tail})
    for prefix, code in _PREFIXES.items():
        if what.startswith(prefix):
            return text_of(code).filled({"code": what.removeprefix(prefix)[-_TAIL:]})
    return Text(what, what)


def action_choices(chosen: str) -> tuple[Choice, ...]:
    """Every action that may stand in the trail, to choose from."""
    known = [code.removeprefix(_DONE) for code in CATALOGUE if code.startswith(_DONE)]
    return tuple(Choice(each, action_said(each), each == chosen) for each in known)
