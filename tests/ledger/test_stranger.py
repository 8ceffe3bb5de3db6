"""docs/verify.py: a stranger with Python and `cryptography`, and nothing of ours."""

from __future__ import annotations

import ast
import functools
import subprocess
import sys
import threading
from collections.abc import Callable
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ledger import SHA256, SM3, Suite, prove
from ledger.algorithm import ED25519_COSIGNATURE
from ledger.export import export
from ledger.keys import make_signer, witness_algorithm
from ledger.note import sign_note, split_note
from tests.ledger.conftest import Hospital

DOCS = Path(__file__).parents[2] / "docs"
each_suite = pytest.mark.parametrize("suite", [SHA256, SM3], ids=lambda suite: suite.name)


def ask(*arguments: object) -> tuple[int, str]:
    command = [sys.executable, str(DOCS / "verify.py"), *(str(word) for word in arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    return done.returncode, done.stdout + done.stderr


def test_the_script_is_short_and_needs_only_cryptography() -> None:
    for name in ("verify.py", "verify_sm2.py"):
        text = (DOCS / name).read_text("utf-8")
        assert len(text.splitlines()) < 220
        for node in ast.walk(ast.parse(text)):
            found = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            found += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            for module in found:
                top = module.split(".")[0]
                assert top in sys.stdlib_module_names or top in {"cryptography", "verify_sm2"}


@each_suite
def test_a_proof_and_a_log_hold_until_a_byte_changes(
    make_hospital: Callable[..., Hospital], tmp_path: Path, suite: Suite
) -> None:
    hospital = make_hospital(suite=suite)
    hospital.append(299)
    hospital.checkpoints.make(hospital.signer)
    early, _ = export(hospital.checkpoints, tmp_path / "log"), None
    assert early.size == 300
    kept = tmp_path / "checkpoint-2026"
    kept.write_bytes((tmp_path / "log" / "checkpoint").read_bytes())
    hospital.append(400)
    signed = hospital.checkpoints.make(hospital.signer)
    export(hospital.checkpoints, tmp_path / "log")
    proof, entry, vkey = tmp_path / "p", tmp_path / "e", str(hospital.signer.key)
    proof.write_bytes(prove(hospital.checkpoints, 471).encode())
    entry.write_bytes(hospital.ledger.entries(471, 472)[0].body)

    said = ask("proof", proof, entry, vkey)
    assert said == (0, "holds: entry 471 is in the log, among the first 700\n")
    said = ask("log", tmp_path / "log", vkey)
    assert said == (0, "holds: 700 entries, chain and tree as signed for\n")
    said = ask("grown", kept, tmp_path / "log", vkey)
    assert said == (0, "holds: 700 entries, and the first 300 are still what they were\n")

    entry.write_bytes(entry.read_bytes().replace(b"dispensing", b"destroying"))
    assert ask("proof", proof, entry, vkey)[0] == 1
    stranger = make_signer("hospital.example/log", hospital.signer.key.algorithm, hospital.clock)
    for question in (("log", tmp_path / "log"), ("proof", proof, entry)):
        status, answer = ask(*question, stranger.key)
        assert status == 1
        assert "not signed by hospital.example/log" in answer
    body, _ = split_note(signed.note)
    other = sign_note(body.replace(b"\n700\n", b"\n699\n"), hospital.signer)
    (tmp_path / "log" / "checkpoint").write_bytes(other)
    assert ask("log", tmp_path / "log", vkey)[0] == 1


@each_suite
def test_witnesses_must_have_cosigned(
    make_hospital: Callable[..., Hospital], tmp_path: Path, suite: Suite
) -> None:
    hospital = make_hospital(suite=suite)
    signed = hospital.checkpoints.make(hospital.signer)
    witness = make_signer("city.example/w", witness_algorithm(suite), hospital.clock)
    export(hospital.checkpoints, tmp_path / "log")
    keys = (str(hospital.signer.key), str(witness.key))
    assert "not signed by city.example/w" in ask("log", tmp_path / "log", *keys)[1]
    body, _ = split_note(signed.note)
    line = split_note(sign_note(body, witness))[1]
    cosigned = hospital.checkpoints.add_signatures(1, line)
    (tmp_path / "log" / "checkpoint").write_bytes(cosigned.note)
    assert ask("log", tmp_path / "log", *keys)[0] == 0


def test_a_log_that_was_rewritten_is_caught_by_a_kept_checkpoint(
    make_hospital: Callable[..., Hospital], tmp_path: Path
) -> None:
    honest, forged = make_hospital(), make_hospital()
    honest.append(20)
    honest.checkpoints.make(honest.signer)
    export(honest.checkpoints, tmp_path / "log")
    kept = tmp_path / "kept"
    kept.write_bytes((tmp_path / "log" / "checkpoint").read_bytes())
    forged.append(30)
    forged.checkpoints.make(honest.signer)
    export(forged.checkpoints, tmp_path / "forged")
    key = honest.signer.key
    assert ask("log", tmp_path / "forged", key)[0] == 0, "consistent in itself"
    status, answer = ask("grown", kept, tmp_path / "forged", key)
    assert status == 1
    assert "its first 21 are others now" in answer
    (tmp_path / "log" / "checkpoint").rename(tmp_path / "old")
    assert ask("grown", kept, tmp_path / "log", key)[0] == 1


def test_a_log_is_read_from_its_address(
    make_hospital: Callable[..., Hospital], tmp_path: Path
) -> None:
    hospital = make_hospital()
    hospital.append(300)
    hospital.checkpoints.make(hospital.signer)
    export(hospital.checkpoints, tmp_path)

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    handler = functools.partial(Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}/"
        assert ask("log", address, hospital.signer.key)[0] == 0
        server.shutdown()


@pytest.mark.parametrize("question", [(), ("log",), ("proof", "x", "y", "z"), ("what", "x")])
def test_a_question_that_makes_no_sense_does_not_hold(question: tuple[str, ...]) -> None:
    status, answer = ask(*question)
    assert status == 1
    assert "DOES NOT HOLD" in answer
    assert "Traceback" not in answer


def test_the_page_names_the_kinds_of_keys_that_are_made() -> None:
    page = " ".join((DOCS / "verify.md").read_text("utf-8").split())
    assert ED25519_COSIGNATURE.identifier == b"\x04"
    for suite in (SM3,):
        name = witness_algorithm(suite).identifier[1:-1].decode()
        assert f"`{name}`" in page
