"""Making checkpoints: when they are due, and never one that contradicts another."""

import pytest

from ledger import VerificationError, merkle
from ledger.algorithm import ED25519_COSIGNATURE
from ledger.checkpoint import open_checkpoint
from ledger.keys import make_signer
from ledger.note import Signature, open_note, sign_note, split_note
from tests.ledger.conftest import Hospital


def test_a_checkpoint_covers_all_that_is_recorded(hospital: Hospital) -> None:
    assert hospital.checkpoints.latest() is None
    hospital.append(700)
    signed = hospital.checkpoints.make(hospital.signer)
    leaves = [entry.hash for entry in hospital.ledger.entries(0, 701)]
    checkpoint, _ = open_checkpoint(signed.note, [hospital.signer.key])
    assert (checkpoint.size, checkpoint.root) == (701, merkle.root(leaves))
    assert hospital.checkpoints.latest() == signed
    assert hospital.checkpoints.make(hospital.signer) == signed
    assert hospital.checkpoints.at(701) == signed
    assert hospital.checkpoints.at(700) is None


def test_one_is_due_after_so_long_or_so_much(hospital: Hospital) -> None:
    def due() -> bool:
        return hospital.checkpoints.due(seconds=60, entries=100)

    assert due(), "there is none yet"
    hospital.checkpoints.make(hospital.signer)
    hospital.clock.pass_by(3600)
    assert not due(), "nothing happened"
    hospital.append(1)
    assert due(), "an hour ago"
    hospital.checkpoints.make(hospital.signer)
    hospital.append(99)
    assert not due()
    hospital.append(1)
    assert due(), "a hundred entries"


def test_a_rewritten_history_is_not_signed_for(hospital: Hospital) -> None:
    hospital.append(600)
    hospital.checkpoints.make(hospital.signer)
    zeros = "convert_to(repeat('0', 8192), 'UTF8')"
    if hospital.database.dialect == "sqlite":
        zeros = "zeroblob(8192)"
    hospital.break_into(f"UPDATE tile SET data = {zeros} WHERE level = 1")
    hospital.append(1)
    with pytest.raises(VerificationError, match="ledger-rewritten"):
        hospital.checkpoints.make(hospital.signer)


def test_a_ledger_that_was_cut_short_is_not_signed_for(hospital: Hospital) -> None:
    hospital.append(5)
    before = hospital.ledger.head()
    hospital.append(5)
    hospital.checkpoints.make(hospital.signer)
    leaf = "decode('%s', 'hex')" if hospital.database.dialect == "postgresql" else "x'%s'"
    hospital.break_into(
        f"DELETE FROM entry WHERE seq >= {before.size}",
        f"UPDATE head SET size = {before.size}, hash = {leaf % before.hash.hex()}",
    )
    with pytest.raises(VerificationError, match="ledger-rewritten"):
        hospital.checkpoints.make(hospital.signer)


def test_cosignatures_are_added_once(hospital: Hospital) -> None:
    signed = hospital.checkpoints.make(hospital.signer)
    witness = make_signer("city.example/w", ED25519_COSIGNATURE, hospital.clock)
    body, _ = split_note(signed.note)
    line = split_note(sign_note(body, witness))[1][0]
    assert isinstance(line, Signature)
    for _ in range(2):
        signed = hospital.checkpoints.add_signatures(1, [line])
    keys = [hospital.signer.key, witness.key]
    assert [key for key, _ in open_note(signed.note, keys).verified] == keys
    assert hospital.checkpoints.latest() == signed
    with pytest.raises(VerificationError, match="checkpoint-missing"):
        hospital.checkpoints.add_signatures(7, [line])
