"""Seals: an entry is proved, waits for a checkpoint, or is wrong."""

from __future__ import annotations

from datetime import timedelta

from ledger.audit import Auditor
from ledger.audit_log import TAIL, Audits
from ledger.keys import log_algorithm, make_signer
from ledger.standing import Standing, Standings
from ledger.suite import SHA256
from tests.ledger.conftest import ORIGIN, Hospital


def standings(hospital: Hospital) -> dict[int, Standing]:
    with hospital.database.read() as connection:
        seals = Standings(connection, hospital.checkpoints)
        return seals.of(hospital.ledger.entries(0, 10_000))


def test_before_the_first_checkpoint_nothing_is_covered(hospital: Hospital) -> None:
    hospital.append(3)
    assert standings(hospital) == dict.fromkeys(range(4), Standing(covered=False))


def test_what_a_checkpoint_covers_is_proved_and_the_rest_waits(hospital: Hospital) -> None:
    hospital.append(599)
    hospital.checkpoints.make(hospital.signer)
    hospital.append(2)
    found = standings(hospital)
    assert [found[seq] for seq in (0, 255, 256, 599)] == [Standing(covered=True)] * 4
    assert found[600] == found[601] == Standing(covered=False)


def test_an_altered_entry_is_wrong_whether_it_is_covered_or_not(hospital: Hospital) -> None:
    hospital.append(4)
    hospital.checkpoints.make(hospital.signer)
    hospital.append(2)
    spoiled = "UPDATE entry SET body = (SELECT body FROM entry WHERE seq = 2) WHERE seq IN (3, 6)"
    hospital.break_into(spoiled)
    found = standings(hospital)
    assert {seq for seq, each in found.items() if each.problem} == {3, 6}
    problem = found[3].problem
    assert problem is not None
    assert problem.code == "entry-altered"


def test_an_entry_rewritten_with_its_hash_fails_against_the_signed_root(hospital: Hospital) -> None:
    hospital.append(4)
    hospital.checkpoints.make(hospital.signer)
    hospital.break_into(
        "UPDATE entry SET body = (SELECT body FROM entry WHERE seq = 2),"
        " leaf = (SELECT leaf FROM entry WHERE seq = 2) WHERE seq = 3"
    )
    problem = standings(hospital)[3].problem
    assert problem is not None
    assert problem.code == "proof-wrong-root"


def test_a_checkpoint_that_nobody_signed_proves_nothing(hospital: Hospital) -> None:
    hospital.append(2)
    stranger = make_signer(ORIGIN, log_algorithm(SHA256), hospital.clock)
    hospital.checkpoints.make(stranger)
    problem = standings(hospital)[1].problem
    assert problem is not None
    assert problem.code == "note-unsigned"


def test_the_newest_checkpoints_come_with_the_time_they_were_made(hospital: Hospital) -> None:
    for _ in range(3):
        hospital.append(1)
        hospital.clock.pass_by(60)
        hospital.checkpoints.make(hospital.signer)
    with hospital.database.read() as connection:
        kept = hospital.checkpoints.newest(connection, 2)
    assert [each.checkpoint.size for each in kept] == [4, 3]
    assert kept[0].made - kept[1].made == timedelta(seconds=60)


def test_the_last_whole_audit_is_found_behind_one_of_the_tail(hospital: Hospital) -> None:
    hospital.append(3)
    auditor = Auditor(hospital.ledger, hospital.clock)
    auditor.audit(full=True)
    hospital.clock.pass_by(1)
    auditor.check_tail()
    audits = Audits(hospital.database, 1, hospital.clock)
    last, whole = audits.last(), audits.last(whole=True)
    assert last is not None
    assert whole is not None
    assert (last.scope, whole.scope) == (TAIL, "full")
