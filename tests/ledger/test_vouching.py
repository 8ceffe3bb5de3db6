"""Who vouches for a checkpoint: each witness of the policy, verified anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ledger import Cosignature, KeptCheckpoint, cosignatures_of
from ledger.algorithm import ED25519_COSIGNATURE
from ledger.keys import KeySigner, make_signer
from ledger.note import Signature, split_note
from ledger.policy import Policy, Witness
from tests.ledger.conftest import Clock, Hospital


@pytest.fixture
def kept(hospital: Hospital) -> KeptCheckpoint:
    """A checkpoint that nobody has cosigned."""
    hospital.append(3)
    hospital.checkpoints.make(hospital.signer)
    with hospital.database.read() as connection:
        return hospital.checkpoints.newest(connection, 1)[0]


def witness(name: str) -> KeySigner:
    """A witness of this name, with a key of its own."""
    return make_signer(f"{name}.example/w", ED25519_COSIGNATURE, Clock())


def policy(**signers: KeySigner) -> Policy:
    """A policy that lists these witnesses."""
    return Policy(witnesses={name: Witness(name, each.key) for name, each in signers.items()})


def cosigned(kept: KeptCheckpoint, signature: bytes, signer: KeySigner) -> KeptCheckpoint:
    """The checkpoint with one line more."""
    line = Signature(signer.key.name, signer.key.key_id, signature)
    return replace(kept, note=kept.note + str(line).encode())


def test_without_witnesses_there_is_nobody_to_name(kept: KeptCheckpoint) -> None:
    assert cosignatures_of(kept, Policy()) == ()


def test_before_the_first_checkpoint_nobody_has_signed() -> None:
    assert cosignatures_of(None, policy(city=witness("city"))) == (Cosignature("city"),)


def test_who_signed_is_named_with_the_time_inside_the_signature(kept: KeptCheckpoint) -> None:
    city, province = witness("city"), witness("province")
    body, _ = split_note(kept.note)
    signed = cosigned(kept, city.sign(body), city)
    found = cosignatures_of(signed, policy(province=province, city=city))
    assert found == (Cosignature("province"), Cosignature("city", Clock()().replace(microsecond=0)))


@pytest.mark.parametrize("at", [0, 7, 8, 40, 71])
def test_a_changed_cosignature_is_wrong(kept: KeptCheckpoint, at: int) -> None:
    city = witness("city")
    body, _ = split_note(kept.note)
    spoiled = bytearray(city.sign(body))
    spoiled[at] ^= 1
    found = cosignatures_of(cosigned(kept, bytes(spoiled), city), policy(city=city))
    assert found == (Cosignature("city", wrong=True),)


def test_a_time_beyond_the_calendar_is_shown_as_its_end(kept: KeptCheckpoint) -> None:
    city = witness("city")
    body, _ = split_note(kept.note)
    late = city.key.algorithm.sign(city.secret, body, 2**62)
    (found,) = cosignatures_of(cosigned(kept, late, city), policy(city=city))
    assert found.time == datetime.max.replace(tzinfo=UTC)
