"""The ledger's pages: its state, its proofs, and the published log."""

from __future__ import annotations

import re

import pytest

from access import Role
from ledger import check_proof
from ledger.notary import WITNESSES, read_policy
from ledger.note import Signature, split_note
from tests.support import event, syringes
from tests.web.house import Browser, House
from trace import EventKind


def auditor(house: House) -> Browser:
    """An auditor at the desk."""
    return house.enter("A1", Role.AUDITOR)


def spoil(house: House, seq: int) -> None:
    """Change one byte of an entry behind the ledger's back."""
    with house.hospital.database.write() as connection:
        for name in connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).scalars():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql(
            "UPDATE entry SET body = CAST(replace(CAST(body AS TEXT), '\"v\":1', '\"v\": 1')"
            " AS BLOB) WHERE seq = ?",
            (seq,),
        )


def test_the_page_says_where_the_ledger_stands(stocked: House) -> None:
    stocked.seal()
    text = auditor(stocked).get("/ledger").get_data(as_text=True)
    head = stocked.hospital.ledger.head()
    assert head.hash.hex() in text
    assert "Ed25519, SHA-256" in text
    assert "SQLite" in text
    assert "还没有验证过" in text


def test_verifying_walks_the_whole_ledger_and_says_so(stocked: House) -> None:
    browser = auditor(stocked)
    answer = browser.post("/ledger/verify")
    assert (answer.status_code, answer.location) == (303, "/ledger")
    text = browser.get("/ledger").get_data(as_text=True)
    assert "完好" in text
    assert "校验完成" in text
    last = stocked.hospital.notary.audits.last(whole=True)
    assert last is not None
    assert last.scope == "full"
    assert last.problem is None


def test_a_damaged_ledger_is_an_alarm_that_names_the_entry(stocked: House) -> None:
    browser = auditor(stocked)
    spoil(stocked, 7)
    browser.post("/ledger/verify")
    text = browser.get("/ledger").get_data(as_text=True)
    assert 'role="alert"' in text
    assert re.search(r"序号 7\b", text)
    assert "seal-broken" in text


def test_older_entries_come_page_by_page(stocked: House) -> None:
    moves = [event(EventKind.MOVED, syringes(10), to="STORE") for _ in range(60)]
    stocked.recorder.record(moves)
    browser = auditor(stocked)
    first = browser.get("/ledger").get_data(as_text=True)
    older = re.search(r'href="(/ledger\?before=\d+)"', first)
    assert older is not None
    assert browser.get(older.group(1)).status_code == 200


def test_who_looked_at_what_is_for_the_audit_administrator(stocked: House) -> None:
    browser = auditor(stocked)
    seq = next(
        entry.seq
        for entry in stocked.hospital.ledger.entries(0, stocked.size())
        if entry.kind == "access" and entry.event["action"] == "sign-in"
    )
    address = f"/ledger/{seq}"
    withheld = browser.get(address).get_data(as_text=True)
    assert "sign-in" not in re.sub(r'href="[^"]*"|action="[^"]*"', "", withheld)
    assert "由审计管理员查看" in withheld
    shown = stocked.enter("T1", Role.AUDIT_ADMIN).get(address).get_data(as_text=True)
    assert "&#34;action&#34;: &#34;sign-in&#34;" in shown


def test_an_entry_is_shown_with_a_proof_that_others_can_check(stocked: House) -> None:
    stocked.seal()
    browser = auditor(stocked)
    entry = stocked.hospital.ledger.entries(9, 10)[0]
    page = browser.get("/ledger/9").get_data(as_text=True)
    assert entry.hash.hex() in page
    assert "/ledger/9/proof" in page
    answer = browser.get("/ledger/9/proof")
    assert answer.headers["Content-Disposition"] == "attachment; filename=entry-9.tlog-proof"
    key = stocked.hospital.notary.signer.key
    assert check_proof(answer.get_data(), entry.body, [key]).size > 9
    assert answer.get_data().startswith(b"c2sp.org/tlog-proof@v1\n")


def test_before_a_checkpoint_there_is_no_proof_yet(stocked: House) -> None:
    browser = auditor(stocked)
    assert "/ledger/9/proof" not in browser.get("/ledger/9").get_data(as_text=True)
    answer = browser.get("/ledger/9/proof")
    assert answer.status_code == 404
    assert "还没有检查点" in answer.get_data(as_text=True)


def test_no_proof_of_an_altered_entry_leaves_the_house(stocked: House) -> None:
    stocked.seal()
    browser = auditor(stocked)
    spoil(stocked, 9)
    page = browser.get("/ledger/9").get_data(as_text=True)
    assert "seal-broken" in page
    assert "/ledger/9/proof" not in page
    assert browser.get("/ledger/9/proof").status_code == 422


def test_the_log_is_published_to_anybody_as_far_as_it_is_signed(stocked: House) -> None:
    stranger = stocked.browser()
    assert stranger.get("/log/checkpoint").status_code == 404
    stocked.seal()
    checkpoint = stranger.get("/log/checkpoint")
    origin, size, *_ = checkpoint.get_data(as_text=True).split("\n")
    assert origin == stocked.hospital.ledger.head().origin
    assert checkpoint.headers["Cache-Control"] == "public, max-age=5"
    tile = stranger.get(f"/log/tile/0/000.p/{size}")
    assert len(tile.get_data()) == 32 * int(size)
    assert "immutable" in tile.headers["Cache-Control"]


@pytest.mark.parametrize(
    "path", ["", "tile/0/999", "../ledger", "tile/0/000.p/0", "%00", "x" * 500]
)
def test_no_other_path_is_published(stocked: House, path: str) -> None:
    stocked.seal()
    assert stocked.browser().get(f"/log/{path}").status_code in {303, 404}


def witnessed(house: House, *, spoiled: bool = False) -> None:
    """Have the newest checkpoint cosigned by the one witness that is listed."""
    notary = house.hospital.notary
    key, latest = notary.cosigner.key, notary.checkpoints.latest()
    assert latest is not None
    body, _ = split_note(latest.note)
    signature = notary.cosigner.sign(b"another text\n" if spoiled else body)
    line = Signature(key.name, key.key_id, signature)
    notary.checkpoints.add_signatures(latest.checkpoint.size, [line])


def list_witness(house: House) -> None:
    """List a witness in the policy."""
    notary = house.hospital.notary
    path = notary.key_dir / WITNESSES
    path.write_text(f"witness city {notary.cosigner.key}\nquorum city\n")
    notary.policy = read_policy(path)


def test_without_witnesses_the_page_says_so(stocked: House) -> None:
    stocked.seal()
    assert "还没有设置见证方" in auditor(stocked).get("/ledger").get_data(as_text=True)


def test_the_page_tells_who_cosigned_and_when(stocked: House) -> None:
    list_witness(stocked)
    stocked.seal()
    browser = auditor(stocked)
    assert "还没有回应" in browser.get("/ledger").get_data(as_text=True)
    witnessed(stocked)
    text = browser.get("/ledger").get_data(as_text=True)
    assert re.search(r"<b>city</b>.*2026-11-22 12:00", text, re.DOTALL)
    assert "还没有回应" not in text


def test_a_cosignature_that_does_not_hold_is_told_as_such(stocked: House) -> None:
    list_witness(stocked)
    stocked.seal()
    witnessed(stocked, spoiled=True)
    text = auditor(stocked).get("/ledger").get_data(as_text=True)
    assert "签名无效" in text
