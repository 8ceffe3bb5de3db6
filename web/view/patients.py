"""What one patient had."""

from __future__ import annotations

from dataclasses import dataclass

from web.view.table import TableView


@dataclass(frozen=True, slots=True)
class PatientGoods:
    """What a patient had (`patient.html`, variable `had`).

    Args:
        code: the short form of the pseudonym, never a name.
        table: the goods, the latest first.
        cut: there was more than is shown.
    """

    code: str
    table: TableView
    cut: bool
