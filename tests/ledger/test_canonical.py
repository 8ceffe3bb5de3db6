"""Canonical JSON: RFC 8785 to the letter, checked against the standard's own figures."""

import enum
import json
import math
import struct
import uuid
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from errors import Invalid
from ledger import encode
from ledger.canonical import MAX_DEPTH, MAX_INTEGER

VECTORS = json.loads((Path(__file__).parent / "vectors" / "canonical.json").read_text("utf-8"))

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
wide_texts = st.text(st.sampled_from('aé药\ue000\uffee\U00010000\U0001f600\x00\x1f\x7f\u2028"\\/'))
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-MAX_INTEGER, MAX_INTEGER)
    | texts
    | wide_texts
    | st.floats(allow_nan=False, allow_infinity=False)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(texts | wide_texts, inner),
    max_leaves=25,
)


class Step(enum.StrEnum):
    """A word of a vocabulary."""

    RECEIVING = "receiving"


class Colour(enum.Enum):
    """No word of JSON's."""

    RED = "red"


def as_ecmascript(digits: str) -> float:
    """An integer where JavaScript would hold it exactly, else the double it would hold."""
    return int(digits) if abs(int(digits)) <= MAX_INTEGER else float(digits)


@given(values)
def test_what_is_written_is_what_the_reference_encoder_writes(value: object) -> None:
    assert encode(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(values)
def test_what_is_written_reads_back_and_writes_the_same_again(value: object) -> None:
    written = encode(value)
    assert encode(json.loads(written, parse_int=as_ecmascript)) == written


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_reads_back_as_itself(number: float) -> None:
    assert float(encode(number)) == number


@pytest.mark.parametrize("vector", VECTORS["numbers"], ids=lambda vector: vector["es"])
def test_numbers_are_written_as_rfc_8785_appendix_b_writes_them(vector: dict[str, str]) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(vector["ieee"]))
    assert encode(number) == vector["es"].encode()


@pytest.mark.parametrize("vector", VECTORS["documents"], ids=lambda vector: vector["name"])
def test_documents_are_written_as_laid_down(vector: dict[str, str]) -> None:
    assert encode(json.loads(vector["input"])).hex() == vector["hex"]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (math.nan, "json-not-finite"),
        ([math.inf], "json-not-finite"),
        ({"a": -math.inf}, "json-not-finite"),
        (MAX_INTEGER + 1, "json-integer"),
        ([-MAX_INTEGER - 1], "json-integer"),
        (10**400, "json-integer"),
        ("\ud800", "json-surrogate"),
        ({"\udfff": 1}, "json-surrogate"),
        ({1: "a"}, "json-key"),
        ({None: "a"}, "json-key"),
        ({("a",): 1}, "json-key"),
        (b"bytes", "json-type"),
        ({1, 2}, "json-type"),
        (uuid.UUID(int=1), "json-type"),
        (datetime(2026, 11, 22, tzinfo=UTC), "json-type"),
        (Colour.RED, "json-type"),
        (object(), "json-type"),
    ],
)
def test_what_has_no_canonical_form_is_refused(value: object, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        encode({"deep": [value]})
    assert refusal.value.code == code
    with pytest.raises(Invalid):
        encode(value)


@pytest.mark.parametrize("opening", [list, dict])
def test_nesting_is_bounded_and_a_ring_is_too_deep(opening: type) -> None:
    def nested(depth: int) -> object:
        value: object = 1
        for _ in range(depth):
            value = [value] if opening is list else {"a": value}
        return value

    assert orjson.loads(encode(nested(MAX_DEPTH))) == nested(MAX_DEPTH)
    ring: list[object] = []
    ring.append(ring)
    for value in (nested(MAX_DEPTH + 1), nested(5000), ring):
        with pytest.raises(Invalid) as refusal:
            encode(value)
        assert refusal.value.code == "json-too-deep"


def test_tuples_are_arrays_and_members_of_a_str_enumeration_are_their_letters() -> None:
    assert encode({"b": (1, 2.0), "a": Step.RECEIVING}) == b'{"a":"receiving","b":[1,2]}'
    assert encode({Step.RECEIVING: ()}) == b'{"receiving":[]}'
