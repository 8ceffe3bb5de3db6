"""Makes `tables/gs1_ai.json` from the GS1 Barcode Syntax Dictionary.

    python scanning/make_ai_table.py gs1-syntax-dictionary.txt

The dictionary is GS1's own list of application identifiers (Apache-2.0). It changes with each
General Specifications; run this script on the new release and review the difference. One line of
the table is one range of application identifiers, in the order of `FIELDS`.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

FIELDS = (
    "first", "last", "predefined_length", "link_attribute", "components", "required", "excluded",
    "link_qualifiers", "title",
)  # fmt: skip
TABLE = Path(__file__).parent / "tables" / "gs1_ai.json"
_LINE = re.compile(r"(?P<first>\d{2,4})(?:-(?P<last>\d{2,4}))?\s+(?P<rest>.*)")
_FLAGS = set("*!?\"$%&'()+,-./:;<=>@[\\]^_`{|}~")
_COMPONENT = re.compile(r"(\[?)([NXYZ])(\.\.)?(\d+)(\]?)((?:,[a-z0-9]+)*)")


def rows(dictionary: str) -> Iterator[list[object]]:
    """The rows of the table, one for each line of the dictionary that names identifiers.

    Raises:
        ValueError: a word of the dictionary is not understood; nothing is skipped in silence.
    """
    for line in dictionary.splitlines():
        facts, _, title = line.partition("#")
        if facts.strip():
            yield _row(facts.strip(), title.strip())


def _row(facts: str, title: str) -> list[object]:
    match = _LINE.fullmatch(facts)
    if match is None:
        raise ValueError(f"not an entry: {facts!r}")
    words = match["rest"].split()
    flags = words.pop(0) if set(words[0]) <= _FLAGS else ""
    components: list[list[object]] = []
    attributes: dict[str, list[str]] = {"req": [], "ex": [], "dlpkey": []}
    for word in words:
        component = _COMPONENT.fullmatch(word)
        name, _, value = word.partition("=")
        if component is not None:
            components.append(_component(component))
        elif name in attributes:
            attributes[name].append(value)
        else:
            raise ValueError(f"not understood: {word!r} in {facts!r}")
    return [
        match["first"],
        match["last"] or match["first"],
        "*" in flags,
        "?" in flags,
        components,
        [[group.split("+") for group in value.split(",")] for value in attributes["req"]],
        [pattern for value in attributes["ex"] for pattern in value.split(",")],
        _qualifiers(attributes["dlpkey"]),
        title,
    ]


def _component(match: re.Match[str]) -> list[object]:
    optional, kind, up_to, length, _, linters = match.groups()
    most = int(length)
    return [kind, 1 if up_to else most, most, bool(optional), linters.split(",")[1:]]


def _qualifiers(values: list[str]) -> list[list[str]] | None:
    """Sequences of qualifiers a Digital Link primary key takes; None where it is no key."""
    if not values:
        return None
    return [sequence.split(",") if sequence else [] for sequence in values[0].split("|")]


def main(dictionary: Path) -> None:
    """Writes the table, one range on each line, so that a difference can be reviewed."""
    lines = [
        json.dumps(row, ensure_ascii=False, separators=(",", ":"))
        for row in rows(dictionary.read_text(encoding="utf-8"))
    ]
    TABLE.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
