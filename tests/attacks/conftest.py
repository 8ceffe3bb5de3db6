"""The hospitals that are attacked: the one of the pages."""

from __future__ import annotations

from tests.web.conftest import house, stocked

__all__ = ["house", "stocked"]
