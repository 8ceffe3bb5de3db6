"""The printed rules are the rules."""

from __future__ import annotations

from inventory.rulebook import markdown
from settings import ROOT


def test_the_printed_rules_are_the_rules() -> None:
    assert (ROOT / "docs" / "rules.md").read_text("utf-8") == markdown()
