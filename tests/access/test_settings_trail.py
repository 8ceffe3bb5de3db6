"""Who starts the service with other settings leaves an entry."""

from __future__ import annotations

from access import AuditFilter, Role
from tests.access.hospital import Hospital

FIRST = {"MEDTRACE_PROXIES": "0", "MEDTRACE_ADMIN_NETWORKS": "10.1.0.0/16"}


def test_the_first_start_says_all_and_the_same_again_nothing(hospital: Hospital) -> None:
    note = hospital.access.settings.note
    assert note(FIRST) == ["MEDTRACE_ADMIN_NETWORKS", "MEDTRACE_PROXIES"]
    size = hospital.ledger.head().size
    assert note(FIRST) == []
    assert hospital.ledger.head().size == size


def test_what_changed_is_named_and_found_by_the_audit_administrator(hospital: Hospital) -> None:
    auditor = hospital.person("AUD1", Role.AUDIT_ADMIN)
    note = hospital.access.settings.note
    note(FIRST)
    assert note(FIRST | {"MEDTRACE_PROXIES": "1"}) == ["MEDTRACE_PROXIES"]
    assert note({"MEDTRACE_PROXIES": "1"}) == ["MEDTRACE_ADMIN_NETWORKS"]
    found = hospital.access.audit.search(AuditFilter(action="settings-changed"), by=auditor)
    assert [record.details["changed"] for record in found][:2] == [
        ["MEDTRACE_ADMIN_NETWORKS"],
        ["MEDTRACE_PROXIES"],
    ]


def test_no_value_stands_in_the_ledger(hospital: Hospital) -> None:
    """Networks of administrators are nobody's business, and the log is published."""
    hospital.access.settings.note(FIRST)
    assert "10.1.0.0" not in str(hospital.last())
    assert hospital.last()["by"] == "urn:medtrace:operator"
