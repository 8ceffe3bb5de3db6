"""Checkpoints: what a log says of itself, and who signed it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import SHA256, SM3, VerificationError
from ledger.algorithm import ED25519, ED25519_COSIGNATURE, SM2_SM3
from ledger.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint, peek_checkpoint
from ledger.keys import make_signer
from ledger.note import sign_note

ORIGIN = "hospital.example/log"
ROOT = bytes(range(32))
GOOD = Checkpoint(ORIGIN, 20852163, ROOT)
LOG = make_signer(ORIGIN, ED25519, lambda: datetime(2026, 11, 22, tzinfo=UTC))
STRANGER = make_signer("other.example/log", ED25519, LOG.clock)
WITNESS = make_signer(ORIGIN, ED25519_COSIGNATURE, LOG.clock)


def test_a_checkpoint_is_origin_size_and_root() -> None:
    assert GOOD.body == (
        b"hospital.example/log\n20852163\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
    )
    assert parse_checkpoint(GOOD.body) == GOOD


def test_an_sm3_ledger_names_its_suite() -> None:
    checkpoint = Checkpoint(ORIGIN, 0, SM3.empty, SM3)
    assert checkpoint.body.endswith(b"=\nsuite sm3\n")
    assert parse_checkpoint(checkpoint.body) == checkpoint
    log = make_signer(ORIGIN, SM2_SM3, LOG.clock)
    opened, _ = open_checkpoint(sign_note(checkpoint.body, log), [log.key])
    assert opened.suite is SM3


def test_extension_lines_are_kept_and_mean_nothing() -> None:
    checkpoint = parse_checkpoint(GOOD.body + b"more\nand more\n")
    assert checkpoint.suite is SHA256
    assert checkpoint.extensions == ("more", "and more")
    assert checkpoint.body == GOOD.body + b"more\nand more\n"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n",
        b"origin\n1\n",
        GOOD.body[:-1],
        GOOD.body + b"\n",
        b"\n" + GOOD.body,
        GOOD.body.replace(b"20852163", b"020852163"),
        GOOD.body.replace(b"20852163", b"-1"),
        GOOD.body.replace(b"20852163", b"+1"),
        GOOD.body.replace(b"20852163", b"1_0"),
        GOOD.body.replace(b"20852163", "²".encode()),
        GOOD.body.replace(b"20852163", b"9" * 5000),
        GOOD.body.replace(b"20852163", b"9223372036854775808"),
        GOOD.body.replace(b"AAEC", b"AAE"),
        GOOD.body.replace(b"Hh8=", b"Hh8"),
        GOOD.body.replace(b"Hh8=", b"Hh9="),
        GOOD.body.replace(b"AAEC", b""),
        GOOD.body + b"suite md5\n",
        GOOD.body + b"suite sha256\n",
        b"\xff" + GOOD.body,
    ],
)
def test_anything_else_is_none(body: bytes) -> None:
    with pytest.raises(VerificationError, match="checkpoint-malformed"):
        parse_checkpoint(body)


@given(st.binary())
def test_reading_raises_nothing_but_its_own_error(body: bytes) -> None:
    try:
        checkpoint = parse_checkpoint(body)
    except VerificationError:
        return
    assert checkpoint.body == body


def test_only_the_key_named_like_the_origin_speaks_for_a_log() -> None:
    note = sign_note(GOOD.body, LOG, STRANGER, WITNESS)
    keys = [LOG.key, STRANGER.key, WITNESS.key]
    assert open_checkpoint(note, keys)[0] == GOOD
    assert len(open_checkpoint(note, keys)[1].verified) == 3
    assert peek_checkpoint(note) == GOOD
    for stand_in in (STRANGER, WITNESS):
        with pytest.raises(VerificationError, match="note-unsigned"):
            open_checkpoint(sign_note(GOOD.body, stand_in), keys)
