"""Fields whose faults are told by code, so that people read them in their own language.

A fault is `code` or `code:detail`; the sentence stands in `texts` under the code, `{detail}` in it
is the detail.
"""

from __future__ import annotations

import re
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from texts import Text, text_of

_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")
_UNWRITABLE_BUT_LINES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

_FAULTS: dict[type[fields.Field[Any]], dict[str, str]] = {
    fields.Field: {"required": "required", "null": "required", "validator_failed": "malformed"},
    fields.String: {"invalid": "field-text", "invalid_utf8": "field-text"},
    fields.UUID: {"invalid_uuid": "field-uuid"},
    fields.Integer: {"invalid": "field-integer", "too_large": "field-integer"},
    fields.AwareDateTime: {"invalid": "field-time", "invalid_awareness": "time-without-zone"},
    fields.Date: {"invalid": "field-date"},
    fields.List: {"invalid": "field-list"},
    fields.Nested: {"type": "field-object"},
    fields.Enum: {"unknown": "field-choice:{choices}"},
}
"""What a fault that marshmallow finds is called here, by the kind of field."""


class ToldSchema(Schema):
    """A schema that tells faults by code."""

    error_messages: dict[str, str] = {  # noqa: RUF012 -- as marshmallow declares it
        "type": "field-object",
        "unknown": "field-unknown",
    }

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Replace marshmallow's English sentences; called by it for each field."""
        _tell_by_code(field_obj)
        super().on_bind_field(field_name, field_obj)


def _tell_by_code(field: fields.Field[Any]) -> None:
    for kind, faults in _FAULTS.items():
        if isinstance(field, kind):
            field.error_messages.update(faults)
    if isinstance(field, fields.List):
        _tell_by_code(field.inner)


def length(least: int, most: int) -> validate.Length:
    """Between so many and so many characters."""
    return validate.Length(least, most, error="field-length:{min}–{max}")


def count(most: int) -> validate.Length:
    """Between one and so many items."""
    return validate.Length(1, most, error="field-count:{max}")


def number(least: int, most: int) -> validate.Range:
    """A number between two others, both allowed."""
    return validate.Range(least, most, error="field-range:{min}–{max}")


def one_line(value: str) -> None:
    """Refuse what no label, list or database can show: control characters, halves of characters.

    Raises:
        ValidationError: `field-characters`.
    """
    if _UNWRITABLE.search(value):
        raise ValidationError("field-characters")


def written(value: str) -> None:
    """As `one_line`, but for a text of several lines.

    Raises:
        ValidationError: `field-characters`.
    """
    if _UNWRITABLE_BUT_LINES.search(value):
        raise ValidationError("field-characters")


def fault_text(fault: str) -> Text:
    """What a fault says, in words."""
    code, _, detail = fault.partition(":")
    return text_of(code).filled({"detail": detail})
