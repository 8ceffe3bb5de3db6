"""The errors: each with a stable code, its text in both languages, and the field at fault."""

from __future__ import annotations

import pytest

import errors
from errors import Conflict, Forbidden, Invalid, MedtraceError, NotFound, Refused, Unavailable
from texts import Text

STATUS = {
    Invalid: 422,
    NotFound: 404,
    Conflict: 409,
    Forbidden: 403,
    Refused: 409,
    Unavailable: 503,
    MedtraceError: 500,
}
"""What the doors answer (RFC 9110 §15)."""


def test_the_tree_is_what_its_drawing_says() -> None:
    drawn = errors.__doc__ or ""
    for kind in MedtraceError.__subclasses__():
        if kind.__module__ == "errors":
            assert kind in STATUS
            assert f"── {kind.__name__} " in drawn


@pytest.mark.parametrize(("kind", "status"), list(STATUS.items()))
def test_every_kind_has_its_status(kind: type[MedtraceError], status: int) -> None:
    assert kind("required").status == status
    assert issubclass(kind, MedtraceError)


def test_an_error_says_what_is_wrong_and_where() -> None:
    error = Invalid("too-large", field="events.0.note", limit=65_535)
    assert (error.code, error.field, error.values) == (
        "too-large",
        "events.0.note",
        {"limit": 65_535},
    )
    assert error.text == Text("内容太大，最多 65535", "Too large, the limit is 65535")
    assert str(error) == "too-large: Too large, the limit is 65535 [events.0.note]"
    assert str(Invalid("required")) == "required: This field is required"


def test_an_error_without_a_sentence_is_still_said() -> None:
    error = MedtraceError("no-such-code")
    assert str(error) == "no-such-code: no-such-code"
    assert "{limit}" in str(Invalid("too-large")), "what is missing is shown, not raised"
