"""Importing at the desk: a file is looked at first, and recorded only when somebody says so.

The file waits in the data folder between the two steps, under a random name and beside whose it is;
what nobody came back for is deleted after an hour.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from uuid import uuid4

from uuid6 import uuid7
from werkzeug.datastructures import FileStorage

from access import Action, Principal
from errors import Invalid, NotFound
from inventory import (
    Importer,
    ImportFault,
    ImportReport,
    import_par_levels,
    import_places,
    import_products,
    import_suppliers,
)
from sheets import read_sheet
from web.desk import desk
from web.visitor import reader

_ENDINGS: Final = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods"})
_NAME: Final = re.compile(r"[0-9a-f]{32}\.[a-z]{3,4}")
_KEPT: Final = 3600
_FAULTS: Final = 200
"""Faults that a page shows; a file holds all of them."""

Run = Callable[[Importer, Path], ImportReport]


@dataclass(slots=True)
class Looked:
    """What a dry run found.

    Args:
        report: the sums.
        faults: the first faults and notices, in the order of the rows.
        more: how many further ones there are.
        most: how many faults are kept.
        token: under which the file waits; empty: it can't be recorded.
        done: it was recorded.
    """

    report: ImportReport
    faults: list[ImportFault] = field(default_factory=list)
    more: int = 0
    most: int = _FAULTS
    token: str = ""
    done: bool = False

    def tell(self, fault: ImportFault) -> None:
        """Take a fault in."""
        if len(self.faults) < self.most:
            self.faults.append(fault)
        else:
            self.more += 1


def run_products(importer: Importer, path: Path) -> ImportReport:
    """Import products."""
    return import_products(importer, read_sheet(path))


def run_places(importer: Importer, path: Path) -> ImportReport:
    """Import places."""
    return import_places(importer, read_sheet(path))


def run_suppliers(importer: Importer, path: Path) -> ImportReport:
    """Import suppliers."""
    return import_suppliers(importer, read_sheet(path))


def run_par_levels(importer: Importer, path: Path) -> ImportReport:
    """Import par levels of the reader's places."""
    access, by = desk().hospital.access, reader()
    return import_par_levels(
        importer,
        read_sheet(path),
        lambda place: access.permits(by, Action.MANAGE_ORDERS, place),
    )


def look_at(file: FileStorage | None, run: Run, by: Principal) -> Looked:
    """Say what recording a file would do; changes nothing, and the file waits to be recorded.

    Raises:
        Invalid: no file was sent, or it is no table.
    """
    path, looked = _looked(file, run, by, _FAULTS)
    if looked.report.bad or not (looked.report.new or looked.report.changed):
        path.unlink()
    else:
        looked.token = path.name
    return looked


def faults_of(file: FileStorage | None, run: Run, by: Principal) -> list[ImportFault]:
    """Everything that is to be put right in a file; it waits for nobody.

    Raises:
        Invalid: no file was sent, or it is no table.
    """
    path, looked = _looked(file, run, by, sys.maxsize)
    path.unlink()
    return looked.faults


def _looked(file: FileStorage | None, run: Run, by: Principal, most: int) -> tuple[Path, Looked]:
    if file is None or not file.filename:
        raise Invalid("file-missing", field="file")
    ending = Path(file.filename).suffix.lower()
    if ending not in _ENDINGS:
        raise Invalid("table-unknown", field="file", found=ending[:10] or "–")
    path = _folder(by) / f"{uuid4().hex}{ending}"
    file.save(path)
    try:
        return path, _run(path, run, by, record=False, most=most)
    except Invalid:
        path.unlink()
        raise


def record(token: str, run: Run, by: Principal) -> Looked:
    """Record a file that was looked at.

    Raises:
        NotFound: it doesn't wait any more, or is somebody else's.
    """
    path = _folder(by) / token
    if not _NAME.fullmatch(token) or not path.exists():
        raise NotFound("import-gone", field="token")
    looked = _run(path, run, by, record=True)
    path.unlink()
    looked.done = True
    return looked


def _run(path: Path, run: Run, by: Principal, *, record: bool, most: int = _FAULTS) -> Looked:
    house = desk().hospital
    looked = Looked(ImportReport(), most=most)
    importer = Importer(
        database=house.database,
        ledger_id=house.ledger_id,
        record=house.recorder.record if record else None,
        clock=house.clock,
        new_id=uuid7,
        person=by.number,
        tell=looked.tell,
        progress=lambda _: None,
    )
    looked.report = run(importer, path)
    return looked


def _folder(by: Principal) -> Path:
    """The folder of one person's files; old ones are cleared away."""
    root = desk().hospital.settings.data_dir / "imports"
    own = root / by.id
    own.mkdir(mode=0o700, parents=True, exist_ok=True)
    _clear(list(root.glob("*/*")))
    return own


def _clear(files: Sequence[Path]) -> None:
    for each in files:
        with suppress(OSError):
            if time.time() - each.stat().st_mtime > _KEPT:
                each.unlink()
