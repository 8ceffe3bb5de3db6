"""Reading the files of the NMPA's UDI database: XML, alone or many of them in one ZIP.

A release is `<udid><devices><device>…`, the names of elements are the initials of their Chinese
names. Files are read as a stream: memory holds one device, however large the release is. A document
type is refused, and with it every entity (no expansion, nothing is fetched); control characters,
which published files do hold, are dropped.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final
from xml.parsers import expat

from errors import Invalid

_CHUNK: Final = 1 << 18
_LONGEST: Final = 20_000
_CONTROL: Final = bytes(byte for byte in range(32) if byte not in b"\t\n\r")
_REFERENCE: Final = re.compile(rb"&#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,9}));")
_LONGEST_REFERENCE: Final = 13
_LEGAL: Final = (
    *(range(9, 11), range(13, 14)),
    *(range(0x20, 0xD800), range(0xE000, 0xFFFE), range(0x10000, 0x110000)),
)
"""Char of XML 1.0 §2.2."""
_LISTS: Final = {"packing", "storage"}


@dataclass(slots=True)
class UdiDevice:
    """One device as the database has it.

    Args:
        number: its ordinal in the release, from 1 on.
        fields: its own elements by name, e.g. `zxxsdycpbs`.
        packings: `packingList`: each package with `bzcpbs`, `bznhxyjcpbssl`, `bznhxyjbzcpbs`.
        storages: `storageList`: each condition with `cchcztj`, `zdz`, `zgz`, `jldw`.
    """

    number: int
    fields: dict[str, str] = field(default_factory=dict)
    packings: list[dict[str, str]] = field(default_factory=list)
    storages: list[dict[str, str]] = field(default_factory=list)


def release_size(path: Path) -> int:
    """How many bytes of XML a release holds, unpacked.

    Args:
        path: a ZIP of XML files, or one of them.

    Raises:
        Invalid: the file can't be opened (`table-unreadable`).
    """
    try:
        if not zipfile.is_zipfile(path):
            return path.stat().st_size
        with zipfile.ZipFile(path) as archive:
            return sum(each.file_size for each in archive.infolist() if _is_xml(each))
    except (OSError, zipfile.BadZipFile) as error:
        raise Invalid("table-unreadable", field=path.name) from error


def read_devices(
    path: Path, progress: Callable[[int], None] | None = None
) -> Iterator[UdiDevice | Invalid]:
    """The devices of a release, in order; a file in it that breaks off gives its error instead.

    Args:
        path: a ZIP of XML files, or one of them.
        progress: is told how many bytes were read since the last time.

    Raises:
        Invalid: the file can't be opened (`table-unreadable`).
    """
    number = 0
    for name, stream in _files(path):
        try:
            for device in _devices(stream, progress):
                number += 1
                device.number = number
                yield device
        except Invalid as error:
            error.field = name
            yield error
        except (expat.ExpatError, zipfile.BadZipFile, OSError, ValueError, EOFError) as error:
            yield Invalid("udi-malformed", field=name, detail=str(error))


def _files(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    try:
        if not zipfile.is_zipfile(path):
            with path.open("rb") as stream:
                yield path.name, stream
            return
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                if _is_xml(entry):
                    with _entry(archive, entry) as stream:
                        yield entry.filename, stream
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise Invalid("table-unreadable", field=path.name) from error


def _is_xml(entry: zipfile.ZipInfo) -> bool:
    return entry.filename.lower().endswith(".xml")


@contextmanager
def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[IO[bytes]]:
    with archive.open(entry) as stream:
        yield stream


def _devices(stream: IO[bytes], progress: Callable[[int], None] | None) -> Iterator[UdiDevice]:
    builder = _Builder()
    for chunk in _clean(stream, progress):
        builder.parser.Parse(chunk, False)  # noqa: FBT003 -- expat takes no names
        yield from builder.take()
    builder.parser.Parse(b"", True)  # noqa: FBT003 -- the same
    yield from builder.take()


def _clean(stream: IO[bytes], progress: Callable[[int], None] | None) -> Iterator[bytes]:
    """The bytes without characters that XML 1.0 forbids, written out or as references."""
    kept = b""
    while chunk := stream.read(_CHUNK):
        if progress is not None:
            progress(len(chunk))
        text = kept + chunk.translate(None, _CONTROL)
        cut = text.rfind(b"&", -_LONGEST_REFERENCE)
        cut = len(text) if cut < 0 else cut
        text, kept = text[:cut], text[cut:]
        yield _REFERENCE.sub(_allowed, text)
    yield _REFERENCE.sub(_allowed, kept)


def _allowed(found: re.Match[bytes]) -> bytes:
    number = int(found[1], 16) if found[1] else int(found[2])
    return found[0] if any(number in part for part in _LEGAL) else b""


class _Builder:
    """Collects devices out of the events of one parser."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = _no_doctype
        self._done: list[UdiDevice] = []
        self._device: UdiDevice | None = None
        self._item: dict[str, str] | None = None
        self._words: list[str] = []
        self._length = 0

    def take(self) -> list[UdiDevice]:
        """The devices that were finished since the last time."""
        done, self._done = self._done, []
        return done

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        if name == "device":
            self._device = UdiDevice(0)
        elif name in _LISTS:
            self._item = {}
        self._words, self._length = [], 0

    def _text(self, words: str) -> None:
        if self._device is not None and self._length < _LONGEST:
            self._words.append(words[: _LONGEST - self._length])
            self._length += len(words)

    def _end(self, name: str) -> None:
        device = self._device
        if device is None:
            return
        if name == "device":
            self._done.append(device)
            self._device = None
        elif name in _LISTS:
            items = device.packings if name == "packing" else device.storages
            items.append(self._item or {})
            self._item = None
        else:
            into = device.fields if self._item is None else self._item
            into[name] = "".join(self._words).strip()
        self._words, self._length = [], 0


def _no_doctype(*_declaration: object) -> None:
    raise Invalid("udi-doctype")
