"""The Chinese catalogue: kept in step with the templates by `python -m web.catalogue`.

The command reads every message out of the templates and `web.view.words`, keeps the Chinese that is
there, adds an empty line for each new message, drops what is no longer said, and compiles. After
writing the Chinese into messages.po, run it again. The compiled file is committed, so that a fresh
clone speaks Chinese without a step; a test holds all three together.
"""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

__all__ = ["CHINESE", "compiled", "extracted", "merged", "written"]

_FOLDER = Path(__file__).resolve().parent
CHINESE = _FOLDER / "translations" / "zh" / "LC_MESSAGES" / "messages.po"
"""The catalogue that people edit; messages.mo beside it is made from it."""

_METHODS = [("view/**.py", "python"), ("templates/**.html", "jinja2")]
_KEYWORDS = {**DEFAULT_KEYWORDS, "word": ((1, "c"), 2)}
_NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)
"""Babel wants a date in the header; a fixed one makes equal files of equal messages."""
_HEADER = """\
msgid ""
msgstr ""
"Language: zh\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""


def extracted() -> Catalog:
    """Every message that the pages say, in English."""
    catalog = Catalog(locale="zh")
    found = extract_from_dir(_FOLDER, method_map=_METHODS, keywords=_KEYWORDS)
    for _file, _line, message, _comments, context in found:
        catalog.add(message, context=context)
    return catalog


def merged() -> Catalog:
    """Every message with the Chinese it has so far, an empty one where it has none."""
    known = read_po(BytesIO(CHINESE.read_bytes()), locale="zh")
    catalog = extracted()
    for message in catalog:
        kept = known.get(message.id, message.context) if message.id else None
        if kept is not None:
            message.string = kept.string
    return catalog


def written(catalog: Catalog) -> bytes:
    """The catalogue as messages.po holds it: sorted, without dates, so that diffs are small."""
    text = BytesIO()
    write_po(text, catalog, width=0, no_location=True, omit_header=True, sort_output=True)
    return _HEADER.encode() + text.getvalue()


def compiled(source: bytes) -> bytes:
    """The bytes of messages.mo for those of messages.po."""
    binary = BytesIO()
    catalog = read_po(BytesIO(source), locale="zh")
    catalog.creation_date = catalog.revision_date = _NO_DATE
    write_mo(binary, catalog)
    return binary.getvalue()


if __name__ == "__main__":
    CHINESE.write_bytes(written(merged()))
    CHINESE.with_suffix(".mo").write_bytes(compiled(CHINESE.read_bytes()))
