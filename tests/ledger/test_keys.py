"""Private keys: made once, kept where only their owner can read them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from errors import Invalid, NotFound
from ledger import SHA256, SM3
from ledger.algorithm import ALGORITHMS, ED25519, Algorithm
from ledger.keys import (
    ensure_signer,
    load_signer,
    log_algorithm,
    make_signer,
    parse_signer,
    save_signer,
    witness_algorithm,
)

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def clock() -> datetime:
    return NOW


@pytest.mark.parametrize("algorithm", ALGORITHMS, ids=lambda kind: kind.name)
def test_a_key_is_made_at_first_start_and_found_again(tmp_path: Path, algorithm: Algorithm) -> None:
    path = tmp_path / "keys" / "log.key"
    first = ensure_signer(path, "hospital.example/log", algorithm, clock)
    again = ensure_signer(path, "another.example/log", algorithm, clock)
    assert again == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == ["log.key"]


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    kept = make_signer("a", ED25519, clock)
    save_signer(path, kept)
    save_signer(path, make_signer("b", ED25519, clock))
    assert load_signer(path, clock) == kept


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    save_signer(path, make_signer("a", ED25519, clock))
    path.chmod(0o640)
    with pytest.raises(Invalid, match="key-exposed"):
        load_signer(path, clock)


def test_a_missing_key_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="key-missing"):
        load_signer(tmp_path / "log.key", clock)


@pytest.mark.parametrize("algorithm", ALGORITHMS, ids=lambda kind: kind.name)
def test_a_damaged_key_file_is_refused_and_not_shown(algorithm: Algorithm) -> None:
    line = make_signer("hospital.example/log", algorithm, clock).line
    secret = line.split("+")[-1].strip()
    for damaged in ("", line[8:], line[:-9], line.replace("log+", "lag+"), line + "x"):
        with pytest.raises(Invalid) as refusal:
            parse_signer(damaged, clock)
        assert secret not in str(refusal.value)


def test_each_suite_signs_its_own_way() -> None:
    assert log_algorithm(SHA256) is ED25519
    kinds = {log_algorithm(SM3), witness_algorithm(SM3), witness_algorithm(SHA256), ED25519}
    assert kinds == set(ALGORITHMS)
