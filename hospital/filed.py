"""What became of a paper."""

from __future__ import annotations

from dataclasses import dataclass, field

from orders import Fault, Paper
from trace import Recordable


@dataclass(slots=True)
class Filed:
    """What became of a paper.

    Args:
        paper: as it came.
        faults: what is wrong with it, or what the recorder refused: a container that another
            delivery note says other things of is refused without hindering the rest.
        records: what it is, for the recorder, the order first; empty where it is wrong.
        placed: whether the order is on record.
    """

    paper: Paper
    faults: list[Fault] = field(default_factory=list)
    records: list[Recordable] = field(default_factory=list)
    placed: bool = False
