"""The commands of scanning: `medtrace read` and `medtrace scanner-test`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from errors import Invalid
from scanning.decode import decode
from scanning.explain import explain
from scanning.pictures.engines import HAS_SECOND_READER
from scanning.read import read
from scanning.scanner_test import diagnose, page_of_tests
from scanning.symbol import Symbol
from texts import text_of

_LANGUAGE = click.option(
    "--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True
)
_LONGEST_NAME = 1024


@click.command("read")
@click.argument("code")
@_LANGUAGE
def read_command(code: str, language: str) -> None:
    """Explain CODE: the characters of a code, or a picture or PDF of it.

    Write <GS> for the separator between elements.
    """
    picture = _file(code)
    if picture is None:
        click.echo("\n".join(explain(read(code), language)))
        return
    try:
        symbols = decode(picture.read_bytes(), budget_ms=10_000)
    except Invalid as error:
        raise click.ClickException(error.text.in_language(language)) from error
    if not HAS_SECOND_READER:
        click.echo(_word("second-reader", language), err=True)
    if not symbols:
        raise click.ClickException(_word("nothing", language))
    click.echo("\n\n".join("\n".join(_explained(symbol, language)) for symbol in symbols))


@click.command("scanner-test")
@click.option(
    "--page", type=click.Path(dir_okay=False, path_type=Path), help="Write the page here."
)
@_LANGUAGE
def scanner_test_command(page: Path | None, language: str) -> None:
    """Find out how a handheld reader is set: print the page, scan it, read the diagnosis."""
    if page is not None:
        page.write_bytes(page_of_tests(language))
        return
    click.echo(text_of("reader-page-how").in_language(language), err=True)
    # Not `splitlines`: it would take a GS for the end of a line.
    arrived = sys.stdin.buffer.read().decode("utf-8", "replace").split("\n")
    for diagnosis in diagnose(arrived):
        click.echo(f"- {diagnosis.sentence(language)}")


def _file(code: str) -> Path | None:
    """The file that `code` names, None where it names none."""
    if len(code) > _LONGEST_NAME or "\0" in code:
        return None
    path = Path(code)
    try:
        return path if path.is_file() else None
    except OSError:  # a code may be no possible file name
        return None


def _explained(symbol: Symbol, language: str) -> list[str]:
    if not symbol.uncertain:
        return explain(read(symbol.raw), language)
    lines = [_word("uncertain", language)]
    for raw in symbol.readings:
        lines += [f"  {line}" for line in explain(read(raw), language)]
    return lines


def _word(name: str, language: str) -> str:
    return text_of(f"scan-word-{name}").in_language(language)


COMMANDS: tuple[click.Command, ...] = (read_command, scanner_test_command)
"""What `medtrace` adds to its own commands."""
