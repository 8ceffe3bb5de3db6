"""Who a ledger is: founded once, its keys on record, rotation that a crash can't break."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from errors import Conflict, NotFound
from ledger import SM3, VerificationError
from ledger.algorithm import ED25519, SM2_SM3
from ledger.audit import Auditor
from ledger.checkpoint import open_checkpoint
from ledger.identity import keys_of, open_ledger, record_key, rotate
from ledger.keys import ensure_signer, make_signer
from tests.ledger.conftest import ORIGIN, Hospital


def reopen(hospital: Hospital) -> object:
    return open_ledger(hospital.ledger, ORIGIN, SM3, hospital.keys, hospital.clock).key


def test_a_ledger_is_founded_once_and_found_again(hospital: Hospital) -> None:
    assert hospital.ledger.head().size == 1
    assert reopen(hospital) == hospital.signer.key
    assert hospital.ledger.head().size == 1
    assert keys_of(hospital.ledger) == [hospital.signer.key]


def test_an_sm3_ledger_signs_with_sm2(make_hospital: Callable[..., Hospital]) -> None:
    hospital = make_hospital(suite=SM3)
    assert hospital.signer.key.algorithm is SM2_SM3
    assert hospital.ledger.entries(0, 1)[0].event["suite"] == "sm3"


def test_a_new_key_is_an_entry_and_the_old_one_vouches_for_it(hospital: Hospital) -> None:
    old = hospital.signer
    hospital.checkpoints.make(old)
    new, retired = rotate(hospital.ledger, hospital.keys, hospital.clock)
    assert retired.key == old.key
    assert keys_of(hospital.ledger) == [old.key, new.key]
    entry = hospital.ledger.entries(1, 2)[0]
    assert entry.kind == "ledger"
    assert entry.event == {"key": str(new.key), "replaces": str(old.key), "type": "KeyRotated"}
    signed = hospital.checkpoints.make(new, retired)
    for trusted in (old.key, new.key):
        assert open_checkpoint(signed.note, [trusted])[0].size == 2
    hospital.append(1)
    later = hospital.checkpoints.make(new)
    with pytest.raises(VerificationError, match="note-unsigned"):
        open_checkpoint(later.note, [old.key])
    assert reopen(hospital) == new.key
    assert Auditor(hospital.ledger, hospital.clock).audit().problem is None
    names = {path.name for path in hospital.keys.iterdir()}
    assert names == {"log.key", f"log-{old.key.key_id.hex()}.retired"}


def test_a_rotation_that_a_crash_interrupted_is_finished_at_the_next_start(
    hospital: Hospital,
) -> None:
    following = ensure_signer(hospital.keys / "log.key.next", ORIGIN, ED25519, hospital.clock)
    assert reopen(hospital) == hospital.signer.key, "made, but not on record: not in force"
    record_key(hospital.ledger, following.key)
    assert reopen(hospital) == following.key
    assert reopen(hospital) == following.key


def test_a_crash_between_the_two_renames_is_mended_too(hospital: Hospital) -> None:
    following = ensure_signer(hospital.keys / "log.key.next", ORIGIN, ED25519, hospital.clock)
    record_key(hospital.ledger, following.key)
    (hospital.keys / "log.key").unlink()
    assert reopen(hospital) == following.key


def test_a_key_that_the_ledger_does_not_name_is_not_used(hospital: Hospital) -> None:
    (hospital.keys / "log.key").unlink()
    with pytest.raises(NotFound, match="key-missing"):
        reopen(hospital)
    ensure_signer(hospital.keys / "log.key", ORIGIN, ED25519, hospital.clock)
    with pytest.raises(Conflict, match="key-not-in-force"):
        reopen(hospital)


def test_a_signing_servers_key_is_put_on_record_without_a_file(hospital: Hospital) -> None:
    remote = make_signer(ORIGIN, ED25519, lambda: datetime(2026, 11, 22, tzinfo=UTC))
    record_key(hospital.ledger, remote.key)
    hospital.checkpoints.make(remote)
    assert Auditor(hospital.ledger, hospital.clock).audit().problem is None


def test_a_checkpoint_by_a_key_not_in_force_fails_the_audit(
    hospital: Hospital, tmp_path: Path
) -> None:
    thief = make_signer(ORIGIN, ED25519, hospital.clock)
    hospital.checkpoints.make(thief)
    with pytest.raises(VerificationError, match="note-unsigned"):
        Auditor(hospital.ledger, hospital.clock).audit()
    del tmp_path
