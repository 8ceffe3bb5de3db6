#!/usr/bin/env python3
"""Build the user guide into web/help: `python docs/guide/build.py`.

The pages are Markdown in pages/, the pictures are made by the tests of the desk:
`MEDTRACE_GUIDE=docs/guide/pages/img python -m pytest tests/web/test_guide.py -m long`.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config

GUIDE = Path(__file__).resolve().parent
HELP = GUIDE.parents[1] / "web" / "help"
"""Where the program serves it from."""


def build_guide(target: Path) -> None:
    """Draw every page into a folder; what was there goes.

    Args:
        target: the folder.

    Raises:
        mkdocs.exceptions.Abort: a page or a picture that is named is not there.
    """
    shutil.rmtree(target, ignore_errors=True)
    config = load_config(str(GUIDE / "mkdocs.yml"), site_dir=str(target), strict=True)
    build(config)
    for made in ("sitemap.xml", "sitemap.xml.gz"):
        (target / made).unlink(missing_ok=True)


if __name__ == "__main__":
    build_guide(HELP)
