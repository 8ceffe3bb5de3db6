"""Policies: whose word is enough (C2SP tlog-policy)."""

from datetime import UTC, datetime
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import Invalid
from ledger import VerificationError
from ledger.algorithm import ED25519, ED25519_COSIGNATURE
from ledger.keys import KeySigner, make_signer
from ledger.note import open_note, sign_note
from ledger.policy import parse_policy

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LOG = make_signer("hospital.example/log", ED25519, lambda: NOON)
W = {
    name: make_signer(f"{name.lower()}.example/w", ED25519_COSIGNATURE, lambda: NOON)
    for name in ("X1", "X2", "X3", "Y1")
}
BODY = b"hospital.example/log\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
EXAMPLE = f"""
# two levels, as in the specification
log {LOG.key} https://hospital.example/log
witness X1 {W["X1"].key} https://x1.example/
 witness\tX2   {W["X2"].key}
witness X3 {W["X3"].key}
group X-witnesses 2 X1 X2 X3

witness Y1 {W["Y1"].key}
group Y-witnesses any Y1
group both all X-witnesses Y-witnesses
quorum both
"""


def holds(text: str, *signers: KeySigner) -> bool:
    policy = parse_policy(text)
    note = open_note(sign_note(BODY, LOG, *signers), [LOG.key, *policy.witness_keys])
    try:
        policy.check(note)
    except VerificationError as error:
        assert error.code == "quorum-missing"  # noqa: PT017 -- either answer is an answer
        return False
    return True


def test_the_two_level_example() -> None:
    policy = parse_policy(EXAMPLE)
    assert policy.logs == (LOG.key,)
    assert policy.witnesses["X1"].url == "https://x1.example/"
    assert policy.witnesses["X2"].url is None
    assert holds(EXAMPLE, W["X1"], W["X3"], W["Y1"])
    assert holds(EXAMPLE, *W.values())
    assert not holds(EXAMPLE, W["X1"], W["X2"], W["X3"])
    assert not holds(EXAMPLE, W["X1"], W["Y1"])
    assert not holds(EXAMPLE)


def test_one_witness_or_none_at_all() -> None:
    assert holds("quorum none")
    one = f"witness a {W['X1'].key}\nquorum a\n"
    assert holds(one, W["X1"])
    assert not holds(one, W["X2"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "quorum",
        "quorum nobody",
        "quorum none\nquorum none",
        "quorum none extra",
        "Quorum none",
        f"witness none {W['X1'].key}\nquorum none",
        f"witness a {LOG.key}\nquorum none",
        f"log {W['X1'].key}\nquorum none",
        f"log {LOG.key}\nlog {LOG.key}\nquorum none",
        f"witness a {W['X1'].key}\nwitness a {W['X2'].key}\nquorum a",
        f"witness a {W['X1'].key}\nwitness b {W['X1'].key}\nquorum a",
        f"witness a {W['X1'].key}\ngroup g 2 a\nquorum g",
        f"witness a {W['X1'].key}\ngroup g 0 a\nquorum g",
        f"witness a {W['X1'].key}\ngroup g some a\nquorum g",
        f"witness a {W['X1'].key}\ngroup g 1\nquorum g",
        f"witness a {W['X1'].key}\ngroup g 1 a\ngroup h 1 a\nquorum h",
        f"witness a {W['X1'].key}\ngroup g 1 a a\nquorum g",
        f"group g 1 a\nwitness a {W['X1'].key}\nquorum g",
        "witness a b\nquorum a",
        f"log {LOG.key}\r\nquorum none",
    ],
    ids=count(),  # keys are made anew each time; names must not be
)
def test_a_malformed_policy_names_its_line(text: str) -> None:
    with pytest.raises(Invalid, match="policy-malformed"):
        parse_policy(text)


@given(st.text(alphabet="quormgpwitnesal 123\n\t#", max_size=80))
def test_reading_a_policy_raises_nothing_else(text: str) -> None:
    try:
        parse_policy(text)
    except Invalid as error:
        assert error.code == "policy-malformed"  # noqa: PT017 -- either answer is an answer
