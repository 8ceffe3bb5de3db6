"""Golden vectors: whole small logs and proofs, good and broken, as files that never change.

A ledger that is written today must be readable in thirty years. So the bytes themselves are kept:
if one of these tests fails, the format changed, and every ledger out there with it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ledger import SHA256, SM3, Suite, VerificationError, audit_export, check_proof, prove
from ledger.export import export
from ledger.identity import LOG_KEY
from ledger.keys import KeySigner, log_algorithm, save_signer
from ledger.note import VerifierKey, split_note
from tests.ledger.conftest import ORIGIN, Clock, Hospital

VECTORS = Path(__file__).parent / "vectors"
LOGS = VECTORS / "logs"
PROOFS = VECTORS / "proofs"
BROKEN = {
    "bad-another-entry": "proof-wrong-root",
    "bad-another-index": "proof-wrong-root|proof-malformed",
    "bad-cut-path": "proof-malformed",
    "bad-long-path": "proof-malformed",
    "bad-header": "proof-malformed",
    "bad-flipped-hash": "proof-wrong-root",
    "bad-size-changed": "note-wrong-signature",
    "bad-signature-removed": "note-malformed",
    "bad-signed-by-another": "note-unsigned",
    "bad-no-empty-line": "proof-malformed|checkpoint-malformed",
}
each_suite = pytest.mark.parametrize("suite", [SHA256, SM3], ids=lambda suite: suite.name)


def build(home: Path, template: Path, suite: Suite) -> Hospital:
    """The ledger of the vectors: fixed key, fixed time, seven scans."""
    algorithm, secret = log_algorithm(suite), bytes(range(1, 33))
    key = VerifierKey(ORIGIN, algorithm, algorithm.public_of(secret))
    save_signer(home / "keys" / LOG_KEY, KeySigner(key, secret, Clock()))
    shutil.copy(template, home / "ledger.sqlite3")
    hospital = Hospital(f"sqlite:///{home / 'ledger.sqlite3'}", home / "keys", suite=suite)
    hospital.append(7)
    hospital.checkpoints.make(hospital.signer)
    return hospital


@each_suite
def test_the_same_events_make_the_same_bytes(
    tmp_path: Path, sqlite_template: Path, suite: Suite
) -> None:
    hospital = build(tmp_path, sqlite_template, suite)
    export(hospital.checkpoints, tmp_path / "log")
    golden = LOGS / suite.name
    files = [path.relative_to(golden) for path in golden.rglob("*") if path.is_file()]
    assert len(files) == 4
    assert (golden / "vkey").read_text("utf-8") == f"{hospital.signer.key}\n"
    for path in files:
        kept = (golden / path).read_bytes()
        if path.name == "checkpoint":  # SM2 signs differently each time
            made = (tmp_path / "log" / path).read_bytes()
            assert split_note(made)[0] == split_note(kept)[0]
        elif path.name != "vkey":
            assert (tmp_path / "log" / path).read_bytes() == kept
    hospital.database.close()


@each_suite
def test_a_log_of_back_then_is_still_whole(suite: Suite) -> None:
    vkey = (LOGS / suite.name / "vkey").read_text("utf-8").strip()
    checkpoint = audit_export(LOGS / suite.name, [vkey])
    assert (checkpoint.origin, checkpoint.size, checkpoint.suite) == (ORIGIN, 8, suite)


@pytest.mark.parametrize("path", sorted((PROOFS).glob("good-*.tlog-proof")), ids=lambda p: p.stem)
def test_a_proof_of_back_then_still_proves(path: Path) -> None:
    suite = path.stem.removeprefix("good-")
    vkey = (LOGS / suite / "vkey").read_text("utf-8").strip()
    entry = (PROOFS / f"entry-{suite}.json").read_bytes()
    assert check_proof(path.read_bytes(), entry, [vkey]).size == 8


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_proof_proves_nothing(name: str) -> None:
    vkey = (LOGS / "sha256" / "vkey").read_text("utf-8").strip()
    entry = (PROOFS / "entry-sha256.json").read_bytes()
    with pytest.raises(VerificationError, match=BROKEN[name]):
        check_proof((PROOFS / f"{name}.tlog-proof").read_bytes(), entry, [vkey])


def test_the_vectors_are_all_there() -> None:
    assert {path.stem for path in PROOFS.glob("bad-*")} == BROKEN.keys()
    assert len(list(PROOFS.glob("good-*"))) == 2


def make(home: Path, template: Path) -> None:
    """Write the vectors anew. Only ever for a new version of the format, beside the old ones."""
    PROOFS.mkdir(parents=True, exist_ok=True)
    for suite in (SHA256, SM3):
        (home / suite.name).mkdir()
        hospital = build(home / suite.name, template, suite)
        export(hospital.checkpoints, LOGS / suite.name)
        (LOGS / suite.name / "vkey").write_text(f"{hospital.signer.key}\n", "utf-8")
        good = prove(hospital.checkpoints, 4).encode()
        (PROOFS / f"good-{suite.name}.tlog-proof").write_bytes(good)
        body = hospital.ledger.entries(4, 5)[0].body
        (PROOFS / f"entry-{suite.name}.json").write_bytes(body)
        if suite is SHA256:
            _break(good, prove(hospital.checkpoints, 5).encode())
        hospital.database.close()


def _break(good: bytes, other: bytes) -> None:
    lines = good.split(b"\n")
    flipped = lines[2].translate(bytes.maketrans(b"Aa", b"aA"))
    head, _, note = good.partition(b"\n\n")
    broken = {
        "bad-another-entry": other,
        "bad-another-index": good.replace(b"index 4", b"index 5"),
        "bad-cut-path": good.replace(lines[4] + b"\n", b"", 1),
        "bad-long-path": good.replace(lines[4] + b"\n", (lines[4] + b"\n") * 2, 1),
        "bad-header": good.replace(b"@v1", b"@v9"),
        "bad-flipped-hash": good.replace(lines[2], flipped, 1),
        "bad-size-changed": head + b"\n\n" + note.replace(b"\n8\n", b"\n9\n"),
        "bad-signature-removed": good[: good.rindex("—".encode())],
        "bad-signed-by-another": good.replace("— hospital".encode(), "— stranger".encode()),
        "bad-no-empty-line": good.replace(b"\n\n", b"\n", 1),
    }
    for name, content in broken.items():
        (PROOFS / f"{name}.tlog-proof").write_bytes(content)
