"""The form that says what belongs in a kit, comes with a loaner set, or is laid out."""

from __future__ import annotations

from dataclasses import dataclass

from texts import Text
from web.view.said import Said
from web.view.staff import Choice


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of the head.

    Args:
        name: as it is posted.
        label: what it asks for.
        value: what stands in it.
        kind: `text`, `number`, `date` or `select`.
        choices: what can be chosen.
        required: it may not be empty.
    """

    name: str
    label: Text
    value: str = ""
    kind: str = "text"
    choices: tuple[Choice, ...] = ()
    required: bool = True


@dataclass(frozen=True, slots=True)
class Declared:
    """A line.

    Args:
        product: code, name or pinyin initials.
        quantity: in base units, as it was typed.
        hold: held ready and not opened.
    """

    product: str = ""
    quantity: str = ""
    hold: bool = False


@dataclass(frozen=True, slots=True)
class DeclareView:
    """The form (`declare.html`, variable `form`).

    Args:
        title: what is declared.
        hint: what it means.
        action: POST address.
        back: where it was come from.
        fields: its head.
        lines: what is in it, with empty ones to fill.
        holds: whether a line may be held ready.
        end: what ends it, to be ticked; empty: it can't be ended here.
        token: of the form.
        faults: what is wrong.
    """

    title: Said
    hint: Said
    action: str
    back: str
    fields: tuple[Asked, ...]
    lines: tuple[Declared, ...]
    holds: bool
    end: Said
    token: str
    faults: tuple[Said, ...] = ()
