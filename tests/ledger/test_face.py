"""What the ledger shows to the other folders."""

import ledger


def test_the_face_is_whole() -> None:
    """Ruff keeps its order."""
    assert len(set(ledger.__all__)) == len(ledger.__all__)
    assert all(hasattr(ledger, name) for name in ledger.__all__)


def test_what_others_build_on_stays() -> None:
    promised = {"Draft", "Keeper", "Ledger", "Notary", "PublishedLog", "Receipt", "Transaction"}
    promised |= {"VerificationError", "Witness", "audit_export", "check_proof", "encode", "prove"}
    assert promised <= set(ledger.__all__)
