"""docs/pages.md lists every page with its permission, as the program has them."""

from __future__ import annotations

import re
from pathlib import Path

from tests.web.house import House
from web.guard import Gate, gate_of

_ROW = re.compile(r"^\| `([^`]+)` \| (\w+) \| ([^|(]+?)(?: \([^|]+\))? \|$", re.MULTILINE)
_CONVERTER = re.compile(r"<(?:[^<>:]+:)?(\w+)>")


def said(gate: Gate | None) -> str:
    """What the table says of a gate."""
    assert gate is not None
    if gate.actions:
        return ", ".join(gate.actions)
    return "signed in" if gate.inside else "anybody"


def test_the_documentation_lists_every_page_with_its_permission(house: House) -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "pages.md").read_text("utf-8")
    rows = _ROW.findall(text)
    listed = {(path, method): permission for path, method, permission in rows}
    assert len(listed) == len(rows), "a page stands there twice"
    there = {
        (_CONVERTER.sub(r"<\1>", rule.rule), method): said(gate_of(house.app, rule.endpoint))
        for rule in house.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if not rule.rule.startswith(("/api/", "/healthz"))
    }
    assert listed == there
