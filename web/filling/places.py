"""Places as pages tell them: in whose custody a location is, and what people call it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from inventory import Location
from web.view import Lane

_LANES: Mapping[str, Lane] = {
    "store": Lane.STORE,
    "pharmacy": Lane.PHARMACY,
    "ward": Lane.WARD,
    "theatre": Lane.THEATRE,
    "theatre-suite": Lane.THEATRE,
}
"""The kinds of location that are departments, and their lane."""


@dataclass(frozen=True)
class Places:
    """The locations of one hospital.

    Args:
        by_id: every location by surrogate.
    """

    by_id: Mapping[int, Location]

    @cached_property
    def _by_code(self) -> Mapping[str, Location]:
        return {place.code: place for place in self.by_id.values()}

    @property
    def codes(self) -> Collection[str]:
        """Every place by its code."""
        return self._by_code.keys()

    def name(self, code: str) -> str:
        """What people call it; the code where it is not known."""
        found = self._by_code.get(code)
        return found.name if found else code

    def name_of(self, location_id: int) -> str:
        """What people call the location of this surrogate."""
        found = self.by_id.get(location_id)
        return found.name if found else str(location_id)

    def code_of(self, location_id: int) -> str:
        """The code of the location of this surrogate."""
        found = self.by_id.get(location_id)
        return found.code if found else ""

    def department(self, code: str) -> Location | None:
        """The outermost department around a location, itself included."""
        found = [place for place in self._around(code) if place.kind in _LANES]
        return found[-1] if found else None

    def number_of(self, code: str) -> int:
        """The surrogate of a place that there is."""
        return self._by_code[code].location_id

    def department_of(self, location_id: int) -> str:
        """The name of the department that a location belongs to, else the location's own."""
        found = self.by_id.get(location_id)
        department = self.department(found.code) if found else None
        return department.name if department else self.name_of(location_id)

    def inside(self, code: str) -> frozenset[int]:
        """The surrogates of a place and of all that lie in it."""
        return frozenset(
            number
            for number, place in self.by_id.items()
            if any(each.code == code for each in self._around(place.code))
        )

    def around(self, code: str) -> frozenset[int]:
        """The surrogates of a place and of those that it lies in."""
        return frozenset(place.location_id for place in self._around(code))

    def lane(self, code: str) -> tuple[Lane, str | None]:
        """In whose custody a location is, and what that department is called."""
        department = self.department(code)
        if department is None:
            return Lane.STORE, None
        return _LANES[department.kind], department.name

    def _around(self, code: str) -> Iterable[Location]:
        seen: set[str] = set()
        found = self._by_code.get(code)
        while found is not None and found.code not in seen:
            seen.add(found.code)
            yield found
            found = self._by_code.get(found.parent) if found.parent else None
