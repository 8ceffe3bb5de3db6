"""The command line, the notary behind it and the keeper beside it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from errors import NotFound
from ledger import SHA256, Keeper, Notary, Rhythm, VerificationError, ledger_commands
from ledger.keeper import start_audit
from ledger.note import parse_vkey
from tests.ledger.conftest import ORIGIN, Hospital

Run = Callable[..., Result]


@pytest.fixture
def hospital(make_hospital: Callable[..., Hospital]) -> Hospital:
    made = make_hospital()
    made.append(299)
    return made


@pytest.fixture
def run(hospital: Hospital, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setenv("MEDTRACE_DATABASE_URL", hospital.url)
    monkeypatch.setenv("MEDTRACE_KEYS", str(hospital.keys))
    monkeypatch.setenv("MEDTRACE_ORIGIN", ORIGIN)
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> Result:
        result = CliRunner().invoke(ledger_commands, [str(word) for word in arguments])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return call


@pytest.fixture
def notary(hospital: Hospital) -> Notary:
    return Notary(
        hospital.ledger,
        origin=ORIGIN,
        suite=SHA256,
        key_dir=hospital.keys,
        clock=hospital.clock,
    )


def test_verify_says_what_it_found(run: Run, hospital: Hospital) -> None:
    assert "300 entries whole (full)" in run("verify").output
    run("checkpoint")
    assert "(full)" in run("verify", "--full", "--processes", 1).output
    hospital.append(1)
    assert "301 entries whole (since)" in run("verify").output
    hospital.break_into("UPDATE entry SET body = x'00' WHERE seq = 300")
    with pytest.raises(VerificationError):
        run("verify")
    assert "entry-" in run("status").output


def test_a_proof_is_made_here_and_checked_there(run: Run, hospital: Hospital) -> None:
    run("proof", 42, "-o", "step.tlog-proof", "--entry", "step.json")
    vkey = str(hospital.signer.key)
    arguments = ["check-proof", "step.tlog-proof", "--entry", "step.json", "--vkey", vkey]
    assert f"proved: {ORIGIN}, among the first 300 entries" in run(*arguments).output
    Path("policy").write_text(f"log {vkey}\nquorum none\n", "utf-8")
    run("check-proof", "step.tlog-proof", "--entry", "step.json", "--policy", "policy")
    content = Path("step.json").read_bytes()
    Path("step.json").write_bytes(content.replace(b"dispensing", b"destroying"))
    with pytest.raises(VerificationError, match="proof-wrong-root"):
        run(*arguments)
    with pytest.raises(NotFound):
        run("proof", 4200)


def test_an_export_is_verified_where_it_was_carried(run: Run, hospital: Hospital) -> None:
    assert "300 entries" in run("export", "log").output
    vkey = str(hospital.signer.key)
    said = run("verify", "--export", "log", "--vkey", vkey).output
    assert "300 entries, all as signed for" in said
    (Path("log") / "tile" / "0" / "001.p" / "44").write_bytes(bytes(44 * 32))
    with pytest.raises(VerificationError):
        run("verify", "--export", "log", "--vkey", vkey)


def test_keys_are_shown_and_rotated(run: Run, hospital: Hospital) -> None:
    first = [line.split(" ") for line in run("keys").output.splitlines()]
    assert [kind for kind, _ in first] == ["log", "witness"]
    assert parse_vkey(first[0][1]) == hospital.signer.key
    assert parse_vkey(first[1][1]).name == f"{ORIGIN}/witness"
    assert "Aborted" in CliRunner().invoke(ledger_commands, ["rotate-key"], input="n\n").output
    run("rotate-key", "--yes")
    assert len(run("keys").output.splitlines()) == 3
    assert "whole" in run("verify").output


def test_status_and_evidence_before_anything_happened(run: Run) -> None:
    status = run("status").output
    assert "entries     300" in status
    assert "checkpoint  0, never" in status
    assert "audit       never" in status
    assert run("evidence").output == ""


def test_the_keeper_signs_when_it_is_due(notary: Notary, hospital: Hospital) -> None:
    keeper = Keeper(notary, Rhythm(seconds=60, entries=100, audit=timedelta(days=999)))
    notary.auditor.audit()
    keeper.look()
    assert notary.assurance().checkpoint_size == 300
    hospital.append(99)
    keeper.look()
    assert notary.assurance().checkpoint_size == 300
    hospital.append(1)
    keeper.look()
    assert notary.assurance().checkpoint_size == 400
    assert notary.assurance().well


def test_the_keeper_outlives_what_goes_wrong(notary: Notary, hospital: Hospital) -> None:
    notary.auditor.audit()
    notary.checkpoint()
    hospital.append(9)
    hospital.break_into("UPDATE checkpoint SET note = CAST(replace(note, '300', '301') AS BLOB)")
    hospital.clock.pass_by(100)
    keeper = Keeper(notary, Rhythm(audit=timedelta(days=999)))
    keeper.look()
    with pytest.raises(VerificationError):
        notary.checkpoint()


def test_one_process_of_many_is_the_keeper(notary: Notary, hospital: Hospital) -> None:
    rhythm = Rhythm(entries=1, audit=timedelta(days=999), pause=0.02)
    notary.auditor.audit()
    keepers = [Keeper(notary, rhythm) for _ in range(3)]
    for keeper in keepers:
        keeper.start()
    deadline = time.monotonic() + 10
    hospital.append(5)
    while notary.assurance().checkpoint_size < 305 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert notary.assurance().checkpoint_size == 305
    keepers[0].stop()
    hospital.append(5)
    while notary.assurance().checkpoint_size < 310 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert notary.assurance().checkpoint_size == 310, "another one took over"
    for keeper in keepers[1:]:
        keeper.stop()


def test_an_audit_in_the_background_leaves_its_record(notary: Notary) -> None:
    notary.checkpoint()
    process = start_audit(notary, full=True)
    process.join(60)
    assert process.exitcode == 0
    audit = notary.assurance().audit
    assert audit is not None
    assert (audit.scope, audit.size, audit.problem) == ("full", 300, None)


def test_a_missing_quorum_shows(notary: Notary, hospital: Hospital) -> None:
    key = notary.cosigner.key
    policy = f"witness a {key} http://127.0.0.1:1/\nquorum a\n"
    (hospital.keys / "witnesses.policy").write_text(policy, "utf-8")
    asking = Notary(
        hospital.ledger,
        origin=ORIGIN,
        suite=SHA256,
        key_dir=hospital.keys,
        clock=hospital.clock,
    )
    assert not asking.assurance().well, "no checkpoint, no quorum"
    _, (outcome,) = asking.checkpoint()
    assert str(outcome.problem).startswith("unreachable")
    assert not asking.assurance().quorum
