"""docs/security.md names what is there: each test, setting and file."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from settings import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
TESTS = sorted(set(re.findall(r"`(tests/[a-z_/0-9]+\.py)::(test_\w+)`", PAGE)))
ROW = re.compile(r"^\| *([^|]+?) *\|(.*)\|$", re.MULTILINE)


@cache
def functions(path: str) -> frozenset[str]:
    """The names of the functions in a test's file."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize(("path", "name"), TESTS)
def test_every_test_that_is_named_is_there(path: str, name: str) -> None:
    assert name in functions(path)


def test_every_setting_that_is_named_is_one() -> None:
    named = set(re.findall(r"`(MEDTRACE_\w+)`", PAGE))
    assert named
    assert {name for name in named if f"| `{name}` |" not in SETTINGS} == set()


def test_every_file_that_is_named_is_there() -> None:
    named = set(re.findall(r"`([a-z_/]+\.py)`", PAGE)) | {
        f"docs/{name}" for name in re.findall(r"\]\(([a-z]+\.md)\)", PAGE)
    }
    assert {name for name in named if not (ROOT / name).exists()} == set()


def test_all_seventeen_items_and_the_clauses_are_answered() -> None:
    rows = [(match[1], match[2]) for match in ROW.finditer(PAGE)]
    items = {first: rest for first, rest in rows if first.isdigit()}
    assert sorted(map(int, items)) == list(range(1, 18))
    assert all("`tests/" in rest for rest in items.values())
    clauses = {first[0] for first, _ in rows if re.match(r"[a-h]\) ", first)}
    assert clauses == set("abdefgh")
