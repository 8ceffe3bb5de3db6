"""The audit finds what was changed, whoever changed it and wherever."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger import SHA256, SM3, VerificationError, encode
from ledger.algorithm import ED25519
from ledger.audit import Auditor, audit_export
from ledger.audit_log import FULL, SINCE, TAIL, Audits
from ledger.checkpoint import Checkpoint
from ledger.entry import Draft
from ledger.export import export
from ledger.keys import make_signer
from ledger.note import sign_note
from ledger.walk import STRETCH
from tests.ledger.conftest import ORIGIN, Hospital


def auditor(hospital: Hospital) -> Auditor:
    return Auditor(hospital.ledger, hospital.clock)


def last(hospital: Hospital) -> object:
    return Audits(hospital.database, 1, hospital.clock).last()


def test_a_ledger_that_nobody_touched_is_whole(hospital: Hospital) -> None:
    hospital.append(1300)
    signed = hospital.checkpoints.make(hospital.signer)
    told: list[tuple[int, int]] = []
    audit = auditor(hospital).audit(progress=lambda done, total: told.append((done, total)))
    assert (audit.scope, audit.size, audit.problem) == (FULL, 1301, None)
    assert audit.root == signed.checkpoint.root
    assert told == [(1301, 1301)]
    assert last(hospital) == audit


def test_the_next_audit_resumes_unless_it_is_full(hospital: Hospital) -> None:
    hospital.append(700)
    hospital.checkpoints.make(hospital.signer)
    auditor(hospital).audit()
    hospital.append(200)
    hospital.clock.pass_by(1)
    told: list[tuple[int, int]] = []
    audit = auditor(hospital).audit(progress=lambda done, total: told.append((done, total)))
    assert (audit.scope, audit.size) == (SINCE, 901)
    assert told == [(901 - 512, 901 - 512)]
    hospital.clock.pass_by(1)
    assert auditor(hospital).audit(full=True).scope == FULL


BLOB = {"postgresql": "decode('{}', 'hex')", "sqlite": "x'{}'"}


@pytest.mark.parametrize(
    ("attack", "code"),
    [
        ("UPDATE entry SET body = {other_body} WHERE seq = 300", "entry-altered"),
        ("UPDATE entry SET leaf = {zero} WHERE seq = 300", "entry-altered"),
        ("UPDATE entry SET body = {nonsense} WHERE seq = 300", "entry-altered"),
        ("UPDATE entry SET body = {same_body_elsewhere} WHERE seq = 300", "entry-"),
        ("DELETE FROM entry WHERE seq = 300", "entry-missing"),
        ("DELETE FROM entry WHERE seq >= 600", "entry-missing"),
        ("UPDATE tile SET data = {zeros} WHERE level = 0 AND tile_index = 1", "tile-wrong"),
        ("UPDATE tile SET data = {zeros} WHERE level = 1", "tile-wrong"),
        ("DELETE FROM tile WHERE level = 0 AND tile_index = 1", "tile-missing"),
        ("DELETE FROM tile WHERE level = 1", "tile-missing"),
        ("UPDATE head SET hash = {zero}", "head-wrong"),
        ("UPDATE head SET size = 650", "head-wrong|entry-|ledger-rewritten"),
        ("UPDATE checkpoint SET note = {other_note}", "ledger-rewritten"),
        ("UPDATE checkpoint SET note = {unsigned_note}", "note-wrong-signature"),
        ("UPDATE checkpoint SET size = 12", "checkpoint-malformed"),
        ("UPDATE checkpoint SET size = 5000", "ledger-rewritten"),
    ],
)
def test_what_was_changed_is_found_and_put_on_record(
    hospital: Hospital, attack: str, code: str
) -> None:
    hospital.append(700)
    note = hospital.checkpoints.make(hospital.signer).note
    other = sign_note(Checkpoint(ORIGIN, 701, bytes(32)).body, hospital.signer)
    entries = hospital.ledger.entries(0, 701)
    blob = BLOB[hospital.database.dialect]
    values = {
        "zero": bytes(32),
        "zeros": bytes(8192) if "level = 0" in attack else bytes(64),
        "other_body": entries[300].body.replace(b"dispensing", b"destroying"),
        "same_body_elsewhere": entries[301].body,
        "nonsense": b"{}",
        "other_note": other,
        "unsigned_note": note.replace(b"\n701\n", b"\n702\n"),
    }
    hospital.break_into(attack.format(**{k: blob.format(v.hex()) for k, v in values.items()}))
    with pytest.raises(VerificationError, match=code):
        auditor(hospital).audit()
    found = Audits(hospital.database, 1, hospital.clock).last()
    assert found is not None
    assert found.problem is not None
    assert found.size == 0


@pytest.mark.parametrize("column", ["body", "leaf"])
@pytest.mark.parametrize("seq", [0, 300])
def test_a_text_in_the_place_of_bytes_is_found(
    make_hospital: Callable[..., Hospital], column: str, seq: int
) -> None:
    """SQLite takes any type into any column."""
    hospital = make_hospital()
    hospital.append(400)
    text = "CAST(body AS TEXT)" if column == "body" else "'nothing'"
    hospital.break_into(f"UPDATE entry SET {column} = {text} WHERE seq = {seq}")
    with pytest.raises(VerificationError, match="entry-malformed"):
        auditor(hospital).audit()


def test_an_entry_changed_with_its_hash_breaks_the_chain(
    make_hospital: Callable[..., Hospital],
) -> None:
    hospital = make_hospital()
    hospital.append(10)
    body = hospital.ledger.entries(5, 6)[0].body.replace(b"dispensing", b"destroying")
    leaf = hospital.ledger.entries(5, 6)[0].hash
    hospital.break_into(
        f"UPDATE entry SET body = x'{body.hex()}', leaf = x'{SHA256.leaf(body).hex()}' "
        "WHERE seq = 5"
    )
    assert SHA256.leaf(body) != leaf
    with pytest.raises(VerificationError, match=r"entry-unchained: .*entry 6"):
        auditor(hospital).audit()


def test_a_history_rewritten_whole_still_contradicts_what_was_signed(
    make_hospital: Callable[..., Hospital],
) -> None:
    """Everything recomputed: only the checkpoint that left the house tells."""
    honest, forged = make_hospital(), make_hospital()
    shutil.copy(honest.keys / "log.key", forged.keys / "log.key")
    honest.append(300)
    signed = honest.checkpoints.make(honest.signer)
    forged.append(299)
    with forged.ledger.transaction() as transaction:
        transaction.append([Draft("trace", encode({"instead": "of the truth"}))])
    row = f"INSERT INTO checkpoint VALUES (1, 301, x'00', x'{signed.note.hex()}', '2026')"
    forged.break_into(row)
    with pytest.raises(VerificationError):
        auditor(forged).audit()


def test_several_processes_join_their_stretches(make_hospital: Callable[..., Hospital]) -> None:
    hospital = make_hospital(suite=SM3)
    hospital.append(STRETCH + 999, batch=5000)
    hospital.checkpoints.make(hospital.signer)
    assert auditor(hospital).audit(processes=2).size == STRETCH + 1000
    body = hospital.ledger.entries(STRETCH, STRETCH + 1)[0].body
    prev = body.index(b'"prev":"') + 8
    forged = body[:prev] + b"0" * 64 + body[prev + 64 :]
    leaf = SM3.leaf(forged)
    hospital.break_into(
        f"UPDATE entry SET body = x'{forged.hex()}', leaf = x'{leaf.hex()}' WHERE seq = {STRETCH}"
    )
    with pytest.raises(VerificationError, match=f"entry-unchained.*entry {STRETCH}"):
        auditor(hospital).audit(processes=2, full=True)


def test_the_tail_is_checked_at_every_start(hospital: Hospital) -> None:
    hospital.append(2000)
    hospital.checkpoints.make(hospital.signer)
    audit = auditor(hospital).check_tail()
    assert (audit.scope, audit.size) == (TAIL, 2001)
    assert Audits(hospital.database, 1, hospital.clock).good_until() == 0
    zero = BLOB[hospital.database.dialect].format("00" * 32)
    hospital.break_into(f"UPDATE entry SET leaf = {zero} WHERE seq = 1999")
    hospital.clock.pass_by(1)
    with pytest.raises(VerificationError, match="entry-altered"):
        auditor(hospital).check_tail()


def test_an_export_is_audited_without_the_database(hospital: Hospital, tmp_path: Path) -> None:
    hospital.append(700)
    hospital.checkpoints.make(hospital.signer)
    directory = tmp_path / "log"
    export(hospital.checkpoints, directory)
    key = hospital.signer.key
    assert audit_export(directory, [key]).size == 701
    stranger = make_signer(ORIGIN, ED25519, hospital.clock)
    with pytest.raises(VerificationError, match="note-unsigned"):
        audit_export(directory, [stranger.key])
    for path in sorted(directory.rglob("*")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        changed = bytearray(content)
        changed[len(changed) // 2] ^= 1
        for broken in (bytes(changed), content[:-1], None):
            path.unlink()
            if broken is not None:
                path.write_bytes(broken)
            with pytest.raises(VerificationError):
                audit_export(directory, [key])
        path.write_bytes(content)
    assert audit_export(directory, [key]).size == 701
