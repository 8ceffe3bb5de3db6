"""Every code that the program can produce has its sentence, and no sentence is idle."""

from __future__ import annotations

import ast
import re
import string
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from unicodedata import category, normalize

import pytest

from access import Action
from ledger import Ledger
from tests.support import furnish, recorder
from tests.trace.histories import story
from texts import CATALOGUE, Text, text_of
from trace import Reason, Refused
from web.filling.system import names_of_settings

ROOT = Path(__file__).parents[1]
OUTSIDE = {"tests", "texts", "build", "node_modules", "benchmarks", "migrations"}
TEMPLATES = ("*.html", "*.js", "*.ts", "*.txt")
AHEAD = {
    "checkpoint-made",
    "document-medication-order",
    "document-transfer",
    "scan-envelope",
    "scan-why-hibc-secondary",
}
"""Sentences that stand ahead of the door that will say them. Take out what is said."""
SPEAKERS = {"MedtraceError", "Invalid", "NotFound", "Conflict", "Forbidden", "Unavailable"}
"""The errors whose first argument is a code."""


@cache
def modules() -> dict[Path, ast.Module]:
    """The program's own modules."""
    found = {}
    for path in ROOT.rglob("*.py"):
        inside = path.relative_to(ROOT)
        if not inside.parts[0].startswith(".") and inside.parts[0] not in OUTSIDE:
            found[inside] = ast.parse(path.read_text("utf-8"))
    return found


def nodes() -> Iterator[tuple[Path, ast.AST]]:
    for path, module in modules().items():
        for node in ast.walk(module):
            yield path, node


def name_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


@cache
def strings() -> frozenset[str]:
    """Every string that stands in the program, and every word of its templates."""
    found = {
        n.value for _, n in nodes() if isinstance(n, ast.Constant) and isinstance(n.value, str)
    }
    for pattern in TEMPLATES:
        for path in (ROOT / "web").rglob(pattern):
            found.update(re.findall(r"[\w-]+", path.read_text("utf-8")))
    found |= set(names_of_settings())  # each is explained on a page
    # "field-length:{min}–{max}" says `field-length` with its values behind it.
    return frozenset(found | {each.partition(":")[0] for each in found})


@cache
def prefixes() -> tuple[str, ...]:
    """Beginnings that the program completes: `f"role-{role}"`, the longest first."""
    heads = {
        node.values[0].value
        for _, node in nodes()
        if isinstance(node, ast.JoinedStr)
        and isinstance(node.values[0], ast.Constant)
        and isinstance(node.values[0].value, str)
    }
    return tuple(sorted((head for head in heads if re.fullmatch(r"[a-z-]+-", head)), key=len)[::-1])


def raised() -> Iterator[tuple[str, Path, set[str], bool]]:
    """Each code that is raised: where, with which values, and whether more may be passed on."""
    for path, node in nodes():
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name, code = name_of(node), str(node.args[0].value)
            if name == "VerificationError":
                yield code, path, {"detail"}, False
            elif name in SPEAKERS:
                given = {keyword.arg for keyword in node.keywords}
                yield code, path, {each for each in given if each}, None in given


def refused() -> Iterator[tuple[str, Path, set[str]]]:
    """Each reason that is given by name: where, and with which values."""
    for path, node in nodes():
        if not isinstance(node, ast.Call) or name_of(node) not in {"Refused", "_stop"}:
            continue
        reason = ast.unparse(node.args[0]) if node.args else ""
        if not reason.startswith("Reason."):
            continue
        given = {keyword.arg for keyword in node.keywords if keyword.arg}
        for each in node.args[1:]:
            if isinstance(each, ast.Dict):
                given |= {str(key.value) for key in each.keys if isinstance(key, ast.Constant)}
        yield Reason[reason.removeprefix("Reason.")].value, path, given


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_its_sentence(reason: Reason) -> None:
    assert reason.value in CATALOGUE


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_a_name_for_the_wall(reason: Reason) -> None:
    """Counted together, refusals have no one product or place that a sentence could name."""
    short = CATALOGUE[f"stopped-{reason.value}"]
    assert placeholders(short.zh) | placeholders(short.en) == set()
    assert (len(short.zh) <= 8, len(short.en) <= 18) == (True, True)


def test_every_code_that_is_raised_has_its_sentence() -> None:
    missing = {(code, str(path)) for code, path, _, _ in raised() if code not in CATALOGUE}
    assert not missing
    assert len({code for code, *_ in raised()}) > 60, "the walk finds what is raised"


def test_every_finding_of_a_scan_has_its_sentence() -> None:
    missing = set()
    for path, node in nodes():
        if not (path.parts[0] == "scanning" and isinstance(node, ast.Call) and node.args):
            continue
        first = node.args[0]
        if name_of(node) == "Finding" and isinstance(first, ast.Constant):
            code = "scan-" + str(first.value)
            if code not in CATALOGUE:
                missing.add((code, str(path)))
    assert not missing


def test_everything_that_stands_in_the_audit_trail_has_its_words() -> None:
    """An auditor reads Chinese, not the words of a program."""
    done = {action.value for action in Action} | {"lock", "unlock", "sign", "countersign", "call"}
    for path, node in nodes():
        if path.parts[0] == "access" and isinstance(node, ast.Call) and node.args:
            first = node.args[0]
            says = name_of(node) in {"AccessEvent", "_event"} and isinstance(first, ast.Constant)
            done |= {str(first.value)} if says else set()  # type: ignore[attr-defined] # says
    assert {word for word in done if f"did-{word}" not in CATALOGUE} == set()
    assert len(done) > 80


def test_no_sentence_is_written_twice() -> None:
    """Of two the last one would be said, and the other one be changed in vain."""
    written = Counter(
        key.value
        for path in (ROOT / "texts").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant)
    )
    assert [key for key, count in written.items() if count > 1] == []


def test_no_sentence_is_idle() -> None:
    """A sentence nobody can say is a code that was renamed, or a door that forgot to say it."""
    reasons = {reason.value for reason in Reason}
    idle = {code for code in CATALOGUE if code not in reasons and not _is_said(code)}
    assert idle <= AHEAD


def _is_said(code: str) -> bool:
    if code in strings():
        return True
    ends = [code.removeprefix(head) for head in prefixes() if code.startswith(head)]
    return any({end, end.replace("-", "_")} & strings() for end in ends)


def test_a_sentence_is_given_all_it_asks_for() -> None:
    lacking = [
        (code, str(path), placeholders(CATALOGUE[code].zh + CATALOGUE[code].en) - given)
        for code, path, given, more in raised()
        if code in CATALOGUE and not more
    ]
    lacking += [
        (code, str(path), placeholders(CATALOGUE[code].zh + CATALOGUE[code].en) - given)
        for code, path, given in refused()
        if code in CATALOGUE
    ]
    assert not [each for each in lacking if each[2]]


def test_refusals_that_happen_leave_no_placeholder_open(ledger: Ledger) -> None:
    teller = recorder(ledger)
    furnish(teller)
    outcomes = chain.from_iterable(teller.record(call) for call in story(31, 250))
    happened = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert len({outcome.reason for outcome in happened}) > 15
    for outcome in happened:
        assert "{" not in outcome.text.zh + outcome.text.en, outcome


@pytest.mark.parametrize("code", list(CATALOGUE))
def test_both_languages_say_the_same(code: str) -> None:
    text = CATALOGUE[code]
    assert placeholders(text.zh) == placeholders(text.en)
    for said in (text.zh, text.en):
        assert said == said.strip()
        assert said
        assert not re.search("[！!]|抱歉|sorry", said, re.IGNORECASE), "no excuses, no shouting"
    assert any(category(letter) == "Lo" for letter in text.zh) or (
        normalize("NFKC", text.zh) == text.en.replace(" (", "(")
    )
    assert not any(category(letter) == "Lo" for letter in text.en)


@pytest.mark.parametrize("reason", list(Reason))
def test_refusals_speak_to_staff_as_the_house_does(reason: Reason) -> None:
    text = text_of(reason.value)
    assert "请" not in text.zh
    assert "您" not in text.zh
    assert "扫描" not in text.zh
    assert len(text.zh) <= 40
    assert len(text.en) <= 90


def test_an_unknown_code_is_shown_as_itself() -> None:
    assert text_of("no-such-code") == Text("no-such-code", "no-such-code")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "中"),
        ("zh-CN", "中"),
        ("en", "E"),
        ("en-GB", "E"),
        ("EN", "E"),
        ("de", "中"),
        ("", "中"),
    ],
)
def test_the_language_is_chosen_by_its_tag(language: str, said: str) -> None:
    assert Text("中", "E").in_language(language) == said


def test_a_value_that_is_missing_stays_visible() -> None:
    text = Text("{a} 和 {b}", "{a} and {b}")
    assert text.filled({"a": 1}) == Text("1 和 {b}", "1 and {b}")
    assert text.filled({"a": "{b}", "b": 2}) == Text("{b} 和 2", "{b} and 2")
