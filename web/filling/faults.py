"""What is wrong with a form, in words: the field, its line, and what is the matter."""

from __future__ import annotations

from typing import Final

from errors import Invalid
from texts import Text, text_of

_DIGITS: Final = 9
"""More is no amount of goods, and Python reads no number of thousands of digits."""


def fault(said: Text, label: Text, line: int = 0) -> Text:
    """What is wrong with a field.

    Args:
        said: what is the matter.
        label: the field's name.
        line: the number of its line; 0: it stands in the head.
    """
    pattern = text_of("order-fault-line" if line else "order-fault")
    return Text(
        pattern.zh.format(field=label.zh, said=said.zh, line=line),
        pattern.en.format(field=label.en, said=said.en, line=line),
    )


def whole(said: str, name: str = "quantity", least: int = 1) -> int:
    """A number of base units as somebody typed it.

    Raises:
        Invalid: it is no whole number, or less than `least`.
    """
    digits = said.isascii() and said.isdigit() and len(said) <= _DIGITS
    if not digits or int(said) < least:
        raise Invalid("number-wanted", field=name, found=said[:20] or "–")
    return int(said)
